"""Signed-in browsers: rows on the server, found by the hash of the cookie's token.

A look-up happens at every run of a page, so what it finds is kept in memory under the versions of
the tables it rests on. When a session was last used is noted in memory, too, and written by
`keep_seen` once a minute: no page ever waits for a writer because it was looked at.
"""

import hashlib
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

from crm import sql
from crm.access import Viewer, viewer_of
from crm.db import Cursor, Database, now

_statement = sql.room(Path(__file__).parent.parent / "statements" / "session")
ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=30)
RESTS_ON = ("ops.session", "ops.user", "ops.access_grant", "ops.custom_field", "core.staff", "core.team")


@dataclass(frozen=True)
class Session:
    """A signed-in browser and who sits before it."""

    viewer: Viewer
    theme: str | None
    is_demo: bool
    must_change_password: bool
    expires_at: datetime


@dataclass
class _Book:
    """What this process knows of the sessions of one database."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    versions: tuple[int, ...] = ()
    sessions: dict[str, Session] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    written: dict[str, datetime] = field(default_factory=dict)


_books: WeakKeyDictionary[Database, _Book] = WeakKeyDictionary()
_books_lock = threading.Lock()


def _book_of(database: Database) -> _Book:
    with _books_lock:
        return _books.setdefault(database, _Book())


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(*, https: bool) -> str:
    """The name of the session's cookie; browsers hold `__Host-` cookies to the strictest rules."""
    return "__Host-pintail" if https else "pintail"


def create(database: Database, user_id: int, user_agent: str) -> str:
    """Sign a browser in; the token for its cookie, of which the database keeps the hash only."""
    token = secrets.token_urlsafe(32)
    at = now()

    def insert(cursor: Cursor) -> None:
        cursor.run(_statement("drop_old"), before=at - KEPT)
        cursor.run(
            _statement("create"),
            token_hash=_hashed(token),
            user_id=user_id,
            created_at=at,
            expires_at=at + ABSOLUTE,
            user_agent=user_agent[:300],
        )

    database.write(insert, touches=["ops.session"])
    return token


def lookup(database: Database, token: str | None) -> Viewer | None:
    """Who looks, or None when nobody may see a page: no session, ended, or a password to be changed first."""
    session = find(database, token)
    return None if session is None or session.must_change_password else session.viewer


def find(database: Database, token: str | None) -> Session | None:
    """The session of a token unless it ended, by sign-out, withdrawal, idleness or age; counts as its use."""
    if not token:
        return None
    book, key, at = _book_of(database), _hashed(token), now()
    session = _known(database, book, key)
    if session is None:
        return None
    with book.lock:
        if at >= session.expires_at or at - book.seen[key] >= IDLE:
            return None
        book.seen[key] = at
    return session


def _known(database: Database, book: _Book, key: str) -> Session | None:
    versions = database.versions(RESTS_ON)
    with book.lock:
        if book.versions != versions:
            book.versions = versions
            book.sessions.clear()
        elif key in book.sessions:
            return book.sessions[key]
    with database.cursor() as cursor:
        found = cursor.rows(_statement("find"), token_hash=key)
        if not found:
            return None
        email, theme, is_demo, must_change_password, seen_at, expires_at = found[0]
        session = Session(viewer_of(cursor, email), theme, is_demo, must_change_password, expires_at)
    with book.lock:
        if book.versions == versions:
            book.sessions[key] = session
        book.written.setdefault(key, seen_at)
        book.seen.setdefault(key, seen_at)
    return session


def keep_seen(database: Database) -> None:
    """Write when sessions were last used, those that were used a minute or longer after the last writing."""
    book = _book_of(database)
    with book.lock:
        used = {key: at for key, at in book.seen.items() if at - book.written[key] >= SEEN_EVERY}

    def update(cursor: Cursor) -> None:
        for key, at in used.items():
            cursor.run(_statement("see"), token_hash=key, seen_at=at)

    if used:
        database.write(update, touches=[])
    with book.lock:
        book.written.update(used)
        for key in [key for key, at in book.seen.items() if now() - at >= IDLE]:
            del book.seen[key], book.written[key]
            book.sessions.pop(key, None)


def end(database: Database, token: str) -> None:
    """Sign a browser out."""
    key = _hashed(token)
    database.write(
        lambda cursor: cursor.run(_statement("end"), token_hash=key, ended_at=now()), touches=["ops.session"]
    )


def end_all(database: Database, user_id: int) -> None:
    """Sign a person out everywhere."""
    database.write(
        lambda cursor: cursor.run(_statement("end_all"), user_id=user_id, ended_at=now()), touches=["ops.session"]
    )


def token_in(cookies: Mapping[str, str], *, https: bool) -> str | None:
    """The token that a browser sent."""
    return cookies.get(cookie_name(https=https))
