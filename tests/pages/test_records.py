"""Lists of records: what each role sees of them, how they are asked, edited, saved and taken back."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, lists, records
from crm.db import Database
from tests.company import add_person
from tests.pages.conftest import Open

ADMIN = access.owner_of_file()


def edited(page: AppTest, place: int, **cells: object) -> AppTest:
    """The page after cells of a row were given other values."""
    key = page.session_state["records_grid"][0]
    page.session_state[key] = {"edited_rows": {place: cells}, "added_rows": [], "deleted_rows": []}
    return page.run()


def pressed(page: AppTest, *labels: str) -> AppTest:
    """The page after a button was pressed."""
    return next(button for button in page.button if button.label in labels).click().run()


def shown(page: AppTest) -> Any:
    """The table."""
    return page.session_state["records_grid"][1]


def standing(database: Database, text: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(text)


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("role", access.ROLES)
def test_each_role_sees_the_lists_it_may_read(open_as: Open, role: str, language: str) -> None:
    page = open_as(role, "records.py", language)
    assert not page.exception and not page.error
    offered = page.button_group[0].options
    assert 0 < len(offered) <= len(lists.NAMES)
    assert page.title[0].value in ("Accounts", "客户")


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("name", lists.NAMES)
def test_each_list_is_drawn(open_as: Open, name: str) -> None:
    page = open_as("admin", "records.py")
    page.query_params["list"] = name
    page = page.run()
    assert not page.exception and not page.error


def test_cells_are_saved_and_taken_back(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py")
    first = int(shown(page)["id"][0])
    before = standing(kestrel, f"select phone, city from core.account where id = {first}")
    page = edited(page, 0, phone="+49 1", city="Ulm")
    assert any("1 record is changed" in caption.value for caption in page.caption)
    assert page.text_input[0].disabled  # what is not saved is not lost by a search
    page = pressed(page, "Save")
    assert not page.exception and "1 record saved." in page.success[0].value
    assert standing(kestrel, f"select phone, city from core.account where id = {first}") == [("+49 1", "Ulm")]
    page = pressed(page, "Take it back")
    assert not page.exception and page.success[0].value == "Taken back."
    assert standing(kestrel, f"select phone, city from core.account where id = {first}") == before


def test_what_somebody_changed_meanwhile_is_said(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py")
    row = shown(page).row(0, named=True)
    records.edit(kestrel, ADMIN, "account", row["id"], {"phone": "theirs"}, row["version"])
    page = pressed(edited(page, 0, phone="mine", city="Ulm"), "Save")
    said = [each.value for each in page.markdown]
    assert any("was not saved" in each for each in said) and {"theirs", "mine"} <= set(said)
    assert any("1 other field" in each.value for each in page.caption)
    asked = "select phone, city from core.account where id = " + str(row["id"])
    assert standing(kestrel, asked) == [("theirs", None)]
    button = next(each for each in page.button if each.label == "Save")
    assert button.disabled  # until it is said whose value stands
    choice = next(each for each in page.segmented_control if str(each.key).endswith("_phone"))
    page = choice.set_value("mine").run()
    page = pressed(page, "Save")
    assert not page.exception and "is saved" in page.success[0].value
    assert standing(kestrel, asked) == [("mine", "Ulm")]
    page = pressed(page, "Take it back")
    assert not page.exception and page.success[0].value == "Taken back."
    assert standing(kestrel, asked) == [("theirs", None)]


def test_theirs_may_stand_and_may_have_changed_once_more(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py")
    row = shown(page).row(0, named=True)
    records.edit(kestrel, ADMIN, "account", row["id"], {"phone": "theirs"}, row["version"])
    page = pressed(edited(page, 0, phone="mine"), "Save")
    records.edit(kestrel, ADMIN, "account", row["id"], {"phone": "newer"}, row["version"] + 1)

    def decided(choice: str) -> AppTest:
        field = next(each for each in page.segmented_control if str(each.key).endswith("_phone"))
        return pressed(field.set_value(choice).run(), "Save")

    page = decided("mine")
    assert "newer" in [each.value for each in page.markdown]
    page = decided("theirs")
    assert not page.exception and "stays as the other person left it" in page.info[0].value
    assert standing(kestrel, f"select phone from core.account where id = {row['id']}") == [("newer",)]


@pytest.mark.usefixtures("kestrel")
def test_what_a_record_cannot_have_is_said_and_waits(open_as: Open) -> None:
    page = open_as("admin", "records.py")
    page = pressed(edited(page, 0, since_on="2025-02-31"), "Save")
    assert not page.exception and "is not a value" in page.error[0].value
    page = pressed(page, "Discard")
    assert not page.exception and not any(button.label == "Save" for button in page.button)


@pytest.mark.usefixtures("kestrel")
def test_a_search_that_finds_nothing_says_so(open_as: Open) -> None:
    page = open_as("admin", "records.py")
    page = page.text_input[0].set_value("no such thing anywhere").run()
    assert not page.exception and "Nothing fits" in page.info[0].value


def test_an_empty_company_has_empty_lists(served: Database, open_as: Open) -> None:
    add_person(served, "admin", None)
    page = open_as("admin", "records.py")
    assert not page.exception and "none yet" in page.info[0].value
