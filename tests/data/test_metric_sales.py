"""Revenue, orders, active and new accounts against answers counted by hand."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from crm import access, metrics
from crm.db import Database
from crm.metrics import Number
from crm.periods import ALL_TIME, Period, month
from tests.records import add, add_line, add_order, refresh_up_to, set_company

OWNER = access.owner_of_file()
MARCH = month(date(2025, 3, 1))
APRIL = month(date(2025, 4, 1))
MAY = month(date(2025, 5, 1))


def number(database: Database, metric_id: str, period: Period = ALL_TIME) -> Number:
    return metrics.number(database, OWNER, metric_id, period)


@pytest.fixture
def shop(database: Database) -> Database:
    """Acme: 10 + 5.25 in March, 3 back in April, 20 in May. Bell: 7 in March. 2 without account. 9 cancelled."""
    set_company(database, currency="EUR", as_of=date(2025, 6, 30))
    acme = add(database, "account", name="Acme", since_on=date(2024, 1, 1))
    bell = add(database, "account", name="Bell")
    add(database, "account", name="Cold")
    first = add_order(database, datetime(2025, 3, 31, 23, 59), "10.00", "5.25", account_id=acme, number="A1")
    add_line(database, first, datetime(2025, 4, 1), "-3.00", account_id=acme)
    add_order(database, datetime(2025, 3, 5), "7.00", account_id=bell, number="A2")
    add_order(database, datetime(2025, 5, 1), "20.00", account_id=acme, number="A3")
    add_order(database, datetime(2025, 3, 6), "2.00", number="A4")
    add_order(database, datetime(2025, 3, 7), "9.00", status="cancelled", account_id=bell, number="A5")
    add_order(database, datetime(2025, 5, 2), "-1.00", status="returned", account_id=bell, number="A6")
    refresh_up_to(database, date(2025, 6, 30))
    return database


def test_revenue_counts_returns_on_the_day_they_come_back(shop: Database) -> None:
    assert number(shop, "revenue").value == Decimal("40.25")
    assert number(shop, "revenue", MARCH).value == Decimal("24.25")
    assert number(shop, "revenue", APRIL).value == Decimal("-3.00")
    assert number(shop, "revenue", MAY).value == Decimal("19.00")
    june = number(shop, "revenue", month(date(2025, 6, 1)))
    assert (june.value, june.note) == (0, None)


def test_revenue_rows_add_up(shop: Database) -> None:
    rows = metrics.rows(shop, OWNER, "revenue", MARCH)
    assert rows["revenue"].sum() == Decimal("24.25")
    assert rows["order_number"].to_list() == ["A1", "A1", "A4", "A2"]
    assert rows["account"].to_list() == ["Acme", "Acme", None, "Bell"]
    assert rows.columns[-3:] == ["record", "batch_id", "record_number"]
    assert rows["record"][0].startswith("order_line:")
    assert metrics.rows(shop, OWNER, "revenue", limit=2).height == 2
    assert metrics.count_rows(shop, OWNER, "revenue") == 7


def test_revenue_says_of_when_and_in_what_it_is(shop: Database) -> None:
    found = number(shop, "revenue", MARCH)
    assert (found.unit, found.currency, found.as_of, found.period) == ("money", "EUR", date(2025, 6, 30), MARCH)


def test_money_without_rate_is_left_out_and_counted(shop: Database) -> None:
    add_order(shop, datetime(2025, 3, 9), None, "1.00")
    refresh_up_to(shop, date(2025, 6, 30))
    found = number(shop, "revenue", MARCH)
    assert found.value == Decimal("25.25")
    assert found.note == "Left out: {count_without_rate} of {count_lines} order lines, in a currency without a rate."
    assert found.note_values == {"count_without_rate": 1, "count_lines": 6}


def test_only_money_without_rate_is_no_zero(database: Database) -> None:
    set_company(database, currency="EUR")
    add_order(database, datetime(2025, 3, 9), None)
    refresh_up_to(database)
    found = number(database, "revenue")
    assert (found.value, found.note_values["count_without_rate"]) == (None, 1)


def test_days_begin_at_the_midnight_of_the_company(database: Database) -> None:
    set_company(database, time_zone="America/New_York")
    add_order(database, datetime(2025, 4, 1, 3, 59), "1.00")  # 23:59 on the 31st in New York
    add_order(database, datetime(2025, 4, 1, 4, 0), "2.00")
    refresh_up_to(database)
    assert number(database, "revenue", MARCH).value == Decimal(1)
    assert number(database, "orders", APRIL).value == 1


def test_orders_are_those_with_a_sold_line(shop: Database) -> None:
    assert number(shop, "orders").value == 4
    assert number(shop, "orders", MARCH).value == 3
    assert number(shop, "orders", APRIL).value == 0
    rows = metrics.rows(shop, OWNER, "orders", MARCH)
    assert rows["order_number"].to_list() == ["A1", "A4", "A2"]
    assert rows["revenue"].to_list() == [Decimal("15.25"), Decimal(2), Decimal(7)]
    assert rows["count_lines"].to_list() == [2, 1, 1]


def test_active_accounts_ordered_within_ninety_days(shop: Database) -> None:
    assert number(shop, "active_accounts").value == 1  # from April 2nd to June 30th: Acme
    assert number(shop, "active_accounts", MARCH).value == 2
    assert number(shop, "active_accounts", Period(None, date(2025, 6, 2))).value == 2  # Bell 89 days before
    assert number(shop, "active_accounts", Period(None, date(2025, 6, 3))).value == 1  # and 90
    assert number(shop, "active_accounts", Period(None, date(2026, 6, 3))).value == 1  # no later than today
    assert number(shop, "active_accounts", month(date(2024, 3, 1))).value == 0
    rows = metrics.rows(shop, OWNER, "active_accounts", MARCH)
    assert rows.select("account", "count_orders").rows() == [("Acme", 1), ("Bell", 1)]


def test_new_accounts_without_date_are_counted_apart(shop: Database) -> None:
    found = number(shop, "new_accounts", MARCH)  # Bell, by its first order; Acme said 2024; Cold is unknown
    assert (found.value, found.note_values) == (1, {"count_undated": 1})
    assert found.note == "Accounts of which no date is known are not counted: {count_undated}."
    assert number(shop, "new_accounts").value == 2
    rows = metrics.rows(shop, OWNER, "new_accounts")
    assert rows.select("account", "day").rows() == [("Bell", date(2025, 3, 5)), ("Acme", date(2024, 1, 1))]


def test_accounts_without_any_date_are_no_zero(database: Database) -> None:
    add(database, "account", name="Cold")
    refresh_up_to(database)
    found = number(database, "new_accounts")
    assert (found.value, found.note_values["count_undated"]) == (None, 1)


def test_the_default_period_is_the_last_month_with_an_order_line(shop: Database) -> None:
    assert metrics.last_period_with_data(shop, OWNER) == MAY
