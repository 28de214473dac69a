"""Colours and pictures for light and dark; what Streamlit itself draws stands in `.streamlit/config.toml`."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st
from plotly import graph_objects as go

STATIC = Path(__file__).parents[2] / "pages" / "static"
ICON = STATIC / "icon.png"
MARK = STATIC / "mark.svg"
INSTALLED = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
"""Fonts that a file can count on: those of a page do not go along with it."""
FONT = f"'Source Sans', {INSTALLED}"


@dataclass(frozen=True)
class Palette:
    """The colours of a theme. Categories are told apart by the colour-blind, and never by colour alone."""

    text: str
    muted: str
    line: str
    surface: str
    on_main: str
    """Words on the main hue."""
    categories: tuple[str, ...]

    @property
    def main(self) -> str:
        """The one hue that carries a page."""
        return self.categories[0]

    @property
    def other(self) -> str:
        """Grey, for "other" and for last year."""
        return self.categories[-1]


PALETTES = {
    "light": Palette(
        text="#16242B",
        muted="#5B6B72",
        line="#E6EBEB",
        surface="#FFFFFF",
        on_main="#FFFFFF",
        categories=("#0F766E", "#D97706", "#3B6FB6", "#B4487A", "#6B8E23", "#7A6A9B", "#8A8D91"),
    ),
    "dark": Palette(
        text="#E4ECEC",
        muted="#9DB0B3",
        line="#223034",
        surface="#162124",
        on_main="#0E1618",
        categories=("#2DD4BF", "#F2A541", "#7FB0EE", "#E586B0", "#A9C965", "#B5A6DA", "#A9AEB3"),
    ),
}


_DRESS = """<style>
[data-testid="stBaseButton-primary"]:enabled, [data-testid="stBaseButton-primaryFormSubmit"]:enabled,
[data-testid="stMultiSelectTagsContainer"] [data-tag], [data-testid^="stNumberInputStep"]:is(:hover, :focus):enabled {
  color: COLOUR;
}
[class*="st-key-grid_"] [data-testid="stElementToolbar"] { display: none; }
</style>"""

PRINT = """<style>
.brief { max-width: 180mm; font-size: 13px; line-height: 1.45; }
.brief h1 { font-size: 22px; margin: 0; padding: 0; }
.brief h2 { font-size: 13px; margin: 14px 0 2px; padding: 0; border-bottom: 1px solid #8A8D91; }
.brief p { margin: 2px 0; overflow-wrap: anywhere; }
.brief .who, .brief .foot { opacity: 0.75; }
.brief .foot { margin-top: 16px; font-size: 11px; }
.brief .figures { display: flex; flex-wrap: wrap; gap: 8px 28px; margin-top: 12px; }
.brief .figures div { display: flex; flex-direction: column; }
.brief .figures span { font-size: 11px; opacity: 0.75; }
.brief .figures b { font-size: 17px; }
.brief section { break-inside: avoid; }
@page { size: A4; margin: 14mm; }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], .st-key-brief_actions,
  [data-testid="stAppViewContainer"] [data-testid="stElementContainer"]:not(:has(.brief)) { display: none !important; }
  html, body, #root, [data-testid="stApp"], [data-testid="stAppViewContainer"], [data-testid="stMain"],
  [data-testid="stMainBlockContainer"] {
    position: static !important; height: auto !important; overflow: visible !important; padding: 0 !important;
    background: #FFFFFF !important; color: #16242B !important;
  }
}
</style>"""
"""How the brief of an account looks, and that nothing but it is printed."""


def mode() -> str:
    """light or dark, as the browser shows it now."""
    return "dark" if st.context.theme.type == "dark" else "light"


def logo() -> str:
    """The mark with the name, in the colour that the theme's background needs."""
    return image(STATIC / f"logo-{mode()}.svg")


@cache
def image(path: Path) -> str:
    """A picture in a text: of a file, Streamlit looks at what it holds in every run."""
    kind = {".svg": "svg+xml", ".png": "png"}[path.suffix]
    return f"data:image/{kind};base64,{b64encode(path.read_bytes()).decode()}"


def dress() -> None:
    """Give words on the main hue a colour that reads there: Streamlit writes white on it in both themes.

    The tools that hover over a table would cover the pages of a list, which has its own search and columns.
    """
    st.html(_DRESS.replace("COLOUR", PALETTES[mode()].on_main))


def template(palette: Palette) -> go.layout.Template:
    """How every figure looks: no frame, faint horizontal lines, numbers at the left."""
    axis = {"color": palette.muted, "linecolor": palette.line, "gridcolor": palette.line, "zeroline": False}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": palette.text},
            "colorway": palette.categories,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 24, "t": 8, "b": 8},
            "xaxis": axis | {"showgrid": False, "automargin": True},
            "yaxis": axis | {"automargin": True, "rangemode": "tozero", "nticks": 5},
            "hoverlabel": {
                "bgcolor": palette.surface,
                "bordercolor": palette.line,
                "font": {"family": FONT, "color": palette.text},
            },
            "showlegend": False,
            "bargap": 0.35,
        }
    )
