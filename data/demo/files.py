"""The files that the systems of the demo company would export, and the truth beside them."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl

from data.demo import names
from data.demo.accounts import CHANNELS, SIZES, SOURCES, account_keys, parents
from data.demo.baskets import STATUSES, statuses
from data.demo.buying import order_keys
from data.demo.catalogue import products_file
from data.demo.company import Company
from data.demo.contacts import contacts_file
from data.demo.days import dates, moments_as_text
from data.demo.dirt import dirty_rows, hard_to_read
from data.demo.duplicates import numbers_of_orders
from data.demo.leads import leads_file
from data.demo.marketing import campaigns_file, members_file
from data.demo.people import staff_file, staff_keys
from data.demo.places import COUNTRIES, PLACES
from data.demo.selling import deals_file, history_file, quotes_file
from data.demo.service import ticket_events_file, tickets_file
from data.demo.surveys import surveys_file
from data.demo.talks import interactions_file, tasks_file
from data.demo.text import LARGE, keys, pick
from data.demo.truth import write_truth

PIECE = 1_000_000
"""Rows that are made and written at once: it bounds the memory."""
NEVER_QUOTED = ("orders", "order_lines", "deal_history", "ticket_events", "campaign_members")
"""Large files in which nothing can need quotes, so that nobody has to look."""


def write(company: Company, folder: Path) -> None:
    """Write all files into a folder, and the truth into its folder `truth`."""
    folder.mkdir(parents=True, exist_ok=True)
    refused = [_write(company, name, folder / f"{name}.csv") for name in FILES]
    write_truth(company, pl.concat(refused), folder / "truth")


def frames(company: Company, name: str) -> Iterator[pl.DataFrame]:
    """The good rows of a file, piece by piece."""
    for piece in FILES[name](company):
        yield hard_to_read(company.plan, name, piece)


def _write(company: Company, name: str, path: Path) -> pl.DataFrame:
    """Write a file and return what is wrong in it. Its dirty rows stand somewhere in the first piece."""
    refused = pl.DataFrame()
    with path.open("wb") as file:
        for number, piece in enumerate(frames(company, name)):
            if number == 0:
                dirty, refused = dirty_rows(company.plan, name, piece, _rows(company, name, piece))
                middle = int(company.plan.random(f"place in {name}").integers(0, piece.height + 1))
                parts = [piece[:middle], dirty, piece[middle:]]
            else:
                parts = [piece]
            for place, part in enumerate(parts):
                has_header = number == 0 and place == 0
                _append(part, file, has_header=has_header, is_quoted=name not in NEVER_QUOTED)
    return refused


def _append(frame: pl.DataFrame, file: IO[bytes], *, has_header: bool, is_quoted: bool) -> None:
    frame.write_csv(
        file,
        include_header=has_header,
        datetime_format="%Y-%m-%d %H:%M:%S",
        float_precision=2,
        quote_style="necessary" if is_quoted else "never",
    )


def _rows(company: Company, name: str, piece: pl.DataFrame) -> int:
    return {"orders": company.orders.count, "order_lines": company.lines.count}.get(name, piece.height)


def _accounts(company: Company) -> Iterator[pl.DataFrame]:
    """Grain: entry of an account, in the order in which they were entered."""
    accounts, twice, days = company.accounts, company.duplicates, company.days
    of = np.concatenate([np.arange(accounts.count), twice.of])
    number = np.concatenate([twice.number, twice.own_number])
    parent = parents(company.plan, accounts)
    has_ordered = np.zeros(accounts.count, bool)
    has_ordered[company.orders.account] = True
    place, is_person = accounts.place[of], accounts.is_person[of]
    text = accounts.text[of]
    frame = pl.DataFrame({
        "Account ID": account_keys(number),
        "Account": pl.concat([accounts.name["name"], twice.name]),
        "Kind": pick(("company", "person"), is_person.astype(int)),
        "Industry": pick(names.INDUSTRIES, accounts.industry[of]),
        "Size": pick(SIZES, accounts.size[of]),
        "Country": pick(COUNTRIES, accounts.country[of]),
        "Region": pick([entry[1] for entry in PLACES], place),
        "City": pick([entry[2] for entry in PLACES], place),
        "Phone": pl.concat([accounts.phone, twice.phone]),
        "Website": accounts.name["site"].gather(of),
        "Customer since": dates(days, np.concatenate([accounts.since, twice.since])),
        "Owner": staff_keys(accounts.owner[of]),
        "Parent account": account_keys(np.where(parent[of] < 0, -1, twice.number[parent[of]])),
        "Acquired through": pick(SOURCES, accounts.source[of]),
        "Status": pick(("Prospect", "Customer"), has_ordered[of].astype(int)),
        "Preferences": text["preferences"],
        "Payment terms": text["terms"],
    })  # fmt: skip
    yield frame[np.argsort(number)]


def _orders(company: Company) -> Iterator[pl.DataFrame]:
    """Grain: order, by time."""
    orders, days, accounts = company.orders, company.days, company.accounts
    number = numbers_of_orders(company.plan, accounts, company.duplicates, orders.account, orders.at)
    status = statuses(days, orders)
    for first in range(0, max(orders.count, 1), PIECE):
        some = slice(first, first + PIECE)
        account = orders.account[some]
        positions = np.arange(first, first + len(account))
        digits = order_keys(positions)
        yield pl.DataFrame({
            "Order ID": digits,
            "Order number": digits.str.replace("SO-", "AP", literal=True),
            "Account ID": account_keys(number[some]),
            "Ordered at": moments_as_text(days, orders.at[some]),
            "Channel": pick(CHANNELS, orders.channel[some]),
            "Country": pick(COUNTRIES, accounts.country[account]),
            "Region": pick([entry[1] for entry in PLACES], accounts.place[account]),
            "Status": pick(STATUSES, status[some]),
            "Currency": pick(("EUR",), np.zeros(len(account), int)),
        })  # fmt: skip


def _order_lines(company: Company) -> Iterator[pl.DataFrame]:
    """Grain: line of an order, sold or come back, by time."""
    lines, days = company.lines, company.days
    order = order_keys(np.arange(company.orders.count))
    price = pl.Series([f"{cents / 100:.2f}" for cents in range(int(lines.cents.max()) + 1)])
    for first in range(0, max(lines.count, 1), PIECE):
        some = lines.taken(slice(first, first + PIECE))
        yield pl.DataFrame({
            "Line ID": keys("OL", 10 * LARGE + np.arange(first, first + some.count), 8),
            "Order ID": order.gather(some.order),
            "SKU": company.catalogue.sku.gather(some.product),
            "Quantity": pl.Series(some.quantity),
            "Unit price": price.gather(some.cents),
            "Ordered at": moments_as_text(days, some.at),
        })  # fmt: skip


def _whole(make: Callable[[Company], pl.DataFrame]) -> Callable[[Company], Iterator[pl.DataFrame]]:
    """A file that is made in one piece."""

    def pieces(company: Company) -> Iterator[pl.DataFrame]:
        yield make(company)

    return pieces


FILES: Mapping[str, Callable[[Company], Iterator[pl.DataFrame]]] = {
    "staff": _whole(lambda _: staff_file()),
    "products": _whole(lambda c: products_file(c.catalogue)),
    "accounts": _accounts,
    "contacts": _whole(lambda c: contacts_file(c.duplicates.number, c.contacts)),
    "leads": _whole(lambda c: leads_file(c.plan, c.days, c.accounts, c.staff, c.campaigns)),
    "deals": _whole(lambda c: deals_file(c.days, c.accounts, c.duplicates.number, c.catalogue, c.deals)),
    "deal_history": _whole(lambda c: history_file(c.days, c.deals)),
    "quotes": _whole(lambda c: quotes_file(c.plan, c.days, c.duplicates.number, c.deals)),
    "orders": _orders,
    "order_lines": _order_lines,
    "interactions": _whole(
        lambda c: interactions_file(c.plan, c.days, c.accounts, c.duplicates.number, c.lives, c.contacts)
    ),
    "tasks": _whole(lambda c: tasks_file(c.plan, c.days, c.accounts, c.duplicates.number, c.lives)),
    "tickets": _whole(lambda c: tickets_file(c.days, c.accounts, c.duplicates.number, c.tickets)),
    "ticket_events": _whole(lambda c: ticket_events_file(c.days, c.tickets)),
    "campaigns": _whole(lambda c: campaigns_file(c.days, c.campaigns)),
    "campaign_members": _whole(lambda c: members_file(c.days, c.duplicates.number, c.campaigns)),
    "surveys": _whole(lambda c: surveys_file(c.plan, c.days, c.accounts, c.duplicates.number, c.lives, c.tickets)),
}
"""File → the pieces of its rows, in the order in which they refer to each other."""
