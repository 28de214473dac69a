"""The KPIs of management's home page on a large demo company, each for a period, the one before and a year ago.

    python -m benchmarks kpis [--db FILE] [--accounts 1000000]

CPU milliseconds for the last month with data, by what narrows the page; then CPU seconds of counting all
marts anew, of keeping what the KPIs read on a day, and of catching up after a thousandth of the accounts
changed hands.
A file that is not there yet is made first, which takes minutes for a million accounts.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from crm import access, metrics, ownership, queries, snapshots
from crm.access import Viewer
from crm.db import Cursor, Database
from crm.periods import Period, month
from crm.selection import Selection
from crm.ui.cards import COMPANY
from pipelines import demo
from pipelines.refresh import WRITES, catch_up, refresh

ROUNDS = 3
SHARE = 1000
"""One of so many accounts changes hands."""


def main(arguments: list[str]) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kpis")
    parser.add_argument("--db", type=Path)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, Database(options.db or Path(name) / "demo.duckdb") as database:
        demo.make(database, {"accounts": options.accounts}, lambda _: None)
        _home(database, access.owner_of_file())
        today = metrics.today(database, access.owner_of_file())
        print(f"  all marts                s {_seconds(lambda: refresh(database, today)):8.2f}")
        print(f"  what is kept of a day    s {_seconds(lambda: snapshots.keep(database, today)):8.2f}")
        _change_hands(database)
        print(f"  accounts that changed    s {_seconds(lambda: catch_up(database)):8.2f}")


def _home(database: Database, viewer: Viewer) -> None:
    shown = [metrics.find(name) for name in COMPANY]
    of_sales = [metric.id for metric in shown if metric.kept_in or metric.id == "new_accounts"]
    live = [metric.id for metric in shown if metric.id not in of_sales]
    print(f"Home page, CPU ms of three periods   sales ({len(of_sales)})   live work ({len(live)})")
    for label, chosen in _narrowed(database):
        spent = [_median(partial(_ask, database, viewer, ids, chosen)) for ids in (of_sales, live)]
        print(f"  {label:32} {spent[0]:10.0f} {spent[1]:15.0f}")


def _ask(database: Database, viewer: Viewer, ids: Iterable[str], chosen: Selection) -> None:
    """The numbers of one page, as if all tables had changed since they were asked before."""
    database.touch({table for metric_id in ids for table in queries.tables_of(metrics.statement(metric_id, "rows"))})
    database.touch(WRITES)
    period = month(metrics.today(database, viewer))
    with queries.moment(database, viewer):
        for metric_id in ids:
            for each in (period, period.previous(), period.year_ago()):
                metrics.number(database, viewer, metric_id, each or Period(), chosen)


def _narrowed(database: Database) -> Iterable[tuple[str, Selection]]:
    """What the page may be narrowed to: the value of each filter with the most lines."""
    yield "nothing", Selection()
    with database.cursor() as cursor:
        staff = [row[0] for row in cursor.rows(
            "select credited_owner_id from mart.sale_day where credited_owner_id is not null "
            "group by all order by sum(count_lines) desc limit 10"
        )]  # fmt: skip
        yield "an owner", Selection(owner=(staff[0],))
        yield "a team", Selection(owner=tuple(staff))
        for name in ("region", "industry", "channel", "category"):
            value = cursor.value(f"select mode({name}) from mart.sale_line")
            yield f"{name} {value}", Selection(**{name: (value,)})


def _change_hands(database: Database) -> None:
    some = f"id % {SHARE} = 0"

    def change(cursor: Cursor) -> None:
        other = "select max(id) from core.staff where id <> account.owner_id"
        cursor.run(f"update core.account set owner_id = ({other}) where {some}")
        ownership.follow(cursor, "account", f"(from core.account where {some})")

    database.write(change, touches=["core.account", *ownership.followers("account")])


def _median(work: Callable[[], object]) -> float:
    return statistics.median(1000 * _seconds(work) for _ in range(ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
