"""What people did at once, as an action with all its changes, and how it is taken back.

Taking back is an action as well: each value that still stands is put back, and one that somebody changed since stays.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from crm import access, following, sql
from crm.db import Cursor, now
from crm.errors import InvalidRecord
from crm.fields import MERGEABLE, REASSIGNED, REFERENCES

statement = sql.room(Path(__file__).parent / "statements" / "history")
TABLES = ("history.action", "history.edit")
CREDITED = "credited_owner_id"
STAMPED = {"opportunity": "stage_id", "ticket": "resolved_at"}
"""Object → the field by whose change somebody is credited; with it, the credit goes back."""
Seen = Mapping[str, Collection[int]]
"""Object → records that a viewer sees."""


def begin(
    cursor: Cursor,
    kind: str,
    object_name: str,
    record_id: int,
    *,
    user_id: int | None,
    other_id: int | None = None,
    undoes: int | None = None,
    reason: str | None = None,
) -> int:
    """Note an action; its id, for the changes that it is made of. `reason` is what the person says why."""
    return int(
        cursor.value(
            statement("begin"),
            kind=kind,
            object=object_name,
            record_id=record_id,
            other_id=other_id,
            now=now(),
            user_id=user_id,
            undoes=undoes,
            reason=reason,
        )
    )


def forget(cursor: Cursor, action_id: int) -> None:
    """Of an action that changed nothing, nothing is kept."""
    cursor.run(statement("forget"), id=action_id)


def acting(cursor: Cursor, viewer: access.Viewer, action_id: int, verb: str, object_name: str) -> access.Viewer:
    """The viewer as it takes an action back, which needs the right to `verb`, and to reassign where that was done.

    Raises NotAllowed, and InvalidRecord where the action changed a field that is withheld from the viewer.
    """
    fields = cursor.rows(statement("fields"), id=action_id)
    for name in {object_name} if verb == "merge" else {object_name, *(name for name, _ in fields)}:
        viewer.require(verb, access.object_of(name))
    who = viewer.acting(verb)
    if any(place in REASSIGNED for place in fields):
        viewer.require("reassign", "account")
        who = who.acting("reassign")
    for name, field in fields:
        scope = who.scope(access.object_of(name)) or viewer.scope(access.object_of(name))
        if field in getattr(scope, "masked", ()):
            raise InvalidRecord("{object} has no field {field} to edit.", object=name, field=field)
    return who


def put_back(
    cursor: Cursor,
    action_id: int,
    by: int,
    user_id: int | None,
    seen: Seen | None = None,
    parted: tuple[str, int] | None = None,
) -> int:
    """Put back all values of an action that still stand, as part of the action `by`, and what follows; how many.

    `seen` leaves out all records but these. `parted` is a record (object and key) that is about to stand for itself
    again; what named any other that became one with another since names that one.
    """
    values = {"now": now(), "user_id": user_id}
    count = 0
    for name, field in _fields(cursor, action_id):
        slots = {"object": name, "field": field}
        _find_returned(cursor, action_id, name, field, seen, parted)
        count += cursor.run(statement("return", **slots), **values)
        cursor.run(statement("keep_returned", **slots), **values, action_id=by)
        cursor.run(statement("mark_returned"), now=values["now"])
        cursor.run(statement("reopen", **slots), id=action_id)
        cursor.run(statement("settle_returned", **slots), **values)
    follow_all(cursor, by, user_id, is_back=True)
    return count


def foresee(
    cursor: Cursor, action_id: int, seen: Seen | None = None, parted: tuple[str, int] | None = None
) -> set[tuple[str, int, str]]:
    """Which values (object, record, field) `put_back` would put back."""
    found: set[tuple[str, int, str]] = set()
    for name, field in _fields(cursor, action_id):
        if field != CREDITED:  # it only goes along
            _find_returned(cursor, action_id, name, field, seen, parted)
            found |= {(name, record_id, field) for (record_id,) in cursor.rows(statement("returned"))}
    return found


def _fields(cursor: Cursor, action_id: int) -> list[tuple[str, str]]:
    """The objects and fields that an action changed, who is credited last, as that goes along with others."""
    found = [(name, field) for name, field in cursor.rows(statement("fields"), id=action_id)]
    return sorted(found, key=lambda each: each[1] == CREDITED)


def _find_returned(
    cursor: Cursor, action_id: int, name: str, field: str, seen: Seen | None, parted: tuple[str, int] | None
) -> None:
    only = None if seen is None else list(seen.get(name, ()))
    goes_along = statement("goes_along", field=STAMPED[name]) if field == CREDITED else "true"
    slots = {"object": name, "field": field, "goes_along": goes_along, **_former(name, field, parted)}
    cursor.run(statement("create_returned", **slots), id=action_id, only=only)


def _former(name: str, field: str, parted: tuple[str, int] | None) -> dict[str, str]:
    """What a value was, and whether it can be that again, as expressions."""
    target = REFERENCES.get(field)
    if target is None or field.startswith("merged_into_"):
        return {"before": "edit.before", "is_there": "true"}
    before = "edit.before"
    if target in MERGEABLE:
        own = str(int(parted[1])) if parted and parted[0] == target else "null"
        before = statement("stands_for", target=target, parted=own)
    return {"before": before, "is_there": statement("is_there", target=target, object=name, before=before)}


def follow_all(cursor: Cursor, action_id: int, user_id: int | None, *, is_back: bool = False) -> None:
    """Bring in step what follows from all changes of an action. `is_back` says that it takes another back."""
    for (name,) in list(cursor.rows(statement("objects"), id=action_id)):
        changes = statement("changes", object=name, action=str(int(action_id)))
        follow(cursor, name, f"({changes})", action_id, user_id, is_back=is_back)


def follow(
    cursor: Cursor, name: str, changes: str, action_id: int, user_id: int | None, *, is_back: bool = False
) -> None:
    """Bring in step what follows from changed fields of an object, and keep whom they credit as part of the action.

    `changes` is a query of record `id` and `field`.
    """
    if name in STAMPED:
        cursor.run(statement("create_credited", object=name, changes=changes))
    following.follow(cursor, name, changes, user_id)
    if name in STAMPED:
        time = now()
        kept = {"action_id": action_id, "user_id": user_id, "undone_at": time if is_back else None}
        cursor.run(statement("keep_credited", object=name), now=time, **kept)
