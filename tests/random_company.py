"""A small company at random: everything that KPIs count, with holes in it."""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from crm.db import Database
from tests.records import add, add_deal, add_event, add_line, set_company

TODAY = date(2025, 6, 30)
FIRST = date(2023, 1, 1)
REGIONS, INDUSTRIES = ("North", "South", "East"), ("Food", "Toys", "Paper")
CATEGORIES, CHANNELS = ("Tents", "Stoves"), ("web", "shop")
Some = TypeVar("Some")
Own = dict[str, int | None]


class Chance(random.Random):
    """Chance with what a company needs of it."""

    def maybe(self, value: Some) -> Some | None:
        """The value, or sometimes nothing."""
        return value if self.random() < 0.85 else None

    def moment(self) -> datetime:
        """A time of the company's days."""
        day = FIRST + timedelta(days=self.randrange((TODAY - FIRST).days))
        return datetime.combine(day, time()) + timedelta(hours=self.random() * 24)


def fill(database: Database, chance: Chance) -> list[int]:
    """Fill an empty database; the keys of the staff, whom the first leads."""
    set_company(database, currency="EUR", as_of=TODAY, time_zone="Asia/Shanghai", silent_after_days=60)
    boss = add(database, "staff", name="Boss")
    staff = [boss, *(add(database, "staff", name=f"S{number}", manager_id=boss) for number in range(2))]
    products = [_product(database, chance, number) for number in range(4)]
    for _ in range(14):
        own = _account(database, chance, staff)
        for _ in range(chance.randrange(6)):
            _order(database, chance, staff, products, own)
        for _ in range(chance.randrange(3)):
            _deal(database, chance, staff, products, own)
        for _ in range(chance.randrange(4)):
            _ticket(database, chance, staff, products, own)
        _talk(database, chance, staff, own)
    return staff


def _product(database: Database, chance: Chance, number: int) -> int:
    category, cost = chance.maybe(chance.choice(CATEGORIES)), chance.maybe(Decimal(number + 1))
    return add(database, "product", name=f"P{number}", category=category, cost=cost, is_active=True)


def _account(database: Database, chance: Chance, staff: list[int]) -> Own:
    owner = chance.maybe(chance.choice(staff))
    account = add(
        database,
        "account",
        name="A",
        owner_id=owner,
        region=chance.maybe(chance.choice(REGIONS)),
        industry=chance.maybe(chance.choice(INDUSTRIES)),
        since_on=chance.maybe(chance.moment().date()),
    )
    return {"account_id": account, "account_owner_id": owner}


def _order(database: Database, chance: Chance, staff: list[int], products: list[int], own: Own) -> None:
    at = chance.moment()
    order = add(
        database,
        "sales_order",
        ordered_at=at,
        status=chance.choice(("placed", "shipped", "cancelled")),
        channel=chance.maybe(chance.choice(CHANNELS)),
        credited_owner_id=chance.maybe(chance.choice(staff)),
        **own,
    )
    for _ in range(chance.randrange(1, 4)):
        price = chance.maybe(f"{chance.randrange(1, 900) / 10:.2f}")
        add_line(database, order, at, price, product_id=chance.choice(products), **own)
    if chance.random() < 0.3:
        add_line(database, order, at + timedelta(days=9), "-5.00", product_id=chance.choice(products), **own)


def _deal(database: Database, chance: Chance, staff: list[int], products: list[int], own: Own) -> None:
    code = chance.choice(("engaging", "proposal", "won", "lost"))
    begun = chance.moment()
    closed = begun + timedelta(days=chance.randrange(90))
    amount = chance.maybe(f"{chance.randrange(1, 90)}00.00")
    deal = add_deal(
        database,
        code,
        amount,
        begun_on=chance.maybe(begun.date()),
        closed_on=chance.maybe(closed.date()) if code in ("won", "lost") else None,
        currency="EUR",
        owner_id=chance.choice(staff),
        **own,
    )
    add_event(database, deal, 1, code, amount, begun, owner_id=chance.choice(staff))
    add(database, "opportunity_line", opportunity_id=deal, product_id=chance.choice(products), quantity=1)


def _ticket(database: Database, chance: Chance, staff: list[int], products: list[int], own: Own) -> None:
    opened = chance.moment()
    is_solved = chance.random() < 0.6
    solved = opened + timedelta(hours=chance.randrange(-5, 300))
    ticket = add(
        database,
        "ticket",
        subject="?",
        status=chance.choice(("resolved", "closed") if is_solved else ("open", "pending")),
        priority=chance.maybe(chance.choice(("low", "urgent"))),
        opened_at=chance.maybe(opened),
        first_reply_at=chance.maybe(opened + timedelta(hours=chance.randrange(-2, 50))),
        resolved_at=chance.maybe(solved) if is_solved else None,
        owner_id=chance.maybe(chance.choice(staff)),
        channel=chance.maybe(chance.choice(CHANNELS)),
        product_id=chance.maybe(chance.choice(products)),
        satisfaction=chance.maybe(chance.randrange(1, 6)),
        **own,
    )
    add(
        database,
        "ticket_event",
        id=ticket,
        ticket_id=ticket,
        happened_at=chance.moment(),
        activity=chance.choice(("Reopened", "closed")),
        is_possible_repeat=False,
        row_hash=ticket,
        batch_id=1,
        file_position=1,
        record_number=1,
        **own,
    )
    for kind, best in (("csat", 5), ("nps", 10)):
        add(
            database,
            "survey_response",
            kind=kind,
            score=chance.maybe(chance.randrange(1, best + 1)),
            ticket_id=chance.maybe(ticket),
            answered_at=chance.maybe(chance.moment()),
            **own,
        )


def _talk(database: Database, chance: Chance, staff: list[int], own: Own) -> None:
    at, owner = chance.maybe(chance.moment()), chance.choice(staff)
    add(database, "interaction", kind="call", subject="?", happened_at=at, owner_id=owner, **own)
    add(
        database,
        "lead",
        name="L",
        since_at=chance.maybe(chance.moment()),
        is_converted=chance.random() < 0.4,
        owner_id=chance.maybe(chance.choice(staff)),
        industry=chance.maybe(chance.choice(INDUSTRIES)),
    )
