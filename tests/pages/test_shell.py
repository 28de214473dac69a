"""The frame: sessions, menu, language and theme."""

import pytest

from crm import users
from crm.db import Database
from crm.server import sessions
from crm.ui import browser, session
from crm.ui import company as company_line
from tests import company
from tests.pages.conftest import Open


def _settings_of(database: Database, role: str) -> tuple[str | None, str | None]:
    with database.cursor() as cursor:
        email = company.email_of(role)
        return cursor.rows("select language, theme from ops.user where email = $email", email=email)[0]


def test_language_changes_at_once_and_stays_with_the_person(kestrel: Database, open_as: Open) -> None:
    page = open_as("sales")
    page.segmented_control(key="account_language").set_value("zh_CN").run()
    assert page.title[0].value == "首页"
    assert _settings_of(kestrel, "sales") == ("zh_CN", None)


def test_theme_stays_with_the_person(kestrel: Database, open_as: Open) -> None:
    page = open_as("sales")
    page.segmented_control(key="account_theme").set_value("dark").run()
    assert _settings_of(kestrel, "sales") == ("en", "dark")
    page.segmented_control(key="account_theme").set_value("system").run()
    assert _settings_of(kestrel, "sales") == ("en", None)


@pytest.mark.parametrize(("language", "words"), [("en", "Your session has ended"), ("zh_CN", "会话已结束")])
def test_an_ended_session_shows_nothing_at_the_next_run(
    kestrel: Database, open_as: Open, language: str, words: str
) -> None:
    page = open_as("admin", language=language)
    assert page.metric
    sessions.end_all(kestrel, users.id_of(kestrel, company.email_of("admin")))
    page.run()
    assert not page.exception
    assert page.subheader[0].value == words
    assert len(page.markdown) == 1
    assert not page.metric and not page.title and not page.button


def test_without_cookie_nothing_is_shown(kestrel: Database, open_as: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kestrel
    page = open_as("admin")
    monkeypatch.setattr(session, "cookies", dict)
    page.run()
    assert page.subheader[0].value == "Your session has ended"
    assert not page.metric


@pytest.mark.usefixtures("kestrel")
def test_the_clock_is_named_where_it_stands_still(open_as: Open) -> None:
    page = open_as("admin")
    assert page.caption[0].value == ":material/schedule: The company's clock stands on Mar 31, 2024."


@pytest.mark.parametrize(
    ("role", "is_demo", "is_local", "is_offered"),
    [
        ("admin", True, True, True),
        ("admin", True, False, False),
        ("admin", False, True, False),
        ("management", True, True, False),
        ("sales", True, True, False),
    ],
)
def test_own_data_is_offered_to_the_administrator_of_the_demo_at_this_machine(
    kestrel: Database,
    open_as: Open,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
    is_demo: bool,
    is_local: bool,
    is_offered: bool,
) -> None:
    kestrel.write(
        lambda cursor: cursor.run("update ops.company set is_demo = $is_demo", is_demo=is_demo), touches=["ops.company"]
    )
    offered: list[tuple[str, str]] = []
    monkeypatch.setattr(company_line, "is_local", lambda: is_local)
    monkeypatch.setattr(browser, "link", lambda label, address, **_: offered.append((label, address)))
    assert not open_as(role).exception
    assert offered == ([("Start with my own data", "/own")] if is_offered else [])
