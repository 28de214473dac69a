"""An account seen from all sides: what its page asks, each for who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from crm import clock, db, lists, queries
from crm.access import Viewer
from crm.conditions import Field
from crm.db import Database
from crm.queries import Clock

KINDS = {
    "sales": ("sales_order", "opportunity", "quote"),
    "service": ("ticket", "survey_response"),
    "interaction": ("interaction",),
    "campaign": ("campaign",),
    "task": ("task",),
    "change": ("account",),
}
"""Kind of what a timeline tells → the objects that it reads; it is there where one of them is granted."""
NOW_STEP = timedelta(minutes=15)
"""How exactly the age of tickets is told, so that answers can be kept."""


@dataclass(frozen=True)
class Health:
    """How an account does, at a glance. What the viewer has no grant for is None."""

    sales: Mapping[str, Any] | None
    """revenue of 365 days, revenue_before, last_order_on, usual_days."""
    deals: Mapping[str, Any] | None
    """count_open, amount_company."""
    tickets: pl.DataFrame | None
    """Those that are not solved, with is_overdue."""
    contact: Mapping[str, Any] | None
    """The last one; empty without any."""
    tasks: pl.DataFrame | None
    """What is to be done, the most urgent first."""
    grade: str | None
    """A, B or C as the KPI of high-value customers grades, among the accounts that the viewer sees."""


def find(database: Database, viewer: Viewer, account_id: int) -> dict[str, Any] | None:
    """The account with the names of what it refers to; None where the viewer sees no such account."""
    found = queries.query(database, viewer, "account/record", account_id=account_id)
    return found.row(0, named=True) if found.height else None


def facts(database: Database, viewer: Viewer, account: Mapping[str, Any]) -> list[tuple[Field, Any]]:
    """What is filled in of an account, field by field, references by their names."""
    known = lists.fields(database, viewer, "account")
    return [(field, account[name]) for name, field in known.items() if account.get(name) not in (None, "")]


def health(database: Database, viewer: Viewer, account_id: int) -> Health:
    """How an account does, of what the viewer may see."""

    def ask(name: str, object_name: str, **values: queries.Value) -> pl.DataFrame | None:
        if viewer.scope(object_name) is None:
            return None
        return queries.query(database, viewer, f"account/{name}", account_id=account_id, **values)

    company = queries.clock(database, viewer)
    grade = ask("grade", "sales_order")
    return Health(
        sales=_first(ask("sales", "sales_order")),
        deals=_first(ask("open_deals", "opportunity")),
        tickets=ask("open_tickets", "ticket", now=moment(company)),
        contact=_first(ask("last_contact", "interaction")),
        tasks=ask("open_tasks", "task"),
        grade=None if grade is None else grade.item(),
    )


def _first(frame: pl.DataFrame | None) -> Mapping[str, Any] | None:
    if frame is None:
        return None
    return frame.row(0, named=True) if frame.height else {}


def moment(company: Clock) -> datetime:
    """Now (UTC), in steps; where the company's clock does not follow the calendar, the end of its day."""
    now = db.now()
    begin, end = clock.begin_of(company.today, company.zone), clock.end_of(company.today, company.zone)
    if begin is None or end is None or not begin <= now < end:
        return end or now
    return begin + (now - begin) // NOW_STEP * NOW_STEP


def kinds(viewer: Viewer) -> list[str]:
    """The kinds of things that the viewer's timeline tells."""
    return [kind for kind, objects in KINDS.items() if any(viewer.scope(name) is not None for name in objects)]


def timeline(
    database: Database,
    viewer: Viewer,
    account_id: int,
    *,
    kinds: tuple[str, ...],
    text: str = "",
    offset: int = 0,
    limit: int = 25,
) -> pl.DataFrame:
    """A part of what happened with an account, the latest first, of some kinds and with a text in it.

    kind, code, happened_at, title, detail, amount in the company's currency, person, contact, record, count_all.
    """
    return queries.query(
        database,
        viewer,
        "account/timeline",
        account_id=account_id,
        kinds=kinds,
        text=text.strip(),
        offset=offset,
        limit=limit,
    )


def change(revenue: Decimal | None, before: Decimal | None) -> float | None:
    """By which share revenue changed; None where there was none before."""
    return float(((revenue or 0) - before) / before) if before and before > 0 else None


def days_since(day: date | None, today: date) -> int | None:
    """Days that have passed since a day."""
    return (today - day).days if day else None
