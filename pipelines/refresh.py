"""Rebuilds the marts: built beside the old ones, checked, then put in place in one short transaction.

Editors and readers go on meanwhile. Swapping by rename costs milliseconds, where emptying and filling
a mart in place costs half of its building again; comments are taken over from the mart before.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crm import clock, sql
from crm.db import Cursor, Database, now, transaction
from crm.errors import QualityCheckFailed
from crm.progress import Step

MARTS = Path(__file__).parent / "marts"
CHECKS = Path(__file__).parent / "checks"
_statement = sql.room(Path(__file__).parent / "statements" / "refresh")
ORDER = ("sale_line", "sale_order", "sale_day", "account_day", "account_profile")
"""Marts in the order in which they are built: a later one may read an earlier one as `mart.next_<name>`."""

TOUCHED = (*(f"mart.{name}" for name in ORDER), "ops.refresh", "ops.touched_account")

BY_ACCOUNT = ("sale_line", "sale_order", "account_profile")
"""Marts whose rows belong to an account."""

GAPS = 100
"""So many gaps between two orders it takes to tell how long customers are silent at most."""

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Report:
    """What a refresh did."""

    refresh_id: int
    as_of: date
    count_rows: dict[str, int]
    """Rows of each mart."""


def quiet(text: str) -> None:
    """Shows no progress."""


def refresh(database: Database, as_of: date | None = None, progress: Callable[[str], None] = quiet) -> Report:
    """Count all marts anew up to `as_of`, by default the company's day.

    Raises QualityCheckFailed when an invariant is broken: the marts before stay, and `ops.refresh` says why.
    """
    with _one_at_a_time, database.cursor() as cursor:
        day = as_of or clock.today(cursor)
        refresh_id = _begin(database, day)
        try:
            count_rows = _build(cursor, refresh_id, day, progress)
        except QualityCheckFailed as broken:
            _fail(database, refresh_id, broken)
            raise
        progress(Step("Putting the marts in place", share=0.98))
        _swap(database, refresh_id)
    return Report(refresh_id, day, count_rows)


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
    values = {"as_of": day, "zone": cursor.value(_statement("zone"))}
    count_rows = {}
    with transaction(cursor):
        cursor.run(_statement("mark_touched"), refresh_id=refresh_id)
        for name in ORDER:
            progress(Step("Building {mart}", mart=name, share=0.9))
            _create(cursor, name)
            text = sql.read(MARTS / f"{name}.sql")
            count_rows[name] = cursor.run(f"insert into mart.next_{name} by name\n{text}", **_asked(text, values))
            if name == "sale_line":
                values["silent_days"] = cursor.value(_statement("silent_days"), id=refresh_id, least=GAPS)
        for path in sorted(CHECKS.glob("*.sql")):
            progress(Step("Checking {check}", check=path.stem, share=0.95))
            _check(cursor, path, values)
    return count_rows


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
        for name in BY_ACCOUNT:
            cursor.run(_statement("follow_owner", name=name))
        cursor.run(_statement("forget_touched"), refresh_id=refresh_id)
        cursor.run(_statement("finish"), id=refresh_id, finished_at=now())

    database.write(put_in_place, touches=TOUCHED)
