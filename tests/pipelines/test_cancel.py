"""A load that somebody calls off leaves everything as it was before, at whatever step it is."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from crm.db import Database
from crm.errors import Cancelled
from crm.progress import Step, Stop
from crm.server import jobs
from pipelines import commands, landing
from tests.pipelines.conftest import Load, Rows

FILES = {
    "accounts.csv": "Account,Country\nAcme,DE\nBolt,FR\n",
    "deals.csv": "Deal ID,Deal,Account,Stage,Amount\nD1,Big,Acme,Won,12\n",
}


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    commands.register()
    yield
    jobs.finish()


def state(rows: Rows) -> list[object]:
    """All that a load writes."""
    tables = ("core.account", "core.opportunity", "core.opportunity_event", "core.record_key", "landing.batch",
              "landing.file", "landing.reject", "history.account")  # fmt: skip
    return [rows(f"select * from {table} order by all") for table in tables]


def kept_files(database: Database, folder: Path) -> list[dict[str, str]]:
    for name, text in FILES.items():
        (folder / name).write_text(text)
    kept = landing.bring([folder / name for name in FILES], database.files / "landing")
    return landing.described(kept)


@pytest.mark.parametrize("step", ["Opening deals.csv", "Reading accounts.csv", "Comparing", "Writing"])
def test_calling_off_leaves_the_state_before(
    step: str, database: Database, load: Load, rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load({"accounts.csv": "Account,Country\nAcme,ES\n"})
    before = state(rows)

    def tell(run: jobs.Run, text: str) -> None:
        if text == step:
            run.cancel()
        original(run, text)

    original = jobs.Run.tell
    monkeypatch.setattr(jobs.Run, "tell", tell)
    run = jobs.begin(database, "load", {"files": kept_files(database, tmp_path), "keep": True})
    assert isinstance(run.future.exception(10), Cancelled) and run.is_cancelled
    assert state(rows) == before
    assert not list((database.files / "spill").iterdir())
    monkeypatch.undo()
    again = jobs.begin(database, "load", {"files": kept_files(database, tmp_path), "keep": True})
    assert again.future.result(20)["batch"] > 1


def test_after_the_commit_it_is_too_late(database: Database, rows: Rows, tmp_path: Path) -> None:
    late: list[bool] = []
    run = jobs.Run(0, "load", None)
    started = jobs.start(
        database,
        "load",
        {"files": kept_files(database, tmp_path)},
        lambda text: late.append(run.cancel()) if re.match(r"Keeping .*\.csv", text) else None,
        run.stop,
    )
    assert started.result(20)["batch"] == 1
    assert late == [False, False]
    assert rows("select count(*) from core.account") == [(2,)]


def test_a_long_statement_is_interrupted(database: Database) -> None:
    stop = Stop()
    begun = threading.Event()

    def work() -> None:
        with database.cursor() as cursor, stop.interrupting(cursor.interrupt):
            begun.set()
            cursor.value("select sum(a.range * b.range) from range(10000000) a, range(1000000) b")

    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    started = time.monotonic()
    thread.start()
    begun.wait(5)
    assert stop.ask()
    thread.join(10)
    assert not thread.is_alive() and time.monotonic() - started < 10
    assert "Interrupt" in type(failed[0]).__name__
    with pytest.raises(Cancelled):
        stop.check()


def test_a_job_in_line_is_called_off_before_it_begins(database: Database) -> None:
    gate = threading.Event()
    jobs.register("wait_for_gate", lambda _database, _args, _progress: gate.wait(10))
    jobs.register("note", lambda _database, _args, _progress: pytest.fail("it began"))
    first = jobs.begin(database, "wait_for_gate", {})
    second = jobs.begin(database, "note", {})
    assert second.step == Step("Waiting for the job before this one") and jobs.going_on() == [first, second]
    assert second.cancel()
    gate.set()
    with pytest.raises((Cancelled, CancelledError)):
        second.future.result(10)
    assert first.result is True and second.is_cancelled and jobs.run_of(second.id) is second
