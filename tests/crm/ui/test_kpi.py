"""KPIs in words: values with their units, and changes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crm import metrics
from crm.metrics import Number
from crm.periods import ALL_TIME
from crm.ui import kpi
from crm.ui.kpi import Change


def number(metric: str, value: object, currency: str | None = "USD") -> Number:
    found = metrics.find(metric)
    return Number(metric, value, found.unit, currency, ALL_TIME, date(2024, 3, 31))


@pytest.mark.parametrize(
    ("metric", "value", "short", "exact", "chinese"),
    [
        ("won_revenue", Decimal("10005534.00"), "$10,005,534", "$10,005,534.00", "US$10,005,534"),
        ("revenue", Decimal("-1234.50"), "-$1,234", "-$1,234.50", "-US$1,234"),
        ("revenue", Decimal("1234567890.12"), "$1.23B", "$1,234,567,890.12", "US$12.35亿"),
        ("orders", 12345, "12,345", "12,345", "12,345"),
        ("win_rate", 63.1544, "63.2%", "63.15%", "63.2%"),
        ("sales_cycle_days", 46.5, "46 days", "46.50 days", "46 天"),
        ("median_resolution", 10.25, "10.2 hours", "10.25 hours", "10.2 小时"),
        ("revenue", None, "–", "–", "–"),
    ],
)
def test_values(metric: str, value: object, short: str, exact: str, chinese: str) -> None:
    found = metrics.find(metric)
    assert kpi.short(number(metric, value), found, "en") == short
    assert kpi.exact(number(metric, value), "en") == exact
    assert kpi.short(number(metric, value), found, "zh_CN") == chinese


def test_without_currency_none_is_invented() -> None:
    assert kpi.exact(number("revenue", Decimal("5983721.85"), None), "en") == "5,983,721.85"


@pytest.mark.parametrize(
    ("metric", "now", "before", "change"),
    [
        ("revenue", Decimal("150"), Decimal("100"), Change("+50.0%", True)),
        ("revenue", Decimal("50"), Decimal("-100"), Change("+150.0%", True)),
        ("revenue", Decimal("90"), Decimal("0"), Change("+$90", True)),
        ("orders", 3, 4, Change("-25.0%", False)),
        ("orders", 3, 0, Change("+3", True)),
        ("open_tickets", 6, 4, Change("+50.0%", False)),
        ("win_rate", 50.0, 62.5, Change("-12.5 points", False)),
        ("sales_cycle_days", 40.0, 46.0, Change("-6 days", True)),
        ("median_resolution", 12.5, 10.0, Change("+2.5 hours", False)),
        ("orders", 4, 4, Change(0, None)),
        ("revenue", Decimal("100010"), Decimal("100000"), Change(0, None)),
        ("win_rate", 50.01, 50.0, Change(0, None)),
        ("orders", 4, None, None),
        ("orders", None, 4, None),
    ],
)
def test_changes(metric: str, now: object, before: object, change: Change | None) -> None:
    assert kpi.change(number(metric, now), number(metric, before), metrics.find(metric), "en") == change


def test_without_a_period_before_there_is_no_change() -> None:
    assert kpi.change(number("orders", 4), None, metrics.find("orders"), "en") is None


def test_what_leaves_a_part_out_is_not_compared() -> None:
    partial = replace(
        number("open_pipeline", Decimal(8)), note="Left out: {count_left_out}", note_values={"count_left_out": 2}
    )
    whole = number("open_pipeline", Decimal(10))
    assert kpi.change(partial, whole, metrics.find("open_pipeline"), "en") is None
    assert kpi.change(whole, partial, metrics.find("open_pipeline"), "en") is None


@pytest.mark.parametrize(
    ("metric", "then", "now", "expected"),
    [
        ("won_revenue", "1000", Decimal("1500.50"), "+$500.50"),
        ("won_revenue", "1000", Decimal("999"), "-$1.00"),
        ("won_revenue", "1000", Decimal("1000.00"), ""),
        ("orders", "1234", 12, "-1,222"),
        ("win_rate", "33.333333", 100 / 3, ""),
        ("win_rate", "33.333333", 50.0, "+16.67 points"),
        ("nps", "-20", -40.0, "-20.00 points"),
        ("sales_cycle_days", "46.5", 45, "-1.50 days"),
        ("csat", "4.004", 4.0, ""),  # both are shown as 4.00
        ("csat", "4.006", 4.0, "-0.01"),
    ],
)
def test_a_difference_is_that_of_what_is_shown(metric: str, then: str, now: object, expected: str) -> None:
    assert kpi.difference(Decimal(then), number(metric, now), "en") == expected
