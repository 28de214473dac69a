"""Undo of a load: what it changed stands again as before it, what it made is gone, and the rest is listed.

Values that another load or a person set later stay, and so do records that something later refers to;
`landing.kept_by_undo` says which. Everything happens in one transaction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crm import clock, ownership, sql, writing
from crm.db import Cursor, Database, now, transaction
from crm.errors import NotFound, WrongUse
from crm.fields import MERGEABLE
from pipelines.objects import OBJECTS, Object

statement = sql.room(Path(__file__).parent / "statements" / "undo")
NOT_RESTORED = frozenset(
    ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "batch_id", "record_number")
)
"""Columns that say who changed a record when, not what it is."""
FOLLOWING = frozenset(("account_owner_id", "amount_company"))
"""Columns that follow from others, and are derived again."""
CREDITED = "credited_owner_id"
"""Column that is stamped by what happens to a record, as a deal's when somebody closes it."""
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
            _check(cursor, batch_id)
            undone, changed = Undo(cursor, batch_id, user_id).run()
        database.touch(changed)
    return undone


def _check(cursor: Cursor, batch_id: int) -> None:
    found = cursor.rows(statement("batch"), batch_id=batch_id)
    if not found:
        raise NotFound("There is no load {batch}. List them with: python -m pipelines status", batch=batch_id)
    ((undone_at,),) = found
    if undone_at is not None:
        raise WrongUse("Load {batch} was taken back already, at {moment} UTC.", batch=batch_id, moment=undone_at)


@dataclass
class Undo:
    """One undo, inside the caller's transaction."""

    cursor: Cursor
    batch_id: int
    user_id: int | None
    now: datetime = field(default_factory=now)
    restored: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    def run(self) -> tuple[Undone, list[str]]:
        """Undo; what was done, and the tables that changed."""
        self._run("drop_conflicts")
        for item in OBJECTS.values():
            if item.parent:
                self._restore_lines(item, item.parent)
        touched = {item.name: table for item in _records() if (table := self._restore(item))}
        self._note_accepted()
        self._remove()
        self._forget_currency()
        self._derive(touched)
        self._run("void_events")
        self._run("add_events")
        of_load = f"(select opportunity_id from core.opportunity_event where batch_id = {int(self.batch_id)})"
        ownership.settle_events(self.cursor, of_load)
        writing.close_settled(self.cursor, self.restored)
        self._run("finish")
        undone = Undone(
            self.batch_id,
            self.restored,
            self.removed,
            self.cursor.rows(statement("counts"), batch_id=self.batch_id),
            self.cursor.rows(statement("first_kept"), batch_id=self.batch_id),
        )
        ownership.touch(self.cursor, "(select null as id)")
        return undone, self._changed_tables()

    def _changed_tables(self) -> list[str]:
        names = self.restored.keys() | self.removed.keys()
        return [
            *(f"{schema}.{name}" for name in names for schema in ("core", "history")),
            *("core.record_key", "core.opportunity", "core.opportunity_event", *ownership.followers("account")),
            *("landing.batch", "landing.conflict", "landing.kept_by_undo", "ops.company"),
        ]

    def _run(self, name: str, /, **slots: str) -> int:
        text = statement(name, **slots)
        values = {"batch_id": self.batch_id, "now": self.now, "user_id": self.user_id}
        return self.cursor.run(text, **{name: values[name] for name in sql.parameters(text)})

    def _columns(self, table: str) -> list[str]:
        return [row[0] for row in self.cursor.rows(statement("columns"), table_name=table)]

    # Records

    def _restore(self, item: Object) -> str | None:
        """Put back what the load changed of an object's records, value by value; the table that says how they stand."""
        name, table = item.name, None
        if self._run("create_own", name=name):
            table = f"touched_{name}"
            types = dict(self.cursor.rows(writing.statement("columns"), object=name))
            self._run("create_state", name=name, columns=", ".join(types))
            self._run("create_course", name=name)
            has_edits = self._run("create_edited", name=name) > 0
            columns = self._set_columns(types)
            self._run("create_step", columns=", ".join(("id", "version", "batch_id", "record_number", *columns)))
            self._run("create_touched", touched=table, **_slots(item, columns, has_edits))
            self._run("note_kept_fields", name=name, touched=table)
            self._run("keep_images", name=name, touched=table)
            put_back = ", ".join(f"{column} = touched.put_back.{column}" for column in columns)
            self._run("restore", name=name, touched=table, fields=put_back)
            self._follow(name, table)
        self._run("note_changed_since", name=name)
        return table

    def _set_columns(self, types: dict[str, str]) -> dict[str, str]:
        """The columns that the load may have set in some record, at least one; asking each record for all costs most.

        Where people changed a field, `create_touched` knows whether the load had set it.
        """
        known = types.keys() - NOT_RESTORED - FOLLOWING
        differs = {column: f"bool_or(image.{column} is distinct from next.{column})" for column in known}
        differing = self.cursor.value(statement("differing_fields", fields=_struct(differs)), batch_id=self.batch_id)
        edited = {field for (field,) in self.cursor.rows(statement("edited_fields"))}
        found = {column for column in known if differing[column] or column in edited} or {min(known)}
        return {column: types[column] for column in sorted(found)}

    def _follow(self, name: str, table: str) -> None:
        """Count the restored records, and bring what belongs to them in step."""
        count = int(self.cursor.value(statement("count_changed", touched=table)))
        if count:
            self.restored[name] = count
            changed = f"(select id from {table} where is_changed)"
            ownership.take_owners(self.cursor, name, f"id in {changed}")
            ownership.follow(self.cursor, name, f"(from core.{name} where id in {changed})")

    def _forget_currency(self) -> None:
        """Where a load that is taken back gave the company its currency and no money is left, it has none again."""
        names = [item.name for item in OBJECTS.values() if item.has_currency or item.name == "fx_rate"]
        money = " union all ".join(f"select currency from core.{name}" for name in names)
        self._run("forget_currency", money=money)

    def _derive(self, touched: dict[str, str]) -> None:
        """Derive what follows from the values that were put back, and from exchange rates."""
        currency, today = self.cursor.value(statement("currency")), clock.today(self.cursor)
        if "fx_rate" in self.restored | self.removed:
            ownership.revalue(self.cursor, currency, today)
        if "opportunity" in touched:
            only = f"deal.id in (select id from {touched['opportunity']})"
            ownership.derive_deals(self.cursor, "core.opportunity", only, currency=currency, today=today)
            ownership.revalue_events(self.cursor, f"(select id from {touched['opportunity']})", currency, today)
        if "ticket" in touched:
            self._run("derive_tickets", touched=touched["ticket"])

    def _note_accepted(self) -> None:
        """List what a person accepted of the load: the decision stays, and so does the value."""
        for name, column in self.cursor.rows(statement("accepted_fields"), batch_id=self.batch_id):
            self._run("note_accepted", name=name, field=column)

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
        merged = [(name, f"merged_into_{name}_id", name) for name in MERGEABLE]
        for name, column, target in [*given, *merged, *STAMPED]:
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


def _slots(item: Object, columns: Mapping[str, str], has_edits: bool) -> dict[str, str]:
    """What `create_touched` asks about each column, of which the type is given."""
    told = {column: _Told(item, column, type_, has_edits) for column, type_ in columns.items()}
    return {
        "values": _struct({column: one.value for column, one in told.items()}),
        "standing": _struct({column: f"record.{column}" for column in columns}),
        "kept": ", ".join(one.kept for column, one in told.items() if column != CREDITED),
        "is_set": _struct({column: one.is_set for column, one in told.items()}),
        "lasts": _struct({column: one.last for column, one in told.items()}),
    }


def _struct(parts: dict[str, str]) -> str:
    return "{" + ", ".join(f"'{name}': {expression}" for name, expression in parts.items()) + "}"


@dataclass(frozen=True)
class _Told:
    """What the changes of a record tell of one column, as expressions over `step` and over its groups."""

    item: Object
    column: str
    type: str
    has_edits: bool

    @property
    def _is_persons(self) -> str:
        """A person changed it after this load and before the next. Who moves a deal decides on its credit, too."""
        if not self.has_edits:
            return "false"
        field = "stage_id" if self.column == CREDITED and self.item.name == "opportunity" else self.column
        return f"list_contains(standing, '{field}')"

    @property
    def _is_loads(self) -> str:
        """The load changed it; where people changed it since, their first change knows what the load left."""
        changed = f"image.{self.column} is distinct from next.{self.column}"
        if not self.has_edits:
            return changed
        by_person = f"image.{self.column}::varchar is distinct from edited['{self.column}']"
        by_person = f"case when {self._is_edited} then {by_person} else {changed} end"
        return f"case when {self._is_persons} then {self._is_edited} and {by_person} else {by_person} end"

    @property
    def _is_edited(self) -> str:
        return f"map_contains(edited, '{self.column}')"

    @property
    def _left(self) -> str:
        """What a person left where that stands, else the load, before anybody made a change that was taken back."""
        if not self.has_edits:
            return f"next.{self.column}"
        first = f"cast(edited['{self.column}'] as {self.type})"
        return f"case when {self._is_edited} and not {self._is_persons} then {first} else next.{self.column} end"

    @property
    def is_set(self) -> str:
        """The load to take back set it."""
        return f"coalesce(bool_or(is_own and {self._is_loads}), false)"

    @property
    def last(self) -> str:
        """Of the others that count, who set it last, and to what?"""
        entry = f"{{'value': {self._left}, 'version': version, 'is_persons': {self._is_persons}}}"
        is_told = f"{self._is_persons} or (stands and {self._is_loads})"
        return f"arg_max({entry}, version) filter (where {is_told})"

    @property
    def _is_later(self) -> str:
        return f"coalesce(last.{self.column}.version >= own_version, false)"

    @property
    def value(self) -> str:
        """How it is to stand. What it named may be gone by now, or have become one with another record."""
        was = f"case when last.{self.column} is null then base.{self.column} else last.{self.column}.value end"
        references = {self.item.column(name): (name, target) for name, target in self.item.references.items()}
        if self.column in references:
            name, target = references[self.column]
            gone = f"record.{self.column}" if name in self.item.required else "null"
            stands = f"case when {was} in (select id from core.{target}) then {was} else {gone} end"
            if target in MERGEABLE:
                into = f"select merged_into_{target}_id from core.{target} as merged where merged.id = {was}"
                stands = f"coalesce(({into}), {stands})"
            was = stands
        return f"case when is_set.{self.column} and not {self._is_later} then {was} else record.{self.column} end"

    @property
    def kept(self) -> str:
        """What the list of kept values says of it; null where it was put back."""
        reason = f"case when last.{self.column}.is_persons then 'changed_by_person' else 'changed_by_load' end"
        entry = f"{{'field': '{self.column}', 'reason': {reason}}}"
        return f"case when is_set.{self.column} and {self._is_later} then {entry} end"
