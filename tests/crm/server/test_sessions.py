"""Sessions: how long they live, what ends them, what a look-up costs."""

import time
from datetime import datetime, timedelta

import pytest

from crm import users
from crm.db import Database, now
from crm.server import sessions


@pytest.fixture
def user_id(database: Database) -> int:
    """A person who has chosen a password."""
    users.add(database, "a@example.com", "admin")
    user_id = users.id_of(database, "a@example.com")
    users.set_password(database, user_id, "correct horse")
    return user_id


@pytest.fixture
def token(database: Database, user_id: int) -> str:
    """The token of that person's browser."""
    return sessions.create(database, user_id, "Test")


def _at(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(sessions, "now", lambda: at)


def test_lookup_finds_the_person_of_a_token_only(database: Database, user_id: int, token: str) -> None:
    viewer = sessions.lookup(database, token)
    assert viewer is not None and (viewer.user_id, viewer.role) == (user_id, "admin")
    for other in (None, "", token + "x", token[:-1], "' or true --"):
        assert sessions.lookup(database, other) is None


def test_the_database_keeps_the_hash_only(database: Database, token: str) -> None:
    with database.cursor() as cursor:
        [row] = cursor.rows("select * from ops.session")
    assert token not in str(row) and len(row[0]) == 64


def test_ending_a_session_ends_it_at_once(database: Database, user_id: int, token: str) -> None:
    other = sessions.create(database, user_id, "Other")
    assert sessions.lookup(database, token) and sessions.lookup(database, other)
    sessions.end(database, token)
    assert sessions.lookup(database, token) is None
    assert sessions.lookup(database, other)
    sessions.end_all(database, user_id)
    assert sessions.lookup(database, other) is None


def test_disabling_a_person_ends_its_sessions(database: Database, user_id: int, token: str) -> None:
    assert sessions.lookup(database, token)
    users.disable(database, user_id)
    assert sessions.lookup(database, token) is None


def test_a_session_ends_after_an_hour_without_use(
    database: Database, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = now()
    for minutes in (59, 59 * 2, 59 * 3):
        _at(monkeypatch, start + timedelta(minutes=minutes))
        assert sessions.lookup(database, token)
    _at(monkeypatch, start + timedelta(minutes=59 * 3 + 61))
    assert sessions.lookup(database, token) is None


def test_a_session_ends_after_twelve_hours_of_use(
    database: Database, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = now()
    for minutes in range(0, 12 * 60, 30):
        _at(monkeypatch, start + timedelta(minutes=minutes))
        assert sessions.lookup(database, token)
    _at(monkeypatch, start + timedelta(hours=12))
    assert sessions.lookup(database, token) is None


def test_last_use_is_written_once_a_minute_and_read_after_a_restart(
    database: Database, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen() -> datetime:
        with database.cursor() as cursor:
            value: datetime = cursor.value("select seen_at from ops.session")
            return value

    start = seen()
    _at(monkeypatch, start + timedelta(seconds=59))
    assert sessions.lookup(database, token)
    sessions.keep_seen(database)
    assert seen() == start
    _at(monkeypatch, start + timedelta(minutes=50))
    assert sessions.lookup(database, token)
    sessions.keep_seen(database)
    assert seen() == start + timedelta(minutes=50)
    sessions._books.clear()  # what a new process knows
    _at(monkeypatch, start + timedelta(minutes=100))
    assert sessions.lookup(database, token)
    sessions._books.clear()
    _at(monkeypatch, start + timedelta(minutes=111))
    assert sessions.lookup(database, token) is None


def test_idle_sessions_are_forgotten_in_memory(database: Database, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    start = now()
    assert sessions.lookup(database, token)
    _at(monkeypatch, start + timedelta(hours=2))
    sessions.keep_seen(database)
    assert not sessions._books[database].seen
    assert sessions.lookup(database, token) is None


def test_a_one_time_password_opens_no_page(database: Database) -> None:
    users.add(database, "new@example.com", "sales")
    user_id = users.id_of(database, "new@example.com")
    token = sessions.create(database, user_id, "Test")
    session = sessions.find(database, token)
    assert session is not None and session.must_change_password
    assert sessions.lookup(database, token) is None
    users.set_password(database, user_id, "chosen by myself")
    assert sessions.lookup(database, token)


def test_what_an_admin_changes_is_seen_at_the_next_look(database: Database, user_id: int, token: str) -> None:
    assert sessions.lookup(database, token)
    users.set_language(database, user_id, "zh_CN")
    users.set_theme(database, user_id, "dark")
    session = sessions.find(database, token)
    assert session is not None and (session.viewer.language, session.theme) == ("zh_CN", "dark")
    database.write(lambda cursor: cursor.run("delete from ops.access_grant"), touches=["ops.access_grant"])
    viewer = sessions.lookup(database, token)
    assert viewer is not None and not viewer.may("read", "account")


def test_a_lookup_takes_well_under_five_milliseconds(database: Database, token: str) -> None:
    sessions.lookup(database, token)
    begin = time.process_time()
    for _ in range(200):
        sessions.lookup(database, token)
    assert (time.process_time() - begin) / 200 < 0.001
