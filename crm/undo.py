"""Taking back what people did: a change, a change of many records, an archive, a new record, a merge.

What somebody changed since stays, and is said. To take back is an action as well.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm import history, merging, writing
from crm.access import Viewer
from crm.db import Cursor, Database, now
from crm.errors import NotFound, WrongUse

VERBS = {"edit": "edit", "archive": "archive", "restore": "archive", "create": "archive", "merge": "merge"}
"""Kind of action → the right that taking it back needs; what takes another back is not taken back itself."""
Place = tuple[str, int, str]
"""Object, record, field."""


@dataclass(frozen=True)
class Undone:
    """What taking an action back did."""

    action_id: int | None
    """The action by which it was taken back; None where nothing could be."""
    kept: tuple[Place, ...]
    """What stays of records that the viewer sees: somebody changed it since."""
    is_whole: bool
    """Nothing of the action stays, of no record, seen or not."""


@dataclass(frozen=True)
class Foreseen:
    """What taking an action back would do, of the records that the viewer sees."""

    count_records: int
    """Of which something would be put back."""
    count_values: int
    kept: tuple[Place, ...]
    """What would stay, as somebody changed it since."""


def undo(database: Database, viewer: Viewer, action_id: int) -> Undone:
    """Take an action back, as far as the viewer sees its records; the rest may be taken back by who does.

    Raises NotAllowed, NotFound where the viewer sees none of its records, InvalidRecord for a field that the viewer
    cannot write, and WrongUse for one that cannot be taken back (again).
    """
    with database.editing():
        back = _back(database, viewer, action_id)
        by = database.write(back.write, touches=back.touches)
    return _undone(database, viewer, action_id, by)


def foresee(database: Database, viewer: Viewer, action_id: int) -> Foreseen:
    """What `undo` would do. Raises as it does."""
    back = _back(database, viewer, action_id)
    with database.cursor() as cursor:
        returned = back.foresee(cursor)
        standing = cursor.rows(history.statement("kept"), id=action_id)
    kept = _of_seen(database, viewer, [each for each in standing if each not in returned])
    records_of = {(name, record_id) for name, record_id, _ in returned}
    return Foreseen(len(records_of), len(returned), kept)


def undo_between(
    database: Database, viewer: Viewer, user_id: int | None, since: datetime, until: datetime
) -> list[Undone]:
    """Take back what somebody did from a moment (UTC) to before another, the last first, all or nothing.

    What the viewer sees nothing of stays, and so does a merge that is not the last of its records. Raises as `undo`
    does, for want of a right before anything is taken back.
    """
    with database.editing():
        backs = _backs(database, viewer, _between(database, user_id, since, until))

        def write(cursor: Cursor) -> list[int | None]:
            return [_written(back, cursor) for back in backs]

        done = database.write(write, touches=sorted({table for back in backs for table in back.touches}))
    return [_undone(database, viewer, back.action_id, by) for back, by in zip(backs, done, strict=True)]


def _between(database: Database, user_id: int | None, since: datetime, until: datetime) -> list[int]:
    with database.cursor() as cursor:
        text = history.statement("between")
        return [row[0] for row in cursor.rows(text, user_id=user_id, since=since, until=until)]


def _backs(database: Database, viewer: Viewer, action_ids: Iterable[int]) -> "list[_Back]":
    found = []
    for action_id in action_ids:
        with suppress(NotFound):
            found.append(_back(database, viewer, action_id))
    return found


def _written(back: "_Back", cursor: Cursor) -> int | None:
    with suppress(WrongUse):  # raised before it writes
        return back.write(cursor)
    return None


@dataclass(frozen=True)
class _Back:
    """An action to be taken back, in a transaction that `Database.write` may run again."""

    action_id: int
    kind: str
    name: str
    record_id: int
    user_id: int | None
    seen: Mapping[str, set[int]]
    """Object → those of its records that the viewer sees."""
    merge: merging.Parting | None = None

    @property
    def touches(self) -> tuple[str, ...]:
        """The tables that it may change."""
        if self.merge:
            return merging.touches()
        return tuple(table for name in {self.name, *self.seen} for table in writing.touches(name))

    def write(self, cursor: Cursor) -> int | None:
        """Take it back; the action that does, or None where nothing of it could be put back."""
        if self.merge:
            return self.merge.write(cursor)
        by = history.begin(cursor, "undo", self.name, self.record_id, user_id=self.user_id, undoes=self.action_id)
        if self.kind == "create":
            return self._put_away(cursor, by)
        if not history.put_back(cursor, self.action_id, by, self.user_id, self.seen):
            history.forget(cursor, by)
            return None
        cursor.run(history.statement("finish_whole"), id=self.action_id, now=now())
        return by

    def foresee(self, cursor: Cursor) -> set[Place]:
        """Which values it would put back."""
        if self.merge:
            return self.merge.foresee(cursor)
        if self.kind == "create":
            return {(self.name, self.record_id, "archived_at")}
        return history.foresee(cursor, self.action_id, self.seen)

    def _put_away(self, cursor: Cursor, by: int) -> int | None:
        """A record that somebody made is put away, not removed: others may name it by now."""
        version = int(cursor.value(writing.statement("version", object=self.name), id=self.record_id))
        values = {"archived_at": now()}
        change = writing.Change(self.name, {self.record_id: version}, values, self.user_id, is_held=False)
        if change.write(cursor, by)[self.record_id].code == "same":
            history.forget(cursor, by)
            return None
        cursor.run(history.statement("finish"), id=self.action_id, now=now())
        return by


def _back(database: Database, viewer: Viewer, action_id: int) -> _Back:
    with database.cursor() as cursor:
        kind, name, record_id = _action(cursor, action_id)
        acting = history.acting(cursor, viewer, action_id, VERBS[kind], name)
        changed = dict(cursor.rows(history.statement("records"), id=action_id))
    if kind == "merge":
        merge = merging.parting(database, viewer, action_id)
        return _Back(action_id, kind, name, record_id, viewer.user_id, {}, merge)
    if kind == "create":
        changed = {name: [record_id]}
    seen = {each: writing.seen(database, acting, each, ids) for each, ids in changed.items()}
    if not any(seen.values()):
        raise NotFound("There is no action {id}.", id=action_id)
    return _Back(action_id, kind, name, record_id, viewer.user_id, seen)


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


def _undone(database: Database, viewer: Viewer, action_id: int, by: int | None) -> Undone:
    with database.cursor() as cursor:
        found = cursor.rows(history.statement("kept"), id=action_id)
    return Undone(by, _of_seen(database, viewer, found), is_whole=by is not None and not found)


def _of_seen(database: Database, viewer: Viewer, places: Collection[tuple[Any, ...]]) -> tuple[Place, ...]:
    """Those of records that the viewer sees."""
    of_object: dict[str, set[int]] = {}
    for name, record_id, _ in places:
        of_object.setdefault(name, set()).add(record_id)
    seen = {name: writing.seen(database, viewer, name, ids) for name, ids in of_object.items()}
    return tuple((name, record_id, field) for name, record_id, field in places if record_id in seen[name])
