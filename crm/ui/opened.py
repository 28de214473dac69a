"""A number opened: its value and definition, the rows it is made of and where they came from, its SQL."""

import polars as pl
import streamlit as st

from crm import metrics, queries
from crm.access import Viewer
from crm.metrics import Metric
from crm.periods import Period
from crm.ui import cards, filters, kpi, tables, trends, words
from crm.ui.session import database, language
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

ROWS = 1000
ADDED = ("revenue", "amount_company")
"""The columns of rows that add up to a number of money."""


def show(viewer: Viewer, metric: Metric, period: Period) -> None:
    """The page of one KPI in a period."""
    back = ":material/arrow_back:"
    st.button(_("All KPIs"), icon=back, type="tertiary", on_click=cards.close_number, key="close_number")
    filters.title_row(metric.title[language()], viewer, period)
    now = metrics.number(database(), viewer, metric.id, period)
    with st.container(border=True):
        cards.value(viewer, metric, now, kpi.exact(now, language()))
        st.markdown(metric.definition[language()])
        said = [_("As of {day}", day=words.day(now.as_of)), cards.note(now)]
        st.caption(" · ".join(part for part in said if part))
        if metric.id in cards.LARGE and now.value is not None:
            trends.months(viewer, metric, period)
    if metrics.may_see(viewer, metric):
        _rows(viewer, metric, period)
    statements(metric)


def _rows(viewer: Viewer, metric: Metric, period: Period) -> None:
    title = _("What it is made of")
    st.subheader(title)
    total = metrics.count_rows(database(), viewer, metric.id, period)
    if not total:
        st.caption(_("No records in this period."))
        return
    clock = queries.clock(database(), viewer)
    frame = metrics.rows(database(), viewer, metric.id, period, ROWS)
    st.caption(_counted(frame, total, metric, clock.currency))
    tables.records(tables.with_origin(frame, viewer), clock, key="rows", alt=title)


def _counted(frame: pl.DataFrame, total: int, metric: Metric, currency: str | None) -> str:
    said = [ngettext("{count} record", "{count} records", total)]
    if total > frame.height:
        said.append(_("the first {count} are shown", count=words.number(frame.height)))
    added = next((name for name in ADDED if name in frame.columns), None)
    if added and metric.unit == "money":
        amount = words.money(frame[added].sum(), currency)
        is_all = total == frame.height
        said.append(_("together {amount}", amount=amount) if is_all else _("those together {amount}", amount=amount))
    return " · ".join(said)


def statements(metric: Metric) -> None:
    """The SQL of the number and of its rows, folded away."""
    with st.expander(_("SQL"), icon=":material/code:"):
        st.caption(_("The number"))
        st.code(metrics.statement(metric.id, "number"), language="sql")
        st.caption(_("Its records"))
        st.code(metrics.statement(metric.id, "rows"), language="sql")
