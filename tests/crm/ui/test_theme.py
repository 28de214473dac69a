"""Our figures and Streamlit's own parts wear the same colours."""

import tomllib

import pytest

from crm.settings import ROOT
from crm.ui import theme

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio as WCAG defines it."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_figures_and_pages_share_colours(mode: str) -> None:
    page, palette = CONFIG["theme"][mode], theme.PALETTES[mode]
    assert palette.text == page["textColor"]
    assert palette.main == page["primaryColor"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_and_bars_can_be_read(mode: str) -> None:
    page, palette = CONFIG["theme"][mode], theme.PALETTES[mode]
    for background in (page["backgroundColor"], page["secondaryBackgroundColor"]):
        for words in (palette.text, palette.muted, page["greenTextColor"], page["redTextColor"]):
            assert contrast(words, background) >= 4.5
        assert all(contrast(colour, background) >= 2.9 for colour in palette.categories)
    assert contrast(palette.on_main, palette.main) >= 4.5


def test_pictures_are_local_files() -> None:
    assert all(path.is_file() for path in (theme.ICON, theme.MARK, *theme.STATIC.glob("logo-*.svg")))
    assert {path.name for path in theme.STATIC.glob("logo-*.svg")} == {"logo-light.svg", "logo-dark.svg"}


def test_nothing_is_loaded_from_another_host() -> None:
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "http" not in text
