"""Taking back what people did: a change, a change of many records, an archive, a new record, a merge.

What somebody changed since stays, and is said. To take back is an action as well.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from crm import history, merging, records
from crm.access import Viewer
from crm.db import Cursor, Database, now
from crm.errors import NotFound, WrongUse

VERBS = {"edit": "edit", "archive": "archive", "restore": "archive", "create": "archive", "merge": "merge"}
"""Kind of action → the right that taking it back needs; what takes another back is not taken back itself."""


@dataclass(frozen=True)
class Undone:
    """What taking an action back did."""

    action_id: int
    """The action by which it was taken back."""
    kept: tuple[tuple[str, int, str], ...]
    """(object, record, field) of what stays: somebody changed it since, or the viewer does not see the record."""


def undo(database: Database, viewer: Viewer, action_id: int) -> Undone:
    """Take an action back, as far as the viewer sees its records; the rest may be taken back by who does.

    Raises NotAllowed, NotFound where the viewer sees none of its records, InvalidRecord for a field that the viewer
    cannot write, and WrongUse for one that cannot be taken back (again).
    """
    with database.cursor() as cursor:
        kind, object_name, record_id = _action(cursor, action_id)
        acting = history.acting(cursor, viewer, action_id, VERBS[kind], object_name)
        changed = dict(cursor.rows(history.statement("records"), id=action_id))
    if kind == "merge":
        return _undone(database, action_id, merging.part(database, viewer, action_id))
    if kind == "create":
        changed = {object_name: [record_id]}
    seen = {key for name, ids in changed.items() for key in records.seen(database, acting, name, ids)}
    if not seen:
        raise NotFound("There is no action {id}.", id=action_id)

    def write(cursor: Cursor) -> int:
        _action(cursor, action_id)  # once more: somebody else may have been faster
        by = history.begin(cursor, "undo", object_name, record_id, user_id=viewer.user_id, undoes=action_id)
        if kind == "create":
            _put_away(cursor, viewer, object_name, record_id, by)
        history.put_back(cursor, action_id, by, viewer.user_id, seen)
        cursor.run(history.statement("finish_whole"), id=action_id, now=now())
        return by

    with database.editing():
        by = database.write(write, touches=records.touches(object_name))
    return _undone(database, action_id, by)


def undo_between(
    database: Database, viewer: Viewer, user_id: int | None, since: datetime, until: datetime
) -> list[Undone]:
    """Take back what somebody did from a moment (UTC) to before another, the last first.

    What the viewer sees nothing of stays. Raises as `undo` does, for want of a right before anything is taken back.
    """
    with database.cursor() as cursor:
        found = [row[0] for row in cursor.rows(history.statement("between"), user_id=user_id, since=since, until=until)]
        for action_id in found:
            kind, object_name, _ = _action(cursor, action_id)
            history.acting(cursor, viewer, action_id, VERBS[kind], object_name)
    done = []
    for action_id in found:
        with suppress(NotFound):
            done.append(undo(database, viewer, action_id))
    return done


def _action(cursor: Cursor, action_id: int) -> tuple[str, str, int]:
    found = cursor.rows(history.statement("action"), id=action_id)
    if not found:
        raise NotFound("There is no action {id}.", id=action_id)
    kind, object_name, record_id, _other, _user, undone_at = found[0]
    if undone_at is not None:
        raise WrongUse("Action {id} was taken back already, at {moment} UTC.", id=action_id, moment=undone_at)
    if kind not in VERBS:
        raise WrongUse("Action {id} took another back. Make the change once more instead.", id=action_id)
    return kind, object_name, record_id


def _put_away(cursor: Cursor, viewer: Viewer, object_name: str, record_id: int, action_id: int) -> None:
    """A record that somebody made is put away, not removed: others may name it by now."""
    version = int(cursor.value(records.statement("version", object=object_name), id=record_id))
    change = records.Change(object_name, {record_id: version}, {"archived_at": now()}, viewer.user_id, is_held=False)
    change.write(cursor, action_id)


def _undone(database: Database, action_id: int, by: int) -> Undone:
    with database.cursor() as cursor:
        kept = cursor.rows(history.statement("kept"), id=action_id)
    return Undone(by, tuple((name, record_id, field) for name, record_id, field in kept))
