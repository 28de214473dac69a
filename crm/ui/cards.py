"""KPI cards: value, change, and the way into the number."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from crm import metrics
from crm.access import Viewer
from crm.metrics import Metric, Number
from crm.periods import Period
from crm.ui import kpi, trends, words
from crm.ui.session import database, language
from crm.ui.words import gettext as _

LARGE = ("revenue", "won_revenue")
"""The KPIs whose card also shows the months."""

ORDER = (
    *LARGE,
    "open_pipeline",
    "win_rate",
    "sales_cycle_days",
    "orders",
    "new_accounts",
    "active_accounts",
    "open_tickets",
    "median_resolution",
)


def seen_by(viewer: Viewer) -> list[Metric]:
    """The KPIs that the viewer's grants cover, those of ORDER first."""
    registry = metrics.registry()
    known = [*ORDER, *(name for name in registry if name not in ORDER)]
    return [registry[name] for name in known if name in registry and metrics.may_see(viewer, registry[name])]


def draw(viewer: Viewer, period: Period) -> None:
    """All cards of a period: the large ones in a row, the others at most four a row, two on a phone.

    The pictures come last: the browser takes seconds to start the library that draws them, and shows
    the numbers meanwhile only if they are there already.
    """
    seen = [(metric, metrics.number(database(), viewer, metric.id, period)) for metric in seen_by(viewer)]
    large = [(metric, now) for metric, now in seen if metric.id in LARGE and now.value is not None]
    small = [card for card in seen if card not in large]
    pictures = []
    if large:
        with st.grid(len(large), min_column_width=330, gap="small"):
            pictures = [_card(viewer, metric, now) for metric, now in large]
    with st.grid(_columns(len(small)), min_column_width=150, gap="small"):
        for metric, now in small:
            _card(viewer, metric, now)
    trends.let_numbers_appear()
    for (metric, now), picture in zip(large, pictures, strict=True):
        with picture:
            trends.months(viewer, metric, now.period)


def _columns(count: int) -> int:
    """Four a row, or three where that fills the last row better."""
    return 4 if count % 4 in (0, 3) else 3


def _card(viewer: Viewer, metric: Metric, now: Number) -> DeltaGenerator:
    """A card, and the place below its number."""
    with st.container(border=True, height="stretch", gap="xxsmall", key=f"card_{metric.id}"):
        _title(metric)
        if now.value is None:
            st.caption(note(now))
            return st.container()
        value(viewer, metric, now, kpi.short(now, metric, language()))
        if now.note:
            st.caption(_short_note(now))
        return st.container()


def _title(metric: Metric) -> None:
    st.button(
        metric.title[language()],
        key=f"open_{metric.id}",
        type="tertiary",
        icon=":material/chevron_right:",
        icon_position="right",
        on_click=open_number,
        args=(metric.id,),
    )


def value(viewer: Viewer, metric: Metric, now: Number, text: str) -> None:
    """A value as `text`, and how it changed against the period before."""
    previous = now.period.previous()
    before = metrics.number(database(), viewer, metric.id, previous) if previous else None
    changed = kpi.change(now, before, metric, language())
    st.metric(
        metric.title[language()],
        text,
        changed.delta if changed else None,
        label_visibility="collapsed",
        delta_color="normal" if metric.better == "up" else "inverse",
        delta_description=_judgement(changed) if changed else None,
    )


def _judgement(changed: kpi.Change) -> str:
    if changed.is_better is None:
        return _("unchanged")
    return _("better") if changed.is_better else _("worse")


def note(number: Number) -> str:
    """Why there is no value, or what it leaves out."""
    counts = {name: words.number(count) for name, count in number.note_values.items()}
    return _(number.note, **counts) if number.note else ""


def _short_note(number: Number) -> str:
    """What a value leaves out, in the space of a change; the opened number says it in full."""
    if "count_left_out" not in number.note_values:
        return note(number)
    return _("{count} left out", count=words.number(number.note_values["count_left_out"]))


def open_number(metric_id: str) -> None:
    """Open a KPI on the home page; the address names it, so that it can be shared."""
    st.query_params["kpi"] = metric_id


def close_number() -> None:
    """Go back to all cards."""
    st.query_params.pop("kpi", None)
