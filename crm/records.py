"""Writing records: the one way in which people change them.

Each verb checks the grant, the rules and the references, compares the version, and writes the row, its
history and, for a deal, the event in one transaction.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from crm import clock, ownership, sql
from crm.access import Viewer, cursor_for
from crm.db import Cursor, Database, EngineError, now
from crm.errors import InvalidRecord, NotFound, StaleRecord

_statement = sql.room(Path(__file__).parent / "statements" / "record")
EDITABLE = ("account", "contact", "lead", "opportunity", "product", "sales_order", "staff", "team", "ticket",
            "interaction", "task", "quote", "campaign", "campaign_member", "survey_response", "fx_rate")  # fmt: skip
NOT_EDITABLE = frozenset(
    ("id", "version", "archived_at", "created_at", "created_by", "updated_at", "updated_by", "batch_id")
) | {"record_number", "account_owner_id", "credited_owner_id", "amount_company"}
"""Columns that only follow from others."""
REFERENCES = {
    "account_id": "account", "account_owner_id": "staff", "campaign_id": "campaign", "channel_partner_id": "account",
    "contact_id": "contact", "credited_owner_id": "staff", "manager_id": "staff", "opportunity_id": "opportunity",
    "order_id": "sales_order", "owner_id": "staff", "parent_id": "account", "product_id": "product",
    "stage_id": "stage", "team_id": "team", "ticket_id": "ticket",
}  # fmt: skip
"""Column → object whose record it names."""
COUNTED_BY = {
    "account": "id",
    "sales_order": "account_id",
    "opportunity": "account_id",
    "ticket": "account_id",
    "product": "null",
    "fx_rate": "null",
}
"""Object → the account whose numbers marts count by it; null where it is all."""
OF_EVENT = frozenset(("stage_id", "amount", "currency", "expected_close_on", "owner_id"))
"""Fields of a deal of which every change is an event."""


def edit(
    database: Database,
    viewer: Viewer,
    object_name: str,
    record_id: int,
    values: Mapping[str, object],
    version: int,
    *,
    is_held: bool = True,
) -> int:
    """Give fields of a record other values; the version after it, which is the same where nothing differs.

    `version` is that of the record as it was read. `is_held` says that it is the person's own word, against
    which loads do not write. Raises NotAllowed, NotFound for a record that the viewer does not see,
    StaleRecord where somebody was faster, InvalidRecord for a field or value that it cannot have.
    """
    viewer.require("edit", object_name)
    masked = getattr(viewer.scope(object_name), "masked", ())
    for name in values:
        if object_name not in EDITABLE or name in NOT_EDITABLE or name in masked:
            raise InvalidRecord("{object} has no field {field} to edit.", object=object_name, field=name)
    with cursor_for(database, viewer) as seen:
        if not seen.rows(_statement("seen", object=object_name), id=record_id):
            raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    change = _Change(object_name, record_id, dict(values), version, viewer.user_id, is_held)
    touches = [
        f"core.{object_name}",
        "history.edit",
        "landing.conflict",
        "core.opportunity_event",
        *ownership.followers(object_name),
        ownership.TOUCHED,
    ]
    try:
        with database.editing():
            return database.write(change.write, touches=touches)
    except _Unchanged:
        return version


class _Unchanged(Exception):
    """Rolls back an edit that leaves everything as it was."""


class _Change:
    """One edit, to be written in a transaction of `Database.write`, which may run it again."""

    def __init__(
        self, name: str, record_id: int, values: dict[str, object], version: int, user_id: int | None, is_held: bool
    ) -> None:
        self.name = name
        self.id = record_id
        self.values = values
        self.version = version
        self.user_id = user_id
        self.is_held = is_held

    def write(self, cursor: Cursor) -> int:
        """Compare, write the row, its history, and what follows; the new version."""
        columns = {row[0] for row in cursor.rows(_statement("columns"), object=self.name)}
        unknown = sorted(self.values.keys() - columns)
        if unknown:
            raise InvalidRecord("{object} has no field {field} to edit.", object=self.name, field=unknown[0])
        before = self._standing(cursor)
        if before.pop("version") != self.version:
            raise StaleRecord(
                "Somebody changed {object} {id} meanwhile. Look at it again and repeat your change.",
                object=self.name,
                id=self.id,
            )
        self._check_references(cursor)
        self._update(cursor)
        after = self._standing(cursor)
        changed = [name for name in self.values if before[name] != after[name]]
        if not changed:
            raise _Unchanged
        for name in changed:
            self._keep_history(cursor, name, before[name], after[name])
            self._settle(cursor, name, after[name])
        self._follow(cursor, changed)
        return self.version + 1

    def _standing(self, cursor: Cursor) -> dict[str, Any]:
        """The version and the fields to edit, as texts, as they stand."""
        fields = ", ".join(f"{sql.identifier(name)}::varchar as {sql.identifier(name)}" for name in self.values)
        found = cursor.frame(_statement("standing", object=self.name, fields=fields), id=self.id)
        if not found.height:
            raise NotFound("There is no {object} {id}.", object=self.name, id=self.id)
        return found.row(0, named=True)

    def _check_references(self, cursor: Cursor) -> None:
        for name, value in self.values.items():
            target = REFERENCES.get(name)
            if target and value is not None and not cursor.rows(_statement("exists", object=target), id=value):
                raise InvalidRecord("{field}: there is no {object} {id}.", field=name, object=target, id=value)

    def _update(self, cursor: Cursor) -> None:
        fields = ", ".join(f"{sql.identifier(name)} = $value_{name}" for name in self.values)
        bound = {f"value_{name}": value for name, value in self.values.items()}
        try:
            cursor.run(
                _statement("update", object=self.name, fields=fields),
                id=self.id,
                now=now(),
                user_id=self.user_id,
                **bound,
            )
        except EngineError as error:
            if "Conversion" in type(error).__name__ or "Constraint" in type(error).__name__:
                raise InvalidRecord(
                    "{object} {id} cannot be saved so: {fields} is not a value that it can have.",
                    object=self.name,
                    id=self.id,
                    fields=", ".join(f"{name} = {value}" for name, value in self.values.items()),
                ) from error
            raise

    def _keep_history(self, cursor: Cursor, name: str, before: str | None, after: str | None) -> None:
        cursor.run(
            _statement("keep_edit"),
            object=self.name,
            id=self.id,
            field=name,
            before=before,
            after=after,
            version=self.version + 1,
            now=now(),
            user_id=self.user_id,
            is_held=self.is_held,
        )

    def _settle(self, cursor: Cursor, name: str, after: str | None) -> None:
        """Close what loads had brought and now stands there."""
        cursor.run(
            _statement("settle"),
            object=self.name,
            id=self.id,
            field=name,
            value=after,
            now=now(),
            user_id=self.user_id,
        )

    def _follow(self, cursor: Cursor, changed: list[str]) -> None:
        """Bring in step what follows from the change."""
        if {"owner_id", "account_id"} & set(changed):
            if "account_id" in changed:
                ownership.take_owners(cursor, self.name, f"id = {int(self.id)}")
            ownership.follow(cursor, self.name, f"(from core.{self.name} where id = {int(self.id)})")
        if self.name in COUNTED_BY:
            ownership.touch(
                cursor, f"(select {COUNTED_BY[self.name]} as id from core.{self.name} where id = {int(self.id)})"
            )
        if self.name == "opportunity":
            currency = cursor.value(_statement("currency"))
            only, deals, today = f"deal.id = {int(self.id)}", f"({int(self.id)})", clock.today(cursor)
            ownership.derive_deals(cursor, "core.opportunity", only, currency=currency, today=today)
            if OF_EVENT & set(changed):
                cursor.run(_statement("add_event"), id=self.id, now=now(), user_id=self.user_id)
                ownership.settle_events(cursor, deals)
            ownership.revalue_events(cursor, deals, currency, today)


def decide(database: Database, viewer: Viewer, conflict_id: int, *, accept: bool) -> None:
    """Take what a load brought against a person's word, or refuse it for good, whichever loads brought it.

    Raises NotFound for a conflict that is not there or decided already.
    """
    with cursor_for(database, viewer) as seen:
        found = seen.rows(_statement("open_conflict"), id=conflict_id)
    if not found:
        raise NotFound("There is no open conflict {id}. List them with: python -m pipelines conflicts", id=conflict_id)
    object_name, record_id, field, value = found[0]
    viewer.require("edit", object_name)
    if accept:
        with database.cursor() as cursor:
            version = cursor.value(_statement("version", object=object_name), id=record_id)
        if version is None:
            raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
        edit(database, viewer, object_name, record_id, {field: value}, int(version), is_held=False)

    def write(cursor: Cursor) -> None:
        same = {"object": object_name, "id": record_id, "field": field}
        if accept:  # even where the value stood there already
            cursor.run(_statement("release"), **same)
        cursor.run(_statement("decide"), **same, value=value, now=now(), user_id=viewer.user_id, is_accepted=accept)

    database.write(write, touches=["landing.conflict", "history.edit"])


def close_settled(cursor: Cursor, names: Collection[str]) -> None:
    """Close the conflicts of objects whose value stands by now, whoever wrote it."""
    for name, field in cursor.rows(_statement("open_fields")):
        if name in names:
            cursor.run(_statement("close_settled", object=name, field=field), now=now())
