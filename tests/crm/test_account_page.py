"""What the page of an account asks: counted by hand, each viewer its own."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from crm import access, accounts, db, metrics, queries, records
from crm.access import Scope, Viewer
from crm.db import Database
from crm.periods import ALL_TIME
from tests.records import add, add_deal, add_event, add_order, add_ticket, refresh_up_to, set_company

OWNER = access.owner_of_file()
TODAY = date(2025, 6, 30)
"""A Monday."""
ALL = tuple(accounts.KINDS)


@pytest.fixture
def company(database: Database) -> Database:
    """Acme (1) with a bit of everything, its child (2), its partner (3), and Foreign (4) of somebody else."""
    set_company(database, as_of=TODAY, currency="EUR", time_zone="Europe/Berlin")
    for name in ("Ann", "Bob"):
        add(database, "staff", name=name)
    add(database, "account", name="Acme", owner_id=1, parent_id=3, channel_partner_id=3, preferences="By mail")
    add(database, "account", name="Child", owner_id=1, parent_id=1)
    add(database, "account", name="Partner", owner_id=2)
    add(database, "account", name="Foreign", owner_id=2)
    own = {"account_id": 1, "account_owner_id": 1}
    for day, amount in ((date(2024, 5, 1), "40"), (date(2025, 1, 10), "100"), (date(2025, 1, 20), "50"),
                        (date(2025, 2, 9), "25"), (date(2025, 3, 1), "10")):  # fmt: skip
        add_order(database, datetime(day.year, day.month, day.day, 10), amount, number=f"O-{day}", **own)
    add_order(database, datetime(2025, 6, 1), "999", number="F-1", account_id=4, account_owner_id=2)
    add(database, "contact", name="Cora", **own)
    add(database, "interaction", kind="call", subject="Price", contact_id=1, owner_id=1,
        happened_at=datetime(2025, 6, 2, 9), **own)  # fmt: skip
    add(database, "interaction", kind="note", subject="Later", owner_id=1, happened_at=datetime(2025, 6, 20), **own)
    add(database, "interaction", kind="meeting", subject="Planned", happened_at=datetime(2025, 7, 5), **own)
    add(database, "task", subject="Offer", due_on=date(2025, 6, 29), **own)
    add(database, "task", subject="Visit", due_on=date(2025, 7, 3), **own)
    add(database, "task", subject="Old", due_on=date(2025, 1, 1), done_at=datetime(2025, 1, 2, 8), result="fine", **own)
    return database


def sales(owner: int, *hidden: str) -> Viewer:
    """Who sees the records of an owner, of all objects but some."""
    scopes = {name: Scope(owners=(owner,)) for name in access.objects() if name not in hidden}
    return Viewer(9, "Ann", "sales", owner, scopes=tuple(sorted(scopes.items())))


def told(database: Database, viewer: Viewer = OWNER, kinds: tuple[str, ...] = ALL, **asked: object) -> list[object]:
    """(code, title) of the timeline."""
    found = accounts.timeline(database, viewer, 1, kinds=kinds, **asked)  # type: ignore[arg-type]
    return found.select("code", "title").rows()


def test_sales_of_a_year_against_the_one_before_and_the_rhythm(company: Database) -> None:
    refresh_up_to(company, TODAY)
    sold = accounts.health(company, OWNER, 1).sales
    assert sold == {
        "revenue": Decimal(185),  # 100 + 50 + 25 + 10
        "revenue_before": Decimal(40),
        "last_order_on": date(2025, 3, 1),
        "usual_days": 20,  # of the gaps 254, 10, 20 and 20
    }
    assert accounts.change(Decimal(185), Decimal(40)) == pytest.approx(3.625)
    assert accounts.change(None, Decimal(40)) == -1
    assert accounts.change(Decimal(5), Decimal(0)) is None


def test_a_rhythm_needs_three_gaps(company: Database) -> None:
    refresh_up_to(company, TODAY)
    sold = accounts.health(company, OWNER, 4).sales
    assert sold and sold["usual_days"] is None and sold["last_order_on"] == date(2025, 6, 1)


def test_open_deals_count_with_and_without_a_value(company: Database) -> None:
    for code, amount in (("engaging", "70"), ("prospecting", None), ("won", "500")):
        add_deal(company, code, amount, account_id=1, account_owner_id=1, owner_id=1)
    assert accounts.health(company, OWNER, 1).deals == {"count_open": 2, "amount_company": Decimal(70)}


def test_working_hours_of_open_tickets(company: Database) -> None:
    """Working days are Monday to Friday from 9 to 17; the company's clock is past Monday, June 30."""
    own = {"account_id": 1, "account_owner_id": 1}
    add_ticket(company, "open", datetime(2025, 6, 27, 13), priority="urgent", **own)  # Friday, 15 in Berlin: 2 + 8
    add_ticket(company, "pending", datetime(2025, 6, 28, 8), priority="urgent", **own)  # Saturday: 8, which is allowed
    add_ticket(company, "open", datetime(2025, 6, 30, 8), **own)  # Monday, 10 in Berlin: 7 of 72
    add_ticket(company, "open", None, **own)
    add_ticket(company, "resolved", datetime(2025, 6, 1), datetime(2025, 6, 2), **own)
    waiting = accounts.health(company, OWNER, 1).tickets
    assert waiting is not None
    rows = waiting.select("priority", "hours", "is_overdue").rows()
    assert rows == [("urgent", 10, True), ("urgent", 8, False), ("medium", 7, False), ("medium", 0, False)]


def test_the_moment_is_now_or_the_end_of_the_day_on_which_the_clock_stands(
    company: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "now", lambda: datetime(2025, 6, 30, 9, 44, 3))
    assert accounts.moment(queries.clock(company, OWNER)) == datetime(2025, 6, 30, 9, 30)
    monkeypatch.setattr(db, "now", lambda: datetime(2026, 1, 1))
    assert accounts.moment(queries.clock(company, OWNER)) == datetime(2025, 6, 30, 22)  # midnight in Berlin


def test_last_contact_and_next_task(company: Database) -> None:
    health = accounts.health(company, OWNER, 1)
    assert health.contact == {  # notes and what lies ahead do not count
        "kind": "call", "subject": "Price", "happened_at": datetime(2025, 6, 2, 9), "contact": "Cora", "owner": "Ann",
    }  # fmt: skip
    assert health.tasks is not None
    assert health.tasks.select("subject", "is_overdue").rows() == [("Offer", True), ("Visit", False)]


def test_the_timeline_tells_all_in_one_order(company: Database) -> None:
    own = {"account_id": 1, "account_owner_id": 1}
    deal = add_deal(company, "won", "70", name="Big", begun_on=date(2025, 4, 1), closed_on=date(2025, 5, 1), **own)
    add_event(company, deal, 1, "engaging", "60", datetime(2025, 4, 1))
    add_event(company, deal, 2, "engaging", "70", datetime(2025, 4, 15))
    add_event(company, deal, 3, "won", "70", datetime(2025, 5, 1))
    add_ticket(company, "resolved", datetime(2025, 5, 10), datetime(2025, 5, 11), **own)
    campaign = add(company, "campaign", name="Spring")
    add(company, "campaign_member", campaign_id=campaign, arm="treated", assigned_at=datetime(2025, 5, 12),
        responded_at=datetime(2025, 5, 13), **own)  # fmt: skip
    add(company, "survey_response", kind="nps", score=9, answered_at=datetime(2025, 5, 14), **own)
    add(company, "quote", name="Q-1", status="sent", issued_on=date(2025, 4, 20), **own)
    assert told(company)[:13] == [
        ("meeting", "Planned"),
        ("due", "Visit"),
        ("due", "Offer"),
        ("note", "Later"),
        ("call", "Price"),
        ("survey_nps", "9.00"),
        ("responded", "Spring"),
        ("treated", "Spring"),
        ("resolved", "Help"),
        ("opened", "Help"),
        ("deal_won", "Big"),
        ("quote_sent", "Q-1"),
        ("deal_amount", "Big"),
    ]
    assert told(company)[13:] == [
        ("deal_begun", "Big"),
        ("ordered", "O-2025-03-01"),
        ("ordered", "O-2025-02-09"),
        ("ordered", "O-2025-01-20"),
        ("ordered", "O-2025-01-10"),
        ("done", "Old"),
        ("ordered", "O-2024-05-01"),
        ("created", None),
    ]


def test_the_timeline_is_cut_into_pages_and_narrowed(company: Database) -> None:
    assert told(company, kinds=("task",)) == [("due", "Visit"), ("due", "Offer"), ("done", "Old")]
    assert told(company, text="cORA") == [("call", "Price")]
    assert told(company, text="no such thing") == []
    assert told(company, kinds=("task",), limit=1, offset=1) == [("due", "Offer")]
    assert accounts.timeline(company, OWNER, 1, kinds=("task",), limit=1)["count_all"].to_list() == [3]


def test_the_timeline_tells_what_people_changed(company: Database) -> None:
    records.edit(company, OWNER, "account", 1, {"city": "Ulm", "phone": "1"}, 1)
    assert told(company, kinds=("change",)) == [("edited", "city,phone"), ("created", None)]


def test_goods_that_come_back_later_are_told(company: Database) -> None:
    from tests.records import add_line

    add_line(company, 5, datetime(2025, 3, 20), "-10", account_id=1, account_owner_id=1)
    refresh_up_to(company, TODAY)
    assert told(company, kinds=("sales",))[:2] == [("came_back", "O-2025-03-01"), ("ordered", "O-2025-03-01")]
    orders = queries.query(company, OWNER, "account/orders", account_id=1)
    assert orders.select("order_number", "revenue", "quantity_returned").row(0) == ("O-2025-03-01", 0, 1)


def test_what_is_not_granted_is_not_told(company: Database) -> None:
    viewer = sales(1, "interaction", "sales_order")
    assert {code for code, _ in told(company, viewer)} == {"due", "done", "created"}  # type: ignore[misc]
    health = accounts.health(company, viewer, 1)
    assert health.sales is None and health.contact is None and health.tasks is not None
    assert accounts.kinds(viewer) == ["sales", "service", "campaign", "task", "change"]


def test_who_does_not_see_an_account_is_told_nothing(company: Database) -> None:
    viewer = sales(2)
    assert accounts.find(company, viewer, 1) is None
    assert told(company, viewer) == []
    for name in ("people", "deals", "orders", "tickets", "products", "hierarchy", "open_tasks", "last_contact"):
        assert queries.query(company, viewer, f"account/{name}", account_id=1).is_empty(), name


def test_an_account_names_what_it_refers_to_as_far_as_it_is_seen(company: Database) -> None:
    found = accounts.find(company, OWNER, 1)
    assert found and (found["owner"], found["parent"], found["channel_partner"]) == ("Ann", "Partner", "Partner")
    seen = accounts.find(company, sales(1), 1)
    assert seen and seen["parent"] is None
    facts = {field.name: value for field, value in accounts.facts(company, OWNER, found)}
    assert facts["preferences"] == "By mail" and facts["owner"] == "Ann" and "city" not in facts


def test_grades_are_those_of_the_kpi(database: Database) -> None:
    """80 % of 100 are made by the first two: above the second stand 60, above the third 85, above the last 96."""
    set_company(database, as_of=TODAY)
    for amount in ("60", "25", "11", "4", "0"):
        key = add(database, "account", name=amount)
        add_order(database, datetime(2025, 3, 1), amount, account_id=key)
        add_order(database, datetime(2024, 6, 30), "1000", account_id=key)  # 365 days ago: not in the year any more
    refresh_up_to(database, TODAY)
    assert [accounts.health(database, OWNER, key).grade for key in range(1, 6)] == ["A", "A", "B", "C", None]
    counts = metrics.count_by_part(database, OWNER, "high_value_share", "value_grade", ALL_TIME)
    assert counts.rows() == [("A", 2), ("B", 1), ("C", 1)]


def test_hierarchy_with_revenue_of_a_year(company: Database) -> None:
    refresh_up_to(company, TODAY)
    asked = {"account_id": 3}
    rows = queries.query(company, OWNER, "account/hierarchy", **asked).select("relation", "name", "revenue").rows()
    assert rows == [("brought", "Acme", Decimal(185)), ("child", "Acme", Decimal(185))]
    rows = queries.query(company, OWNER, "account/hierarchy", account_id=1).select("relation", "name").rows()
    assert rows == [("channel_partner", "Partner"), ("child", "Child"), ("parent", "Partner")]


def test_products_that_an_account_buys(company: Database) -> None:
    product = add(company, "product", name="Lamp", category="Light")
    with company.cursor() as cursor:
        cursor.run("update core.order_line set product_id = $id where account_id = 1", id=product)
    company.touch(["core.order_line"])
    refresh_up_to(company, TODAY)
    found = queries.query(company, OWNER, "account/products", account_id=1)
    assert found.rows() == [("Lamp", "Light", 5, Decimal(5), date(2025, 3, 1), Decimal(225))]
