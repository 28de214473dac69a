"""Merging: staged records against the records in core.

`prepare` finds out, for each object that a layout writes, which records they are, what they refer to
and what is different. The answers stand in temporary tables, `pending_<object>` being the rows as the
load will leave them; nothing is written until `apply`, which is short.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from crm import ownership, sql, writing
from crm.db import Cursor
from crm.fields import MERGEABLE
from pipelines.objects import Object

statement = sql.room(Path(__file__).parent / "statements" / "merge")


def names(target: Object, current: str) -> list[str]:
    """Queries of what people call the records of an object, of which `current` is a table: id, text."""
    found = [statement("names", column=column, current=current) for column in target.known_by]
    if target.name in MERGEABLE:
        slots = {"current": current, "object": target.name}
        found += [statement("names_of_merged", column=column, **slots) for column in target.known_by]
    return found


class MovedMeanwhile(Exception):
    """Somebody changed a record between comparing and applying: prepare again."""


@dataclass(frozen=True)
class Context:
    """What holds for a whole load."""

    batch_id: int
    now: datetime
    today: date
    zone: str
    """The company's."""
    currency: str | None
    """The company's, after this load."""
    is_history: bool


@dataclass
class Merge:
    """Prepares and applies the records of one load on the cursor that holds its staged records."""

    cursor: Cursor
    context: Context
    columns: dict[str, list[str]]
    """Table of core → its columns."""
    touched: list[str] = field(default_factory=list)
    """Objects with pending rows, in the order in which they were first written."""
    has_undone: bool = False
    """A load was taken back, so that records may have stayed whose load is gone."""

    def forget_refused(self) -> None:
        """Forget which records did not get in by an earlier try; those that staging put aside stay aside."""
        self.cursor.run(statement("create_refused_before"))

    def keep_refused(self) -> int:
        """Keep the records that do not get in aside from the next `begin` on; how many came to those kept before.

        Duplicates are found anew: what they repeat may be among these.
        """
        return self.cursor.run(statement("keep_refused"))

    def begin(self) -> None:
        """Forget what an earlier try prepared."""
        self.touched.clear()
        self.cursor.run(statement("name_key"))
        for name in ("refused", "seen", "pending_key", "renewed", "conflict", "outcome", "made"):
            self.cursor.run(statement(f"create_{name}"))
        self.has_undone = bool(self.cursor.value(statement("has_undone")))

    def open(self, name: str) -> None:
        """Make the pending table and the current view of an object, once."""
        if name not in self.touched:
            self.touched.append(name)
            slots = {"core": f"core.{name}", "pending": f"pending_{name}", "current": f"current_{name}"}
            self.cursor.run(statement("create_pending", **slots))
            self.cursor.run(statement("current", **slots))

    def finish(self, begin_stage: str | None) -> None:
        """Fill the fields that follow from others, and make the events of deals."""
        for name in ownership.OWNED_THROUGH_ACCOUNT:
            if name in self.touched:
                self.open("account")
                slots = {"pending": f"pending_{name}", "account": "current_account"}
                self.cursor.run(statement("derive_account_owner", **slots))
        context = self.context
        if "sales_order" in self.touched:
            self.cursor.run(statement("derive_order", pending="pending_sales_order"))
        if "ticket" in self.touched:
            self.cursor.run(statement("derive_ticket", pending="pending_ticket"))
        if "opportunity" in self.touched:
            pending = {"pending": "pending_opportunity"}
            ownership.derive_deals(
                self.cursor, "pending_opportunity", "true", currency=context.currency, today=context.today
            )
            self.cursor.run(
                statement("create_event", **pending),
                zone=context.zone,
                begin_stage=begin_stage,
                is_history=context.is_history,
                now=context.now,
            )
            self.cursor.run(statement("note_events"))

    def apply(self) -> list[str]:
        """Write what is pending, inside the caller's transaction; the names of the tables that changed.

        Raises MovedMeanwhile when a record changed since it was compared.
        """
        for name in self.touched:
            self._apply(name)
        self.cursor.run(statement("apply_keys"), batch_id=self.context.batch_id)
        if self.has_undone:
            self.cursor.run(statement("renew_keys"), batch_id=self.context.batch_id)
        self.cursor.run(statement("apply_conflicts"), batch_id=self.context.batch_id)
        changed = [f"core.{name}" for name in self.touched] + ["core.record_key"]
        if "opportunity" in self.touched:
            self.cursor.run(statement("apply_events"))
            ownership.settle_events(self.cursor, "(select opportunity_id from event)")
            deals = "(select id from pending_opportunity)"
            ownership.revalue_events(self.cursor, deals, self.context.currency, self.context.today)
            changed.append("core.opportunity_event")
        for name in self.touched:
            if self._has_changed(name):
                changed += ownership.followers(name)
        if "fx_rate" in self.touched:
            ownership.revalue(self.cursor, self.context.currency, self.context.today)
            changed += ["core.opportunity", "core.opportunity_event"]
        writing.close_settled(self.cursor, self.touched)
        changed += [f"history.{name}" for name in self.touched if self._has_changed(name)]
        return changed

    def follow(self) -> None:
        """Where orders or accounts change hands, what belongs to them goes along; after everything else is written."""
        for name in ("sales_order", "ticket", "account"):
            if self._has_changed(name):
                ownership.follow(self.cursor, name, f"(from pending_{name} where not is_new)")

    def _has_changed(self, name: str) -> bool:
        return name in self.touched and bool(self.cursor.value(statement("count_changed", pending=f"pending_{name}")))

    def _apply(self, name: str) -> None:
        slots = {"core": f"core.{name}", "history": f"history.{name}", "pending": f"pending_{name}"}
        expected = self.cursor.value(statement("count_changed", **slots))
        if expected:
            self.cursor.run(statement("keep_history", **slots), batch_id=self.context.batch_id)
            fields = ", ".join(f"{column} = pending.{column}" for column in self.columns[name] if column != "id")
            if self.cursor.run(statement("apply_changed", fields=fields, **slots)) != expected:
                raise MovedMeanwhile
        self.cursor.run(statement("apply_new", **slots))
