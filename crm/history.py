"""What people did at once, as an action with all its changes, and how it is taken back.

Taking back is an action as well: each value that still stands is put back, and one that somebody changed since stays.
"""

from collections.abc import Collection
from pathlib import Path

from crm import access, following, sql
from crm.db import Cursor, now
from crm.errors import InvalidRecord
from crm.fields import MERGEABLE, REASSIGNED, REFERENCES

statement = sql.room(Path(__file__).parent / "statements" / "history")
TABLES = ("history.action", "history.edit")


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


def acting(cursor: Cursor, viewer: access.Viewer, action_id: int, verb: str, object_name: str) -> access.Viewer:
    """The viewer as it takes an action back, which needs the right to `verb`, and to reassign where that was done.

    Raises NotAllowed, and InvalidRecord where the action changed a field that is withheld from the viewer.
    """
    viewer.require(verb, object_name)
    who = viewer.acting(verb)
    fields = cursor.rows(statement("fields"), id=action_id)
    if any((name, field) in REASSIGNED for name, field in fields):
        viewer.require("reassign", object_name)
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
    seen: Collection[int] | None = None,
    parted: tuple[str, int] | None = None,
) -> None:
    """Put back all values of an action that still stand, as part of the action `by`, and what follows from them.

    `seen` leaves out all records but these. `parted` is a record (object and key) that is about to stand for itself
    again; what named any other that became one with another since names that one.
    """
    values = {"now": now(), "user_id": user_id}
    only = None if seen is None else list(seen)
    for name, field in list(cursor.rows(statement("fields"), id=action_id)):
        slots = {"object": name, "field": field}
        cursor.run(statement("create_returned", **slots, **_former(name, field, parted)), id=action_id, only=only)
        cursor.run(statement("return", **slots), **values)
        cursor.run(statement("keep_returned", **slots), **values, action_id=by)
        cursor.run(statement("mark_returned"), now=values["now"])
        cursor.run(statement("settle_returned", **slots), **values)
    follow(cursor, by, user_id)


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


def follow(cursor: Cursor, action_id: int, user_id: int | None) -> None:
    """Bring in step what follows from the changes of an action."""
    for (name,) in list(cursor.rows(statement("objects"), id=action_id)):
        changes = statement("changes", object=name, action=str(int(action_id)))
        following.follow(cursor, name, f"({changes})", user_id)
