"""The page of an account on a large demo company: each of its questions, for accounts with little and with much.

    python -m benchmarks account [--db FILE] [--accounts 1000000]

CPU milliseconds of each question, as if all tables had changed since it was asked before, within one snapshot as a
page asks them. A file that is not there yet is made first, which takes minutes for a million accounts.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from crm import access, accounts, queries
from crm.access import Viewer
from crm.db import Database
from pipelines import demo

ROUNDS = 5
HEAD = ("find", "health")
"""What the page asks whatever tab is open; the first tab is the timeline."""
TABS = ("people", "deals", "orders", "tickets", "products", "hierarchy")
TABLES = ("mart.sale_order", "mart.sale_line", "mart.account_profile", *(f"core.{name}" for name in access.RECORDS))


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks account")
    parser.add_argument("--db", type=Path)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        path = options.db or Path(name) / "demo.duckdb"
        is_new = not path.exists()
        with Database(path) as database:
            if is_new:
                demo.make(database, {"accounts": options.accounts}, lambda _: None)
            for label, account_id in _chosen(database).items():
                _one(database, label, account_id)


def _chosen(database: Database) -> dict[str, int]:
    """The account with most orders, and one in the middle."""
    with database.cursor() as cursor:
        found = cursor.frame("select account_id, count(*) as orders from core.sales_order group by 1 order by 2, 1")
    known = found.filter(pl.col("account_id").is_not_null())["account_id"]
    return {"most orders": int(known[-1]), "median": int(known[known.len() // 2])}


def _one(database: Database, label: str, account_id: int) -> None:
    viewer = access.owner_of_file()
    spent = {name: _median(database, viewer, work) for name, work in _questions(database, viewer, account_id)}
    print(f"account with {label}: {account_id}")
    for name, milliseconds in spent.items():
        print(f"  {name:14} {milliseconds:8.0f}")
    print(f"  {'page':14} {sum(spent[name] for name in (*HEAD, 'timeline')):8.0f}  CPU ms, as it opens")


def _questions(database: Database, viewer: Viewer, account_id: int) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "find", lambda: accounts.find(database, viewer, account_id)
    yield "health", lambda: accounts.health(database, viewer, account_id)
    yield "timeline", lambda: accounts.timeline(database, viewer, account_id, kinds=tuple(accounts.KINDS))
    yield (
        "with a text",
        lambda: accounts.timeline(database, viewer, account_id, kinds=tuple(accounts.KINDS), text="no such text"),
    )
    for name in TABS:
        yield name, lambda name=name: queries.query(database, viewer, f"account/{name}", account_id=account_id)  # type: ignore[misc]


def _median(database: Database, viewer: Viewer, work: Callable[[], object]) -> float:
    return statistics.median(_milliseconds(database, viewer, work) for _ in range(ROUNDS))


def _milliseconds(database: Database, viewer: Viewer, work: Callable[[], object]) -> float:
    database.touch(TABLES)
    with queries.moment(database, viewer):
        begun = time.process_time()
        work()
        return 1000 * (time.process_time() - begun)
