"""Periods: what the URL says, what was before."""

from datetime import date

import pytest

from crm.errors import WrongUse
from crm.periods import ALL_TIME, Period, month, months_before, months_between, quarter, year

TODAY = date(2017, 12, 31)


@pytest.mark.parametrize(
    ("code", "since", "until"),
    [
        ("all", None, None),
        ("2017-12", date(2017, 12, 1), date(2017, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017-Q4", date(2017, 10, 1), date(2017, 12, 31)),
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2017-12-01..2017-12-15", date(2017, 12, 1), date(2017, 12, 15)),
        ("2017-12-01..", date(2017, 12, 1), None),
        ("..2017-12-15", None, date(2017, 12, 15)),
        ("1900", date(1900, 1, 1), date(1900, 12, 31)),
        ("2099-Q4", date(2099, 10, 1), date(2099, 12, 31)),
    ],
)
def test_a_code_names_a_period_and_back(code: str, since: date | None, until: date | None) -> None:
    period = Period.parse(code, TODAY)
    assert (period.since, period.until) == (since, until)
    assert period.code() == code


def test_the_last_days_end_today() -> None:
    assert Period.parse("last-30", TODAY) == Period(date(2017, 12, 2), TODAY)
    assert Period.parse("last-31", TODAY).code() == "2017-12"


@pytest.mark.parametrize(
    "code",
    ["", "..", "2017-13", "2017-00", "2017-Q5", "17", "0000", "last-0", "last-", "2017-02-30..", "x..y", "2017-12-01",
     "last-9999999", "2017-12-15..2017-12-01", "last-9999..", "2017-12-01..2017-12-15..", "; drop table",
     "0001", "0001-Q2", "1899", "2100-01", "2150-01-01..2150-02-01", "1899-12-31..", "..9999-12-31"],
)  # fmt: skip
def test_nonsense_is_told(code: str) -> None:
    with pytest.raises(WrongUse, match="period"):
        Period.parse(code, TODAY)


@pytest.mark.parametrize(
    ("code", "before"),
    [
        ("2017-01", "2016-12"),
        ("2017-03", "2017-02"),
        ("2017-Q1", "2016-Q4"),
        ("2017", "2016"),
        ("2017-12-11..2017-12-20", "2017-12-01..2017-12-10"),
        ("2017-01-01..2017-02-28", "2016-11-03..2016-12-31"),
    ],
)
def test_the_period_before_is_of_the_same_kind(code: str, before: str) -> None:
    previous = Period.parse(code, TODAY).previous()
    assert previous is not None and previous.code() == before


def test_without_both_ends_nothing_was_before() -> None:
    assert ALL_TIME.previous() is None
    assert Period(date(2017, 1, 1)).previous() is None
    assert Period(until=date(2017, 1, 1)).previous() is None
    assert Period(date.min, date.min).previous() is None


@pytest.mark.parametrize(
    ("code", "today", "before", "year_before"),
    [
        ("2017-Q4", "2017-12-31", "2017-Q3", "2016-Q4"),
        ("2017-Q4", "2017-10-31", "2017-07", "2016-10"),
        ("2017-03", "2017-03-30", "2017-02", "2016-03-01..2016-03-30"),
        ("2017-03", "2017-03-07", "2017-02-01..2017-02-07", "2016-03-01..2016-03-07"),
        ("2017", "2017-01-01", "2016-01-01..2016-01-01", "2016-01-01..2016-01-01"),
    ],
)
def test_a_period_that_is_not_over_is_compared_with_as_many_days(
    code: str, today: str, before: str, year_before: str
) -> None:
    day = date.fromisoformat(today)
    found, so_far = Period.parse(code, day).before(day), Period.parse(code, day).so_far(day)
    year_ago = so_far.year_ago() if so_far else None
    assert found is not None and found.code() == before
    assert year_ago is not None and year_ago.code() == year_before


def test_what_has_not_begun_is_compared_with_nothing() -> None:
    december = Period.parse("2017-12", TODAY)
    assert december.before(date(2017, 11, 30)) is None
    assert december.so_far(date(2017, 11, 30)) is None
    assert ALL_TIME.before(TODAY) is None
    assert ALL_TIME.so_far(TODAY) == ALL_TIME


def test_wholes_of_a_day() -> None:
    assert month(date(2017, 12, 31)).code() == "2017-12"
    assert quarter(date(2017, 12, 31)).code() == "2017-Q4"
    assert year(date(2017, 12, 31)).code() == "2017"
    assert month(date(9999, 12, 31)).until == date(9999, 12, 31)


def test_months_between() -> None:
    assert months_between(date(2017, 11, 30), date(2018, 1, 1)) == [
        date(2017, 11, 1),
        date(2017, 12, 1),
        date(2018, 1, 1),
    ]
    assert months_between(date(2018, 1, 1), date(2017, 12, 1)) == []


@pytest.mark.parametrize(
    ("code", "before"),
    [
        ("2024-03", "2023-03"),
        ("2024-02", "2023-02"),
        ("2025-02", "2024-02"),
        ("2024-Q1", "2023-Q1"),
        ("2024", "2023"),
        ("2024-02-29..2024-03-05", "2023-02-28..2023-03-05"),
    ],
)
def test_the_same_days_of_last_year(code: str, before: str) -> None:
    assert Period.parse(code, date(2025, 1, 1)).year_ago() == Period.parse(before, date(2025, 1, 1))


def test_all_time_has_no_year_before() -> None:
    assert ALL_TIME.year_ago() is None
    assert year(date(1900, 5, 5)).year_ago() is None


def test_months_before_end_with_the_month() -> None:
    assert months_before(month(date(2024, 2, 9)), 3) == [date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)]
