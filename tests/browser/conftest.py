"""A server with the small company and a browser that can reach nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from benchmarks.server import Server
from crm.db import Database
from tests import company
from tests.browser import chromium

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]
PATIENCE = 30
"""Seconds: a busy machine takes its time, and a step that is done does not wait."""
expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Visit:
    """A signed-in browser window and what it tried to reach elsewhere."""

    context: BrowserContext
    address: str
    elsewhere: list[str] = field(default_factory=list)

    def page(self, path: str = "/") -> Page:
        """Another tab."""
        page = self.context.new_page()
        page.goto(self.address + path)
        return page


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server with the small company listens."""
    folder = tmp_path_factory.mktemp("browser")
    with Database(folder / "kestrel.duckdb", threads=2) as database:
        company.found(database)
    with Server(folder / "kestrel.duckdb", folder / "server.log") as server:
        yield server.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of this machine, else Playwright's own; without one the tests fail, they never skip.

    It ends with its file: its loop would still run in the thread of all later tests.
    """
    program = chromium.find()
    if program is None:
        pytest.fail(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Sign in as the person of a role in a fresh browser; at the end, nothing else was asked for."""
    visits: list[Visit] = []

    def visit(role: str, **options: object) -> Visit:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", **options)
        context.set_default_timeout(PATIENCE * 1000)
        opened = Visit(context, address)
        visits.append(opened)
        context.route(lambda url: not url.startswith(address), lambda route: _refuse(route, opened))
        page = opened.page("/login")
        page.get_by_label("E-mail").fill(company.email_of(role))
        page.get_by_label("Password").fill(company.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(address + "/")
        page.close()
        return opened

    yield visit
    for opened in visits:
        opened.context.close()
        assert opened.elsewhere == []


def _refuse(route: Route, visit: Visit) -> None:
    visit.elsewhere.append(route.request.url)
    route.abort()
