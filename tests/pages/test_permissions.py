"""The rights of roles, as an administrator reads and changes them."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, grants, users
from crm.access import owner_of_file
from crm.db import Database
from crm.grants import Grant
from crm.server import sessions
from crm.ui import names
from tests import company
from tests.pages.conftest import Open

OWNER = owner_of_file()


def typed(page: AppTest, object_name: str, **cells: Any) -> AppTest:
    """The page after cells of an object's row were changed."""
    key = page.session_state["rights_table"]
    place = sorted(access.objects(), key=lambda name: TITLES[name]).index(object_name)
    page.session_state[key] = {"edited_rows": {place: cells}, "added_rows": [], "deleted_rows": []}
    return page.run()


TITLES = {name: names.object_name(name) for name in access.objects()}


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def rights(database: Database, role: str = "sales") -> dict[tuple[str, str], Grant]:
    return {(each.object, each.verb): each for each in grants.of_role(database, OWNER, role)}


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("role", access.ROLES)
def test_the_rights_of_each_role_are_told(open_as: Open, role: str, language: str) -> None:
    page = open_as("admin", "permissions.py", language, of=role)
    assert not page.exception and not page.error
    assert users.role_name(role, language) in page.markdown[0].value


@pytest.mark.usefixtures("kestrel")
def test_what_a_role_sees_is_said_in_words(open_as: Open) -> None:
    said = open_as("admin", "permissions.py", of="sales").markdown[0].value
    assert said.startswith("**Sales** sees own: Accounts, Contacts,")
    assert "It edits own: Accounts" in said


def test_a_right_is_given_and_taken_back(kestrel: Database, open_as: Open) -> None:
    page = typed(open_as("admin", "permissions.py", of="sales"), "account", export="own")
    assert "Accounts, Export: none → own" in page.markdown[1].value
    page = press(page, "rights_save")
    assert not page.exception and "1 change" in page.success[0].value
    assert rights(kestrel)["account", "export"] == Grant("account", "export", "own")
    page = press(page, "rights_take_back")
    assert ("account", "export") not in rights(kestrel)
    assert [each.undoes for each in grants.changes(kestrel, OWNER, "sales")] == [1, None]


def test_a_right_of_somebody_who_is_signed_in_is_taken_after_a_yes(kestrel: Database, open_as: Open) -> None:
    token = sessions.create(kestrel, users.id_of(kestrel, company.email_of("sales")), "test")
    assert sessions.lookup(kestrel, token).may("read", "ticket")  # type: ignore[union-attr]
    page = typed(open_as("admin", "permissions.py", of="sales"), "ticket", read="none", create="none")
    page = press(page, "rights_save")
    assert "right now" in page.warning[0].value
    assert ("ticket", "read") in rights(kestrel)
    page = press(page, "rights_save")
    assert not page.exception and not page.warning
    assert not sessions.lookup(kestrel, token).may("read", "ticket")  # type: ignore[union-attr]


def test_fields_are_withheld(kestrel: Database, open_as: Open) -> None:
    page = typed(open_as("admin", "permissions.py", of="sales"), "contact", masked=["email", "phone"])
    assert "E-mail, Phone withheld" in page.markdown[1].value.replace("\\", "")
    press(page, "rights_save")
    assert rights(kestrel)["contact", "read"].masked == ("email", "phone")


@pytest.mark.parametrize(
    ("object_name", "cells", "said"),
    [
        ("contact", {"masked": ["list_price"]}, "no field List price"),
        ("ticket", {"read": "none"}, "has to read"),
        ("product", {"read": "own"}, "Whoever is signed in"),
        ("task", {"merge": "own"}, "Nobody can merge"),
        ("account", {"import": "own"}, "for all rows"),
    ],
)
def test_what_cannot_be_is_said(
    kestrel: Database, open_as: Open, object_name: str, cells: dict[str, Any], said: str
) -> None:
    before = rights(kestrel)
    page = press(typed(open_as("admin", "permissions.py", of="sales"), object_name, **cells), "rights_save")
    assert said in page.error[0].value.replace("\\", "")
    assert rights(kestrel) == before


def test_a_role_begins_anew(kestrel: Database, open_as: Open) -> None:
    before = grants.of_role(kestrel, OWNER, "sales")
    grants.change(kestrel, OWNER, "sales", before, before[1:])
    page = open_as("admin", "permissions.py", of="sales")
    page = next(button for button in page.button if button.label == "As it was at the beginning").click().run()
    assert not page.exception and grants.of_role(kestrel, OWNER, "sales") == before


@pytest.mark.usefixtures("kestrel")
def test_administrators_keep_theirs(open_as: Open) -> None:
    page = open_as("admin", "permissions.py", of="admin")
    assert any("nobody locks" in caption.value for caption in page.caption)
    assert all(button.key != "rights_save" for button in page.button)


def test_somebody_s_sight_is_counted(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "permissions.py")
    page.session_state["see_as"] = True
    page = page.run()
    page = page.selectbox(key="see_as_person").set_value(users.id_of(kestrel, company.email_of("sales"))).run()
    assert not page.exception
    shown = page.dataframe[-1].value
    counted = dict(zip(shown["object"], shown["count"], strict=True))
    assert counted["Accounts"] == 1 and counted["Orders"] == 2 and counted["Deals"] == 4


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("page", ["permissions.py", "people.py", "access_log.py"])
@pytest.mark.parametrize("role", [role for role in access.ROLES if role != "admin"])
def test_others_do_not_see_it(open_as: Open, role: str, page: str) -> None:
    shown = open_as(role, page)
    assert shown.error and not shown.dataframe and not shown.selectbox
