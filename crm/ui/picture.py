"""A chart as a file, PNG or SVG, which says by itself what it shows: title, period, filters and day are in the picture.

The viewer's browser makes it of the chart that it already drew; nothing is sent anywhere for it.
"""

from pathlib import Path

import streamlit as st

from crm.ui import theme
from crm.ui.words import gettext as _

_ARROW = (
    '<svg viewBox="0 0 24 24" width="15" height="15" fill="none" stroke="currentColor" stroke-width="2" '
    'aria-hidden="true"><path d="M12 3v11m-5-4 5 5 5-5M5 20h14"/></svg>'
)
_BUTTONS = "".join(
    f'<button type="button" data-format="{name}">{_ARROW}{name.upper()}</button>' for name in ("png", "svg")
)
_STYLE = """
div { display: flex; align-items: center; justify-content: flex-end; font-family: var(--st-font); }
button {
  display: inline-flex; gap: 4px; align-items: center; min-height: 32px; padding: 0; border: 0; cursor: pointer;
  border-radius: var(--st-button-radius); background: none; color: inherit; opacity: 0.75;
  font: 0.875rem var(--st-font);
}
button + button, output:not(:empty) + button { margin-left: 16px; }
button:hover { color: var(--st-primary-color); opacity: 1; }
button:focus-visible { outline: 2px solid var(--st-primary-color); opacity: 1; }
output { color: var(--st-text-color); font-size: 0.875rem; }
@media (pointer: coarse) { button { min-height: 44px; } }
"""

_buttons = st.components.v2.component(
    "pintail_picture",
    html=f"<div><output></output>{_BUTTONS}</div>",
    css=_STYLE,
    js=(Path(__file__).parent / "picture.js").read_text(encoding="utf-8"),
)


def downloads(chart: str, title: str, stamp: str, file: str) -> None:
    """Buttons that save the chart with the key `chart` under the name `file`, with title and stamp above it."""
    palette = theme.PALETTES[theme.mode()]
    _buttons(
        key=f"picture_{chart}",
        width="content",
        data={
            "chart": chart,
            "title": title,
            "stamp": stamp,
            "file": file,
            "help": _("Save this picture"),
            "failed": _("The picture could not be made. Reload the page and try again."),
            "font": theme.INSTALLED,
            "text": palette.text,
            "muted": palette.muted,
            "background": palette.surface,
        },
    )
