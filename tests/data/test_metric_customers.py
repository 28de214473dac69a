"""What customers are worth and whether they stay, against answers counted by hand."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from crm import access, metrics
from crm.db import Database
from crm.metrics import Number
from crm.periods import ALL_TIME, Period, month
from tests.records import add, add_line, add_order, refresh_up_to, set_company

OWNER = access.owner_of_file()
JUNE = month(date(2025, 6, 1))


def number(database: Database, metric_id: str, period: Period = ALL_TIME) -> Number:
    return metrics.number(database, OWNER, metric_id, period)


@pytest.fixture
def shop(database: Database) -> Database:
    """Up to June 30th 2025, 365 days back to July 1st 2024, the year before to July 2nd 2023."""
    set_company(database, currency="EUR", as_of=date(2025, 6, 30), silent_after_days=90)
    orders = {
        "Acme": (("100.00", datetime(2023, 9, 1)), ("60.00", datetime(2025, 1, 1)), ("30.00", datetime(2025, 5, 1))),
        "Bell": (("50.00", datetime(2023, 9, 1)), ("200.00", datetime(2025, 6, 30))),
        "Cold": (("40.00", datetime(2024, 6, 30)),),
        "Dora": (("10.00", datetime(2024, 7, 1)),),
    }
    for name, bought in orders.items():
        account = add(database, "account", name=name)
        for amount, at in bought:
            add_order(database, at, amount, account_id=account)
    refresh_up_to(database, date(2025, 6, 30))
    return database


def test_repeat_purchases_are_those_of_a_year(shop: Database) -> None:
    assert number(shop, "repeat_purchase_rate").value == pytest.approx(100 / 3)  # Acme of Acme, Bell, Dora
    assert number(shop, "repeat_purchase_rate", month(date(2023, 10, 1))).value == 0
    empty = number(shop, "repeat_purchase_rate", month(date(2020, 1, 1)))
    assert (empty.value, empty.note) == (None, "No account ordered in the 365 days before the end of this period.")


def test_retained_revenue_is_of_those_who_bought_the_year_before(shop: Database) -> None:
    assert number(shop, "net_retained_revenue").value == pytest.approx(100 * (90 + 200 + 0) / 190)
    assert number(shop, "gross_retained_revenue").value == pytest.approx(100 * (90 + 50 + 0) / 190)
    rows = metrics.rows(shop, OWNER, "gross_retained_revenue")
    assert rows.select("account", "revenue_before", "revenue_now", "revenue_kept").rows() == [
        ("Acme", Decimal(100), Decimal(90), Decimal(90)),
        ("Bell", Decimal(50), Decimal(200), Decimal(50)),
        ("Cold", Decimal(40), Decimal(0), Decimal(0)),
    ]


def test_churned_are_those_silent_for_long_but_not_forever(shop: Database) -> None:
    assert metrics.rows(shop, OWNER, "churned_accounts")["account"].to_list() == [
        "Dora"
    ]  # Cold ordered a day too early
    assert number(shop, "churned_accounts", Period(None, date(2025, 6, 29))).value == 2
    assert number(shop, "churned_accounts", month(date(2023, 10, 1))).value == 0


def test_silence_is_found_from_the_gaps_between_orders(database: Database) -> None:
    """A hundred and one days of orders: ninety gaps of 10 days and ten of 40, of which nine tenths are 10."""
    account = add(database, "account", name="Often")
    day = date(2020, 1, 1).toordinal()
    for gap in [*[10] * 90, *[40] * 10, 0]:
        add_order(database, datetime.combine(date.fromordinal(day), datetime.min.time()), "1.00", account_id=account)
        day += gap
    refresh_up_to(database, date(2025, 6, 30))
    with database.cursor() as cursor:
        assert cursor.rows("select silent_days from ops.refresh") == [(10,)]


def test_few_gaps_tell_nothing(shop: Database) -> None:
    set_company(shop, silent_after_days=None)
    refresh_up_to(shop, date(2025, 6, 30))
    with shop.cursor() as cursor:
        assert cursor.rows("select silent_days from ops.refresh") == [(90,), (90,)]
    assert number(shop, "churned_accounts").value == 1  # by 90 days


def test_who_is_silent_follows_the_company_with_the_next_refresh(shop: Database) -> None:
    """The number, its small mart and its rows speak of the same days."""
    set_company(shop, silent_after_days=30)
    assert number(shop, "churned_accounts").value == 1
    refresh_up_to(shop, date(2025, 6, 30))
    assert number(shop, "churned_accounts").value == 2  # Acme is silent for two months
    assert metrics.rows(shop, OWNER, "churned_accounts")["account"].to_list() == ["Acme", "Dora"]


def test_high_value_are_those_who_make_four_fifths(shop: Database) -> None:
    """Of 300 in the last year, Bell makes 200, and with Acme's 90 more than 240."""
    assert number(shop, "high_value_share").value == pytest.approx(100 * 2 / 3)
    rows = metrics.rows(shop, OWNER, "high_value_share")
    assert rows.select("account", "count_high_value").rows() == [("Bell", 1), ("Acme", 1), ("Dora", 0)]
    assert rows["value_grade"].to_list() == ["A", "A", "C"]  # what Bell and Acme make is more than 285, 95 of 100
    grades = metrics.count_by_part(shop, OWNER, "high_value_share", "value_grade", ALL_TIME)
    assert grades.rows() == [("A", 2), ("C", 1)]


@pytest.fixture
def store(database: Database) -> Database:
    """June 2025: 3 tents at 20 that cost 12, one came back; 2 stoves at 5 of unknown cost; foreign money."""
    set_company(database, currency="EUR", as_of=date(2025, 6, 30))
    tent = add(database, "product", name="Tent", cost=Decimal(12), is_active=True)
    stove = add(database, "product", name="Stove", is_active=True)
    at = datetime(2025, 6, 2)
    first = add_order(database, at)
    add_line(database, first, at, "20.00", product_id=tent, quantity=3)
    add_line(database, first, datetime(2025, 6, 9), "-20.00", product_id=tent)
    add_line(database, first, at, "5.00", product_id=stove, quantity=2)
    add_order(database, datetime(2025, 6, 3), "30.00")
    add_order(database, datetime(2025, 6, 4), None)
    refresh_up_to(database, date(2025, 6, 30))
    return database


def test_margin_is_of_what_has_a_cost(store: Database) -> None:
    found = number(store, "gross_margin", JUNE)
    assert found.value == pytest.approx(100 * (40 - 24) / 40)
    assert found.note_values == {"count_left_out": 3, "count_lines": 5}
    assert number(store, "gross_margin", month(date(2025, 5, 1))).note is not None


def test_goods_in_foreign_money_cost_at_their_rate(database: Database) -> None:
    set_company(database, currency="EUR")
    add(database, "fx_rate", currency="USD", valid_on=date(2025, 1, 1), rate=Decimal("0.5"))
    lamp = add(database, "product", name="Lamp", cost=Decimal(8), currency="USD", is_active=True)
    order = add_order(database, datetime(2025, 6, 2))
    add_line(database, order, datetime(2025, 6, 2), "10.00", product_id=lamp)
    refresh_up_to(database)
    assert number(database, "gross_margin").value == pytest.approx(60)


def test_orders_are_worth_on_average(store: Database) -> None:
    found = number(store, "average_order_value", JUNE)
    assert found.value == pytest.approx((70 + 30) / 2)
    assert found.note_values == {"count_left_out": 1, "count_orders": 3}


def test_pieces_and_those_that_came_back(store: Database) -> None:
    assert number(store, "units", JUNE).value == 3 - 1 + 2 + 1 + 1
    assert number(store, "return_rate", JUNE).value == pytest.approx(100 * 1 / 7)
    assert number(store, "return_rate", month(date(2025, 5, 1))).note == "Nothing was sold in this period."
