"""Sign-ins, as an administrator manages them."""

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, people, users
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed
from crm.server import sessions
from tests import company
from tests.pages.conftest import Open

OWNER = access.owner_of_file()


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def id_of(database: Database, role: str) -> int:
    return users.id_of(database, company.email_of(role))


def open_person(open_as: Open, database: Database, role: str, language: str = "en") -> AppTest:
    return open_as("admin", "people.py", language, person=str(id_of(database, role)))


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("language", "title"), [("en", "People"), ("zh_CN", "人员")])
def test_everybody_is_there(kestrel: Database, open_as: Open, language: str, title: str) -> None:
    page = open_person(open_as, kestrel, "sales", language)
    assert not page.exception and not page.error
    assert page.title[0].value == title
    assert page.dataframe[0].value.shape[0] == len(access.ROLES)


def test_somebody_is_invited_and_signs_in(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "people.py")
    page.text_input(key="invite_email").set_value("New@Example.com")
    page.text_input(key="invite_name").set_value("New <b>Person</b>")
    page.selectbox(key="invite_role").set_value("service")
    page = next(button for button in page.button if button.label == "Invite").click().run()
    assert not page.exception and not page.error
    password = page.code[0].value
    assert users.verify(kestrel, "new@example.com", password, "127.0.0.1") == users.id_of(kestrel, "new@example.com")
    page = page.run()
    assert not page.code
    found = people.find(kestrel, OWNER, users.id_of(kestrel, "new@example.com"))
    assert (found.role, found.must_change_password, found.staff_id) == ("service", True, None)


def test_an_invitation_that_cannot_be_is_said(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "people.py")
    page.text_input(key="invite_email").set_value("nobody")
    page = next(button for button in page.button if button.label == "Invite").click().run()
    assert "no e-mail address" in page.error[0].value
    assert len(users.list_all(kestrel)) == len(access.ROLES)


def test_a_role_and_staff_hold_from_the_next_run_on(kestrel: Database, open_as: Open) -> None:
    user_id = id_of(kestrel, "marketing")
    token = sessions.create(kestrel, user_id, "test")
    before = sessions.lookup(kestrel, token)
    assert before is not None and not before.may("edit", "account")
    page = open_person(open_as, kestrel, "marketing")
    page.selectbox(key=f"role_{user_id}_marketing").set_value("sales_manager")
    page = press(page, "change")
    assert not page.exception and "is changed" in page.success[0].value
    after = sessions.lookup(kestrel, token)
    assert after is not None and after.may("edit", "account")


def test_who_leaves_hands_over_and_may_come_back(kestrel: Database, open_as: Open) -> None:
    user_id = id_of(kestrel, "sales")
    token = sessions.create(kestrel, user_id, "test")
    page = open_person(open_as, kestrel, "sales")
    page.selectbox(key="leaving_owner").set_value(3)
    page.text_input(key="leaving_reason").set_value("Left")
    page = press(page, "send_away")
    assert not page.exception and not page.error
    assert "Accounts: 1" in page.success[0].value and "Deals: 1" in page.success[0].value
    assert sessions.lookup(kestrel, token) is None
    with kestrel.cursor() as cursor:
        assert cursor.rows("select distinct owner_id from core.account") == [(3,)]
        assert cursor.rows("select owner_id, count(*) from core.opportunity group by all order by 1") == [
            (2, 3),
            (3, 1),
        ]
        assert cursor.rows("select reason from history.action") == [("Left",)]
    page = press(page, "people_take_back")
    assert not page.exception and "can sign in again" in page.success[0].value
    with kestrel.cursor() as cursor:
        assert cursor.rows("select owner_id from core.account order by id") == [(2,), (3,)]
        assert cursor.value("select count(*) from core.opportunity where owner_id = 3") == 0


def test_somebody_is_signed_out_and_gets_a_new_password(kestrel: Database, open_as: Open) -> None:
    password = users.add(kestrel, "own@example.com", "sales", "Own")
    user_id = users.id_of(kestrel, "own@example.com")
    token = sessions.create(kestrel, user_id, "test")
    page = press(open_as("admin", "people.py", person=str(user_id)), "sign_out")
    assert not page.exception and sessions.find(kestrel, token) is None
    page = press(page, "reset")
    assert page.code[0].value != password
    assert users.verify(kestrel, "own@example.com", page.code[0].value, "127.0.0.1") == user_id


def test_a_demo_sign_in_says_why_it_keeps_its_password(kestrel: Database, open_as: Open) -> None:
    page = open_person(open_as, kestrel, "sales")
    assert page.button(key="reset").disabled
    assert any("keep their password" in caption.value for caption in page.caption)


def test_nobody_locks_oneself_or_all_out(kestrel: Database) -> None:
    with kestrel.cursor() as cursor:
        admin = access.viewer_of(cursor, company.email_of("admin"))
    own = id_of(kestrel, "admin")
    with pytest.raises(InvalidRecord, match="your own"):
        people.send_away(kestrel, admin, own, None)
    with pytest.raises(InvalidRecord, match="your own"):
        people.change(kestrel, admin, own, "sales", None)
    for call in (
        lambda: people.send_away(kestrel, OWNER, own, None),
        lambda: people.change(kestrel, OWNER, own, "sales", None),
    ):
        with pytest.raises(InvalidRecord, match="last administrator"):
            call()


def test_two_do_not_sign_in_for_one(kestrel: Database) -> None:
    with pytest.raises(InvalidRecord, match="already"):
        people.invite(kestrel, OWNER, "two@example.com", "Two", "sales", 2)
    assert len(users.list_all(kestrel)) == len(access.ROLES)


@pytest.mark.parametrize("role", [role for role in access.ROLES if role != "admin"])
def test_others_manage_nobody(kestrel: Database, role: str) -> None:
    with kestrel.cursor() as cursor:
        who = access.viewer_of(cursor, company.email_of(role))
    key = id_of(kestrel, "service")
    for call in (
        lambda: people.listed(kestrel, who),
        lambda: people.teams(kestrel, who),
        lambda: people.invite(kestrel, who, "a@example.com", "A", "sales", None),
        lambda: people.change(kestrel, who, key, "admin", None),
        lambda: people.send_away(kestrel, who, key, None),
        lambda: people.take_back(kestrel, who, key),
        lambda: people.sign_out(kestrel, who, key),
        lambda: people.reset(kestrel, who, key),
        lambda: people.open_work(kestrel, who, 1),
    ):
        with pytest.raises(NotAllowed):
            call()
