"""Questions in files, answered as frames: `query(database, viewer, "topic/question", **values)`.

This is the one seam where answers are cached: by statement, values, the viewer's scopes and the
versions of the tables that the statement reads. A frame is shared by all who ask the same; Polars'
operations make new frames, so use those and never assign into one.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from weakref import WeakKeyDictionary

import polars as pl

from crm import access, db, reading, sql
from crm.access import Viewer
from crm.db import Database
from crm.errors import NotFound, WrongUse

QUERIES = Path(__file__).parent / "queries"
CACHE_BYTES = 128 * 1024 * 1024
CLOCK_STEP = 15
"""Minutes in which the day cannot change anywhere: zones differ by whole quarters of an hour."""

Scopes = tuple[tuple[str, access.Scope], ...]
Value = str | int | float | bool | date | datetime | tuple[str, ...] | tuple[int, ...] | None


@dataclass(frozen=True)
class Clock:
    """What the company's numbers are counted by."""

    today: date
    zone: str
    currency: str | None
    marts_as_of: date | None
    """The day up to which the marts count; None before the first refresh."""
    silent_days: int
    """Days without an order after which a customer is silent, as the marts were counted."""
    is_in_step: bool
    """No account changed since the marts were counted, so that the small ones say what the others do."""


class _Cache:
    """The answers of one database; the ones least used are dropped first."""

    def __init__(self) -> None:
        self._frames: OrderedDict[object, pl.DataFrame] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: object) -> pl.DataFrame | None:
        with self._lock:
            frame = self._frames.get(key)
            if frame is not None:
                self._frames.move_to_end(key)
            return frame

    def put(self, key: object, frame: pl.DataFrame) -> None:
        with self._lock:
            if key in self._frames:
                return
            self._frames[key] = frame
            self._bytes += _size(frame)
            while self._bytes > CACHE_BYTES:
                self._bytes -= _size(self._frames.popitem(last=False)[1])


def _size(frame: pl.DataFrame) -> int:
    return int(frame.estimated_size()) + 1024  # the key, names and book-keeping


_caches: WeakKeyDictionary[Database, _Cache] = WeakKeyDictionary()
_caches_lock = threading.Lock()


def _cache_of(database: Database) -> _Cache:
    with _caches_lock:
        return _caches.setdefault(database, _Cache())


class _Moment:
    """One snapshot for all that a viewer asks meanwhile, and the versions of the tables that it shows."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self.database = database
        self.viewer = viewer
        self.scopes = _number_of(viewer.scopes)
        self.clock: Clock | None = None
        self.stack = ExitStack()
        self._cursor, self.versions = self._opened()

    def _opened(self) -> tuple[db.Cursor, db.Versions]:
        while True:  # until nothing was written while the snapshot began
            versions = self.database.written()
            cursor = self.stack.enter_context(access.cursor_for(self.database, self.viewer))
            if versions == self.database.written():
                return cursor, versions
            self.stack.close()

    def frame(self, text: str, values: Mapping[str, Value]) -> pl.DataFrame:
        return self._cursor.frame(text, **values)


_numbers = count(1)


@lru_cache(maxsize=4096)
def _number_of(_scopes: Scopes) -> int:
    """A number that stands for scopes in keys: to hash them takes longer than to find an answer."""
    return next(_numbers)


_moment: ContextVar[_Moment | None] = ContextVar("moment", default=None)


@contextmanager
def moment(database: Database, viewer: Viewer) -> Iterator[None]:
    """All that the viewer asks within the `with` comes from one snapshot, so that a page never mixes two refreshes.

    What is written meanwhile is not seen: leave it first.
    """
    opened = _Moment(database, viewer)
    token = _moment.set(opened)
    try:
        with opened.stack:
            yield
    finally:
        _moment.reset(token)


def query(database: Database, viewer: Viewer, name: str, **values: Value) -> pl.DataFrame:
    """The answer to a named question, as the viewer may see it.

    `$today`, `$zone` and `$silent_days` are the company's where they are not given. Raises NotFound for a name that
    no file has, WrongUse for values that the statement does not ask for or misses.
    """
    return answer(database, viewer, name, sql.read(path_of(name)), values)


def answer(
    database: Database, viewer: Viewer, name: str, text: str, values: Mapping[str, Value], *, is_kept: bool = True
) -> pl.DataFrame:
    """The rows of a statement that reads `visible.*` only, from the cache where they are still true.

    What is not to be kept, as it is large and asked for once, is neither looked for there nor put there.
    """
    bound = _bound(database, viewer, name, text, values)
    current = _current(database, viewer)
    if not is_kept:
        return current.frame(text, bound) if current else _ask(database, viewer, text, bound)
    typed = tuple(sorted((key, type(value).__name__, value) for key, value in bound.items()))
    scopes = current.scopes if current else _number_of(viewer.scopes)
    written = current.versions if current else database.written()
    versions = written.of(reading.parts_of(text))
    key = (text, typed, scopes, viewer.user_id if reading.is_personal(text) else None, versions)
    kept = _cache_of(database)
    frame = kept.get(key)
    if frame is None:
        frame = current.frame(text, bound) if current else _ask(database, viewer, text, bound)
        kept.put(key, frame)
    return frame


def _current(database: Database, viewer: Viewer) -> _Moment | None:
    current = _moment.get()
    if current and current.database is database and _sight(current.viewer) == _sight(viewer):
        return current
    return None


def _sight(viewer: Viewer) -> object:
    """What decides on what somebody sees."""
    return viewer.scopes, viewer.user_id


def _ask(database: Database, viewer: Viewer, text: str, values: Mapping[str, Value]) -> pl.DataFrame:
    with access.cursor_for(database, viewer) as cursor:
        return cursor.frame(text, **values)


def _bound(
    database: Database, viewer: Viewer, name: str, text: str, values: Mapping[str, Value]
) -> Mapping[str, Value]:
    asked = sql.parameters(text)
    bound = dict(values)
    if asked & {"today", "zone", "silent_days"} - bound.keys():
        company = clock(database, viewer)
        known: dict[str, Value] = {name: getattr(company, name) for name in ("today", "zone", "silent_days")}
        bound = {key: known[key] for key in asked & known.keys()} | bound
    if unknown := sorted(bound.keys() - asked):
        raise WrongUse(
            "{name} does not ask for {unknown}. It takes: {known}.",
            name=name,
            unknown=", ".join(unknown),
            known=", ".join(sorted(asked)) or "-",
        )
    if missing := sorted(asked - bound.keys()):
        raise WrongUse("{name} also needs {missing}. Give a value for each.", name=name, missing=", ".join(missing))
    return bound


def clock(database: Database, viewer: Viewer) -> Clock:
    """The company's day, zone and currency."""
    current = _current(database, viewer)
    if current and current.clock:
        return current.clock
    time = db.now()
    step = time.replace(minute=time.minute - time.minute % CLOCK_STEP, second=0, microsecond=0)
    found = Clock(**query(database, viewer, "company/clock", now=step).row(0, named=True))
    if current:
        current.clock = found
    return found


@cache
def names() -> Mapping[str, Path]:
    """The named questions and their files."""
    return {path.relative_to(QUERIES).with_suffix("").as_posix(): path for path in sorted(QUERIES.rglob("*.sql"))}


def path_of(name: str) -> Path:
    """The file of a named question; raises NotFound with the names that are near."""
    if name in names():
        return names()[name]
    raise not_found(name, list(names()))


def not_found(name: str, known: list[str]) -> NotFound:
    """The error for a name that does not exist, with those that look like it."""
    near = get_close_matches(name, known, n=3, cutoff=0.5) or known
    return NotFound("There is no query or KPI {name}. Did you mean: {near}?", name=name, near=", ".join(near))
