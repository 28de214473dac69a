"""Fields and tags: made, changed, filled from files and taken back on their page, and used in the lists."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, custom, custom_fields, lists, tags
from crm.db import Database
from crm.lists import Wanted
from tests.company import add_person
from tests.pages.conftest import Open
from tests.records import add

OWNER = access.owner_of_file()


def edited(page: AppTest, editor: str, place: int, **cells: object) -> AppTest:
    """The page after cells of an editor were given other values."""
    key = f"fields_{editor}_{generation(page)}"
    page.session_state[key] = {"edited_rows": {place: cells}, "added_rows": [], "deleted_rows": []}
    return page.run()


def generation(page: AppTest) -> int:
    return int(page.session_state["fields_generation"]) if "fields_generation" in page.session_state else 0


def pressed(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def filled(page: AppTest, name: str, value: str) -> None:
    page.text_input(key=f"fields_{name}_{generation(page)}").set_value(value)


def values(database: Database, *columns: str) -> list[tuple[Any, ...]]:
    return lists.page(database, OWNER, "account", Wanted(), columns=columns).select(columns).rows()


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("role", access.ROLES)
def test_only_admins_have_the_page(open_as: Open, role: str, language: str) -> None:
    page = open_as(role, "fields.py", language)
    assert not page.exception
    assert bool(page.error) == (role != "admin")
    if role == "admin":
        assert page.title[0].value in ("Fields and tags", "字段与标签")
        assert len(page.info) == 2  # no field and no tag yet


def test_a_field_is_made_shown_and_changed(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "fields.py")
    page.query_params["object"] = "contact"
    page = page.run()
    filled(page, "title", "Shoe size")
    filled(page, "title_zh", "鞋码")
    page = pressed(page, "Make the field")
    assert not page.exception and "Shoe size" in page.success[0].value
    assert [(each.column, each.object, each.kind) for each in custom_fields.of(kestrel)] == [
        ("custom_shoe_size", "contact", "text")
    ]
    page = edited(page, "list", 0, title="Size of shoes", is_personal=False, is_archived=True)
    page = pressed(page, "Save")
    assert not page.exception and not page.error
    found = custom_fields.of(kestrel, with_archived=True)[0]
    assert (found.title, found.title_zh, found.is_personal, found.is_archived) == ("Size of shoes", "鞋码", False, True)


def test_what_a_field_cannot_be_is_said_and_stays_typed(kestrel: Database, open_as: Open) -> None:
    custom.create(kestrel, OWNER, "account", "Tier", "text")
    page = open_as("admin", "fields.py")
    filled(page, "title", "tier")
    page = pressed(page, "Make the field")
    assert not page.exception and "There is a field tier already" in page.error[0].value
    assert page.text_input(key="fields_title_0").value == "tier"


def test_a_column_of_files_becomes_a_field_and_is_taken_back(kestrel: Database, open_as: Open) -> None:
    add(kestrel, "account", name="Zeta", custom_fields='{"Seats": "12"}')
    page = open_as("admin", "fields.py")
    page = page.selectbox(key="fields_source_0").set_value("Seats").run()
    assert page.text_input(key="fields_title_0").value == "Seats"
    page = pressed(page, "Make the field")
    assert not page.exception and "1 record took its value over." in page.success[0].value
    assert [str(row[0]) for row in values(kestrel, "custom_seats")] == ["None", "None", "12.000000"]
    page = pressed(page, "Take it back")
    assert not page.exception and "Taken back." in page.success[0].value
    assert {row[0] for row in values(kestrel, "custom_seats")} == {None}


def test_tags_are_renamed_and_taken_off(kestrel: Database, open_as: Open) -> None:
    tags.add(kestrel, OWNER, "account", [1, 2], "vip")
    tags.add(kestrel, OWNER, "account", [1], "Old")
    page = open_as("admin", "fields.py")
    page = pressed(edited(page, "tags", 0, is_gone=True), "Save")
    assert not page.exception and tags.known(kestrel, OWNER, "account") == {"vip": 2}
    page = pressed(edited(page, "tags", 0, tag="VIP"), "Save")
    assert tags.known(kestrel, OWNER, "account") == {"VIP": 2}
    page = pressed(page, "Take it back")
    assert not page.exception and tags.known(kestrel, OWNER, "account") == {"vip": 2}


def test_tags_are_edited_in_the_list(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py")
    key = page.session_state["records_grid"][0]
    cells = {"tags": ["VIP", "New one"]}
    page.session_state[key] = {"edited_rows": {0: cells}, "added_rows": [], "deleted_rows": []}
    page = page.run()
    page = pressed(page, "Save")
    assert not page.exception and "1 record saved." in page.success[0].value
    assert values(kestrel, "tags")[0] == ("New one; VIP",)
    assert tags.known(kestrel, OWNER, "account") == {"New one": 1, "VIP": 1}


def test_an_empty_company_can_have_fields(served: Database, open_as: Open) -> None:
    add_person(served, "admin", None)
    page = open_as("admin", "fields.py")
    filled(page, "title", "Tier")
    page = pressed(page, "Make the field")
    assert not page.exception and [each.code for each in custom_fields.of(served)] == ["tier"]
