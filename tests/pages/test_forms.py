"""Forms: what they show, what is typed, saved, refused, kept and taken back."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, lists, records, users
from crm.db import Database
from crm.server import sessions
from tests.company import email_of
from tests.pages.conftest import Open
from tests.records import add

ADMIN = access.owner_of_file()


def key(page: AppTest, name: str) -> str:
    """The key of the widget of a field."""
    found: str = page.session_state["form_open"].key(name)
    return found


def typed(page: AppTest, **texts: str) -> AppTest:
    """The page after texts were typed."""
    for name, text in texts.items():
        page = page.text_input(key=key(page, name)).set_value(text).run()
    return page


def chosen(page: AppTest, name: str, option: str) -> AppTest:
    return page.selectbox(key=key(page, name)).set_value(option).run()


def pressed(page: AppTest, name: str) -> AppTest:
    return page.button(key=name).click().run()


def said(page: AppTest) -> str:
    """All that is said of fields."""
    return "\n".join(each.value for each in page.markdown)


def rows(database: Database, text: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(text)


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("name", "language"), [(name, "en") for name in lists.NAMES] + [("ticket", "zh_CN")])
def test_each_object_has_a_form(open_as: Open, name: str, language: str) -> None:
    page = open_as("admin", "records.py", language, list=name, form=f"{name}:new")
    assert not page.exception and not page.error
    assert page.session_state["form_open"].object_name == name
    assert key(page, lists.definition(name).form[0][0]) in page.session_state


def test_a_record_is_made_and_taken_back(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py", form="account:new:phone=%2B49+1")
    page = pressed(typed(page, name="<b>*Neu*</b>"), "form_save")
    assert not page.exception and "form" not in page.query_params
    made = "select name, phone, kind, owner_id, archived_at is null from core.account where id > 2"
    assert rows(kestrel, made) == [("<b>*Neu*</b>", "+49 1", "company", None, True)]
    assert page.success[0].value == r"\<b\>\*Neu\*\</b\> is created."
    page = next(button for button in page.button if button.label == "Take it back").click().run()
    assert page.success[0].value == "Taken back."
    assert rows(kestrel, made)[0][-1] is False


def test_only_what_was_changed_is_saved(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py", form="account:1")
    assert page.text_input(key=key(page, "name")).value == "Acme"
    page = pressed(typed(page, phone="7"), "form_save")
    assert page.success[0].value == "Acme is saved."
    assert rows(kestrel, "select field, before, after from history.edit") == [("phone", None, "7")]
    page.query_params["form"] = "account:1"
    page = pressed(page.run(), "form_save")
    assert page.success[0].value == "Nothing was changed."


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py", form="opportunity:new")
    page = pressed(typed(page, name="   ", amount="a lot", account="nobody"), "form_save")
    assert not page.exception and "3 fields need another look" in page.error[0].value
    for sentence in ("Name: a value is needed", "Amount: a lot is no number", "Account: nobody is no record yet"):
        assert sentence in said(page)
    assert page.text_input(key=key(page, "amount")).value == "a lot"
    page = typed(page, name="=cmd()", amount="1,000.50")
    page = pressed(typed(page, account=""), "form_save")
    made = "select name, amount::varchar, currency, stage_id, begun_on::varchar from core.opportunity where id > 4"
    assert rows(kestrel, made) == [("=cmd()", "1000.50", "USD", 1, "2024-03-31")]


def test_a_record_is_searched_and_chosen(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py", form="interaction:new:kind=mail")
    page = typed(page, subject="Hello", account="ol")
    hits = page.button_group(key=f"{key(page, 'account')}_hits")
    assert hits.options == ["Bolt"]
    page = hits.select(2).run()
    assert page.text_input(key=key(page, "account")).value == "Bolt"
    page = pressed(page, "form_save")
    assert rows(kestrel, "select kind, subject, account_id, account_owner_id from core.interaction") == [
        ("mail", "Hello", 2, 3)
    ]


def test_a_deal_that_is_won_closes(kestrel: Database, open_as: Open) -> None:
    page = chosen(open_as("admin", "records.py", form="opportunity:4"), "stage", "5")
    page = pressed(page, "form_save")
    assert not page.exception
    assert rows(kestrel, "select stage_id, closed_on::varchar from core.opportunity where id = 4") == [
        (5, "2024-03-31")
    ]


def test_two_who_change_the_same_see_all_three_values(kestrel: Database, open_as: Open) -> None:
    page = typed(open_as("admin", "records.py", form="account:1"), phone="mine")
    records.edit(kestrel, ADMIN, "account", 1, {"phone": "theirs", "city": "Ulm"}, 1)
    page = pressed(page, "form_save")
    assert "Somebody wrote theirs meanwhile; before it was nothing." in said(page)
    assert page.text_input(key=key(page, "phone")).value == "mine"
    again = pressed(page, "form_save")
    assert again.success[0].value == "Acme is saved."
    assert rows(kestrel, "select phone, city from core.account where id = 1") == [("mine", "Ulm")]


def test_theirs_can_be_taken(kestrel: Database, open_as: Open) -> None:
    page = typed(open_as("admin", "records.py", form="account:1"), phone="mine")
    records.edit(kestrel, ADMIN, "account", 1, {"phone": "theirs"}, 1)
    page = pressed(page, "form_save")
    page = pressed(page, f"{key(page, 'phone')}_theirs")
    assert page.text_input(key=key(page, "phone")).value == "theirs"
    assert pressed(page, "form_save").success[0].value == "Nothing was changed."
    assert rows(kestrel, "select phone from core.account where id = 1") == [("theirs",)]


def test_who_may_be_there_already_is_shown_first(kestrel: Database, open_as: Open) -> None:
    page = pressed(typed(open_as("admin", "records.py", form="account:new"), name="ACME!"), "form_save")
    assert "may be there already" in page.warning[0].value
    assert page.button(key="form_alike_1").label == "Acme"
    assert rows(kestrel, "select count(*) from core.account") == [(2,)]
    page = pressed(page, "form_save")
    assert rows(kestrel, "select count(*) from core.account") == [(3,)]


def test_what_was_typed_waits_for_a_session_that_ended(kestrel: Database, open_as: Open) -> None:
    page = typed(open_as("admin", "records.py", form="account:1"), phone="77")
    sessions.end_all(kestrel, users.id_of(kestrel, email_of("admin")))
    page = typed(page, name="Acme & Sons")  # typed in vain, so it seems
    assert page.subheader[0].value == "Your session has ended"
    assert rows(kestrel, "select name, phone from core.account where id = 1") == [("Acme", None)]
    page = open_as("admin", "records.py", form="account:1")
    assert "did not save" in page.info[0].value
    assert [page.text_input(key=key(page, name)).value for name in ("name", "phone")] == ["Acme & Sons", "77"]
    page = pressed(page, "form_save")
    assert rows(kestrel, "select name, phone from core.account where id = 1") == [("Acme & Sons", "77")]
    assert rows(kestrel, "select count(*) from ops.draft") == [(0,)]


def test_a_draft_of_an_older_version_is_held_against_what_came_since(kestrel: Database, open_as: Open) -> None:
    typed(open_as("admin", "records.py", form="account:1"), phone="mine")
    records.edit(kestrel, ADMIN, "account", 1, {"phone": "theirs"}, 1)
    page = pressed(open_as("admin", "records.py", form="account:1"), "form_save")
    assert "Somebody wrote theirs meanwhile" in said(page)


def test_a_draft_is_discarded(kestrel: Database, open_as: Open) -> None:
    typed(open_as("admin", "records.py", form="account:1"), phone="mine")
    page = pressed(open_as("admin", "records.py", form="account:1"), "form_discard")
    assert not page.info and page.text_input(key=key(page, "phone")).value == ""
    assert rows(kestrel, "select count(*) from ops.draft") == [(0,)]


def test_a_record_is_put_away_and_brought_back(kestrel: Database, open_as: Open) -> None:
    page = pressed(open_as("admin", "records.py", form="account:1"), "form_archive")
    assert page.success[0].value == "Acme is put away."
    page.query_params["form"] = "account:1"
    page = pressed(page.run(), "form_archive")
    assert page.success[0].value == "Acme is back."
    assert rows(kestrel, "select archived_at from core.account where id = 1") == [(None,)]


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("form", ["account:new", "account:1", "account:99", "stage:1", "account:x", "nonsense"])
def test_who_may_not_write_is_told(open_as: Open, form: str) -> None:
    page = open_as("management", "records.py", form=form)
    assert not page.exception and page.error
    assert not any(button.key == "form_save" for button in page.button)


def test_masked_fields_are_in_no_form(kestrel: Database, open_as: Open) -> None:
    contact = add(kestrel, "contact", name="Ida", email="ida@example.com")
    with kestrel.cursor() as cursor:
        cursor.run("insert into ops.access_grant values ('management', 'contact', 'edit', 'all', [])")
    page = open_as("management", "records.py", form=f"contact:{contact}")
    assert not page.exception
    assert key(page, "name") in page.session_state and key(page, "email") not in page.session_state


def test_an_account_changes_hands_with_a_reason(kestrel: Database, open_as: Open) -> None:
    page = chosen(open_as("sales_manager", "records.py", form="account:1"), "owner", "1")
    page = pressed(page, "form_save")
    assert "Say why the account changes hands" in page.error[0].value
    page = pressed(typed(page, reason="Ann is away"), "form_save")
    assert page.success[0].value == "Acme is saved."
    assert rows(kestrel, "select owner_id from core.account where id = 1") == [(1,)]
    assert rows(kestrel, "select reason from history.action") == [("Ann is away",)]


@pytest.mark.usefixtures("kestrel")
def test_who_may_not_reassign_sees_the_owner_only(open_as: Open) -> None:
    page = open_as("sales", "records.py", form="account:1")
    assert page.selectbox(key=key(page, "owner")).disabled
    assert not page.text_input(key=key(page, "phone")).disabled
