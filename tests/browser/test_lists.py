"""A list becomes a file in the browser: it is made when it is asked for, where no page runs any more."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_a_list_is_taken_along(sign_in: Callable[..., Visit]) -> None:
    page = sign_in("admin").page("/records?list=account&columns=name,city")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Accounts" and "Name,City" in lines and any(line.startswith("Acme,") for line in lines)
