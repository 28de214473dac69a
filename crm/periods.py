"""Spans of days that numbers are counted over, and how the URL writes them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from crm.errors import WrongUse

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_YEAR = re.compile(r"\d{4}")
_LAST = re.compile(r"last-(\d{1,4})")
_DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
"""The days that a code can name; beyond them, a typing error is likelier than a sale."""


@dataclass(frozen=True)
class Period:
    """The days from `since` to `until`, both included; None is without end, and both None is all time."""

    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise WrongUse(
                "A period cannot begin on {since} and end on {until}. Name the earlier day first.",
                since=self.since,
                until=self.until,
            )

    def is_known(self) -> bool:
        """Whether `parse` takes days this far away."""
        return all(FIRST_DAY <= day <= LAST_DAY for day in (self.since, self.until) if day)

    @classmethod
    def parse(cls, text: str, today: date) -> "Period":
        """The period that a code names: all, 2017, 2017-Q4, 2017-12, 2017-12-01..2017-12-15, last-30.

        `today` is the last day of last-N. Raises WrongUse for anything else.
        """
        try:
            found = _parse(text.strip(), today)
        except (ValueError, OverflowError):  # a month 13, a year 0, a 30th of February
            found = None
        if found is None or not found.is_known():
            raise WrongUse(
                "{text} is no period. Write all, 2017, 2017-Q4, 2017-12, 2017-12-01..2017-12-15 or last-30.",
                text=repr(text),
            )
        return found

    def code(self) -> str:
        """How the URL writes the period; `parse` reads it back."""
        if self.since is None and self.until is None:
            return "all"
        if self.since and self == month(self.since):
            return self.since.isoformat()[:7]
        if self.since and self == quarter(self.since):
            return f"{self.since.year:04}-Q{(self.since.month + 2) // 3}"
        if self.since and self == year(self.since):
            return f"{self.since.year:04}"
        return f"{self.since or ''}..{self.until or ''}"

    def previous(self) -> "Period | None":
        """The period of the same kind before: month, quarter, year, else as many days; None without both ends."""
        if self.since is None or self.until is None or self.since == date.min:
            return None
        eve = self.since - _DAY
        for whole in (month, quarter, year):
            if self == whole(self.since):
                return whole(eve)
        return Period(max(date.min, self.since - (self.until - self.since) - _DAY), eve)

    def before(self, today: date) -> "Period | None":
        """What to compare with: the period before, of which as many first days as have passed of one that is not over.

        None where there is no period before, or where this one has not begun.
        """
        previous = self.previous()
        if previous is None or self.since is None or self.until is None or self.until <= today:
            return previous
        if self.since > today or previous.since is None or previous.until is None:
            return None
        return Period(previous.since, min(previous.until, previous.since + (today - self.since)))

    def so_far(self, today: date) -> "Period | None":
        """Its days up to `today`; itself without both ends, None where it has not begun."""
        if self.since is None or self.until is None:
            return self
        return Period(self.since, min(self.until, today)) if self.since <= today else None

    def year_ago(self) -> "Period | None":
        """The same days a year before, whole months as such; None without both ends or before the first year."""
        if self.since is None or self.until is None or self.since.year <= FIRST_DAY.year:
            return None
        is_month_end = self.until.day == monthrange(self.until.year, self.until.month)[1]
        return Period(_back(self.since), _back(self.until, is_month_end))


ALL_TIME = Period()


def month(day: date) -> Period:
    """The month of a day."""
    return _months(day.year, day.month, 1)


def quarter(day: date) -> Period:
    """The calendar quarter of a day."""
    return _months(day.year, (day.month - 1) // 3 * 3 + 1, 3)


def year(day: date) -> Period:
    """The calendar year of a day."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def months_before(last: Period, count: int) -> list[date]:
    """The first days of `count` months that end with the month `last`."""
    end = last.since or FIRST_DAY
    number = end.year * 12 + end.month - count
    return months_between(date(number // 12, number % 12 + 1, 1), end)


def months_between(first: date, last: date) -> list[date]:
    """The first days of all months from the month of `first` to that of `last`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _back(day: date, is_month_end: bool = False) -> date:
    """The same day of the year before; the last of a month becomes the last of that month."""
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=last if is_month_end else min(day.day, last))


def _months(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _parse(text: str, today: date) -> Period | None:
    if text == "all":
        return ALL_TIME
    if found := _MONTH.fullmatch(text):
        return month(date(int(found[1]), int(found[2]), 1))
    if found := _QUARTER.fullmatch(text):
        return quarter(date(int(found[1]), int(found[2]) * 3, 1))
    if _YEAR.fullmatch(text):
        return year(date(int(text), 1, 1))
    if found := _LAST.fullmatch(text):
        return Period(today - int(found[1]) * _DAY + _DAY, today) if int(found[1]) else None
    since, dots, until = text.partition("..")
    if not dots or not (since or until):
        return None
    return Period(_day(since), _day(until))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
