"""The page of history: what each role sees of what was done, how it is narrowed, opened and taken back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, records, users
from crm.access import Viewer
from crm.db import Database
from tests import company
from tests.pages.conftest import Open

OWNER = access.owner_of_file()


@pytest.fixture
def acted(kestrel: Database) -> Database:
    """The administrator changed both accounts and put Bolt away; from the command line came one phone."""
    admin = viewer(kestrel, "admin")
    with kestrel.cursor() as cursor:
        versions = dict(cursor.rows("select id, version from core.account order by id"))
    records.edit_many(kestrel, admin, "account", versions, {"phone": "2", "city": "*Ulm*"})
    records.archive(kestrel, admin, "account", {2: 2})
    records.edit(kestrel, OWNER, "account", 1, {"phone": "3"}, 2)
    return kestrel


def viewer(database: Database, role: str) -> Viewer:
    with database.cursor() as cursor:
        return access.viewer_of(cursor, company.email_of(role))


def listed(page: AppTest, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of the list."""
    assert not page.exception and not page.error
    return rows(page, 0, *columns)


def rows(page: AppTest, place: int, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of a table, of some columns or all."""
    frame = page.dataframe[place].value
    cells = frame[list(columns or frame.columns)].astype(object)
    return [tuple(row) for row in cells.where(cells.notna(), None).values.tolist()]


def standing(database: Database) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows("select phone, archived_at is not null from core.account order by id")


def pressed(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


@pytest.mark.usefixtures("acted")
def test_actions_and_loads_stand_in_one_order(open_as: Open) -> None:
    page = open_as("admin", "history.py")
    found = listed(page, "who", "what", "object", "record", "count_records", "count_values")
    assert found[:3] == [
        ("Command line", "Changed", "Accounts", "Acme", 1, 1),
        ("Admin", "Archived", "Accounts", "Bolt", 1, 1),
        ("Admin", "Changed", "Accounts", "Acme and 1 more", 2, 4),
    ]
    assert found[3][:4] == ("Command line", "Loaded", "2 kinds", "accounts.csv and 1 more")


@pytest.mark.usefixtures("acted")
def test_the_address_narrows_the_list(open_as: Open) -> None:
    page = open_as("admin", "history.py")
    everything = ["Changed", "Archived", "Changed", "Loaded"]
    for asked, kinds in (
        ({"person": "command"}, ["Changed", "Loaded"]),
        ({"kind": "archive"}, ["Archived"]),
        ({"kind": "load"}, ["Loaded"]),
        ({"object": "opportunity"}, ["Loaded"]),
        ({"until": "2024-04-01"}, ["Loaded"]),
        ({"from": "2024-04-01", "object": "account"}, everything[:3]),
        ({"person": "x", "kind": "x", "object": "x", "from": "2024-02-31", "until": "x", "page": "x"}, everything),
        ({"action": "99"}, everything),
        ({"action": "x", "load": "1"}, everything),
        ({"page": "7"}, None),
    ):
        found = at(page, asked)
        shown = [what for (what,) in listed(found, "what")] if found.dataframe else None
        assert shown == kinds, asked
        assert not found.exception and not found.error


def at(page: AppTest, asked: dict[str, str]) -> AppTest:
    """The page at another address."""
    page.query_params.clear()
    for name, value in asked.items():
        page.query_params[name] = value
    return page.run()


@pytest.mark.usefixtures("acted")
def test_nothing_that_fits_says_so_and_offers_all(open_as: Open) -> None:
    page = open_as("admin", "history.py", kind="merge")
    assert "Nothing fits" in page.info[0].value and not page.dataframe
    page = next(button for button in page.button if button.label == "All").click().run()
    assert len(listed(page, "what")) == 4


def test_an_action_says_what_its_undoing_would_do_and_is_taken_back(acted: Database, open_as: Open) -> None:
    page = open_as("admin", "history.py", action="1")
    assert rows(page, 1)[:2] == [("Acme", "City", None, "*Ulm*"), ("Acme", "Phone", None, "2")]
    said = " ".join(caption.value for caption in page.caption)
    assert "3 values of 2 records are again what they were" in said
    assert "1 value stays, as somebody changed it since: Acme · Phone." in said
    page = pressed(page, "history_back")
    assert page.success[0].value.startswith("Taken back. 1 value stays")
    assert standing(acted) == [("3", False), (None, True)]
    assert listed(page, "who", "what")[0] == ("Admin", "Took back")
    assert any((each or "").startswith("in part: Admin") for (each,) in listed(page, "back"))


@pytest.mark.usefixtures("acted")
@pytest.mark.parametrize(("role", "language"), list(zip(access.ROLES, ["en", "zh_CN"] * 3, strict=True)))
def test_each_role_sees_what_happened_to_its_records(open_as: Open, role: str, language: str) -> None:
    page = open_as(role, "history.py", language, action="1")
    assert not page.exception and not page.error
    text = " ".join(str(frame.value.values.tolist()) for frame in page.dataframe)
    assert "Acme" in text
    assert ("Bolt" in text) == (role not in ("sales", "sales_manager"))
    writes = role == "admin"
    assert ("history_back" in {str(button.key) for button in page.button}) >= writes


@pytest.mark.usefixtures("acted")
def test_who_may_not_write_has_no_button(open_as: Open) -> None:
    page = open_as("management", "history.py", action="1")
    assert not any(str(button.key) in ("history_back", "span_back") for button in page.button)
    assert not any(str(each.key).startswith("span") for each in page.selectbox)


def test_what_a_person_did_in_a_span_is_taken_back(acted: Database, open_as: Open) -> None:
    admin = users.id_of(acted, company.email_of("admin"))
    page = open_as("admin", "history.py")
    page.session_state["span_person"] = str(admin)
    began = datetime.now() - timedelta(days=2)
    page.session_state["span_from"] = began
    page.session_state["span_until"] = began + timedelta(days=4)
    page = page.run()
    assert "2 actions of 2 records" in " ".join(each.value for each in page.markdown), page.info
    page = pressed(page, "span_back")
    assert page.success[0].value.startswith("2 actions are taken back. 1 value stays")
    assert standing(acted) == [("3", False), (None, False)]
    page.session_state["span_until"] = began - timedelta(days=1)
    page = page.run()
    assert any("after the beginning" in each.value for each in page.info)


def test_nothing_done_yet(served: Database, open_as: Open) -> None:
    company.add_person(served, "admin")
    page = open_as("admin", "history.py")
    assert not page.exception and "Nothing was done yet" in page.info[0].value


def test_people_see_what_they_did_themselves_even_where_the_record_went_out_of_sight(
    kestrel: Database, open_as: Open
) -> None:
    ann = viewer(kestrel, "sales")
    allowed = replace(ann, verbs=ann.verbs | {("edit", "account"), ("reassign", "account")})
    records.edit(kestrel, allowed, "account", 1, {"owner_id": 3}, 1, reason="moved")
    page = open_as("sales", "history.py", action="1")
    assert listed(page, "who", "what", "record", "count_records") == [("Sales", "Changed", None, 0)]
    assert "Acme" not in " ".join(each.value for each in page.markdown)
    assert listed(open_as("service", "history.py"), "record") == [("Acme",)]
