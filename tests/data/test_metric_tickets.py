"""Open tickets and the median resolution against answers counted by hand."""

from datetime import date, datetime

import pytest

from crm import access, metrics
from crm.db import Database
from crm.metrics import Number
from crm.periods import ALL_TIME, Period, month
from tests.records import add_ticket, set_company

OWNER = access.owner_of_file()
MARCH = month(date(2025, 3, 1))
APRIL = month(date(2025, 4, 1))


def number(database: Database, metric_id: str, period: Period = ALL_TIME) -> Number:
    return metrics.number(database, OWNER, metric_id, period)


@pytest.fixture
def desk(database: Database) -> Database:
    """Solved in March after 2 and 5 hours, in May after 31 days; one open, one reopened, one solved who knows when."""
    set_company(database, as_of=date(2025, 6, 30))
    add_ticket(database, "resolved", datetime(2025, 3, 3, 8), datetime(2025, 3, 3, 10))
    add_ticket(database, "closed", datetime(2025, 3, 4, 8), datetime(2025, 3, 4, 13))
    add_ticket(database, "closed", datetime(2025, 3, 31, 8), datetime(2025, 5, 1, 8))
    add_ticket(database, "open", datetime(2025, 4, 1))
    add_ticket(database, "pending", datetime(2025, 3, 20), datetime(2025, 3, 21))
    add_ticket(database, "closed", datetime(2025, 3, 20))
    return database


def test_open_tickets_at_the_end_of_a_period(desk: Database) -> None:
    assert number(desk, "open_tickets").value == 2
    assert number(desk, "open_tickets", month(date(2025, 2, 1))).value == 0
    assert number(desk, "open_tickets", MARCH).value == 2  # the long one and the reopened one
    assert number(desk, "open_tickets", APRIL).value == 3
    assert metrics.rows(desk, OWNER, "open_tickets", APRIL).height == 3


def test_a_ticket_put_away_is_open_until_then(desk: Database) -> None:
    add_ticket(desk, "open", datetime(2025, 3, 1), archived_at=datetime(2025, 4, 15))
    assert number(desk, "open_tickets", MARCH).value == 3
    assert number(desk, "open_tickets", APRIL).value == 3


def test_median_resolution_of_the_tickets_solved(desk: Database) -> None:
    assert number(desk, "median_resolution", MARCH).value == pytest.approx(3.5)
    assert number(desk, "median_resolution").value == pytest.approx(5)
    april = number(desk, "median_resolution", APRIL)
    assert (april.value, april.note) == (None, "No ticket with a beginning and an end was solved in this period.")
    assert metrics.rows(desk, OWNER, "median_resolution")["hours"].to_list() == [744, 5, 2]


def test_days_are_those_of_the_company(database: Database) -> None:
    set_company(database, time_zone="Asia/Shanghai", as_of=date(2025, 6, 30))
    add_ticket(database, "closed", datetime(2025, 3, 31, 15), datetime(2025, 3, 31, 16))  # solved at midnight
    assert number(database, "open_tickets", MARCH).value == 1
    assert number(database, "median_resolution", MARCH).value is None
    assert number(database, "median_resolution", APRIL).value == 1


def test_the_default_period_is_the_month_of_the_last_ticket(desk: Database) -> None:
    assert metrics.last_period_with_data(desk, OWNER) == month(date(2025, 5, 1))
