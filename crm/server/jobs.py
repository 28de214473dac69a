"""Work by name, for pages and for command lines, whoever holds the file.

A job is a function of the database, its arguments and a progress callback; its result can be
written as JSON. Jobs that write run one at a time, in the order in which they were asked for, on a
thread of their own.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm.db import Database
from crm.errors import DatabaseBusy, NotAllowed, NotFound
from crm.server.client import NoServer, Progress, call, encoded, socket_of
from crm.settings import Settings

Job = Callable[[Database, dict[str, Any], Progress], Any]
ATTEMPTS = 20
PAUSE = 0.1
"""Between two attempts, in seconds, to reach a server that has opened the file and does not listen yet."""


@dataclass(frozen=True)
class Registered:
    """A job and how it runs."""

    function: Job
    writes: bool
    for_owner: bool


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


def start(database: Database, name: str, args: Mapping[str, Any], progress: Progress) -> "Future[Any]":
    """Begin a job on a thread of its own; its place in the line is its first progress.

    Raises NotFound for an unknown name, and NotAllowed for a job that is the owner's.
    """
    job = registered(name)
    if job.for_owner:
        raise NotAllowed("This runs only while no server holds the file. Stop the server, or name a person with --as.")
    with _lock:
        if job.writes and any(not future.done() for future in _unfinished):
            progress("Waiting for the job before this one")
        future = (_writer if job.writes else _readers).submit(job.function, database, dict(args), progress)
        if job.writes:
            _unfinished.add(future)
    future.add_done_callback(_unfinished.discard)
    return future


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
