"""Lists of records on a large demo company: first page, deep page, and count, and what may be the same as a record.

    python -m benchmarks lists [--db FILE] [--accounts 1000000]

CPU milliseconds of each question, as if all tables had changed since it was asked before: the count, which a page asks
for as well, and the first and the last page that can be turned to, as a page asks for them after it has counted.
A file that is not there yet is made first, which takes minutes for a million accounts.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from crm import access, forms, lists, queries
from crm.access import Viewer
from crm.conditions import Condition
from crm.db import Database
from crm.lists import Wanted
from pipelines import demo

Asking = Callable[[], object]
ROUNDS = 5
DEEP = 9_950
"""Records before the last page that people can turn to."""
ASKED = {
    "account": {
        "as it begins": Wanted(),
        "search": Wanted(search="tra"),
        "search for digits": Wanted(search="30 2"),
        "my team's": Wanted(quick=("team",)),
        "by a tag": Wanted(conditions=(Condition("tags", "any_of", ("VIP",)),)),
        "by a field of the owner": Wanted(conditions=(Condition("owner.name", "contains", ("an",)),)),
        "no contact for 30 days": Wanted(quick=("silent",)),
        "filtered": Wanted(
            conditions=(Condition("city", "contains", ("on",)), Condition("kind", "any_of", ("company",)))
        ),
        "by name": Wanted(sort="name"),
        "by name, from the end": Wanted(sort="-name"),
        "filtered by name": Wanted(sort="name", conditions=(Condition("kind", "any_of", ("company",)),)),
        "by owner": Wanted(sort="owner"),
    },
    "contact": {
        "by name": Wanted(sort="name"),
        "by a field of the account": Wanted(conditions=(Condition("account.city", "any_of", ("London", "Berlin")),)),
        "search for digits": Wanted(search="30 2"),
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
        viewer = _viewer(database)
        print(f"{'CPU ms':44} {'records':>9}   count    page    deep")
        for object_name, questions in ASKED.items():
            for label, wanted in questions.items():
                _one(database, viewer, object_name, label, wanted)
        _alike(database, viewer)


def _viewer(database: Database) -> Viewer:
    """Who sees all, and has a team: some member of one."""
    with access.cursor_for(database, access.owner_of_file()) as cursor:
        staff_id = cursor.value("select min(id) from visible.staff where team_id is not null")
    return replace(access.owner_of_file(), staff_id=staff_id)


def _one(database: Database, viewer: Viewer, object_name: str, label: str, wanted: Wanted) -> None:
    found = lists.count(database, viewer, object_name, wanted)
    ask = partial(lists.page, database, viewer, object_name, wanted)
    counted = partial(lists.count, database, viewer, object_name, wanted)
    spent = [
        _median(database, viewer, counted),
        _median(database, viewer, ask, counted),
        _median(database, viewer, partial(ask, offset=min(DEEP, found // 2)), counted),
    ]
    print(f"  {object_name + ', ' + label:42} {found:9,} " + "".join(f"{each:8.0f}" for each in spent))


def _alike(database: Database, viewer: Viewer) -> None:
    """What may be the same as an account of the middle, as the page of merges asks."""
    first = lists.page(database, viewer, "account", Wanted(), offset=DEEP, limit=1, columns=("name", "phone"))
    values = first.row(0, named=True)
    spent = _median(database, viewer, partial(forms.alike, database, viewer, "account", values, values["id"]))
    print(f"  {'accounts that may be the same as one':42} {'':9} {spent:8.0f}")


def _median(database: Database, viewer: Viewer, work: Asking, before: Asking = lambda: None) -> float:
    return statistics.median(_milliseconds(database, viewer, work, before) for _ in range(ROUNDS))


def _milliseconds(database: Database, viewer: Viewer, work: Asking, before: Asking) -> float:
    """Of a question that is asked after another one in the same moment."""
    database.touch([f"core.{name}" for name in access.RECORDS])
    with queries.moment(database, viewer):
        before()
        begun = time.process_time()
        work()
        return 1000 * (time.process_time() - begun)
