"""Days and moments: whole numbers since the first day of the plan, and how files write them."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.demo.settings import Plan, months_before

Array = npt.NDArray[Any]
DAY = 86_400
"""Seconds of a day."""
NEVER = np.iinfo(np.int32).max
"""The moment, and the day, of what has not happened; later than any other."""
WEEK = np.array([1.1, 1.12, 1.1, 1.08, 1.0, 0.55, 0.35])
"""How busy a day of the week is, Monday first."""
HOURS = np.array([0] * 6 + [1, 3, 6, 9, 10, 10, 7, 8, 9, 9, 8, 6, 5, 5, 4, 3, 1, 0], float)
"""How busy an hour is. Nobody does anything at night, so that no moment falls into an hour that summer time skips."""
OPENS, CLOSES = 7 * 3600, 20 * 3600
"""Seconds of the day between which work is done."""


@dataclass(frozen=True)
class Days:
    """The calendar of a plan."""

    start: date
    count: int
    """Days of the plan."""
    edges: Array
    """(months + 1,) first day of each month of the plan, and the day after the last."""
    month: Array
    """(count,) calendar month of a day, 0 to 11."""
    weekday: Array
    """(count,) 0 to 6, Monday first."""
    year: Array
    """(count,) calendar year of a day."""

    @property
    def end(self) -> int:
        """The second at which the data ends."""
        return self.count * DAY


def calendar(plan: Plan) -> Days:
    """The calendar of a plan."""
    count = (plan.end - plan.start).days + 1
    edges = [(months_before(plan.start, -month) - plan.start).days for month in range(plan.months)]
    stamps = np.datetime64(plan.start, "D") + np.arange(count)
    months = stamps.astype("datetime64[M]").astype(int)
    return Days(
        start=plan.start,
        count=count,
        edges=np.array([*edges, count]),
        month=months % 12,
        weekday=(plan.start.weekday() + np.arange(count)) % 7,
        year=months // 12 + 1970,
    )


def moments(days: Days, seconds: Array) -> pl.Series:
    """Datetimes of seconds since the first day; those that are never are null."""
    found = np.datetime64(days.start, "ms") + seconds.astype(np.int64) * 1000
    found[seconds == NEVER] = np.datetime64("NaT")
    return pl.Series(found)


def moments_as_text(days: Days, seconds: Array) -> pl.Series:
    """Datetimes as files write them, put together from their day and time: for many, in half of the time."""
    each_day = np.datetime64(days.start, "D") + np.arange(days.count)
    day = pl.Series(each_day.astype(str).tolist()).gather(seconds // DAY)
    time = pl.Series(_times_of_day()).gather(seconds % DAY)
    return pl.DataFrame({"day": day, "time": time}).select(pl.concat_str("day", "time")).to_series()


@cache
def _times_of_day() -> tuple[str, ...]:
    """A blank and the time, for each second of a day."""
    return tuple(f" {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}" for second in range(DAY))


def dates(days: Days, numbers: Array) -> pl.Series:
    """Dates of days since the first; those that are never are null."""
    found = np.datetime64(days.start, "D") + numbers.astype(np.int64)
    found[numbers == NEVER] = np.datetime64("NaT")
    return pl.Series(found)


def in_hours(random: np.random.Generator, count: int) -> Array:
    """(count,) seconds of the day at which customers are busy."""
    table = np.repeat(np.arange(24), np.round(HOURS / HOURS.sum() * 4096).astype(int)).astype(np.int32)
    return table[random.integers(0, len(table), count)] * 3600 + random.integers(0, 3600, count, dtype=np.int32)


def at_work(seconds: Array) -> Array:
    """Moments of any hour, moved into the working hours of their day; what was earlier stays earlier."""
    day, rest = np.divmod(seconds.astype(np.int64), DAY)
    moved = day * DAY + OPENS + rest * (CLOSES - OPENS) // DAY
    return np.where(seconds >= NEVER, NEVER, moved)


def weighted_days(days: Days, first: int, last: int) -> Array:
    """The days of a stretch, each as often as it is busy: a random one of these is a likely day."""
    stretch = np.arange(first, last)
    return np.repeat(stretch, np.round(WEEK[days.weekday[stretch]] * 20).astype(int))
