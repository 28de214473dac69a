"""The control socket: requests of other processes, errors that keep their class, sockets left behind."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crm.db import Database
from crm.errors import BadSource, DatabaseBusy, NotAllowed, NotFound, PintailError, WrongUse
from crm.server import client, jobs
from crm.server.client import NoServer, call, socket_of
from crm.server.control import ControlServer
from crm.settings import ROOT, Settings

Progress = Callable[[str], None]


def _quiet(_text: str) -> None:
    """Progress that nobody reads."""


def _count(database: Database, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    progress("counting")
    with database.cursor() as cursor:
        return {"companies": cursor.value("select count(*) from ops.company"), "given": args, "path": database.path}


def _fail(_database: Database, _args: dict[str, Any], _progress: Progress) -> None:
    raise BadSource("{file} has no sheet {sheet}.", file=Path("a.xlsx"), sheet="Umsätze")


def _crash(_database: Database, _args: dict[str, Any], _progress: Progress) -> None:
    raise ZeroDivisionError("a secret detail")


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs of this test, and none besides."""
    monkeypatch.setattr(jobs, "_registered", {})
    jobs.register("count", _count, writes=False)
    jobs.register("fail", _fail)
    jobs.register("crash", _crash)
    jobs.register("mine", _count, for_owner=True)


@pytest.fixture
def control(database: Database) -> Iterator[ControlServer]:
    """A listening control socket."""
    with ControlServer(database) as control:
        yield control


@pytest.mark.usefixtures("control")
def test_a_request_brings_progress_and_the_result(database: Database) -> None:
    said: list[str] = []
    result = call(database.path, "count", {"name": "Zoë", "many": [1, 2]}, said.append)
    assert result == {"companies": 1, "given": {"name": "Zoë", "many": [1, 2]}, "path": str(database.path)}
    assert said == ["counting"]


@pytest.mark.usefixtures("control")
def test_an_error_keeps_its_class_message_and_values(database: Database) -> None:
    with pytest.raises(BadSource) as raised:
        call(database.path, "fail", {}, _quiet)
    assert raised.value.message == "{file} has no sheet {sheet}."
    assert raised.value.values == {"file": "a.xlsx", "sheet": "Umsätze"}


@pytest.mark.usefixtures("control")
def test_an_unknown_error_brings_an_id_and_no_detail(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(PintailError, match=r"error [0-9a-f]{8}") as raised:
        call(database.path, "crash", {}, _quiet)
    assert "secret" not in str(raised.value)
    assert str(raised.value.values["id"]) in caplog.text and "a secret detail" in caplog.text


@pytest.mark.usefixtures("control")
def test_an_unknown_name_and_the_owners_jobs_are_refused(database: Database) -> None:
    with pytest.raises(NotFound):
        call(database.path, "nothing", {}, _quiet)
    with pytest.raises(NotAllowed):
        call(database.path, "mine", {}, _quiet)


def test_only_the_user_of_the_server_may_connect(control: ControlServer) -> None:
    assert stat.S_IMODE(control.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"[]\n", b'{"name": "count"}\n', b"\n", b'{"name": "count", "args": 7}\n']
)
def test_an_unreadable_request_is_refused_and_the_server_goes_on(
    database: Database, control: ControlServer, line: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(control.path))
        connection.sendall(line)
        answer = json.loads(connection.makefile("rb").readline())
    assert answer["error"]["class"] == WrongUse.__name__
    assert call(database.path, "count", {}, _quiet)["companies"] == 1


def test_a_client_that_goes_away_stops_neither_job_nor_server(database: Database, control: ControlServer) -> None:
    gone, done = threading.Event(), threading.Event()

    def slow(_database: Database, _args: dict[str, Any], progress: Progress) -> None:
        gone.wait(10)
        for number in range(5000):
            progress(f"step {number} " + "x" * 100)
        done.set()

    jobs.register("slow", slow)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(control.path))
        connection.sendall(client.encoded({"name": "slow", "args": {}}))
        time.sleep(0.05)
    gone.set()
    assert done.wait(10)
    assert call(database.path, "count", {}, _quiet)["companies"] == 1


def test_jobs_that_write_run_one_at_a_time_in_their_order(database: Database) -> None:
    order: list[str] = []
    waited: list[str] = []

    def write(_database: Database, args: dict[str, Any], _progress: Progress) -> None:
        order.append(f"begin {args['number']}")
        time.sleep(0.02)
        order.append(f"end {args['number']}")

    jobs.register("write", write)
    for number in range(3):
        jobs.start(database, "write", {"number": number}, waited.append)
    jobs.finish()
    assert order == [f"{step} {number}" for number in range(3) for step in ("begin", "end")]
    assert waited == ["Waiting for the job before this one"] * 2


def test_without_a_server_the_client_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoServer):
        call(tmp_path / "none.duckdb", "count", {}, _quiet)


def test_a_socket_left_behind_counts_as_no_server_and_is_replaced(database: Database) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(socket_of(database.path)))
    with pytest.raises(NoServer):
        call(database.path, "count", {}, _quiet)
    with ControlServer(database):
        assert call(database.path, "count", {}, _quiet)["companies"] == 1
    assert not socket_of(database.path).exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one(migrated: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / ("deeper" * 20)
    folder.mkdir(parents=True)
    path = folder / "long.duckdb"
    path.write_bytes(migrated.read_bytes())
    with Database(path, threads=1) as database:
        with ControlServer(database):
            short = socket_of(path).readlink()
            assert len(os.fsencode(short)) <= 100
            assert stat.S_IMODE(short.stat().st_mode) == 0o600 and stat.S_IMODE(short.parent.stat().st_mode) == 0o700
            assert call(path, "count", {}, _quiet)["companies"] == 1
        assert not short.parent.exists() and not socket_of(path).is_symlink()
        with pytest.raises(NoServer):
            call(path, "count", {}, _quiet)


def test_run_asks_the_server_or_opens_the_file_with_the_same_result(migrated: Path, tmp_path: Path) -> None:
    path = tmp_path / "file.duckdb"
    path.write_bytes(migrated.read_bytes())
    settings = Settings(db=path, threads=1)
    here: list[str] = []
    alone = jobs.run(settings, "count", {"a": 1}, here.append)
    assert jobs.run(settings, "mine", {}, _quiet)["companies"] == 1
    there: list[str] = []
    with Database(path, threads=1) as database, ControlServer(database):
        assert jobs.run(settings, "count", {"a": 1}, there.append) == alone
        with pytest.raises(NotAllowed):
            jobs.run(settings, "mine", {}, _quiet)
    assert here == there == ["counting"]


def test_run_removes_the_socket_of_a_killed_server(migrated: Path, tmp_path: Path) -> None:
    path = tmp_path / "file.duckdb"
    path.write_bytes(migrated.read_bytes())
    Database(path, threads=1).close()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(socket_of(path)))
    assert jobs.run(Settings(db=path, threads=1), "count", {}, _quiet)["companies"] == 1
    assert not socket_of(path).exists()


def test_run_waits_for_a_server_that_has_the_file_and_does_not_listen_yet(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.duckdb"
    path.write_bytes(migrated.read_bytes())
    with Database(path, threads=1) as database:
        control = ControlServer(database)

        def busy(_settings: Settings) -> Database:
            control.start()
            raise DatabaseBusy("{path} is open in another process.", path=path)

        try:
            assert jobs.run(Settings(db=path), "count", {}, _quiet, busy)["companies"] == 1
        finally:
            control.stop()
        monkeypatch.setattr(jobs, "PAUSE", 0.0)
        with pytest.raises(DatabaseBusy):
            jobs.run(Settings(db=path), "count", {}, _quiet, _always_busy)


def _always_busy(_settings: Settings) -> Database:
    raise DatabaseBusy("busy")


@pytest.mark.usefixtures("control")
def test_another_process_gets_its_answer(database: Database) -> None:
    program = (
        "import sys; from pathlib import Path; from crm.server.client import call\n"
        "print(call(Path(sys.argv[1]), 'count', {}, lambda text: print('progress', text))['companies'])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(database.path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split("\n") == ["progress counting", "1", ""]
