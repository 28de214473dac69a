"""Work by name, for pages and for command lines, whoever holds the file.

A job is a function of the database, its arguments and a progress callback; its result can be
written as JSON. Jobs that write run one at a time, in the order in which they were asked for, on a
thread of their own.
"""

import itertools
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crm.db import Database, now
from crm.errors import Cancelled, DatabaseBusy, NotAllowed, NotFound, PintailError
from crm.progress import Step, Stop, stoppable
from crm.server.client import NoServer, Progress, call, encoded, socket_of
from crm.settings import Settings

Job = Callable[[Database, dict[str, Any], Progress], Any]
ATTEMPTS = 20
REMEMBERED = 100
"""Runs of jobs that are kept after their end."""
PAUSE = 0.1
"""Between two attempts, in seconds, to reach a server that has opened the file and does not listen yet."""


@dataclass(frozen=True)
class Registered:
    """A job and how it runs."""

    function: Job
    writes: bool
    for_owner: bool


log = logging.getLogger(__name__)
_registered: dict[str, Registered] = {}
_writer = ThreadPoolExecutor(1, thread_name_prefix="writing-job")
_readers = ThreadPoolExecutor(2, thread_name_prefix="reading-job")
_unfinished: set["Future[Any]"] = set()
_lock = threading.Lock()


def register(name: str, function: Job, *, writes: bool = True, for_owner: bool = False) -> None:
    """Give a job its name; one `for_owner` runs only where no server holds the file."""
    _registered[name] = Registered(function, writes, for_owner)


def registered(name: str) -> Registered:
    """The job of that name; raises NotFound."""
    if name not in _registered:
        raise NotFound("There is no job {name}. Start a server of the same version as the command.", name=name)
    return _registered[name]


def start(
    database: Database, name: str, args: Mapping[str, Any], progress: Progress, stop: Stop | None = None
) -> "Future[Any]":
    """Begin a job on a thread of its own; its place in the line is its first progress.

    Raises NotFound for an unknown name, and NotAllowed for a job that is the owner's.
    """
    job = registered(name)
    if job.for_owner:
        raise NotAllowed("This runs only while no server holds the file. Stop the server, or name a person with --as.")
    with _lock:
        if job.writes and _writes_now():
            progress(Step("Waiting for the job before this one"))
        future = (_writer if job.writes else _readers).submit(
            _run_stoppable, stop or Stop(), job.function, database, dict(args), progress
        )
        if job.writes:
            _unfinished.add(future)
    future.add_done_callback(_unfinished.discard)
    return future


def _run_stoppable(stop: Stop, function: Job, database: Database, args: dict[str, Any], progress: Progress) -> Any:
    with stoppable(stop):
        stop.check()
        return function(database, args, progress)


@dataclass(eq=False)
class Run:
    """A job that pages look at, leave and come back to, and that can be called off."""

    id: int
    name: str
    user_id: int | None
    """Who asked for it; None for the server itself."""
    stop: Stop = field(default_factory=Stop)
    begun_at: datetime = field(default_factory=now)
    step: Step = field(default_factory=lambda: Step("Waiting to begin"))
    """What it is at."""
    future: "Future[Any]" = field(default_factory=lambda: Future[Any]())
    _failure: PintailError | None = None

    def tell(self, text: str) -> None:
        """Its progress; raises Cancelled where it was called off."""
        if not self.stop.is_closed:
            self.stop.check()
        self.step = text if isinstance(text, Step) else Step("{text}", text=text)

    def cancel(self) -> bool:
        """Call it off; whether that was in time."""
        return self.stop.ask()

    @property
    def is_done(self) -> bool:
        """Whether it came to an end, of whatever kind."""
        return self.future.done()

    @property
    def error(self) -> BaseException | None:
        """Why it failed; None while it runs, and where it did what it should."""
        return self.future.exception() if self.is_done else None

    @property
    def failure(self) -> PintailError | None:
        """Why it failed, as a sentence; what nobody foresaw is logged under an id that the sentence names."""
        if self._failure is None and self.error is not None:
            self._failure = sayable(self.error)
        return self._failure

    @property
    def is_cancelled(self) -> bool:
        """Whether it ended because it was called off."""
        return isinstance(self.error, Cancelled)

    @property
    def result(self) -> Any:
        """What it came to; None while it runs, and where it failed."""
        return self.future.result() if self.is_done and self.error is None else None


def sayable(error: BaseException) -> PintailError:
    """An error as a sentence for people; one that nobody foresaw is logged under an id that the sentence names."""
    if isinstance(error, PintailError):
        return error
    error_id = secrets.token_hex(4)
    log.error("Error %s in a job", error_id, exc_info=error)
    return PintailError("Something went wrong (error {id}). The server's log has the details.", id=error_id)


_runs: dict[int, Run] = {}
_numbers = itertools.count(1)


def begin(database: Database, name: str, args: Mapping[str, Any], user_id: int | None = None) -> Run:
    """Start a job that `run_of` finds again; raises as `start` does."""
    run = Run(next(_numbers), name, user_id)
    run.future = start(database, name, args, run.tell, run.stop)
    with _lock:
        _runs[run.id] = run
        ended = [number for number, each in _runs.items() if each.is_done]
        for number in ended[:-REMEMBERED]:
            del _runs[number]
    return run


def run_of(number: int | None) -> Run | None:
    """The run of that number, where it is still known."""
    return _runs.get(number or 0)


def last(name: str) -> Run | None:
    """The run of that job which was asked for last, where it is still known."""
    with _lock:
        return next((run for run in reversed(_runs.values()) if run.name == name), None)


def going_on() -> list[Run]:
    """The runs that have not ended, in the order in which they were asked for."""
    with _lock:
        return [run for run in _runs.values() if not run.is_done]


def is_writing() -> bool:
    """Whether a job that writes runs, or waits to."""
    with _lock:
        return _writes_now()


def _writes_now() -> bool:
    return any(not future.done() for future in _unfinished)


def finish() -> None:
    """Wait until the jobs that write, running or in line, are done."""
    wait(list(_unfinished))


def run(
    settings: Settings,
    name: str,
    args: Mapping[str, Any],
    progress: Progress,
    open_database: Callable[[Settings], Database] | None = None,
) -> Any:
    """A job's result: by the server that holds `settings.db`, else with the file opened here.

    Raises what the job raises, and DatabaseBusy when another program than a server holds the file.
    """
    for attempt in range(ATTEMPTS):
        try:
            return call(settings.db, name, args, progress)
        except NoServer:
            pass
        try:
            database = (open_database or opened)(settings)
        except DatabaseBusy:
            if attempt + 1 == ATTEMPTS:
                raise
            time.sleep(PAUSE)
        else:
            return _run_here(database, name, args, progress)
    raise AssertionError  # the last attempt returns or raises


def opened(settings: Settings) -> Database:
    """The database of the settings, opened in this process."""
    return Database(settings.db, threads=settings.threads, memory_limit=settings.memory_limit)


def _run_here(database: Database, name: str, args: Mapping[str, Any], progress: Progress) -> Any:
    with database:
        forget_socket(database.path)
        result = registered(name).function(database, dict(args), progress)
    return json.loads(encoded({"result": result}))["result"]


def forget_socket(path: Path) -> None:
    """Remove the socket that a killed server left. Only for the process that holds the file."""
    address = socket_of(path)
    if address.is_symlink():
        short = address.readlink()
        short.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            short.parent.rmdir()
    address.unlink(missing_ok=True)
