"""The inbox: files that are put into `<name>.files/inbox/` load by themselves, and the marts follow the calendar.

A watcher looks every few seconds. A file is taken when its size and time have stood still from one look to
the next; all that stand still are one batch. What is loaded goes from the inbox, as landing/ keeps every file
unchanged and a second copy would only hold personal data twice; what cannot be read goes to `refused/`, with
a text beside it that says why.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crm import i18n, sql
from crm.db import Database, now
from crm.errors import BadSource, PintailError
from crm.server import jobs
from pipelines import landing
from pipelines.landing import Kept

statement = sql.room(Path(__file__).parent / "statements" / "inbox")
REFUSED = "refused"
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download", ".swp")
"""Endings under which programs write files that are still on their way."""
REMEMBERED = 20
"""Results that are kept for the page."""
PATIENCE = timedelta(minutes=1)
"""After which a load that failed by the state of the server, such as a full disk, is tried again."""
SWEEP_EVERY = timedelta(hours=1)
log = logging.getLogger(__name__)

Run = Callable[[str, dict[str, Any]], Any]
"""Does a job by name and waits for what it comes to."""


@dataclass(frozen=True)
class Result:
    """What became of files of the inbox."""

    ended_at: datetime
    files: tuple[str, ...]
    batch_id: int | None = None
    count_read: int = 0
    count_rejected: int = 0
    error: PintailError | None = None


@dataclass(frozen=True)
class Waiting:
    """A file that lies in the inbox."""

    name: str
    size: int
    changed_at: datetime


def folder(database: Database) -> Path:
    """Where files are put."""
    return database.files / "inbox"


def _files(inbox: Path) -> Iterable[Path]:
    """The files that may be taken; hidden and unfinished ones are not."""
    for path in sorted(inbox.iterdir()):
        if not path.name.startswith(".") and not path.name.lower().endswith(UNFINISHED) and path.is_file():
            yield path


def waiting(database: Database) -> list[Waiting]:
    """The files that wait, in order of their names."""
    found = []
    for path in _files(folder(database)):
        try:
            seen = path.stat()
        except FileNotFoundError:  # taken this moment
            continue
        changed_at = datetime.fromtimestamp(seen.st_mtime, UTC).replace(tzinfo=None)
        found.append(Waiting(path.name, seen.st_size, changed_at))
    return found


def refused(database: Database, language: str) -> list[tuple[str, str]]:
    """(file, why) of those that could not be read and still lie in `refused/`."""
    line = i18n.LANGUAGES.index(language)
    found = []
    for path in sorted((folder(database) / REFUSED).glob("*.txt")):
        file = path.with_suffix("")
        if file.is_file():
            reasons = path.read_text(encoding="utf-8").splitlines()
            found.append((file.name, reasons[line] if line < len(reasons) else ""))
    return found


class Inbox:
    """Looks into the inbox of a database, and at the clock."""

    def __init__(self, database: Database, run: Run, refresh_at: time | None = None) -> None:
        self.database = database
        self.results: deque[Result] = deque(maxlen=REMEMBERED)
        self._run = run
        self._refresh_at = refresh_at
        self._seen: dict[str, tuple[int, int]] = {}
        """File → size and time at the look before."""
        self._not_before: datetime | None = None
        self._refreshed_at: datetime | None = None
        self._swept_at: datetime | None = None

    def look(self, at: datetime) -> None:
        """One look, at a time in UTC: load what stands still, refresh and clear away where it is due."""
        self._load(at)
        if self._is_due(at):
            self._refreshed_at = at
            self._try("refresh")
        elif self._has_changes():
            self._try("catch_up")
        self._swept_at = self._swept_at or at
        if at >= self._swept_at + SWEEP_EVERY:
            self._swept_at = at
            self._try("sweep")

    # Files

    def _load(self, at: datetime) -> None:
        still = self._still()
        if still and (self._not_before is None or at >= self._not_before):
            self._not_before = None
            self._take(still, at)

    def _still(self) -> list[Path]:
        """The files that have not changed since the look before."""
        now_there: dict[str, tuple[int, int]] = {}
        still = []
        for path in _files(folder(self.database)):
            try:
                seen = path.stat()
            except FileNotFoundError:
                continue
            now_there[path.name] = (seen.st_size, seen.st_mtime_ns)
            if self._seen.get(path.name) == now_there[path.name]:
                still.append(path)
        self._seen = now_there
        return still

    def _take(self, paths: list[Path], at: datetime) -> None:
        """Load files as one batch; where that fails by one of them, each by itself."""
        kept = [(path, file) for path in paths if (file := self._keep(path, at))]
        if not kept:
            return
        args = {"files": landing.described([file for _, file in kept]), "came_by": "inbox"}
        try:
            report = self._run("load", args)
        except PintailError as error:
            if not isinstance(error, BadSource):
                self._wait(paths, at, error)
            elif len(kept) > 1:
                for path, _ in kept:
                    self._take([path], at)
            elif self._has_changed(kept[0][0]):
                self._seen.pop(kept[0][0].name, None)
            else:
                self._refuse(kept[0][0], at, error)
        except Exception as unforeseen:
            if len(kept) > 1:
                for path, _ in kept:
                    self._take([path], at)
            else:
                self._refuse(kept[0][0], at, jobs.sayable(unforeseen))
        else:
            for path, _ in kept:
                path.unlink(missing_ok=True)
            self.results.appendleft(_result(report, kept, at))

    def _keep(self, path: Path, at: datetime) -> Kept | None:
        try:
            return landing.bring([path], self.database.files / "landing")[0]
        except BadSource as error:
            self._refuse(path, at, error)
            return None

    def _has_changed(self, path: Path) -> bool:
        """Whether somebody went on writing into a file that had stood still."""
        try:
            seen = path.stat()
        except FileNotFoundError:
            return True
        return (seen.st_size, seen.st_mtime_ns) != self._seen.get(path.name)

    def _wait(self, paths: list[Path], at: datetime, error: PintailError) -> None:
        """Leave the files where they are for a while: it is not their fault."""
        self._not_before = at + PATIENCE
        self.results.appendleft(Result(at, tuple(path.name for path in paths), error=error))

    def _refuse(self, path: Path, at: datetime, error: PintailError) -> None:
        """Put a file aside, with the reason beside it in both languages."""
        target = folder(self.database) / REFUSED / path.name
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
        reasons = (" ".join(i18n.explain(error, language).split()) for language in i18n.LANGUAGES)
        reason = "\n".join(reasons)
        target.with_name(f"{target.name}.txt").write_text(reason + "\n", encoding="utf-8")
        self._seen.pop(path.name, None)
        self.results.appendleft(Result(at, (path.name,), error=error))

    # The calendar

    def _is_due(self, at: datetime) -> bool:
        """Whether the day's refresh has not been since its time; a clock that stands needs none."""
        if self._refresh_at is None:
            return False
        with self.database.cursor() as cursor:
            zone, as_of, last = cursor.rows(statement("calendar"))[0]
        if as_of is not None or last is None:
            return False
        begun: datetime = max(last, self._refreshed_at or last)
        return begun < last_due(at, self._refresh_at, zone)

    def _has_changes(self) -> bool:
        """Whether people changed accounts since the marts were counted."""
        with self.database.cursor() as cursor:
            return bool(cursor.value(statement("has_changes")))

    def _try(self, name: str) -> None:
        try:
            self._run(name, {})
        except PintailError as error:
            log.warning("The job %s was stopped: %s", name, error)
        except Exception:
            log.exception("The job %s failed", name)


def last_due(at: datetime, hour: time, zone: str) -> datetime:
    """The last moment at which a clock of that zone showed the time, all in UTC."""
    local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    due = _moment(local.date(), hour, zone)
    return due if due <= at else _moment(local.date() - timedelta(days=1), hour, zone)


def _moment(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def _result(report: dict[str, Any], kept: list[tuple[Path, Kept]], at: datetime) -> Result:
    files = report["files"]
    return Result(
        at,
        tuple(path.name for path, _ in kept),
        report["batch"],
        sum(file["read"] for file in files),
        sum(file["rejected"] for file in files),
    )


@dataclass
class Watcher:
    """A thread that looks every few seconds, as long as the server runs."""

    inbox: Inbox
    seconds: float
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._watch, name="inbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a load that runs comes to its end first."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(self.seconds):
            try:
                self.inbox.look(now())
            except Exception:  # the next look may do better, and nobody would see that there is none
                log.exception("The inbox could not be looked at")


watching: Inbox | None = None
"""The inbox of the server that runs in this process."""


def watch(database: Database, seconds: int, refresh_at: time | None) -> Watcher:
    """Begin to watch the inbox of a database; 0 seconds watch nothing."""
    global watching
    watching = Inbox(database, lambda name, args: jobs.begin(database, name, args).future.result(), refresh_at)
    watcher = Watcher(watching, seconds)
    if seconds:
        watcher.start()
    return watcher


def results(database: Database) -> list[Result]:
    """What became of the last files, the latest first."""
    return list(watching.results) if watching and watching.database is database else []
