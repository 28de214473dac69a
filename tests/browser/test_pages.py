"""What a person does in a real browser: sign in, read and open a number, change language and theme, sign out."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

SignIn = Callable[..., Visit]
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(14, 22, 24)"


def _background(page: Page, colour: str) -> None:
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", colour)


def _open_menu(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_a_number_opens_to_its_rows_and_back(sign_in: SignIn) -> None:
    visit = sign_in("admin")
    page = visit.page()
    card = page.locator(".st-key-card_won_revenue")
    expect(card).to_contain_text("$1,000")
    expect(card).to_contain_text("+100.0%")
    card.get_by_role("button", name="Won revenue").click()
    expect(page.get_by_role("heading", name="Won revenue")).to_be_visible()
    expect(page.get_by_text("1 record · together $1,000.00")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    assert page.url == f"{visit.address}/?kpi=won_revenue"
    shared = visit.page("/?kpi=won_revenue&period=2024-02")
    expect(shared.get_by_text("1 record · together $500.00")).to_be_visible()
    page.get_by_role("button", name="Home", exact=True).click()
    expect(card).to_be_visible()
    assert page.url == f"{visit.address}/"


def test_a_row_opens_to_its_changes_and_lets_go_of_it(sign_in: SignIn) -> None:
    page = sign_in("admin").page("/?kpi=won_revenue")
    first_row = {"x": 18, "y": 50}
    for _ in range(2):  # once closed, the same row opens again
        page.get_by_test_id("stDataFrame").first.locator(".dvn-scroller").click(position=first_row)
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading", name="Deal · won deal")).to_be_visible()
        expect(dialog.get_by_test_id("stDataFrame")).to_contain_text("deals.csv")
        assert "record=opportunity%3A2" in page.url
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(page).to_have_url(re.compile("kpi=won_revenue$"))


def test_language_and_theme_hold_on_every_page_after_reload_and_at_the_next_sign_in(sign_in: SignIn) -> None:
    page = sign_in("marketing").page()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    _background(page, LIGHT)
    _open_menu(page, "Marketing")
    page.get_by_role("radio", name="Dark").click()
    _background(page, DARK)
    _open_menu(page, "Marketing")
    page.get_by_role("radio", name="简体中文").click()
    expect(page.get_by_role("heading", name="首页")).to_be_visible()
    page.get_by_role("link", name="指标").click()
    expect(page.get_by_role("heading", name="指标", exact=True)).to_be_visible()
    _background(page, DARK)
    page.reload()
    expect(page.get_by_role("heading", name="指标", exact=True)).to_be_visible()
    _background(page, DARK)
    elsewhere = sign_in("marketing").page()
    expect(elsewhere.get_by_role("heading", name="首页")).to_be_visible()
    _background(elsewhere, DARK)
    expect(elsewhere.locator("html")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize(("scheme", "colour"), [("light", LIGHT), ("dark", DARK)])
def test_the_main_button_reads_in_both_themes(sign_in: SignIn, scheme: str, colour: str) -> None:
    page = sign_in("admin", color_scheme=scheme).page("/company")
    expect(page.get_by_role("button", name="Save")).to_have_css("color", colour)


def test_signing_out_ends_the_other_tabs(sign_in: SignIn) -> None:
    visit = sign_in("service")
    first, second = visit.page(), visit.page("/kpis")
    expect(second.get_by_role("heading", name="KPIs", exact=True)).to_be_visible()
    _open_menu(first, "Service")
    first.get_by_role("button", name="Sign out").click()
    first.wait_for_url(f"{visit.address}/login")
    second.get_by_role("link", name="Home").click()
    expect(second.get_by_role("heading", name="Your session has ended")).to_be_visible()
    expect(second.get_by_role("heading", name="KPIs", exact=True)).to_have_count(0)
    second.get_by_role("link", name="Sign in again").click()
    expect(second).to_have_url(f"{visit.address}/login")


def test_who_may_not_see_a_page_gets_a_sentence(sign_in: SignIn) -> None:
    page = sign_in("sales").page("/loads")
    expect(page.get_by_text("Your role Sales may not do this (see Load).")).to_be_visible()
    expect(page.get_by_role("link", name="Import")).to_have_count(0)


def test_cards_stand_in_two_columns_on_a_phone_and_nothing_is_cut(sign_in: SignIn) -> None:
    page = sign_in("management").page()
    page.set_viewport_size({"width": 390, "height": 844})
    card = page.locator(".st-key-card_open_pipeline")
    expect(card).to_contain_text("$700")
    cards = page.locator(".st-key-card_won_revenue, .st-key-card_open_pipeline")
    tops = cards.evaluate_all("cards => cards.map(card => card.getBoundingClientRect().y)")  # of one moment
    assert len(tops) == 2 and tops[0] == tops[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
