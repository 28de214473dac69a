"""A chart becomes a file in the browser, with its title and stamp inside."""

import re
import struct
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

SignIn = Callable[..., Visit]


def button(page: Page, chart: str, kind: str) -> Locator:
    """The button that saves a chart, once the chart stands."""
    expect(page.locator(f".st-key-{chart} .js-plotly-plot .main-svg").first).to_be_visible()
    return page.locator(f".st-key-picture_{chart}").get_by_role("button", name=re.compile(f"^{kind}: "))


def saved(page: Page, press: Callable[[], None], folder: Path) -> Path:
    with page.expect_download() as download:
        press()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def texts(path: Path) -> list[str]:
    """The lines of text of an SVG."""
    found = ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(line.itertext()) for text in found for line in (list(text) or [text])]


def size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG."""
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n") and content.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def test_a_chart_is_saved_with_what_it_shows_in_it(sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in("sales_manager").page("/?owner=2&period=2024-02")
    svg = saved(page, button(page, "stages", "SVG").click, tmp_path)
    assert svg.name == "stages-2024-02.svg"
    assert texts(svg)[-2:] == [
        "Open deals by stage",
        "February 2024 · Owner: Ann · As of Mar 31, 2024 · As they stood on Feb 29, 2024.",
    ]
    assert "3 deals · $1.7K" in texts(svg)
    png = button(page, "stages", "PNG")
    png.focus()
    path = saved(page, lambda: page.keyboard.press("Enter"), tmp_path)
    assert path.name == "stages-2024-02.png"
    width, height = size(path)
    assert width == 2 * 720 and 400 < height < 800


def test_a_phone_saves_a_picture_that_is_wide_enough(sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in("management", has_touch=True).page("/?kpi=won_revenue&period=2024")
    page.set_viewport_size({"width": 390, "height": 844})
    chosen = button(page, "months_won_revenue", "PNG")
    box = chosen.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert size(saved(page, chosen.tap, tmp_path))[0] == 2 * 720
