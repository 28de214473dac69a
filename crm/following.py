"""What follows from changes of records, brought in step in the transaction that makes them."""

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
DATED = ("opportunity", "ticket")
"""Objects by which marts tell only since when an account is a customer."""
OF_EVENT = ("stage_id", "amount", "currency", "expected_close_on", "owner_id")
"""Fields of a deal of which every change is an event."""
OF_OWNER = ("owner_id", "account_id")
"""Fields that decide whose a record is."""


def follow(cursor: Cursor, name: str, changes: str, user_id: int | None) -> None:
    """Bring in step what follows from changed fields of an object; `changes` is a query of record `id` and `field`."""
    records = f"(select id from {changes})"
    moved = f"(select id from {changes} where field in {OF_OWNER})"
    ownership.take_owners(cursor, name, f"id in {moved}")
    ownership.follow(cursor, name, f"(from core.{name} where id in {moved})")
    if name in COUNTED_BY:
        counted = f"account_id is not null and id in {records}" if name in DATED else f"id in {records}"
        ownership.touch(cursor, f"(select {COUNTED_BY[name]} as id from core.{name} where {counted})")
    if name == "ticket":
        cursor.run(_statement("credit_tickets", tickets=records))
    if name == "fx_rate":
        ownership.revalue(cursor, cursor.value(_statement("currency")), clock.today(cursor))
    if name == "opportunity":
        _follow_deals(cursor, records, f"(select id from {changes} where field in {OF_EVENT})", user_id)


def _follow_deals(cursor: Cursor, deals: str, moved: str, user_id: int | None) -> None:
    currency, today = cursor.value(_statement("currency")), clock.today(cursor)
    ownership.derive_deals(cursor, "core.opportunity", f"deal.id in {deals}", currency=currency, today=today)
    cursor.run(_statement("add_events", deals=moved), now=now(), user_id=user_id)
    ownership.settle_events(cursor, moved)
    ownership.revalue_events(cursor, deals, currency, today)


def touches(name: str) -> tuple[str, ...]:
    """The tables that `follow` may change for an object."""
    deals = ("core.opportunity", "core.opportunity_event") if name in ("opportunity", "fx_rate") else ()
    return (f"core.{name}", *deals, *ownership.followers(name), ownership.TOUCHED)
