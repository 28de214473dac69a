"""What keeps an account's owner beside it, so that access costs no join, and how it is kept in step."""

from datetime import date
from pathlib import Path

from crm import sql
from crm.db import Cursor

_statement = sql.room(Path(__file__).parent / "statements" / "record")
OWNED_THROUGH_ACCOUNT = ("contact", "opportunity", "sales_order", "ticket", "interaction", "task", "quote",
                         "campaign_member", "survey_response")  # fmt: skip
"""Objects that keep their account's owner beside the account; lines of orders and tickets do as well."""
LINES = {
    "sales_order": ("order_id", ("core.order_line", "mart.sale_line", "mart.sale_order")),
    "ticket": ("ticket_id", ("core.ticket_event",)),
}
"""Object → the reference to it and the tables of lines that keep its account and that account's owner."""
TABLES = (
    *(f"core.{name}" for name in OWNED_THROUGH_ACCOUNT),
    *(table for _, tables in LINES.values() for table in tables),
    "mart.account_profile",
)
"""All that keep an account's owner; marts too, as access follows the owner of now, not of the last refresh."""
TOUCHED = "ops.touched_account"


def follow(cursor: Cursor, name: str, changed: str) -> None:
    """Bring what belongs to changed records of an object in step; `changed` is a query with their rows."""
    if name == "account":
        cursor.run(_statement("touch_moved_accounts", accounts=changed))
        for table in TABLES:
            cursor.run(_statement("follow_account", table=table, accounts=changed))
    elif name in LINES:
        if name == "sales_order":
            cursor.run(_statement("touch_moved_orders", orders=changed))
        reference, tables = LINES[name]
        for table in tables:
            cursor.run(_statement("follow_parent", table=table, reference=reference, parents=changed))


def touch(cursor: Cursor, accounts: str) -> None:
    """Note that marts have to be counted anew for accounts; `accounts` is a query of their `id`, null for all."""
    cursor.run(_statement("touch", accounts=accounts))


def take_owners(cursor: Cursor, name: str, only: str) -> None:
    """Keep the account's owner beside the account of those records of an object for which `only` holds."""
    if name in OWNED_THROUGH_ACCOUNT:
        cursor.run(_statement("take_owner", object=name, only=only))


def followers(name: str) -> tuple[str, ...]:
    """The tables that `follow` may change for an object."""
    if name == "account":
        return (*TABLES, TOUCHED)
    return (*LINES[name][1], TOUCHED) if name in LINES else ()


def revalue(cursor: Cursor, currency: str | None, today: date) -> None:
    """Value the deals in foreign money and their events anew, after exchange rates changed."""
    if currency:
        derive_deals(cursor, "core.opportunity", "deal.currency <> $currency", currency=currency, today=today)
        revalue_events(cursor, "(select id from core.opportunity)", currency, today)


def revalue_events(cursor: Cursor, deals: str, currency: str | None, today: date) -> None:
    """Value the events of deals in foreign money as those deals are; `deals` is a query of their ids."""
    if currency:
        cursor.run(_statement("revalue_events", deals=deals), currency=currency, today=today)


def settle_events(cursor: Cursor, deals: str) -> None:
    """Tell from when to when each event is the state of its deal; `deals` is a query of the ids of deals."""
    cursor.run(_statement("settle_events", deals=deals))


def derive_deals(cursor: Cursor, deals: str, only: str, **values: object) -> None:
    """Stamp the credited owner of closed deals and value all in `currency`, of the table `deals`, where `only` holds.

    `today` serves for deals without date.
    """
    cursor.run(_statement("derive_deal", pending=deals, only=only), **values)
