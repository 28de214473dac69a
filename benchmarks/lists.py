"""Lists of records on a large demo company: first page, deep page, and count, as people ask for them.

    python -m benchmarks lists [--db FILE] [--accounts 1000000]

CPU milliseconds of each question, as if all tables had changed since it was asked before.
A file that is not there yet is made first, which takes minutes for a million accounts.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from crm import access, lists
from crm.access import Viewer
from crm.conditions import Condition
from crm.db import Database
from crm.lists import Wanted
from pipelines import demo

ROUNDS = 5
DEEP = 500_000
"""Records before a deep page."""
ASKED = {
    "account": {
        "as it begins": Wanted(),
        "search": Wanted(search="tra"),
        "no contact for 30 days": Wanted(quick=("silent",)),
        "filtered": Wanted(
            conditions=(Condition("city", "contains", ("on",)), Condition("kind", "any_of", ("company",)))
        ),
        "by name": Wanted(sort="name"),
        "by owner": Wanted(sort="owner"),
    },
    "opportunity": {
        "as it begins": Wanted(),
        "open": Wanted(quick=("open",)),
        "overdue": Wanted(quick=("overdue",)),
        "by amount": Wanted(sort="-amount"),
    },
    "ticket": {"as it begins": Wanted(), "open": Wanted(quick=("open",))},
}


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks lists")
    parser.add_argument("--db", type=Path)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, Database(options.db or Path(name) / "demo.duckdb") as database:
        demo.make(database, {"accounts": options.accounts}, lambda _: None)
        viewer = access.owner_of_file()
        print("CPU ms                                records   count    page    deep page")
        for object_name, questions in ASKED.items():
            for label, wanted in questions.items():
                _one(database, viewer, object_name, label, wanted)


def _one(database: Database, viewer: Viewer, object_name: str, label: str, wanted: Wanted) -> None:
    found = lists.count(database, viewer, object_name, wanted)
    spent = [
        _median(database, work)
        for work in (
            lambda: lists.count(database, viewer, object_name, wanted),
            lambda: lists.page(database, viewer, object_name, wanted),
            lambda: lists.page(database, viewer, object_name, wanted, offset=min(DEEP, found // 2)),
        )
    ]
    print(f"  {object_name + ', ' + label:34} {found:9,} " + "".join(f"{each:8.0f}" for each in spent))


def _median(database: Database, work: Callable[[], object]) -> float:
    return statistics.median(_milliseconds(database, work) for _ in range(ROUNDS))


def _milliseconds(database: Database, work: Callable[[], object]) -> float:
    database.touch([f"core.{name}" for name in access.RECORDS])
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)
