"""The page on which two records become one, and are parted again."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, records
from crm.db import Database
from tests.company import add_person
from tests.pages.conftest import Open
from tests.records import add

ADMIN = access.owner_of_file()


@pytest.fixture
def pair(kestrel: Database) -> Database:
    """Beside Acme (1) another Acme (3), which has a phone, a contact, and the same kind."""
    twin = add(kestrel, "account", name="ACME Ltd", phone="030 1234567", city="Ulm", owner_id=2)
    add(kestrel, "contact", name="Ida", account_id=twin, account_owner_id=2)
    with kestrel.cursor() as cursor:
        cursor.run("update core.account set phone = '+49 30 1234567' where id = 1")
        cursor.run("insert into core.record_key values ('account', 'crm', 'A-3', 3, null)")
    kestrel.touch(["core.account", "core.record_key"])
    return kestrel


def rows(database: Database, text: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(text)


def said(page: AppTest) -> str:
    return "\n".join(each.value for each in page.markdown)


@pytest.mark.parametrize("role", access.ROLES)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_each_role_sees_the_page_or_why_not(pair: Database, open_as: Open, role: str, language: str) -> None:
    page = open_as(role, "merge.py", language, object="account", ids="1,3")
    assert not page.exception
    granted = rows(
        pair, f"select 1 from ops.access_grant where role = '{role}' and object = 'account' and verb = 'merge'"
    )
    assert bool(page.error) != bool(granted)


@pytest.mark.usefixtures("pair")
def test_the_likely_same_is_suggested(open_as: Open) -> None:
    page = open_as("admin", "merge.py", object="account", ids="1")
    assert "Likely the same" in said(page)
    page = page.button(key="like_3").click().run()
    assert page.query_params["ids"] == "1,3" and page.radio


def test_two_become_one_with_the_chosen_values_and_are_parted(pair: Database, open_as: Open) -> None:
    page = open_as("admin", "merge.py", object="account", ids="1,3")
    stays, *choices = page.radio
    assert stays.options == ["Acme", "ACME Ltd"]
    assert [each.label for each in choices] == ["Name", "Phone", "Since", "City"]
    assert [each.value for each in choices] == [1, 1, 1, 3]  # where the one that stays says nothing, the other does
    assert "Contacts (1)" in said(page) and "1 key by which files know" in said(page)
    page = choices[1].set_value(3).run()
    page = page.button(key="merge").click().run()
    assert not page.exception and page.success[0].value == "ACME Ltd is part of Acme now."
    account = "select name, phone, city, owner_id from core.account where id = 1"
    assert rows(pair, account) == [("Acme", "030 1234567", "Ulm", 2)]
    assert rows(pair, "select account_id from core.contact") == [(1,)]
    assert rows(pair, "select record_id from core.record_key where key = 'A-3'") == [(1,)]
    page = next(button for button in page.button if button.label == "Part them again").click().run()
    assert page.success[0].value == "Taken back."
    assert rows(pair, account) == [("Acme", "+49 30 1234567", None, 2)]
    assert rows(pair, "select account_id from core.contact") == [(3,)]
    assert rows(pair, "select record_id from core.record_key where key = 'A-3'") == [(3,)]


def test_the_other_one_can_stay(pair: Database, open_as: Open) -> None:
    page = open_as("admin", "merge.py", object="account", ids="1,3")
    page = page.radio[0].set_value(3).run()
    page = page.button(key="merge").click().run()
    assert page.query_params["ids"] == "3"
    assert rows(pair, "select name, merged_into_account_id from core.account where id in (1, 3) order by id") == [
        ("Acme", 3), ("ACME Ltd", None),
    ]  # fmt: skip


def test_what_was_merged_before_can_be_parted_later(pair: Database, open_as: Open) -> None:
    open_as("admin", "merge.py", object="account", ids="1,3").button(key="merge").click().run()
    page = open_as("admin", "merge.py", object="account", ids="1")
    assert "ACME Ltd into Acme" in said(page)
    page = next(button for button in page.button if button.label == "Part them again").click().run()
    assert page.success[0].value == "Taken back."
    assert rows(pair, "select archived_at, merged_into_account_id from core.account where id = 3") == [(None, None)]


def test_who_was_changed_meanwhile_is_looked_at_again(pair: Database, open_as: Open) -> None:
    page = open_as("admin", "merge.py", object="account", ids="1,3")
    records.edit(pair, ADMIN, "account", 3, {"city": "Bonn"}, 1)
    page = page.button(key="merge").click().run()
    assert not page.exception and "Somebody changed Account 3 meanwhile" in page.error[0].value
    assert "Bonn" in " ".join(option for each in page.radio for option in each.options)


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("ids", "sentence"), [("1,1", "the same record twice"), ("1,99", "no Account 99"), ("x,-1", ""), ("", "")]
)
def test_an_address_that_names_no_two_says_so(open_as: Open, ids: str, sentence: str) -> None:
    page = open_as("admin", "merge.py", object="account", ids=ids)
    assert not page.exception and not page.radio
    assert sentence in " ".join(each.value for each in [*page.info, *page.error])


def test_an_empty_company_has_a_page(served: Database, open_as: Open) -> None:
    add_person(served, "admin", None)
    page = open_as("admin", "merge.py")
    assert not page.exception and not page.error
