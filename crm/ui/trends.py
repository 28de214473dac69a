"""The pictures of the home page: how sales went month by month, and which deals are under way."""

import time
from datetime import date

import polars as pl
import streamlit as st

from crm import metrics, periods, queries
from crm.access import Viewer
from crm.metrics import Metric
from crm.periods import Period
from crm.ui import charts, names, theme
from crm.ui.session import database, language
from crm.ui.words import gettext as _

HEAD_START = 0.6
"""Seconds that the numbers appear before the first picture."""
_HAS_PICTURES = "has_pictures"
MONTHS = 24
"""How far back the pictures look from the end of the period."""


def let_numbers_appear() -> None:
    """Once a visit, wait until the browser has drawn what came so far.

    The first picture makes it start the drawing library, and then it shows nothing new for seconds.
    """
    if _HAS_PICTURES not in st.session_state:
        st.session_state[_HAS_PICTURES] = True
        time.sleep(HEAD_START)


def months(viewer: Viewer, metric: Metric, period: Period) -> None:
    """A KPI month by month, those of the period in full colour."""
    frame = queries.query(database(), viewer, f"home/{metric.id}_by_month", since=_since(period), until=None)
    if frame.is_empty():
        return
    currency = queries.clock(database(), viewer).currency
    figure = charts.by_month(frame, period, currency, language(), theme.mode())
    title = _("{title} by month", title=metric.title[language()])
    st.plotly_chart(figure, theme=None, config=charts.CONFIG, key=f"months_{metric.id}", alt=title)
    if frame["is_partial"].any():
        st.caption(_("A hatched month is not over."))


def stages(viewer: Viewer) -> None:
    """The open deals by stage, for those who see what they are worth."""
    if not metrics.may_see(viewer, metrics.find("open_pipeline")):
        return
    frame = queries.query(database(), viewer, "home/open_deals_by_stage")
    if not frame["count_deals"].sum():
        return
    frame = frame.with_columns(stage=pl.Series([names.stage(name) for name in frame["stage"]]))
    title = _("Open deals by stage, now")
    with st.container(border=True):
        st.markdown(f"**{title}**")
        figure = charts.by_stage(frame, queries.clock(database(), viewer).currency, language(), theme.mode())
        st.plotly_chart(figure, theme=None, config=charts.CONFIG, key="stages", alt=title)


def _since(period: Period) -> date | None:
    """The first of the months that are shown; None shows all."""
    if period.until is None:
        return None
    first = periods.month(period.until).since or period.until
    start = max(first.year * 12 + first.month - MONTHS, date.min.year * 12)
    back = date(start // 12, start % 12 + 1, 1)
    return min(back, period.since) if period.since else back
