"""The home of an empty company, to its administrator: what to do, and what of it is done."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm import users
from crm.db import Database
from pipelines import inbox, landing
from pipelines.load import load
from tests import company
from tests.pages.conftest import Open


@pytest.fixture
def founded(served: Database) -> Database:
    """An empty company with its administrator and somebody who may not do anything yet."""
    users.add(served, company.email_of("admin"), "admin")
    users.set_password(served, users.id_of(served, company.email_of("admin")), "correct horse")
    return served


def done(page: AppTest) -> list[bool]:
    """Which of the steps have their tick."""
    return ["check_circle" in text.value for text in page.markdown if "material/" in text.value]


def bring(database: Database, folder: Path, name: str, text: str) -> None:
    """Load a file of that text."""
    (folder / name).write_text(text)
    load(database, landing.bring([folder / name], database.files / "landing"))


@pytest.mark.parametrize(
    ("language", "title", "place"), [("en", "First steps", "Time zone: UTC"), ("zh_CN", "开始使用", "时区：UTC")]
)
def test_an_empty_company_shows_what_to_do(
    founded: Database, open_as: Open, language: str, title: str, place: str
) -> None:
    page = open_as("admin", language=language)
    assert not page.exception and not page.error
    assert page.title[0].value == title
    assert done(page) == [False, False, False]
    assert str(inbox.folder(founded)) in [code.value for code in page.code]
    assert any(place in text.value for text in page.markdown)
    assert f"--db {founded.path}" in page.code[1].value


def test_steps_are_ticked_by_what_the_data_shows(founded: Database, open_as: Open, tmp_path: Path) -> None:
    users.add(founded, "other@example.com", "sales")
    bring(founded, tmp_path, "staff.csv", "Name,E-mail\nAnna Berg,anna@example.com\n")
    assert done(open_as("admin")) == [True, False, True]
    founded.write(lambda cursor: cursor.run("update ops.company set currency = 'EUR'"), touches=["ops.company"])
    page = open_as("admin")
    assert done(page) == [True, True, True]
    assert any("Currency: EUR" in text.value for text in page.markdown)


def test_a_withdrawn_sign_in_is_nobody(founded: Database, open_as: Open) -> None:
    users.add(founded, "other@example.com", "sales")
    users.disable(founded, users.id_of(founded, "other@example.com"))
    assert done(open_as("admin")) == [False, False, False]


def test_the_command_names_no_file_where_it_needs_none(
    founded: Database, open_as: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINTAIL_DB", str(founded.path))
    assert open_as("admin").code[1].value == "python -m crm user add name@company.com --role sales"


def test_with_an_account_the_page_is_the_home(founded: Database, open_as: Open, tmp_path: Path) -> None:
    bring(founded, tmp_path, "accounts.csv", "Account\nAcme\n")
    page = open_as("admin")
    assert page.title[0].value == "Home" and not page.exception


def test_others_are_told_who_changes_that(founded: Database, open_as: Open) -> None:
    users.add(founded, company.email_of("management"), "management")
    users.set_password(founded, users.id_of(founded, company.email_of("management")), "correct horse")
    page = open_as("management")
    assert page.title[0].value == "Home" and "Nothing is loaded yet" in page.info[0].value
