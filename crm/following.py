"""What follows from changes of records, brought in step in the transaction that makes them."""

from collections.abc import Collection, Iterable
from pathlib import Path

from crm import clock, ownership, sql
from crm.db import Cursor, now

_statement = sql.room(Path(__file__).parent / "statements" / "record")
COUNTED_BY = {
    "account": "id",
    "sales_order": "account_id",
    "opportunity": "account_id",
    "ticket": "account_id",
    "product": "null::bigint",
    "fx_rate": "null::bigint",
}
"""Object → the account whose numbers marts count by it; null where it is all."""
COUNTED = {
    "account": ("id", "owner_id", "since_on", "industry", "region", "merged_into_account_id"),
    "sales_order": ("id", "account_id", "ordered_at", "credited_owner_id", "region", "channel", "status"),
    "opportunity": ("id", "account_id", "begun_on", "closed_on"),
    "ticket": ("id", "account_id", "opened_at"),
}
"""Object → the fields that marts read; of any other object they read all."""
DATED = ("opportunity", "ticket")
"""Objects by which marts tell only since when an account is a customer."""
OF_EVENT = ("stage_id", "amount", "currency", "expected_close_on", "owner_id")
"""Fields of a deal of which every change is an event."""
OF_VALUE = ("id", *OF_EVENT, "begun_on", "closed_on")
"""Fields of a deal that decide what it is worth in the company's currency, and to whose credit."""
OF_OWNER = ("owner_id", "account_id")
"""Fields that decide whose a record is."""
OF_CREDIT = ("owner_id", "resolved_at", "credited_owner_id")
"""Fields of a ticket that decide to whose credit it is solved."""
STAMPS = ("version", "updated_at", "updated_by")
"""Fields that every change of a record writes."""


def follow(cursor: Cursor, name: str, changes: str, user_id: int | None) -> None:
    """Bring in step what follows from changed fields of an object.

    `changes` is a query of record `id` and `field`; a new record has all its fields there, its `id` too.
    """
    fields = {row[0] for row in cursor.rows(_statement("changed_fields", changes=changes))}
    records = f"(select id from {changes})"
    if _is_any(OF_OWNER, fields):
        moved = f"(select id from {changes} where field in {OF_OWNER})"
        ownership.take_owners(cursor, name, f"id in {moved}")
        ownership.follow(cursor, name, f"(from core.{name} where id in {moved})")
    if _is_counted(name, fields):
        counted = f"account_id is not null and id in {records}" if name in DATED else f"id in {records}"
        ownership.touch(cursor, f"(select {COUNTED_BY[name]} as id from core.{name} where {counted})")
    if name == "ticket":
        cursor.run(_statement("credit_tickets", tickets=records))
    if name == "fx_rate":
        ownership.revalue(cursor, cursor.value(_statement("currency")), clock.today(cursor))
    if name == "opportunity" and _is_any(OF_VALUE, fields):
        _follow_deals(cursor, records, f"(select id from {changes} where field in {OF_EVENT})", user_id)


def _is_any(names: Iterable[str], fields: Collection[str] | None) -> bool:
    """Whether any of the names is among the fields; None stands for all fields."""
    return fields is None or any(name in fields for name in names)


def _is_counted(name: str, fields: Collection[str] | None) -> bool:
    """Whether marts read any of the fields of an object."""
    return name in COUNTED_BY and (name not in COUNTED or _is_any(COUNTED[name], fields))


def _follow_deals(cursor: Cursor, deals: str, moved: str, user_id: int | None) -> None:
    currency, today = cursor.value(_statement("currency")), clock.today(cursor)
    ownership.derive_deals(cursor, "core.opportunity", f"deal.id in {deals}", currency=currency, today=today)
    cursor.run(_statement("add_events", deals=moved), now=now(), user_id=user_id)
    ownership.settle_events(cursor, moved)
    ownership.revalue_events(cursor, deals, currency, today)


def touches(name: str, fields: Collection[str] | None = None) -> tuple[str, ...]:
    """What writing fields of an object, or any of its fields, may change, as `Database.touch` takes it.

    What was asked about the rest stays known: a new telephone number makes no page count anew.
    """
    if fields is None or "id" in fields:  # records come or go
        return (f"core.{name}", *_followers(name, fields))
    followers = _followers(name, fields)
    if f"core.{name}" in followers:
        return followers
    return (*(f"core.{name}.{column}" for column in (*fields, *STAMPS)), *followers)


def _followers(name: str, fields: Collection[str] | None) -> tuple[str, ...]:
    """The tables that `follow` may change besides the fields themselves."""
    is_moved, is_valued = _is_any(OF_OWNER, fields), name == "opportunity" and _is_any(OF_VALUE, fields)
    return (
        *((f"core.{name}", *ownership.followers(name)) if is_moved else ()),
        *((f"core.{name}",) if name == "ticket" and _is_any(OF_CREDIT, fields) else ()),
        *(("core.opportunity", "core.opportunity_event") if is_valued or name == "fx_rate" else ()),
        *((ownership.TOUCHED,) if _is_counted(name, fields) else ()),
    )
