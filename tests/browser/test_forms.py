"""Forms as a browser has them: a session that ends in mid-edit loses nothing."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests import company
from tests.browser.conftest import Visit

SignIn = Callable[..., Visit]


def test_what_was_typed_waits_until_one_signs_in_again(sign_in: SignIn) -> None:
    visit = sign_in("sales_manager")
    page = visit.page("/records?list=account&form=account:1")
    phone = page.get_by_role("dialog").get_by_label("Phone")
    phone.fill("+49 77")
    phone.press("Tab")
    visit.context.request.post(visit.address + "/session/logout", headers={"Origin": visit.address})
    name = page.get_by_role("dialog").get_by_label("Name")
    name.fill("Acme & Sons")
    name.press("Tab")
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_label("E-mail").fill(company.email_of("sales_manager"))
    page.get_by_label("Password").fill(company.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("did not save")).to_be_visible()
    expect(dialog.get_by_label("Phone")).to_have_value("+49 77")
    expect(dialog.get_by_label("Name")).to_have_value("Acme & Sons")
    dialog.get_by_role("button", name="Discard").click()
    expect(dialog.get_by_role("button", name="Discard")).to_have_count(0)
    page.reload()
    expect(dialog.get_by_label("Phone")).to_have_value("")
    expect(dialog.get_by_label("Name")).to_have_value("Acme")
