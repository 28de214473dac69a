"""Forms: what they show, what is typed, saved, refused, kept and taken back."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, lists
from crm.db import Database
from tests.pages.conftest import Open

ADMIN = access.owner_of_file()


def widget(page: AppTest, name: str) -> Any:
    """The widget of a field."""
    key = page.session_state["form_open"].key(name)
    return next(each for each in page.main if getattr(each, "key", None) == key)


def pressed(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def rows(database: Database, text: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(text)


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("name", lists.NAMES)
def test_each_object_has_a_form(open_as: Open, name: str, language: str) -> None:
    page = open_as("admin", "records.py", language, list=name, form=f"{name}:new")
    assert not page.exception and not page.error
    opened = page.session_state["form_open"]
    assert opened.object_name == name
    assert opened.key(lists.definition(name).form[0][0]) in page.session_state
