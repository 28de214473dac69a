"""Who signs in, as an administrator manages it: invited, linked to the staff, given a role, sent away and back.

Each is refused to whom it would lock out: nobody sends oneself away, and one administrator stays.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from crm import records, sql, undo, users, writing
from crm.access import Viewer
from crm.db import Database, now
from crm.errors import InvalidRecord, NotFound
from crm.grants import require
from crm.records import HandedOver
from crm.server import sessions

_statement = sql.room(Path(__file__).parent / "statements" / "people")


@dataclass(frozen=True)
class Person:
    """A sign-in with the member of staff that it acts for."""

    id: int
    email: str
    name: str
    role: str
    is_demo: bool
    must_change_password: bool
    disabled_at: datetime | None
    seen_at: datetime | None
    """Last use (UTC), of any session; None for who never came."""
    count_sessions: int
    """Browsers in which the person is signed in."""
    staff_id: int | None
    staff: str | None
    team: str | None
    manager: str | None


def listed(database: Database, viewer: Viewer) -> list[Person]:
    """All sign-ins by name, those that were withdrawn last."""
    require(viewer)
    with database.cursor() as cursor:
        found = [Person(*row) for row in cursor.rows(_statement("listed"), now=now())]
    return sorted(found, key=lambda each: (each.disabled_at is not None, each.name.lower(), each.id))


def find(database: Database, viewer: Viewer, user_id: int) -> Person:
    """A sign-in. Raises NotFound."""
    for person in listed(database, viewer):
        if person.id == user_id:
            return person
    raise NotFound("There is no sign-in {id}.", id=user_id)


def teams(database: Database, viewer: Viewer) -> pl.DataFrame:
    """Who is in which team: team, region, manager, members (names), count_sign_ins."""
    require(viewer)
    with database.cursor() as cursor:
        return cursor.frame(_statement("teams"))


def invite(database: Database, viewer: Viewer, email: str, name: str, role: str, staff_id: int | None) -> str:
    """Make a sign-in; its one-time password, which is told once. Raises as `users.add` and `users.set_staff` do."""
    require(viewer)
    _check_free(database, viewer, None, staff_id)
    password = users.add(database, email, role, name)
    users.set_staff(database, users.id_of(database, email), staff_id)
    return password


def change(database: Database, viewer: Viewer, user_id: int, role: str, staff_id: int | None) -> None:
    """Give a person a role and a member of staff to act for; they hold from its next run on.

    Raises InvalidRecord where nobody would be left who may do this, and for staff that somebody else acts for.
    """
    person = find(database, viewer, user_id)
    if role != person.role:
        _check_self(viewer, user_id)
        if person.role == "admin":
            _check_last(database, viewer, person)
        users.set_role(database, user_id, role)
    if staff_id != person.staff_id:
        _check_free(database, viewer, user_id, staff_id)
        users.set_staff(database, user_id, staff_id)


def send_away(database: Database, viewer: Viewer, user_id: int, owner_id: int | None, reason: str = "") -> HandedOver:
    """Withdraw a sign-in, whose sessions end at once; its open work goes to `owner_id`, or stays where that is None.

    Raises InvalidRecord for oneself and the last administrator, and as `records.hand_over` does; then nothing is done.
    """
    person = find(database, viewer, user_id)
    _check_self(viewer, user_id)
    _check_last(database, viewer, person)
    done = HandedOver(None, {})
    if owner_id is not None and person.staff_id is not None:
        done = records.hand_over(database, viewer, person.staff_id, owner_id, reason)
    users.disable(database, user_id)
    sessions.end_all(database, user_id)
    return done


def take_back(database: Database, viewer: Viewer, user_id: int, action_id: int | None = None) -> tuple[undo.Place, ...]:
    """Give a sign-in back, and with the action of its sending away its work; the values that somebody changed since."""
    find(database, viewer, user_id)
    users.enable(database, user_id)
    return () if action_id is None else undo.undo(database, viewer, action_id).kept


def sign_out(database: Database, viewer: Viewer, user_id: int) -> None:
    """Sign a person out everywhere."""
    find(database, viewer, user_id)
    sessions.end_all(database, user_id)


def reset(database: Database, viewer: Viewer, user_id: int) -> str:
    """A new one-time password, which is told once; open sessions end. Raises InvalidRecord for a demo sign-in."""
    find(database, viewer, user_id)
    password = users.renew_password(database, user_id)
    sessions.end_all(database, user_id)
    return password


def open_work(database: Database, viewer: Viewer, staff_id: int) -> dict[str, int]:
    """Object → how many records somebody works on that are not done with."""
    require(viewer)
    found = dict.fromkeys(records.WORK, 0)
    with database.cursor() as cursor:
        for name, _id, _version in cursor.rows(writing.statement("open_work"), staff_id=staff_id):
            found[name] += 1
    return {name: count for name, count in found.items() if count}


def _check_self(viewer: Viewer, user_id: int) -> None:
    if user_id == viewer.user_id:
        raise InvalidRecord("This is your own sign-in. Ask another administrator.")


def _check_last(database: Database, viewer: Viewer, person: Person) -> None:
    others = [
        each for each in listed(database, viewer)
        if each.role == "admin" and each.disabled_at is None and each.id != person.id
    ]  # fmt: skip
    if person.role == "admin" and not others:
        raise InvalidRecord("{name} is the last administrator. Make another one first.", name=person.name)


def _check_free(database: Database, viewer: Viewer, user_id: int | None, staff_id: int | None) -> None:
    for each in listed(database, viewer):
        if staff_id is not None and each.staff_id == staff_id and each.id != user_id and each.disabled_at is None:
            raise InvalidRecord("{name} signs in for this member of staff already.", name=each.name)
