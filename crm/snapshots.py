"""How KPIs read on a day: kept with each count of the marts, so that what was entered later can be told from it.

Kept is, of each KPI, the number of the month so far, from its first up to that day, for the company,
each team and each member of staff. The rule of days:

- A count keeps the day on which it is made, in place of what an earlier count of that day kept.
- The first count on the day after (normally that of the night) counts the day once more, up to its end,
  and closes it. What is closed never changes.
- No other day is written. Nobody knows any more how a day read on which nothing was counted, and a day
  that is older than yesterday stays as it read when it was counted last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from crm import access, metrics, periods, queries, sql
from crm.access import Viewer
from crm.db import Cursor, Database, now
from crm.i18n import Amount
from crm.periods import Period

_statement = sql.room(Path(__file__).parent / "statements" / "snapshot")
WRITES = ("ops.kpi_snapshot",)
MILLIONTH = Decimal("0.000001")
"""To which numbers are kept."""


@dataclass(frozen=True)
class Group:
    """For whom a number is kept: a team, a member of staff, or without either the company."""

    team_id: int | None = None
    owner_id: int | None = None


COMPANY = Group()


def keep(database: Database, day: date) -> int:
    """Keep how the KPIs read on the company's day, and close the day before; returns how many numbers were kept.

    Counted from one snapshot outside of the transaction, which is short.
    """
    counted_at = now()
    with database.cursor() as cursor:
        days = to_write(day, dict(cursor.rows(_statement("days"), day=day)))
    viewer = access.owner_of_file()
    with queries.moment(database, viewer):
        readings = {each: _readings(database, viewer, each) for each in days}

    def write(cursor: Cursor) -> None:
        for each, reading in readings.items():
            cursor.run(_statement("drop_day"), taken_on=each)
            with cursor.table("reading", reading):
                cursor.run(_statement("add_day"), taken_on=each, is_closed=each < day, counted_at=counted_at)

    database.write(write, touches=WRITES)
    return sum(reading.height for reading in readings.values())


def to_write(day: date, kept: Mapping[date, bool]) -> list[date]:
    """The days that a count on `day` writes; `kept` are those that were counted, and whether they are closed."""
    eve = day - timedelta(days=1)
    wanted = [eve, day] if eve in kept else [day]
    return [each for each in wanted if not kept.get(each)]


def _readings(database: Database, viewer: Viewer, day: date) -> pl.DataFrame:
    """The numbers of all KPIs for the month up to a day: metric_id, team_id, owner_id, value; those that have one."""
    so_far = Period(day.replace(day=1), day)
    found = []
    for name in metrics.registry():
        company = _of_company(metrics.number(database, viewer, name, so_far).value)
        of_all = pl.concat([company, metrics.by_people(database, viewer, name, so_far)])
        found.append(of_all.select(pl.lit(name).alias("metric_id"), pl.all()))
    return pl.concat(found).drop_nulls("value")


def _of_company(value: Amount | None) -> pl.DataFrame:
    rounded = None if value is None else Decimal(str(value)).quantize(MILLIONTH)
    row = (None, None, rounded)
    return pl.DataFrame([row], {"team_id": pl.Int64, "owner_id": pl.Int64, "value": pl.Decimal(38, 6)}, orient="row")


def by_day(database: Database, viewer: Viewer, metric_id: str, month: Period, group: Group) -> pl.DataFrame:
    """How a KPI of a month read on each day of it that is kept: day, value, is_closed, counted_at.

    Without rows for a viewer from whom anything is withheld that the KPI reads.
    """
    return queries.query(
        database,
        viewer,
        "kpi/by_day",
        metric_id=metric_id,
        since=month.since,
        until=month.until,
        team_id=group.team_id,
        owner_id=group.owner_id,
    )


def at_end(readings: pl.DataFrame, month: Period) -> Decimal | None:
    """What the number was when the month ended; None where its last day was not counted to the end."""
    last = readings.filter((pl.col("day") == month.until) & pl.col("is_closed"))
    value: Decimal | None = last["value"].item() if last.height else None
    return value


def month_of(period: Period, today: date) -> Period | None:
    """The month that a period is: a whole one, or this one so far; else None."""
    if period.since is None:
        return None
    whole = periods.month(period.since)
    return whole if period in (whole, whole.so_far(today)) else None
