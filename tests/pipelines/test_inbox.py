"""The inbox: what is put there loads once it stands still; what cannot be read is put aside with the reason."""

import os
import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm.db import Database
from crm.errors import DiskFull
from crm.server.jobs import registered
from pipelines import commands, inbox
from pipelines.inbox import Inbox, last_due
from tests.pipelines.conftest import Rows

NOON = datetime(2026, 11, 2, 12)
ACCOUNTS, MORE = "Account,Country\nAcme,DE\n", "Account,Country\nBolt,FR\n"


class Jobs:
    """Does the jobs at once, and remembers which."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.done: list[tuple[str, int]] = []
        self.fails: Exception | None = None

    def __call__(self, name: str, args: dict[str, Any]) -> Any:
        self.done.append((name, len(args.get("files", ()))))
        if self.fails:
            raise self.fails
        commands.register()
        return registered(name).function(self.database, args, lambda _text: None)


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


@pytest.fixture
def watched(database: Database, jobs: Jobs) -> Inbox:
    return Inbox(database, jobs)


@pytest.fixture
def folder(database: Database) -> Path:
    return inbox.folder(database)


def look(watched: Inbox, times: int = 2) -> None:
    for number in range(times):
        watched.look(NOON + timedelta(seconds=5 * number))


def test_files_that_stand_still_load_as_one_batch_and_go(
    watched: Inbox, folder: Path, rows: Rows, jobs: Jobs, database: Database
) -> None:
    (folder / "a.csv").write_text(ACCOUNTS)
    (folder / "b.csv").write_text(MORE)
    look(watched, 1)
    assert jobs.done == [] and [each.name for each in inbox.waiting(database)] == ["a.csv", "b.csv"]
    look(watched, 1)
    assert jobs.done == [("load", 2)]
    assert rows("select name from core.account order by name") == [("Acme",), ("Bolt",)]
    assert rows("select came_by, user_id from landing.batch") == [("inbox", None)]
    assert list(folder.iterdir()) == [] and inbox.waiting(database) == []
    (result,) = watched.results
    assert (result.files, result.batch_id, result.count_read) == (("a.csv", "b.csv"), 1, 2)
    assert len(list((database.files / "landing").glob("*.zst"))) == 2
    look(watched)
    assert jobs.done == [("load", 2)]


def test_a_file_that_grows_is_waited_for(watched: Inbox, folder: Path, rows: Rows, jobs: Jobs) -> None:
    path = folder / "a.csv"
    path.write_text("Account,Country\n")
    for name in ("Acme", "Bolt", "Corvus"):
        look(watched, 1)
        with path.open("a") as file:
            file.write(f"{name},DE\n")
    assert jobs.done == []
    look(watched, 2)
    assert rows("select count(*) from core.account") == [(3,)]


def test_a_file_that_is_touched_is_waited_for(watched: Inbox, folder: Path, jobs: Jobs) -> None:
    (folder / "a.csv").write_text(ACCOUNTS)
    look(watched, 1)
    os.utime(folder / "a.csv", (1, 1))
    look(watched, 1)
    assert jobs.done == []


@pytest.mark.parametrize("name", [".a.csv", "a.csv.part", "a.csv.tmp", "a.csv.crdownload", "A.CSV.PART"])
def test_hidden_and_unfinished_files_are_not_looked_at(watched: Inbox, folder: Path, jobs: Jobs, name: str) -> None:
    (folder / name).write_text(ACCOUNTS)
    (folder / "sub").mkdir()
    look(watched, 3)
    assert jobs.done == [] and (folder / name).exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("photo.pdf", b"%PDF", "is no kind of file that can be read here"),
        ("odd.csv", b"x,y\nfoo,bar\n", "fit no object"),
        ("book.xlsx", b"no workbook", "book.xlsx"),
    ],
)
def test_what_cannot_be_read_is_put_aside_and_the_rest_loads(
    watched: Inbox, folder: Path, rows: Rows, database: Database, name: str, content: bytes, reason: str
) -> None:
    (folder / "a.csv").write_text(ACCOUNTS)
    (folder / name).write_bytes(content)
    look(watched)
    assert rows("select name from core.account") == [("Acme",)]
    assert (folder / "refused" / name).read_bytes() == content
    ((file, why),) = inbox.refused(database, "en")
    assert file == name and reason in why
    assert inbox.refused(database, "zh_CN")[0][1] != why
    assert not [path for path in folder.iterdir() if path.is_file()]
    assert {result.files for result in watched.results} == {("a.csv",), (name,)}


def test_a_full_disk_is_nobodys_fault(watched: Inbox, folder: Path, rows: Rows, jobs: Jobs) -> None:
    (folder / "a.csv").write_text(ACCOUNTS)
    jobs.fails = DiskFull("The disk of {path} is full.", path="x")
    look(watched, 4)
    assert jobs.done == [("load", 1)] and (folder / "a.csv").exists()
    jobs.fails = None
    watched.look(NOON + timedelta(minutes=2))
    assert rows("select count(*) from core.account") == [(1,)]


def test_what_nobody_foresaw_is_put_aside_too(watched: Inbox, folder: Path, jobs: Jobs) -> None:
    (folder / "a.csv").write_text(ACCOUNTS)
    jobs.fails = RuntimeError("secret")
    look(watched, 3)
    text = (folder / "refused" / "a.csv.txt").read_text()
    assert jobs.done == [("load", 1)] and "secret" not in text and "Something went wrong" in text


def test_the_same_file_again_changes_nothing(watched: Inbox, folder: Path, rows: Rows) -> None:
    for name in ("a.csv", "again.csv"):
        (folder / name).write_text(ACCOUNTS)
        look(watched)
    assert rows("select count_inserted, count_unchanged from landing.file order by batch_id") == [(1, 0), (0, 1)]


# The calendar


@pytest.mark.parametrize(
    ("at", "zone", "due"),
    [
        (datetime(2026, 11, 2, 12), "UTC", datetime(2026, 11, 2, 3)),
        (datetime(2026, 11, 2, 2, 59), "UTC", datetime(2026, 11, 1, 3)),
        (datetime(2026, 11, 2, 12), "Asia/Shanghai", datetime(2026, 11, 1, 19)),
        (datetime(2026, 7, 2, 12), "Europe/Berlin", datetime(2026, 7, 2, 1)),
        (datetime(2026, 11, 2, 12), "Europe/Berlin", datetime(2026, 11, 2, 2)),
    ],
)
def test_when_the_refresh_was_due(at: datetime, zone: str, due: datetime) -> None:
    assert last_due(at, time(3), zone) == due


def refreshed_at(database: Database, at: datetime) -> None:
    with database.cursor() as cursor:
        cursor.run("delete from ops.refresh")
        cursor.run("insert into ops.refresh (started_at, as_of) values ($at, $day)", at=at, day=date(2026, 11, 1))


def test_the_marts_follow_the_calendar_once_a_day(database: Database, jobs: Jobs) -> None:
    watched = Inbox(database, jobs, time(3))
    watched.look(NOON)
    assert jobs.done == [], "nothing was ever counted"
    refreshed_at(database, datetime(2026, 11, 2, 4))
    watched.look(NOON)
    assert jobs.done == []
    refreshed_at(database, datetime(2026, 11, 1, 4))
    for seconds in range(0, 20, 5):
        watched.look(NOON + timedelta(seconds=seconds))
    assert jobs.done == [("refresh", 0)]


def test_a_clock_that_stands_needs_no_refresh(database: Database, jobs: Jobs) -> None:
    refreshed_at(database, datetime(2026, 11, 1, 4))
    with database.cursor() as cursor:
        cursor.run("update ops.company set as_of = date '2026-10-31'")
    Inbox(database, jobs, time(3)).look(NOON)
    Inbox(database, jobs, None).look(NOON)
    assert jobs.done == []


def test_what_was_left_behind_is_cleared_away_every_hour(watched: Inbox, jobs: Jobs) -> None:
    for minutes in range(0, 150, 10):
        watched.look(NOON + timedelta(minutes=minutes))
    assert jobs.done == [("sweep", 0), ("sweep", 0)]


def test_the_watcher_looks_until_it_is_stopped(watched: Inbox, folder: Path, rows: Rows) -> None:
    (folder / "a.csv").write_text(ACCOUNTS)
    watcher = inbox.Watcher(watched, 0.01)
    watcher.start()
    for _ in range(1000):
        if watched.results:
            break
        watcher._stopping.wait(0.01)
    watcher.stop()
    assert rows("select count(*) from core.account") == [(1,)]
    shutil.rmtree(folder)
    watcher.stop()
