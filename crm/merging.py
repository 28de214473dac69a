"""Two records that are one: what belonged to either belongs to the one that stays, until they are parted again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crm import custom_values, history, ownership, records, sql, tag_text, writing
from crm.access import Viewer
from crm.db import Cursor, Database, now
from crm.errors import InvalidRecord, NotFound, StaleRecord, WrongUse
from crm.fields import EDITABLE, MERGEABLE, REASSIGNED, REFERENCES

_statement = sql.room(Path(__file__).parent / "statements" / "merge")
OF_ITSELF = ("parent_id", "channel_partner_id")
"""Columns by which an account names another."""


@dataclass(frozen=True)
class Read:
    """A record as it was read."""

    id: int
    version: int


def merge(
    database: Database, viewer: Viewer, object_name: str, winner: Read, loser: Read, take: Collection[str] = ()
) -> int:
    """Make two records one; the id of the action, by which they can be parted again.

    The winner takes those fields from the loser that `take` names, and has the tags of both. What names the loser, the
    keys by which sources know it included, names the winner from now on; the loser is put away. Raises NotAllowed,
    NotFound for a record that the viewer does not see, InvalidRecord for a pair or a field that cannot be merged, and
    StaleRecord.
    """
    viewer.require("merge", object_name)
    acting = viewer.acting("merge")
    if any((object_name, field) in REASSIGNED for field in take):
        viewer.require("reassign", object_name)
        acting = acting.acting("reassign")
    _check(database, acting, object_name, winner, loser, take)
    work = _Merge(object_name, winner, loser, tuple(take), viewer.user_id)
    with database.editing():
        return database.write(work.write, touches=touches())


def part(database: Database, viewer: Viewer, action_id: int) -> int:
    """Take a merge back; the id of that action. What came to either after the merge stays where it is.

    Raises NotAllowed, NotFound for an unknown merge, InvalidRecord for a field that the viewer cannot write, and
    WrongUse where it was taken back already or the record that stayed was merged into another since.
    """
    with database.editing():
        return database.write(parting(database, viewer, action_id).write, touches=touches())


def parting(database: Database, viewer: Viewer, action_id: int) -> "Parting":
    """The taking back of a merge, to be written while nobody else writes. Raises as `part` does."""
    with database.cursor() as cursor:
        object_name, winner_id, loser_id = _merge_of(cursor, action_id)
        acting = history.acting(cursor, viewer, action_id, "merge", object_name)
    _require_sight(database, acting, object_name, winner_id, loser_id)
    return Parting(action_id, object_name, winner_id, loser_id, viewer.user_id)


@dataclass(frozen=True)
class Parting:
    """One merge to be taken back, in a transaction of `Database.write`, which may run it again."""

    action_id: int
    name: str
    winner_id: int
    loser_id: int
    user_id: int | None

    def write(self, cursor: Cursor) -> int:
        """Part them; the id of that action. Raises WrongUse before anything is written."""
        _check_last(cursor, self.action_id, self.name, self.winner_id, self.loser_id)
        pair = {"winner_id": self.winner_id, "loser_id": self.loser_id}
        by = history.begin(
            cursor,
            "undo",
            self.name,
            self.winner_id,
            other_id=self.loser_id,
            user_id=self.user_id,
            undoes=self.action_id,
        )
        history.put_back(cursor, self.action_id, by, self.user_id, parted=(self.name, self.loser_id))
        cursor.run(history.statement("finish"), id=self.action_id, now=now())
        cursor.run(_statement("return_keys"), action_id=self.action_id, object=self.name, **pair)
        cursor.run(_statement("return_conflicts"), action_id=self.action_id, loser_id=self.loser_id)
        _touch(cursor, self.name, self.winner_id, self.loser_id)
        return by

    def foresee(self, cursor: Cursor) -> set[tuple[str, int, str]]:
        """Which values (object, record, field) it would put back. Raises WrongUse where it cannot be written."""
        _check_last(cursor, self.action_id, self.name, self.winner_id, self.loser_id)
        return history.foresee(cursor, self.action_id, parted=(self.name, self.loser_id))


def _merge_of(cursor: Cursor, action_id: int) -> tuple[str, int, int]:
    """Object, winner and loser of a merge."""
    found = cursor.rows(history.statement("action"), id=action_id)
    if not found or found[0][0] != "merge":
        raise NotFound("There is no merge {id}.", id=action_id)
    return found[0][1], found[0][2], found[0][3]


def _check_last(cursor: Cursor, action_id: int, object_name: str, winner_id: int, loser_id: int) -> None:
    """Merges are taken back once, and from the last."""
    undone_at = cursor.rows(history.statement("action"), id=action_id)[0][5]
    if undone_at is not None:
        raise WrongUse("Merge {id} was taken back already, at {moment} UTC.", id=action_id, moment=undone_at)
    into = _pair(cursor, object_name, winner_id, loser_id)[winner_id]["into_id"]
    if into is not None:
        raise WrongUse(
            "{object} {id} was merged into {other} since. Take that back first.",
            object=object_name,
            id=winner_id,
            other=into,
        )


def _check(
    database: Database, viewer: Viewer, object_name: str, winner: Read, loser: Read, take: Collection[str]
) -> None:
    if object_name not in MERGEABLE:
        raise InvalidRecord("{object} cannot be merged.", object=object_name)
    if winner.id == loser.id:
        raise InvalidRecord("{object} {id} cannot be merged with itself.", object=object_name, id=winner.id)
    records.check_fields(viewer, object_name, take)
    _require_sight(database, viewer, object_name, winner.id, loser.id)


def _require_sight(database: Database, viewer: Viewer, object_name: str, *record_ids: int) -> None:
    visible = writing.seen(database, viewer, object_name, record_ids)
    for record_id in record_ids:
        if record_id not in visible:
            raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)


class _Merge:
    """One merge, to be written in a transaction of `Database.write`, which may run it again."""

    def __init__(self, name: str, winner: Read, loser: Read, take: tuple[str, ...], user_id: int | None) -> None:
        self.name = name
        self.winner = winner
        self.loser = loser
        self.take = take
        self.user_id = user_id

    def write(self, cursor: Cursor) -> int:
        self._check(cursor)
        action = history.begin(cursor, "merge", self.name, self.winner.id, other_id=self.loser.id, user_id=self.user_id)
        self._change(cursor, self.winner, self._taken(cursor), action, is_held=True)
        self._move(cursor, action)
        gone = {"archived_at": now(), f"merged_into_{self.name}_id": self.winner.id}
        self._change(cursor, self.loser, gone, action, is_held=False)
        history.follow_all(cursor, action, self.user_id)
        self._move_conflicts(cursor, action)
        _touch(cursor, self.name, self.winner.id, self.loser.id)
        return action

    def _check(self, cursor: Cursor) -> None:
        pair = _pair(cursor, self.name, self.winner.id, self.loser.id)
        for record in (self.winner, self.loser):
            stands = pair[record.id]
            if stands["version"] != record.version:
                raise StaleRecord(
                    "Somebody changed {object} {id} meanwhile. Look at it again and repeat your change.",
                    object=self.name,
                    id=record.id,
                )
            if stands["is_archived"]:
                raise InvalidRecord(
                    "{object} {id} is put away. Restore it before you merge it.", object=self.name, id=record.id
                )

    def _taken(self, cursor: Cursor) -> dict[str, object]:
        """The fields of the winner that get another value."""
        writing.check_columns(cursor, self.name, self.take)
        names = {*self.take, custom_values.TAGS, *(OF_ITSELF if self.name == "account" else ())}
        stands, other = (writing.standing(cursor, self.name, record.id, names) for record in (self.winner, self.loser))
        wanted = stands | {name: other[name] for name in self.take}
        both = [tag for record in (stands, other) for tag in tag_text.parted(record[custom_values.TAGS])]
        wanted[custom_values.TAGS] = tag_text.joined(both)
        if self.name == "account":
            wanted |= self._of_itself(cursor, wanted, other)
        return {name: value for name, value in wanted.items() if name in names and value != stands[name]}

    def _of_itself(self, cursor: Cursor, wanted: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
        """No account names itself: one that stood below or bought through the loser takes the loser's place there."""
        own, gone = str(self.winner.id), str(self.loser.id)
        found = {name: other[name] if wanted[name] == gone else wanted[name] for name in OF_ITSELF}
        above = {row[0] for row in cursor.rows(writing.statement("above"), id=self.winner.id)}
        if self.loser.id in above:
            found["parent_id"] = other["parent_id"]
        return {name: None if value in (own, gone) else value for name, value in found.items()}

    def _move(self, cursor: Cursor, action: int) -> None:
        values = {"winner_id": self.winner.id, "loser_id": self.loser.id}
        author = {"now": now(), "user_id": self.user_id, "object": self.name}
        self._put_away_twins(cursor, action)
        for table, column in _references(cursor, self.name):
            slots = {"table": table, "column": column}
            cursor.run(_statement("moves", **slots), **values, **author, action_id=action)
            cursor.run(_statement("move", **slots), **values, **author)
        cursor.run(_statement("keep_keys"), action_id=action, object=self.name, loser_id=self.loser.id)
        cursor.run(_statement("move_keys"), object=self.name, **values)

    def _move_conflicts(self, cursor: Cursor, action: int) -> None:
        """What waited for a decision about the loser waits for one about the winner, where it says something else."""
        pair = {"winner_id": self.winner.id, "loser_id": self.loser.id}
        cursor.run(_statement("move_conflicts"), object=self.name, action_id=action, **pair)
        for (field,) in list(cursor.rows(_statement("moved_fields"), action_id=action)):
            text = _statement("settle_moved", object=self.name, field=field)
            cursor.run(text, action_id=action, now=now(), user_id=self.user_id)

    def _put_away_twins(self, cursor: Cursor, action: int) -> None:
        """Of a campaign that chose both, the winner is a member once: as itself."""
        if self.name == "account":
            twins = cursor.rows(_statement("twins"), winner_id=self.winner.id, loser_id=self.loser.id)
            values = {"archived_at": now()}
            if twins:
                change = writing.Change("campaign_member", dict(twins), values, self.user_id, is_held=False)
                change.write(cursor, action)

    def _change(self, cursor: Cursor, record: Read, values: dict[str, object], action: int, *, is_held: bool) -> None:
        if values:
            change = writing.Change(self.name, {record.id: record.version}, values, self.user_id, is_held)
            change.write(cursor, action)


def _pair(cursor: Cursor, object_name: str, winner_id: int, loser_id: int) -> dict[int, dict[str, Any]]:
    found = cursor.frame(_statement("pair", object=object_name), winner_id=winner_id, loser_id=loser_id)
    pair = {row["id"]: row for row in found.iter_rows(named=True)}
    for record_id in (winner_id, loser_id):
        if record_id not in pair:
            raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    return pair


def _references(cursor: Cursor, object_name: str) -> list[tuple[Any, ...]]:
    """The tables and columns by which records name those of an object."""
    names = [column for column, target in REFERENCES.items() if target == object_name]
    return cursor.rows(_statement("columns_of"), names=names)


def _touch(cursor: Cursor, object_name: str, *record_ids: int) -> None:
    """Have the numbers of both accounts counted anew."""
    if object_name == "account":
        for record_id in record_ids:
            ownership.touch(cursor, f"(select {int(record_id)} as id)")


@cache
def touches() -> tuple[str, ...]:
    """The tables that a merge may change."""
    moved = [table for name in EDITABLE for table in writing.touches(name)]
    return (*moved, "core.record_key", "history.moved_key", "landing.conflict")
