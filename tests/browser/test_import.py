"""A person loads a file through the import page, sees its number, and takes it back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

DEALS = "Deal ID,Deal,Account,Stage,Amount,Start date,Close date\nN1,New,Acme,Won,250,2024-02-01,2024-03-09\n"


def _won_revenue(visit: Visit, amount: str) -> None:
    page = visit.page()
    expect(page.locator(".st-key-card_won_revenue")).to_contain_text(amount)
    page.close()


def _press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").click()


def test_a_file_is_loaded_seen_and_taken_back(sign_in: Callable[..., Visit], tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(DEALS)
    visit = sign_in("admin")
    page = visit.page("/loads")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("deals.csv · Deals")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1440, "height": 900})
    _press(page, "import_check")
    expect(page.locator(".st-key-import_count_inserted")).to_contain_text("1")
    _won_revenue(visit, "$1,000")
    _press(page, "import_load")
    expect(page.get_by_text("1 record is new or changed.")).to_be_visible()
    _won_revenue(visit, "$1,250")
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take load").click()
    expect(page.get_by_text("is taken back. Removed: Deals 1.")).to_be_visible()
    _won_revenue(visit, "$1,000")
