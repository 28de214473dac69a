"""Undo of a load: what it changed stands again as before it, what it made is gone, and the rest is listed.

Values that another load or a person set later stay, and so do records that something later refers to;
`landing.kept_by_undo` says which. Everything happens in one transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crm import clock, ownership, sql
from crm.db import Cursor, Database, now, transaction
from crm.errors import NotFound, WrongUse
from pipelines.objects import OBJECTS, Object

statement = sql.room(Path(__file__).parent / "statements" / "undo")
NOT_RESTORED = frozenset(
    ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "batch_id", "record_number")
)
"""Columns that say who changed a record when, not what it is."""
STAMPED = (
    ("opportunity", "credited_owner_id", "staff"),
    ("sales_order", "credited_owner_id", "staff"),
    ("ticket", "credited_owner_id", "staff"),
)
"""References that no file gives."""


@dataclass(frozen=True)
class Undone:
    """What undoing a load did: by object, records put back and records removed; and what stays, with the reason."""

    batch_id: int
    restored: dict[str, int]
    removed: dict[str, int]
    kept: list[tuple[str, str | None, str, int]]
    """(object, field or None for whole records, reason, how many)."""
    first_kept: list[tuple[str, int, str | None, str]]
    """(object, record, field, reason) of the first."""

    def as_json(self) -> dict[str, Any]:
        """The form that `--json` prints."""
        return {
            "batch": self.batch_id,
            "restored": self.restored,
            "removed": self.removed,
            "kept": [dict(zip(("object", "field", "reason", "number"), row, strict=True)) for row in self.kept],
            "first_kept": [
                dict(zip(("object", "record", "field", "reason"), row, strict=True)) for row in self.first_kept
            ],
        }


def undo(database: Database, batch_id: int, user_id: int | None = None) -> Undone:
    """Take a load back. Raises NotFound for an unknown load and WrongUse for one that is undone already."""
    with database.cursor() as cursor, database.editing():
        with transaction(cursor):
            undone, changed = Undo(cursor, batch_id, user_id, _applied_at(cursor, batch_id)).run()
        database.touch(changed)
    return undone


def _applied_at(cursor: Cursor, batch_id: int) -> datetime:
    found = cursor.rows(statement("batch"), batch_id=batch_id)
    if not found:
        raise NotFound("There is no load {batch}. List them with: python -m pipelines status", batch=batch_id)
    applied_at, undone_at = found[0]
    if undone_at is not None:
        raise WrongUse("Load {batch} was taken back already, at {moment} UTC.", batch=batch_id, moment=undone_at)
    moment: datetime = applied_at
    return moment


@dataclass
class Undo:
    """One undo, inside the caller's transaction."""

    cursor: Cursor
    batch_id: int
    user_id: int | None
    applied_at: datetime
    now: datetime = field(default_factory=now)
    restored: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    def run(self) -> tuple[Undone, list[str]]:
        """Undo; what was done, and the tables that changed."""
        self._run("drop_conflicts")
        for item in OBJECTS.values():
            if item.parent:
                self._restore_lines(item, item.parent)
        for item in _records():
            self._restore(item)
        self._remove()
        self._run("void_events")
        self._run("add_events")
        if "fx_rate" in self.restored | self.removed:
            currency = self.cursor.value(statement("currency"))
            ownership.revalue(self.cursor, currency, clock.today(self.cursor))
        self._run("finish")
        undone = Undone(
            self.batch_id,
            self.restored,
            self.removed,
            self.cursor.rows(statement("counts"), batch_id=self.batch_id),
            self.cursor.rows(statement("first_kept"), batch_id=self.batch_id),
        )
        return undone, self._changed_tables()

    def _changed_tables(self) -> list[str]:
        names = self.restored.keys() | self.removed.keys()
        return [
            *(f"{schema}.{name}" for name in names for schema in ("core", "history")),
            *("core.record_key", "core.opportunity", "core.opportunity_event", *ownership.TABLES),
            *("landing.batch", "landing.conflict", "landing.kept_by_undo"),
        ]

    def _run(self, name: str, /, **slots: str) -> int:
        text = statement(name, **slots)
        values = {"batch_id": self.batch_id, "applied_at": self.applied_at, "now": self.now, "user_id": self.user_id}
        return self.cursor.run(text, **{name: values[name] for name in sql.parameters(text)})

    def _columns(self, table: str) -> list[str]:
        return [row[0] for row in self.cursor.rows(statement("columns"), table_name=table)]

    # Records

    def _restore(self, item: Object) -> None:
        """Put back what the load changed of an object's records, value by value."""
        name = item.name
        count = self._run("create_touched", name=name)
        if count:
            columns = [column for column in self._columns(name) if column not in NOT_RESTORED]
            self.restored[name] = count
            self._run("note_kept_fields", name=name, entries=", ".join(map(_entry, columns)))
            self._run("restore_images", name=name, fields=", ".join(_restored("image", column) for column in columns))
            self._run("keep_images", name=name)
            self._run("restore", name=name, fields=", ".join(_restored("standing", column) for column in columns))
            changed = f"(from core.{name} where id in (select record.id from touched))"
            ownership.follow(self.cursor, name, changed)
        self._run("note_changed_since", name=name)

    def _remove(self) -> None:
        """Remove the records that the load made, but for those that something needs that stays."""
        self._run("create_candidates")
        for item in _records():
            self._run("note_candidates", name=item.name)
            self._run("spare_changed", name=item.name)
        self._run("create_doomed")
        while sum(self._run("spare_needed", **slots) for slots in self._references()):
            pass
        self._run("note_needed")
        self._run("remove_keys")
        self._run("remove_events")
        for item in _records():
            count = self._run("remove", name=item.name)
            if count:
                self.removed[item.name] = count

    def _references(self) -> Iterator[dict[str, str]]:
        """Which column of which table refers to which object, and when its row stays."""
        made = {row[0] for row in self.cursor.rows(statement("objects_to_remove"))}
        given = [
            (item.name, item.column(name), target)
            for item in OBJECTS.values()
            for name, target in item.references.items()
        ]
        for name, column, target in [*given, *STAMPED]:
            if target in made:
                stays = f"child.id not in (select id from doomed where object = '{name}')" if name in made else "true"
                yield {"table": f"core.{name}", "column": column, "target": target, "stays": stays}
        if "staff" in made:
            yield {"table": "ops.user", "column": "staff_id", "target": "staff", "stays": "child.staff_id is not null"}

    # Lines

    def _restore_lines(self, item: Object, parent: str) -> None:
        """Put back the lines that the load changed, and remove those that it brought."""
        name, reference = item.name, f"{parent}_id"
        former = self._run("create_former", name=name)
        self._run("note_kept_lines", name=name)
        if former:
            fields = ", ".join(f"{column} = former.{column}" for column in self._columns(name) if column != "id")
            self._run("restore_line_images", name=name, fields=fields)
        removed = self._run("remove_lines", name=name)
        restored = 0
        if former:
            restored = self._run("restore_lines", name=name, parent=item.references[parent], reference=reference)
            self.restored[name] = restored
        if removed > restored:
            self.removed[name] = removed - restored


def _records() -> Iterator[Object]:
    return (item for item in OBJECTS.values() if not item.is_fact and item.name != "stage")


def _is_changed(column: str) -> str:
    """The load changed the value; where people changed it since, their first change knows what the load left."""
    changed = f"before.{column} is distinct from after.{column}"
    by_person = f"before.{column}::varchar is distinct from edited['{column}']"
    return f"case when map_contains(edited, '{column}') then {by_person} else {changed} end"


def _restored(standing: str, column: str) -> str:
    """Assignment of the value as it stood before the load, where it still is what the load left."""
    is_ours = f"{_is_changed(column)} and {standing}.{column} is not distinct from after.{column}"
    is_ours += f" and not map_contains(edited, '{column}')"
    return f"{column} = case when {is_ours} then before.{column} else {standing}.{column} end"


def _entry(column: str) -> str:
    """What the list of kept values says of one; null where it was put back."""
    return (
        f"case when not ({_is_changed(column)}) then null "
        f"when map_contains(edited, '{column}') then {{'field': '{column}', 'reason': 'changed_by_person'}} "
        f"when record.{column} is distinct from after.{column} "
        f"then {{'field': '{column}', 'reason': 'changed_by_load'}} end"
    )
