"""Leads, interactions, tickets and answers against answers counted by hand."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from crm import access, metrics
from crm.db import Database
from crm.metrics import Number
from crm.periods import ALL_TIME, Period, month
from tests.records import add, add_deal, add_event, add_ticket, set_company

OWNER = access.owner_of_file()
JUNE = month(date(2025, 6, 1))


def number(database: Database, metric_id: str, period: Period = ALL_TIME) -> Number:
    return metrics.number(database, OWNER, metric_id, period)


def test_a_deal_weighs_by_the_chance_of_its_stage(database: Database) -> None:
    set_company(database, currency="EUR")
    for code, amount in (("proposal", "100.00"), ("negotiation", "1000.00"), ("won", "5.00"), ("engaging", None)):
        deal = add_deal(database, code, amount, currency="EUR")
        add_event(database, deal, 1, code, amount, datetime(2025, 6, 1))
    found = number(database, "weighted_pipeline")
    assert found.value == Decimal("750.00")  # a half of 100 and seven tenths of 1,000
    assert found.note_values == {"count_left_out": 1, "count_open": 3}


def test_leads_count_when_they_came(database: Database) -> None:
    for at, is_converted in ((datetime(2025, 6, 1), True), (datetime(2025, 6, 30, 23), False), (None, True)):
        add(database, "lead", name="L", since_at=at, is_converted=is_converted)
    add(database, "lead", name="L", since_at=datetime(2025, 7, 1), is_converted=True)
    assert number(database, "new_leads", JUNE).value == 2
    assert number(database, "lead_conversion", JUNE).value == 50
    assert number(database, "lead_conversion").value == pytest.approx(200 / 3)
    assert number(database, "new_leads").note_values == {"count_undated": 1, "count_leads": 4}
    set_company(database, time_zone="Asia/Shanghai")  # where the lead of 23 h comes on July 1st
    assert number(database, "new_leads", JUNE).value == 1


def test_interactions_of_unknown_time_count_for_all_time_only(database: Database) -> None:
    for at in (datetime(2025, 6, 1), None):
        add(database, "interaction", kind="call", subject="?", happened_at=at)
    assert (number(database, "interactions", JUNE).value, number(database, "interactions").value) == (1, 2)


def test_tickets_are_new_when_they_come(database: Database) -> None:
    for at in (datetime(2025, 6, 1), datetime(2025, 7, 1), None):
        add_ticket(database, "open", at)
    assert (number(database, "new_tickets", JUNE).value, number(database, "new_tickets").value) == (1, 3)


def test_the_first_reply_takes_a_median(database: Database) -> None:
    opened = datetime(2025, 6, 2, 8)
    for replied in (
        datetime(2025, 6, 2, 9),
        datetime(2025, 6, 2, 12),
        datetime(2025, 6, 3, 8),
        None,
        datetime(2025, 6, 1),
    ):
        add_ticket(database, "open", opened, first_reply_at=replied)
    assert number(database, "median_first_reply", JUNE).value == 4  # of 1, 4 and 24; not of the reply before
    assert metrics.count_rows(database, OWNER, "median_first_reply", JUNE) == 3


@pytest.mark.parametrize(
    ("opened", "resolved", "hours"),
    [
        (datetime(2025, 6, 2, 9), datetime(2025, 6, 2, 17), 8),  # a Monday
        (datetime(2025, 6, 2, 8), datetime(2025, 6, 2, 18), 8),  # before and after work
        (datetime(2025, 6, 6, 16), datetime(2025, 6, 9, 10), 2),  # over a weekend
        (datetime(2025, 6, 7, 10), datetime(2025, 6, 8, 10), 0),  # within it
        (datetime(2025, 6, 2, 12), datetime(2025, 6, 18, 12), 96),  # twelve working days
        (datetime(2025, 6, 4, 11, 30), datetime(2025, 6, 5, 10), 6.5),
    ],
)
def test_working_hours_are_counted(database: Database, opened: datetime, resolved: datetime, hours: float) -> None:
    add_ticket(database, "resolved", opened, resolved)
    assert metrics.rows(database, OWNER, "sla_kept")["hours"].to_list() == [pytest.approx(hours)]


def test_the_calendar_is_the_company_s_own(database: Database) -> None:
    set_company(database, time_zone="Asia/Shanghai", work_days=[6, 7], work_begins=time(10), work_ends=time(12))
    add_ticket(database, "closed", datetime(2025, 6, 6, 0), datetime(2025, 6, 8, 3))  # Friday 8:00 to Sunday 11:00
    assert metrics.rows(database, OWNER, "sla_kept")["hours"].to_list() == [pytest.approx(3)]


def test_a_promise_depends_on_the_priority(database: Database) -> None:
    """Nine hours are too long for an urgent ticket; 72 are just right without a priority."""
    begun = datetime(2025, 6, 2, 9)
    add_ticket(database, "resolved", begun, datetime(2025, 6, 3, 10), priority="urgent")
    add_ticket(database, "resolved", begun, datetime(2025, 6, 3, 10), priority="high")
    add_ticket(database, "resolved", begun, datetime(2025, 6, 12, 17))
    add_ticket(database, "resolved", begun, datetime(2025, 6, 13, 10))
    add_ticket(database, "resolved", begun, datetime(2025, 6, 1, 9))  # solved before it came
    add_ticket(database, "open", begun)
    assert number(database, "sla_kept", JUNE).value == 50
    assert number(database, "sla_kept", month(date(2025, 5, 1))).note is not None


def test_a_ticket_reopens_once_in_a_period(database: Database) -> None:
    ticket = add_ticket(database, "open", datetime(2025, 6, 1))
    for at, activity in (
        (datetime(2025, 6, 2), "Re-opened"),
        (datetime(2025, 6, 3), "reopened by customer"),
        (datetime(2025, 6, 3), "opened"),
        (datetime(2025, 5, 3), "重新打开"),
    ):
        event = {"happened_at": at, "activity": activity, "is_possible_repeat": False, "row_hash": 1, "batch_id": 1}
        add(database, "ticket_event", id=1, ticket_id=ticket, file_position=1, record_number=1, **event)
    assert number(database, "reopened", JUNE).value == 1
    assert number(database, "reopened").value == 1
    assert metrics.rows(database, OWNER, "reopened")["count_times"].to_list() == [3]


def test_a_score_counts_once(database: Database) -> None:
    """A survey of a ticket stands for the score that is kept with the ticket."""
    asked = add_ticket(database, "closed", datetime(2025, 6, 1), datetime(2025, 6, 2), satisfaction=1)
    add_ticket(database, "closed", datetime(2025, 6, 1), datetime(2025, 6, 2), satisfaction=3)
    add(database, "survey_response", kind="csat", score=5, ticket_id=asked, answered_at=datetime(2025, 6, 3))
    add(database, "survey_response", kind="csat", answered_at=datetime(2025, 6, 3))
    assert number(database, "csat", JUNE).value == 4
    assert number(database, "csat", month(date(2025, 7, 1))).note == "Nobody gave a score in this period."


def test_promoters_less_detractors(database: Database) -> None:
    for score in (10, 9, 8, 7, 6, 0, 10, None):
        add(database, "survey_response", kind="nps", score=score, answered_at=datetime(2025, 6, 3))
    assert number(database, "nps", JUNE).value == pytest.approx(100 * (3 - 2) / 7)
