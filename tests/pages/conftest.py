"""Pages without a browser: Streamlit's own test runner, signed in by a session of the real kind."""

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from crm import users
from crm.db import Database
from crm.server import sessions, state
from crm.settings import ROOT, Settings
from crm.ui import session, trends
from tests import company
from tests.conftest import CHEAP_HASHER

SHELL = str(ROOT / "pages" / "_shell.py")

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as the product makes them, but in a millisecond each."""
    monkeypatch.setattr(users, "_hasher", CHEAP_HASHER)


@pytest.fixture(autouse=True)
def no_browser_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pictures come at once."""
    monkeypatch.setattr(trends, "HEAD_START", 0)


@pytest.fixture
def served(database: Database) -> Iterator[Database]:
    """An empty database that the pages see."""
    state.start(database, Settings(db=database.path))
    yield database
    state.stop()


@pytest.fixture
def kestrel(served: Database) -> Database:
    """The small company."""
    return served  # `database` begins with it


@pytest.fixture
def open_as(served: Database, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page as the person of a role: `open_as("sales", language="zh_CN", period="2024-03")`."""

    def open_page(role: str, page: str = "home.py", language: str = "en", **parameters: str) -> AppTest:
        user_id = users.id_of(served, company.email_of(role))
        users.set_language(served, user_id, language)
        token = sessions.create(served, user_id, "test")
        monkeypatch.setattr(session, "cookies", lambda: {sessions.cookie_name(https=False): token})
        app = AppTest.from_file(SHELL, default_timeout=30)
        if page != "home.py":
            app.run().switch_page(page)
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    return open_page
