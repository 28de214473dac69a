"""Who looked at data of persons, and who took data along.

Looking is noted once an hour for a person, a record or list, and a place, and written in the background: no page waits
for it. Taking along is written before the file is handed out: what cannot be noted is not given.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

import polars as pl

from crm import clock, queries, sql
from crm.access import Viewer
from crm.db import Cursor, Database, now

_statement = sql.room(Path(__file__).parent / "statements" / "access_log")
PERSONAL = ("contact", "lead", "account")
"""Objects of persons; an account is one where its kind says so, and lists may hold such."""
REACHED_BY = ("email", "phone")
"""Fields by which a person is reached."""
MOST = 10_000
"""Rows of the log that are read at once."""

_Key = tuple[int | None, str, int | None, str]


@dataclass
class _Book:
    """What was looked at in this hour, and what of it is not written yet."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    hour: datetime | None = None
    known: set[_Key] = field(default_factory=set)
    waiting: list[tuple[datetime, _Key]] = field(default_factory=list)


_books: WeakKeyDictionary[Database, _Book] = WeakKeyDictionary()
_books_lock = threading.Lock()


def _book_of(database: Database) -> _Book:
    with _books_lock:
        return _books.setdefault(database, _Book())


def opened(database: Database, viewer: Viewer, object_name: str, record_id: int, place: str) -> None:
    """Note that somebody opens a record, where it is a person's: a contact, a lead, an account of a person."""
    if object_name in ("contact", "lead") or (object_name == "account" and _is_person(database, viewer, record_id)):
        read(database, viewer, object_name, record_id, place)


def _is_person(database: Database, viewer: Viewer, account_id: int) -> bool:
    found = queries.query(database, viewer, "record/is_person", account_id=account_id)
    return bool(found.height and found.item())


def looked(database: Database, viewer: Viewer, object_name: str, fields: Iterable[str], place: str) -> None:
    """Note that somebody looks at a list, where its fields say how persons are reached."""
    if set(REACHED_BY) & set(fields) and object_name in PERSONAL:
        read(database, viewer, object_name, None, place)


def read(database: Database, viewer: Viewer, object_name: str, record_id: int | None, place: str) -> None:
    """Note that somebody looks at data of persons: a record, or without one a list. Cheap enough for each rerun.

    `place` says where: a page, a list, a form. It is written within a minute.
    """
    key, at = (viewer.user_id, object_name, record_id, place), now()
    hour = at.replace(minute=0, second=0, microsecond=0)
    book = _book_of(database)
    with book.lock:
        if book.hour != hour:
            book.hour = hour
            book.known.clear()
        if key not in book.known:
            book.known.add(key)
            book.waiting.append((at, key))


def write(database: Database) -> None:
    """Write what was looked at since the last time."""
    book = _book_of(database)
    with book.lock:
        waiting, book.waiting = book.waiting, []

    def insert(cursor: Cursor) -> None:
        for at, (user_id, object_name, record_id, place) in waiting:
            _add(cursor, at, user_id, "read", object_name, record_id, None, place)

    if not waiting:
        return
    try:
        database.write(insert, touches=["ops.access_log"])
    except BaseException:
        with book.lock:
            book.waiting = waiting + book.waiting
        raise


def exported(database: Database, viewer: Viewer, object_name: str, count: int | None, place: str) -> None:
    """Note that somebody takes records along, before they are handed out; raises where that cannot be noted."""
    database.write(
        lambda cursor: _add(cursor, now(), viewer.user_id, "export", object_name, None, count, place),
        touches=["ops.access_log"],
    )


def _add(
    cursor: Cursor,
    at: datetime,
    user_id: int | None,
    kind: str,
    object_name: str,
    record_id: int | None,
    count: int | None,
    place: str,
) -> None:
    cursor.run(
        _statement("add"),
        now=at,
        user_id=user_id,
        kind=kind,
        object=object_name,
        record_id=record_id,
        count_records=count,
        place=place[:200],
    )


def listed(
    database: Database,
    viewer: Viewer,
    *,
    since: date,
    until: date,
    user_id: int | None = None,
    object_name: str | None = None,
    kind: str | None = None,
    record_id: int | None = None,
    zone: str = "UTC",
) -> pl.DataFrame:
    """Who looked at what, the latest first: logged_at (UTC), person, email, kind, object, record_id, count, place.

    At most MOST rows of the days from `since` to `until` in a zone. Raises NotAllowed but for administrators.
    """
    viewer.require("admin", "company")
    write(database)
    with database.cursor() as cursor:
        return cursor.frame(
            _statement("listed"),
            since=clock.begin_of(since, zone),
            until=clock.end_of(until, zone),
            user_id=user_id,
            object=object_name,
            kind=kind,
            record_id=record_id,
            most=MOST,
        )


def last_days(today: date, count: int = 30) -> tuple[date, date]:
    """The days that are asked for where nobody says which."""
    return today - timedelta(days=count - 1), today
