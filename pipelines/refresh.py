"""Counts the marts: built beside the old ones, checked, then put in place in one short transaction.

Editors and readers go on meanwhile. Swapping by rename costs milliseconds, where emptying and filling
a mart in place costs half of its building again; comments are taken over from the mart before.

`refresh` counts all. `catch_up` counts the accounts that changed since: their rows are replaced, and marts
that hold sums of many get what these accounts gave before, negative, and what they give now.

After a count of all, what the KPIs read on the day is kept; see `crm.snapshots`.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from crm import clock, ownership, snapshots, sql
from crm.db import Cursor, Database, now, transaction
from crm.errors import PintailError, QualityCheckFailed
from crm.progress import Step
from crm.server import jobs

MARTS = Path(__file__).parent / "marts"
CHECKS = Path(__file__).parent / "checks"
_statement = sql.room(Path(__file__).parent / "statements" / "refresh")
ORDER = ("sale_line", "sale_order", "sale_day", "account_day", "account_profile")
"""Marts in the order in which they are built: a later one may read an earlier one as `mart.next_<name>`."""

WRITES = (*(f"mart.{name}" for name in ORDER), "ops.refresh", ownership.TOUCHED)
"""Tables that a count changes."""

BY_ACCOUNT = ("sale_line", "sale_order", "account_profile")
"""Marts whose rows belong to an account."""
ADDED_UP = ("sale_day", "account_day")
"""Marts that hold sums of many accounts."""
EVERYTHING = {"of_lines": "true", "of_accounts": "true"}
"""What is counted; else what belongs to accounts that changed."""
TOUCHED_ONLY = {"of_lines": _statement("touched_lines"), "of_accounts": _statement("touched_accounts")}
SERVES = timedelta(days=31)
"""So long after they were counted, small marts still serve; `company/clock` holds it against the day."""
OF_ROWS = ("sale_line_has_owner_of_account",)
"""Checks that hold for the rows of some accounts, too."""
FEW = 0.05
"""Share of the accounts up to which it pays to count only those that changed."""

GAPS = 100
"""So many gaps between two orders it takes to tell how long customers are silent at most."""

log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Report:
    """What a refresh did."""

    refresh_id: int
    as_of: date
    count_rows: dict[str, int]
    """Rows of each mart."""
    not_kept: PintailError | None = None
    """That what the KPIs read on the day could not be kept, and why."""


def quiet(text: str) -> None:
    """Shows no progress."""


def refresh(database: Database, as_of: date | None = None, progress: Callable[[str], None] = quiet) -> Report:
    """Count all marts anew up to `as_of`, by default the company's day, of which what the KPIs read is kept.

    Raises QualityCheckFailed when an invariant is broken: the marts before stay, and `ops.refresh` says why.
    """
    with _one_at_a_time, database.cursor() as cursor:
        day = as_of or clock.today(cursor)
        report = _count_all(database, cursor, _begin(database, day), day, progress)
        return report if as_of else _kept(database, report, progress)


def _kept(database: Database, report: Report, progress: Callable[[str], None]) -> Report:
    """The report after the numbers of its day were kept.

    The marts stand by then and are right, so the count is done whatever happens here; what it was, the log says, and
    the command or the page to which the report goes.
    """
    try:
        progress(Step("Keeping the numbers of the day", share=0.99))
        snapshots.keep(database, report.as_of)
    except Exception as error:
        lost = PintailError(
            "The numbers of {day} were not kept; the next count of that day does it again. {reason}",
            day=report.as_of,
            reason=jobs.sayable(error),
        )
        log.warning("%s", lost)
        return replace(report, not_kept=lost)
    return report


def _count_all(
    database: Database, cursor: Cursor, refresh_id: int, day: date, progress: Callable[[str], None]
) -> Report:
    try:
        count_rows = _build(cursor, refresh_id, day, progress)
    except QualityCheckFailed as broken:
        _fail(database, refresh_id, broken)
        raise
    progress(Step("Putting the marts in place", share=0.98))
    _swap(database, refresh_id)
    return Report(refresh_id, day, count_rows)


def catch_up(database: Database, progress: Callable[[str], None] = quiet) -> Report | None:
    """Count the marts anew where accounts changed, by hand or by loads; None where none did.

    All is counted where that is not enough: after many changes, or such as touch lines of all accounts.
    """
    with _one_at_a_time, database.cursor() as cursor:
        if not cursor.value(_statement("is_touched")):
            return None
        day = clock.today(cursor)
        refresh_id = _begin(database, day)
        progress(Step("Counting what changed", share=0.9))
        try:
            with transaction(cursor):
                count_rows = _build_touched(cursor, refresh_id, day)
        except _NotEnough:
            return _kept(database, _count_all(database, cursor, refresh_id, day, progress), progress)
        except QualityCheckFailed as broken:
            _fail(database, refresh_id, broken)
            raise
        _put_beside(database, refresh_id)
    return Report(refresh_id, day, count_rows)


class _NotEnough(Exception):
    """To count the accounts that changed would not do."""


def _begin(database: Database, day: date) -> int:
    def insert(cursor: Cursor) -> int:
        return int(cursor.value(_statement("begin"), started_at=now(), as_of=day))

    return database.write(insert, touches=["ops.refresh"])


def _fail(database: Database, refresh_id: int, broken: QualityCheckFailed) -> None:
    values = {"failed_check": broken.values["check"], "count_failed": broken.values["count"]}
    database.write(
        lambda cursor: cursor.run(_statement("fail"), id=refresh_id, finished_at=now(), **values),
        touches=["ops.refresh"],
    )


def _build(cursor: Cursor, refresh_id: int, day: date, progress: Callable[[str], None]) -> dict[str, int]:
    """Fill `mart.next_<name>` and check them, all from one snapshot; nothing stays of it when a check fails."""
    values = {"as_of": day, "serves_until": day + SERVES, "zone": cursor.value(_statement("zone"))}
    count_rows = {}
    with transaction(cursor):
        cursor.run(_statement("mark_touched"), refresh_id=refresh_id)
        for name in ORDER:
            progress(Step("Building {mart}", mart=name, share=0.9))
            _create(cursor, name)
            count_rows[name] = _fill(cursor, name, EVERYTHING, values)
            if name == "sale_order":
                values["silent_days"] = cursor.value(_statement("silent_days"), id=refresh_id, least=GAPS)
        for path in sorted(CHECKS.glob("*.sql")):
            progress(Step("Checking {check}", check=path.stem, share=0.95))
            _check(cursor, path, values)
    return count_rows


def _build_touched(cursor: Cursor, refresh_id: int, day: date) -> dict[str, int]:
    """Fill `mart.next_<name>` with the rows of the accounts that changed, and with what changes in sums of many.

    Which accounts they are, and whether to count them is enough, comes from the same snapshot.
    """
    cursor.run(_statement("mark_touched"), refresh_id=refresh_id)
    silent_days = cursor.value(_statement("enough"), id=refresh_id, as_of=day, few=FEW)
    if silent_days is None:
        raise _NotEnough
    zone = cursor.value(_statement("zone"))
    values = {"as_of": day, "serves_until": day + SERVES, "zone": zone}
    values |= {"silent_days": silent_days, "refresh_id": refresh_id}
    for name in ORDER:
        _create(cursor, name)
    cursor.run(_statement("orders_before"), refresh_id=refresh_id)
    for name in ADDED_UP:
        _fill(cursor, name, TOUCHED_ONLY, values)
        cursor.run(_statement("negate", name=name, sums=_each_sum(cursor, name, "{0} = -{0}")))
    cursor.run(_statement("empty_orders"))
    count_rows = {name: _fill(cursor, name, TOUCHED_ONLY, values) for name in ORDER}
    for name in OF_ROWS:
        _check(cursor, CHECKS / f"{name}.sql", values)
    return count_rows


def _fill(cursor: Cursor, name: str, counted: Mapping[str, str], values: Mapping[str, object]) -> int:
    text = sql.compose(sql.read(MARTS / f"{name}.sql"), **counted)
    return cursor.run(f"insert into mart.next_{name} by name\n{text}", **_asked(text, values))


def _each_sum(cursor: Cursor, name: str, text: str, between: str = ", ") -> str:
    """A text for each column of a mart that adds up."""
    return between.join(text.format(column) for (column,) in cursor.rows(_statement("sums"), name=name))


def _asked(text: str, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name in sql.parameters(text)}


def _create(cursor: Cursor, name: str) -> None:
    """Make an empty `mart.next_<name>` like the mart, with its comments."""
    cursor.run(f"drop table if exists mart.next_{name}")
    definition = str(cursor.value(_statement("definition"), name=name))
    cursor.run(definition.replace(f"mart.{name}", f"mart.next_{name}", 1))
    for column, comment in cursor.rows(_statement("comments"), name=name):
        kind, target = ("column", f"mart.next_{name}.{column}") if column else ("table", f"mart.next_{name}")
        cursor.run(f"comment on {kind} {sql.identifier(target)} is {sql.literal(comment)}")


def _check(cursor: Cursor, path: Path, values: Mapping[str, object]) -> None:
    text = sql.read(path)
    count = cursor.value(f"select count(*) from (\n{text})", **_asked(text, values))
    if count:
        raise QualityCheckFailed(
            "The refresh was stopped and the numbers before it stay: {check} found {count} rows that cannot be right. "
            "Look at them with the statement in pipelines/checks/{check}.sql, mend them, and refresh again.",
            check=path.stem,
            count=count,
        )


def _swap(database: Database, refresh_id: int) -> None:
    def put_in_place(cursor: Cursor) -> None:
        for name in ORDER:
            cursor.run(f"drop table mart.{name}")
            cursor.run(f"alter table mart.next_{name} rename to {name}")
        _follow(cursor, refresh_id, "")
        cursor.run(_statement("forget_touched"), refresh_id=refresh_id)
        cursor.run(_statement("finish"), id=refresh_id, finished_at=now())

    database.write(put_in_place, touches=WRITES)


def _follow(cursor: Cursor, refresh_id: int, prefix: str) -> None:
    """Accounts may have changed hands, and orders accounts, while the marts were built."""
    for name in ("sale_line", "sale_order"):
        cursor.run(_statement("follow_order", name=f"{prefix}{name}"), refresh_id=refresh_id)
    cursor.run(_statement("touch_moved", name=f"{prefix}sale_order"))
    for name in BY_ACCOUNT:
        cursor.run(_statement("follow_owner", name=f"{prefix}{name}"))


def _add_up(cursor: Cursor, name: str) -> None:
    """Add what was counted to a mart of sums, so that a day and its owners stand there once, and not for nothing."""
    sums = _each_sum(cursor, name, "sum({0}) as {0}")
    is_any = _each_sum(cursor, name, "sum({0}) <> 0", " or ")
    cursor.run(_statement("add", name=name))
    cursor.run(_statement("add_up", name=name, sums=sums, is_any=is_any))
    cursor.run(_statement("empty", name=name))
    cursor.run(_statement("add", name=name))


def _put_beside(database: Database, refresh_id: int) -> None:
    """Replace the rows of the accounts that changed, and add what changed in sums of many."""

    def put_in_place(cursor: Cursor) -> None:
        _follow(cursor, refresh_id, "next_")
        for name in ("sale_line", "sale_order", "account_profile"):  # lines go by the orders that still stand there
            cursor.run(_statement(f"drop_{name}"), refresh_id=refresh_id)
        for name in BY_ACCOUNT:
            cursor.run(_statement("add", name=name))
        for name in ADDED_UP:
            _add_up(cursor, name)
        for name in ORDER:
            cursor.run(f"drop table mart.next_{name}")
        cursor.run(_statement("forget_touched"), refresh_id=refresh_id)
        cursor.run(_statement("finish"), id=refresh_id, finished_at=now())

    database.write(put_in_place, touches=WRITES)
