"""Forms as a browser has them: a session that ends in mid-edit loses nothing."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests import company
from tests.browser.conftest import Visit

SignIn = Callable[..., Visit]
FORM = "/records?list=account&form=account:1"
LOOKS = 20
"""How often is looked whether a draft is kept."""


def test_what_was_typed_waits_until_one_signs_in_again(sign_in: SignIn) -> None:
    visit = sign_in("sales_manager")
    page = visit.page(FORM)
    phone = page.get_by_role("dialog").get_by_label("Phone")
    phone.fill("+49 77")
    phone.press("Tab")
    _wait_for_draft(visit, "+49 77")
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


def _wait_for_draft(visit: Visit, phone: str) -> None:
    """Look in another tab until what was typed is kept."""
    other = visit.page(FORM)
    field = other.get_by_role("dialog").get_by_label("Phone")
    for _ in range(LOOKS):
        expect(field).to_be_visible()
        if field.input_value() == phone:
            break
        other.reload()
    other.close()
