"""Won revenue, win rate, sales cycle and open pipeline against answers counted by hand."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from crm import access, metrics
from crm.db import Database
from crm.metrics import Number
from crm.periods import ALL_TIME, Period, month
from tests.records import add_deal, add_event, set_company

OWNER = access.owner_of_file()
MARCH = month(date(2025, 3, 1))
APRIL = month(date(2025, 4, 1))


def number(database: Database, metric_id: str, period: Period = ALL_TIME) -> Number:
    return metrics.number(database, OWNER, metric_id, period)


@pytest.fixture
def deals(database: Database) -> Database:
    """Won in March: 100 after 10 days and 50 after 31. Lost one in March. Won 7 without dates. One open."""
    set_company(database, currency="EUR", as_of=date(2025, 6, 30))
    add_deal(database, "won", "100", begun_on=date(2025, 3, 1), closed_on=date(2025, 3, 11))
    add_deal(database, "won", "50", begun_on=date(2025, 2, 28), closed_on=date(2025, 3, 31))
    add_deal(database, "lost", "40", begun_on=date(2025, 3, 1), closed_on=date(2025, 3, 2))
    add_deal(database, "won", "7")
    add_deal(database, "proposal", "1000")
    return database


def test_won_revenue_of_all_time_includes_deals_without_date(deals: Database) -> None:
    assert number(deals, "won_revenue").value == Decimal(157)
    assert number(deals, "won_revenue", MARCH).value == Decimal(150)
    april = number(deals, "won_revenue", APRIL)
    assert (april.value, april.note, april.currency) == (0, None, "EUR")
    rows = metrics.rows(deals, OWNER, "won_revenue")
    assert rows["amount_company"].sum() == Decimal(157)
    assert rows["day"].to_list() == [date(2025, 3, 31), date(2025, 3, 11), None]


def test_won_revenue_leaves_out_what_has_no_amount(deals: Database) -> None:
    add_deal(deals, "won", None, closed_on=date(2025, 4, 1))
    assert number(deals, "won_revenue", APRIL).value is None
    found = number(deals, "won_revenue")
    assert (found.value, found.note_values) == (Decimal(157), {"count_left_out": 1, "count_won": 4})


def test_win_rate_is_won_of_closed(deals: Database) -> None:
    assert number(deals, "win_rate").value == pytest.approx(75.0)
    assert number(deals, "win_rate", MARCH).value == pytest.approx(200 / 3)
    april = number(deals, "win_rate", APRIL)
    assert (april.value, april.note) == (None, "No deal closed in this period.")
    results = metrics.rows(deals, OWNER, "win_rate", MARCH)["result"]
    assert sorted(results.to_list()) == ["lost", "won", "won"]


def test_sales_cycle_is_the_median_of_deals_won(deals: Database) -> None:
    assert number(deals, "sales_cycle_days", MARCH).value == pytest.approx(20.5)  # 10 and 31
    found = number(deals, "sales_cycle_days")
    assert (found.value, found.note_values) == (pytest.approx(20.5), {"count_left_out": 1, "count_won": 3})
    april = number(deals, "sales_cycle_days", APRIL)
    assert (april.value, april.note) == (None, "No deal with a first and a last day was won in this period.")
    assert metrics.rows(deals, OWNER, "sales_cycle_days")["days"].median() == pytest.approx(20.5)


def test_the_default_period_is_the_month_of_the_last_close(deals: Database) -> None:
    assert metrics.last_period_with_data(deals, OWNER) == MARCH


def open_deal(database: Database, *events: tuple[str | None, str | None, datetime | None], **values: object) -> int:
    code, amount, _ = events[-1]
    deal = add_deal(database, code or "prospecting", amount, **values)
    for sequence, (code, amount, moment) in enumerate(events, 1):
        add_event(database, deal, sequence, code, amount, moment)
    return deal


def test_open_pipeline_is_what_the_events_say_of_that_day(database: Database) -> None:
    set_company(database, as_of=date(2025, 6, 30))
    open_deal(database, ("prospecting", "10", datetime(2025, 3, 1)), ("proposal", "30", datetime(2025, 4, 2)))
    open_deal(database, ("proposal", "100", datetime(2025, 3, 5)), ("won", "100", datetime(2025, 4, 5)))
    open_deal(database, (None, "5", None))  # open since an unknown day, in an unknown stage
    open_deal(database, ("proposal", "1000", datetime(2025, 7, 1)))  # begins after today
    assert number(database, "open_pipeline", month(date(2025, 2, 1))).value == Decimal(5)
    assert number(database, "open_pipeline", MARCH).value == Decimal(115)
    assert number(database, "open_pipeline", APRIL).value == Decimal(35)
    assert number(database, "open_pipeline").value == Decimal(35)
    rows = metrics.rows(database, OWNER, "open_pipeline", MARCH)
    assert rows["amount_company"].to_list() == [Decimal(100), Decimal(10), Decimal(5)]
    assert rows["stage"].to_list() == ["Proposal", "Prospecting", None]


def test_open_pipeline_counts_an_event_of_unknown_time_from_the_one_before(database: Database) -> None:
    set_company(database, as_of=date(2025, 6, 30))
    open_deal(database, (None, None, datetime(2025, 3, 1)), ("proposal", "30", None))
    february = number(database, "open_pipeline", month(date(2025, 2, 1)))
    assert (february.value, february.note) == (0, None)
    assert number(database, "open_pipeline", MARCH).value == Decimal(30)
    assert metrics.rows(database, OWNER, "open_pipeline", MARCH)["stage"].to_list() == ["Proposal"]


def test_open_pipeline_forgets_voided_events_and_deals_put_away(database: Database) -> None:
    set_company(database, as_of=date(2025, 6, 30))
    undone = open_deal(database, ("proposal", "30", datetime(2025, 3, 1)))
    add_event(database, undone, 2, "won", "40", datetime(2025, 3, 2), voided_at=datetime(2025, 3, 3))
    open_deal(database, ("proposal", "5", datetime(2025, 3, 1)), archived_at=datetime(2025, 4, 10))
    assert number(database, "open_pipeline", MARCH).value == Decimal(35)
    assert number(database, "open_pipeline", APRIL).value == Decimal(30)


def test_open_pipeline_days_are_those_of_the_company(database: Database) -> None:
    set_company(database, time_zone="Asia/Shanghai")
    open_deal(database, ("proposal", "30", datetime(2025, 3, 31, 16)))  # the 1st of April in Shanghai
    assert number(database, "open_pipeline", MARCH).value == 0
    assert number(database, "open_pipeline", APRIL).value == Decimal(30)


def test_open_pipeline_without_amounts_is_no_zero(database: Database) -> None:
    open_deal(database, ("proposal", None, datetime(2025, 3, 1)))
    open_deal(database, ("proposal", None, None))
    found = number(database, "open_pipeline")
    assert (found.value, found.note) == (None, "{count_open} deals are open, none of them with an amount.")
    assert found.note_values["count_open"] == 2
    open_deal(database, ("proposal", "8", datetime(2025, 3, 1)))
    found = number(database, "open_pipeline")
    assert (found.value, found.note_values) == (Decimal(8), {"count_left_out": 2, "count_open": 3})
