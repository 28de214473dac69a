"""The company's settings, as its administrator changes them."""

import pytest
from streamlit.testing.v1 import AppTest

from crm import access
from crm import company as settings
from crm.db import Database
from tests.pages.conftest import Open

ADMIN = access.owner_of_file()


def saved(page: AppTest) -> AppTest:
    """The page after its form was sent."""
    return next(button for button in page.button if button.label in ("Save", "保存")).click().run()


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("language", "title"), [("en", "Company"), ("zh_CN", "公司")])
def test_the_settings_are_there_as_they_stand(open_as: Open, language: str, title: str) -> None:
    page = open_as("admin", "company.py", language)
    assert not page.exception and not page.error
    assert page.title[0].value == title
    assert page.text_input[0].value == "Kestrel"
    assert page.selectbox[0].value == "USD" and page.selectbox[0].disabled
    assert page.selectbox[1].value == "UTC"
    assert [field.value for field in page.number_input] == [None, 8, 24, 72, 120]


def test_what_is_saved_stands_and_can_be_taken_back(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "company.py")
    page.text_input[0].set_value("Kestrel & Sons")
    page.selectbox[1].set_value("Asia/Shanghai")
    page.number_input[1].set_value(6.5)
    page = saved(page)
    assert not page.exception and "counted anew" in page.success[0].value
    found = settings.read(kestrel, ADMIN)
    assert (found.name, found.time_zone, float(found.hours_urgent)) == ("Kestrel & Sons", "Asia/Shanghai", 6.5)
    assert page.text_input[0].value == "Kestrel & Sons"
    page = next(button for button in page.button if button.label == "Take it back").click().run()
    assert not page.exception and not page.success
    assert settings.read(kestrel, ADMIN).time_zone == "UTC"
    assert page.text_input[0].value == "Kestrel"


def test_what_cannot_be_is_said_and_nothing_is_saved(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "company.py")
    page.text_input[0].set_value("Other")
    page.button_group[0].set_value([])
    page = saved(page)
    assert "at least one working day" in page.error[0].value
    assert settings.read(kestrel, ADMIN).name == "Kestrel"


@pytest.mark.usefixtures("kestrel")
def test_nothing_changed_is_said(open_as: Open) -> None:
    page = saved(open_as("admin", "company.py"))
    assert page.info[0].value == "Nothing was changed."


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("role", [role for role in access.ROLES if role != "admin"])
def test_others_do_not_see_it(open_as: Open, role: str) -> None:
    page = open_as(role, "company.py")
    assert page.error and not page.text_input
