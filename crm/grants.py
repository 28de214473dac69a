"""What each role may do, as an administrator changes it: as one change, with what stood before, and the way back.

Nobody locks the company out: the grants of the administrator's role stay as they are.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crm import access, sql
from crm.access import EVERYONE, ROLES, VERBS, Viewer
from crm.db import Cursor, Database, now
from crm.errors import InvalidRecord, NotAllowed, NotFound, StaleRecord, WrongUse
from crm.fields import MERGEABLE

_statement = sql.room(Path(__file__).parent / "statements" / "grant")
SCOPES = ("own", "team", "all")
TOUCHES = ("ops.access_grant",)


@dataclass(frozen=True, order=True)
class Grant:
    """That a role may do something with some rows of an object, of which fields are withheld."""

    object: str
    verb: str
    scope: str
    masked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """A time at which what a role may do was changed."""

    id: int
    role: str
    made_at: datetime
    """UTC."""
    person: str | None
    """None for the command line."""
    before: tuple[Grant, ...]
    after: tuple[Grant, ...]
    undoes: int | None
    undone_at: datetime | None


def require(viewer: Viewer) -> None:
    """Raises NotAllowed but for administrators."""
    viewer.require("admin", "company")


def of_role(database: Database, viewer: Viewer, role: str) -> tuple[Grant, ...]:
    """What a role may do, by object and verb."""
    require(viewer)
    with database.cursor() as cursor:
        return _standing(cursor, role)


def _standing(cursor: Cursor, role: str) -> tuple[Grant, ...]:
    rows = cursor.rows(access.statement("grants_of_role"), role=role)
    return tuple(sorted(Grant(name, verb, scope, tuple(sorted(masked))) for name, verb, scope, masked in rows))


def change(
    database: Database, viewer: Viewer, role: str, before: Iterable[Grant], after: Iterable[Grant]
) -> int | None:
    """Give a role other grants than those that were read; the id of the change, None where nothing differs.

    Raises NotAllowed, InvalidRecord for grants that a role cannot have, and StaleRecord where somebody was faster.
    """
    require(viewer)
    old, new = tuple(sorted(before)), tuple(sorted(after))
    _check(database, role, new)
    if old == new:
        return None
    return database.write(lambda cursor: _put(cursor, viewer, role, old, new, None), touches=TOUCHES)


def undo(database: Database, viewer: Viewer, change_id: int) -> int:
    """Take a change of grants back, as far as nothing else changed since; the id of that change.

    Raises NotAllowed, NotFound, WrongUse where it was taken back already, and StaleRecord where grants differ from
    what the change left.
    """
    require(viewer)
    found = [each for each in changes(database, viewer) if each.id == change_id]
    if not found:
        raise NotFound("There is no change of rights {id}.", id=change_id)
    (known,) = found
    if known.undone_at is not None:
        raise WrongUse("This change of rights was taken back already, at {moment} UTC.", moment=known.undone_at)
    return database.write(
        lambda cursor: _put(cursor, viewer, known.role, known.after, known.before, change_id), touches=TOUCHES
    )


def _put(
    cursor: Cursor, viewer: Viewer, role: str, before: tuple[Grant, ...], after: tuple[Grant, ...], undoes: int | None
) -> int:
    if _standing(cursor, role) != before:
        raise StaleRecord("Somebody changed the rights of this role meanwhile. Look at them again and repeat.")
    kept = {(each.object, each.verb) for each in after}
    for each in before:
        if (each.object, each.verb) not in kept:
            cursor.run(_statement("drop"), role=role, object=each.object, verb=each.verb)
    for each in set(after) - set(before):
        cursor.run(_statement("set"), role=role, **asdict(each) | {"masked": list(each.masked)})
    at = now()
    if undoes is not None:
        cursor.run(_statement("mark_undone"), id=undoes, now=at)
    values = {"role": role, "now": at, "user_id": viewer.user_id, "undoes": undoes}
    return int(cursor.value(_statement("keep"), **values, before=_as_json(before), after=_as_json(after)))


def _as_json(grants: Iterable[Grant]) -> str:
    return json.dumps([asdict(each) for each in grants])


def _from_json(text: str) -> tuple[Grant, ...]:
    return tuple(sorted(Grant(**each | {"masked": tuple(each["masked"])}) for each in json.loads(text)))


def changes(database: Database, viewer: Viewer, role: str | None = None) -> list[Change]:
    """The changes of a role's grants, or of all, the latest first."""
    require(viewer)
    with database.cursor() as cursor:
        rows = cursor.rows(_statement("changes"), role=role)
    return [
        Change(key, of, made_at, person, _from_json(old), _from_json(new), undoes, undone_at)
        for key, of, made_at, person, old, new, undoes, undone_at in rows
    ]


def beginning(database: Database, viewer: Viewer, role: str) -> tuple[Grant, ...]:
    """What a role might do before anybody changed it; what came with a later version of Pintail is kept."""
    made = changes(database, viewer, role)
    now_ = of_role(database, viewer, role)
    if not made:
        return now_
    first = made[-1]
    known = {each.object for each in (*first.before, *first.after)}
    later = {each.object for each in now_} - known - {each.object for one in made for each in one.after}
    return tuple(sorted((*first.before, *(each for each in now_ if each.object in later))))


def taken(before: Iterable[Grant], after: Iterable[Grant]) -> list[tuple[str, str]]:
    """(object, verb) of what a role may do less after a change: not at all, for fewer rows, or with more withheld."""
    left = {(each.object, each.verb): each for each in after}
    return [
        (each.object, each.verb) for each in sorted(before) if not _is_as_much(each, left.get((each.object, each.verb)))
    ]


def _is_as_much(before: Grant, after: Grant | None) -> bool:
    return (
        after is not None
        and SCOPES.index(after.scope) >= SCOPES.index(before.scope)
        and set(after.masked) <= set(before.masked)
    )


def fields(database: Database) -> Mapping[str, tuple[str, ...]]:
    """Object → the fields that can be withheld."""
    tables = {view.table: view.object for view in access.VIEWS if view.table.startswith(("core.", "mart."))}
    found: dict[str, set[str]] = {name: set() for name in access.objects()}
    with database.cursor() as cursor:
        for table, column in cursor.rows(_statement("columns")):
            if table in tables and column not in NEVER_MASKED and not column.endswith("_id"):
                found[tables[table]].add(column)
    return {name: tuple(sorted(columns)) for name, columns in found.items()}


NEVER_MASKED = frozenset(("id", "version", "archived_at", "created_at", "created_by", "updated_at", "updated_by",
                          "batch_id", "record_number", "file_position", "row_hash", "line_key"))  # fmt: skip
"""Columns without which a record cannot be told from others."""


def _check(database: Database, role: str, wanted: Collection[Grant]) -> None:
    if role not in ROLES:
        raise InvalidRecord("There is no role {role}. Choose one of: {roles}.", role=role, roles=", ".join(ROLES))
    if role == "admin":
        raise NotAllowed("The rights of administrators stay as they are, so that nobody locks the company out.")
    known = fields(database)
    read = {each.object for each in wanted if each.verb == "read"} | set(EVERYONE)
    for each in wanted:
        if each.object not in known or each.verb not in VERBS or each.scope not in SCOPES:
            raise InvalidRecord("There is no right {verb} {object} {scope}.", **_named(each))
        if each.object not in read:
            raise InvalidRecord("Who may {verb} {object} has to read them. Grant that as well.", **_named(each))
        if each.verb == "read" and each.object in EVERYONE and each.scope != "all":
            raise InvalidRecord(
                "Whoever is signed in reads {object}: others cannot be understood without.", **_named(each)
            )
        _check_verb(each)
        unknown = set(each.masked) - set(known[each.object]) - set(STORED_MASKS)
        if unknown:
            raise InvalidRecord("{object} has no field {field} to withhold.", object=each.object, field=min(unknown))


def _check_verb(each: Grant) -> None:
    if each.object not in ONLY.get(each.verb, (each.object,)):
        raise InvalidRecord("Nobody can {verb} {object}.", **_named(each))
    if each.verb == "import" and each.scope != "all":
        raise InvalidRecord("A load writes records of everybody. Grant import for all rows, or not at all.")


ONLY = {"merge": MERGEABLE, "reassign": ("account",), "admin": ()}
"""Verb → the objects that it is for, where these are few; what administrators do is theirs alone."""
STORED_MASKS = ("value", "key", "standing", "before", "after", "unit_price")
"""What loads keep of fields, and what lines of deals have; they are withheld by name."""


def _named(each: Grant) -> dict[str, Any]:
    return {"object": each.object, "verb": each.verb, "scope": each.scope}


def signed_in(database: Database, role: str) -> list[str]:
    """The names of those of a role who are signed in."""
    with database.cursor() as cursor:
        return [row[0] for row in cursor.rows(_statement("signed_in"), role=role, now=now())]
