"""The page of an account: what each role sees of it, and what it is told where there is nothing to see."""

import re
from datetime import date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, access_log, records
from crm.db import Database
from crm.ui.account_page import tabs
from tests.pages.conftest import Open
from tests.records import add

ADMIN = access.owner_of_file()
ACME, BOLT = "1", "2"
NASTY = "**Bold** <img src=x onerror=alert(1)> [x](http://evil.example) :smile: 🦅 $1$ שלום\u202eabc"


def seen(page: AppTest) -> str:
    """All that the page says in words."""
    parts = [*page.title, *page.markdown, *page.caption, *page.info, *page.warning]
    metrics = [f"{each.label} {each.value} {each.delta}" for each in page.metric]
    return "\n".join([*(part.value for part in parts), *metrics])


def open_tabs(page: AppTest) -> list[str]:
    return [tab.label for tab in page.tabs]


def one(database: Database, text: str) -> object:
    with database.cursor() as cursor:
        return cursor.value(text)


def grant(database: Database, role: str, verb: str, *objects: str) -> None:
    with database.cursor() as cursor:
        for name in objects:
            cursor.run(
                "insert into ops.access_grant values ($role, $name, $verb, 'all', []) on conflict do nothing",
                role=role,
                name=name,
                verb=verb,
            )


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("role", access.ROLES)
def test_each_role_sees_what_it_may_read(open_as: Open, role: str, language: str) -> None:
    page = open_as(role, "account.py", language, id=ACME)
    assert not page.exception and not page.error
    assert "Acme" in page.title[0].value
    offered = len(open_tabs(page))
    assert offered == (7 if role == "service" else 8)  # service has no deals
    assert len(page.metric) == (3 if role == "service" else 4)


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("tab", tabs.NEEDS)
def test_each_tab_is_drawn(open_as: Open, tab: str) -> None:
    page = open_as("admin", "account.py", id=ACME, tab=tab)
    assert not page.exception and not page.error


@pytest.mark.usefixtures("kestrel")
def test_only_the_open_tab_asks(open_as: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for code in tabs.SIDES:
        monkeypatch.setitem(tabs.SIDES, code, lambda _viewer, _id, code=code: asked.append(code))  # type: ignore[misc]
    open_as("admin", "account.py", id=ACME, tab="deals")
    assert "deals" in asked and set(asked) <= {"deals", "timeline"}  # the first visit had none in its address


@pytest.mark.usefixtures("kestrel")
def test_health_at_a_glance(open_as: Open) -> None:
    page = open_as("admin", "account.py", id=ACME)
    told = {each.label: (each.value, each.delta) for each in page.metric}
    assert told["Revenue in 365 days"] == ("$200", "")  # 100.00 + 150.50 - 50.50
    assert told["Last order"][0] == "27 days ago"  # March 4 to March 31
    assert told["Open deals"] == ("$700", "1 deal")
    assert told["Open tickets"] == ("1", "1 overdue")  # opened on March 1, 72 working hours are over


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("key", ["999", "", "x", "-1", "9" * 30, "1; drop table core.account"])
def test_an_account_that_is_not_there(open_as: Open, key: str) -> None:
    page = open_as("admin", "account.py", id=key)
    assert not page.exception and not page.error
    assert "no such account among those that you may see" in page.info[0].value
    assert not page.metric


@pytest.mark.usefixtures("kestrel")
def test_the_account_of_somebody_else_is_told_as_one_that_is_not_there(open_as: Open) -> None:
    page = open_as("sales", "account.py", id=BOLT)
    assert "no such account" in page.info[0].value and "Bolt" not in seen(page)
    assert "Acme" in seen(open_as("sales", "account.py", id=ACME))


def test_an_account_with_nothing(kestrel: Database, open_as: Open) -> None:
    key = add(kestrel, "account", name="Empty")
    for tab in tabs.NEEDS:
        page = open_as("admin", "account.py", id=str(key), tab=tab)
        assert not page.exception and not page.error
    told = {each.label: each.value for each in page.metric}
    assert told == {"Revenue in 365 days": "–", "Last order": "none yet", "Open deals": "0", "Open tickets": "0"}
    assert "Nobody owns it" in seen(page)


def test_what_people_write_stays_text(kestrel: Database, open_as: Open) -> None:
    add(kestrel, "interaction", account_id=1, account_owner_id=2, kind="call", subject=NASTY, body=NASTY,
        happened_at=datetime(2024, 3, 5))  # fmt: skip
    add(kestrel, "task", account_id=1, account_owner_id=2, subject=NASTY, due_on=date(2024, 3, 30))
    add(kestrel, "contact", account_id=1, account_owner_id=2, name=NASTY)
    records.edit(kestrel, ADMIN, "account", 1, {"name": NASTY, "preferences": NASTY, "city": NASTY}, 1)
    for tab in tabs.NEEDS:
        page = open_as("admin", "account.py", id=ACME, tab=tab)
        assert not page.exception and not page.error
        for sign in ("<img", "[x](", "**Bold**", ":smile:"):
            bare = re.sub(r"\\.", "", seen(page))
            assert sign not in bare, (tab, sign)
    page = open_as("admin", "account.py", id=ACME, brief="1")
    assert not page.exception and not page.error


def test_masked_fields_are_not_there(kestrel: Database, open_as: Open) -> None:
    add(kestrel, "contact", account_id=1, account_owner_id=2, name="Cora", email="cora@acme.example", phone="+49 77")
    add(kestrel, "account", id=50, name="Custom", custom_fields='{"Secret": "blue"}')
    assert "blue" in seen(open_as("admin", "account.py", id="50"))
    assert "blue" not in seen(open_as("management", "account.py", id="50"))
    for page in (open_as("management", "account.py", id=ACME, brief="1"), open_as("management", "account.py", id=ACME)):
        assert not page.exception and "cora@" not in str(page.main) and "+49 77" not in str(page.main)


def test_an_account_that_was_put_away_says_so(kestrel: Database, open_as: Open) -> None:
    records.archive(kestrel, ADMIN, "account", {1: 1})
    page = open_as("admin", "account.py", id=ACME)
    assert not page.exception and "put away" in page.warning[0].value


@pytest.mark.usefixtures("kestrel")
def test_the_timeline_is_narrowed_by_kind_and_text(open_as: Open) -> None:
    page = open_as("admin", "account.py", id=ACME)
    assert "Deal won" in seen(page) and "Ticket opened" in seen(page) and "SO" in seen(page)
    page.button_group[0].set_value(["service"]).run()
    assert "Deal won" not in seen(page) and "Ticket opened" in seen(page)
    page.text_input[0].set_value("no such thing").run()
    assert not page.exception and "Nothing fits" in page.info[0].value


def test_an_order_shows_its_lines(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "account.py", id=ACME, tab="orders", order="2")
    assert not page.exception and len(page.dataframe) == 2
    assert page.dataframe[1].value["amount"].tolist() == ["$150.50", "-$50.50"]
    page = open_as("admin", "account.py", id=ACME, tab="orders", order="3")  # Bolt's
    assert len(page.dataframe) == 1
    assert one(kestrel, "select account_id from core.sales_order where id = 3") == 2


@pytest.mark.usefixtures("kestrel")
def test_handing_over_needs_the_right(open_as: Open) -> None:
    page = open_as("sales", "account.py", id=ACME)
    page.session_state["hand_over"] = 1
    page = page.run()
    assert "may not do this" in page.error[0].value


def test_an_account_is_handed_over_with_a_note(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "account.py", id=ACME)
    page.session_state["hand_over"] = 1
    page = page.run()
    assert not page.exception
    draft = page.text_area[0].value
    assert "Open deals" in draft and "Open tickets" in draft
    page.selectbox(key="hand_over_owner").set_value(3)
    page.text_input(key="hand_over_reason").set_value("Ann moves on")
    page.text_area[0].set_value(draft + "\nCall before noon.")
    next(button for button in page.button if button.label == "Hand over").click().run()
    assert not page.exception and not page.error
    assert "Handed over to Cleo" in page.success[0].value
    assert one(kestrel, "select owner_id from core.account where id = 1") == 3
    with kestrel.cursor() as cursor:
        kind, subject, body = cursor.rows("select kind, subject, body from core.interaction where account_id = 1")[0]
    assert (kind, subject) == ("note", "Handed over: Ann moves on") and body.endswith("Call before noon.")
    next(button for button in page.button if button.label == "Take it back").click().run()
    assert one(kestrel, "select owner_id from core.account where id = 1") == 2


@pytest.mark.parametrize("brief", [None, "1"])
def test_who_opens_the_account_of_a_person_is_noted(kestrel: Database, open_as: Open, brief: str | None) -> None:
    with kestrel.cursor() as cursor:
        cursor.run("update core.account set kind = 'person' where id = 1")
    page = open_as("admin", "account.py", id="1", **({"brief": brief} if brief else {}))
    assert not page.exception
    access_log.write(kestrel)
    with kestrel.cursor() as cursor:
        noted = cursor.rows("select object, record_id, place from ops.access_log")
    assert noted == [("account", 1, "account")]
