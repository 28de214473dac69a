"""A number opened: its value and definition, the rows it is made of and where they came from, its SQL."""

import polars as pl
import streamlit as st

from crm import export, metrics, queries
from crm.access import Viewer
from crm.metrics import Metric
from crm.periods import Period
from crm.selection import EVERYTHING, Selection
from crm.ui import cards, changes, filters, kpi, readings, tables, trends, words
from crm.ui.session import database, language
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

ROWS = 1000


def show(viewer: Viewer, metric: Metric, period: Period, chosen: Selection) -> None:
    """The page of one KPI in a period."""
    _way_back()
    filters.title_row(metric.title[language()], viewer, period)
    now = metrics.number(database(), viewer, metric.id, period, chosen)
    with st.container(border=True):
        cards.value(viewer, metric, now, kpi.exact(now, language()), chosen)
        st.markdown(metric.definition[language()])
        said = [_("As of {day}", day=words.day(now.as_of)), cards.note(now), cards.beside(now)]
        st.caption(" · ".join(part for part in said if part))
        if (
            now.value is not None
            and metric.day
            and "ratio" not in metric.aggregate
            and "median" not in metric.aggregate
        ):
            trends.months(viewer, metric, period, chosen)
        readings.show(viewer, metric, now)
    if metrics.may_see(viewer, metric):
        _rows(viewer, metric, period, chosen)
    statements(metric, chosen)


def _way_back() -> None:
    """To the list of KPIs for who came from there, as it was searched, else to the home page."""
    back = ":material/arrow_back:"
    if st.query_params.get(cards.FROM) == cards.LIST:
        searched = {name: text for name in (cards.SEARCH,) if (text := st.query_params.get(name))}
        st.page_link("metrics.py", label=_("KPIs"), icon=back, query_params=searched)
    else:
        st.button(_("Home"), icon=back, type="tertiary", on_click=cards.close_number, key="close_number")


def _rows(viewer: Viewer, metric: Metric, period: Period, chosen: Selection) -> None:
    title = _("What it is made of")
    st.subheader(title)
    total = metrics.count_rows(database(), viewer, metric.id, period, chosen)
    if not total:
        is_narrowed = chosen != EVERYTHING and metrics.count_rows(database(), viewer, metric.id, period) > 0
        filters.nothing(viewer, _("No records in this period."), "rows", is_narrowed=is_narrowed)
        return
    clock = queries.clock(database(), viewer)
    frame = metrics.rows(database(), viewer, metric.id, period, ROWS, chosen)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(_counted(frame, total, metric, clock.currency), width="content")
        if export.may(viewer, metric):
            _downloads(viewer, metric, period, chosen)
    st.caption(_("Choose a row to see what became of it."))
    key = f"rows_{metric.id}_{period.code()}_{hash(chosen)}_{changes.generation()}"
    shown = tables.with_origin(_with_number_first(frame, metric), viewer)
    tables.records(shown, clock, key=key, alt=title, on_choose=changes.choose)
    changes.show_chosen(viewer)


def _with_number_first(frame: pl.DataFrame, metric: Metric) -> pl.DataFrame:
    """The records with what the number is made of in the second place, where also a phone shows it."""
    made_of = next(iter(metric.aggregate.values()))
    wanted = [made_of] if isinstance(made_of, str) else made_of
    numbers = [name for name in wanted if name in frame.columns]
    return frame.select(frame.columns[0], *numbers, pl.exclude(frame.columns[0], *numbers))


def _downloads(viewer: Viewer, metric: Metric, period: Period, chosen: Selection) -> None:
    """All rows as a file."""

    def frame() -> pl.DataFrame:
        found = metrics.rows(database(), viewer.acting("export"), metric.id, period, None, chosen)
        return tables.with_origin(found, viewer).drop(tables.HIDDEN, strict=False)

    def stamp() -> list[str]:
        as_of = metrics.number(database(), viewer, metric.id, period, chosen).as_of
        return [*filter(None, said), _("As of {day}", day=words.day(as_of))]

    said = [metric.title[language()], words.period(period), filters.narrowed(viewer), metric.definition[language()]]
    tables.downloads(
        f"{metric.id}-{period.code()}", "download", frame, stamp, viewer=viewer, of=next(iter(metric.reads))
    )


def _counted(frame: pl.DataFrame, total: int, metric: Metric, currency: str | None) -> str:
    said = [ngettext("{count} record", "{count} records", total)]
    if total > frame.height:
        said.append(_("the first {count} are shown", count=words.number(frame.height)))
    added = metric.aggregate.get("sum")
    if added and metric.unit == "money":
        amount = words.money(frame[added].sum(), currency)
        is_all = total == frame.height
        said.append(_("together {amount}", amount=amount) if is_all else _("those together {amount}", amount=amount))
    return " · ".join(said)


def statements(metric: Metric, chosen: Selection = EVERYTHING) -> None:
    """The SQL of the number and of its rows, folded away; a list of many fills those alone that are open."""
    folded = st.expander(_("SQL"), icon=":material/code:", key=f"sql_{metric.id}", on_change="rerun")
    if not folded.open:
        return
    with folded:
        st.caption(_("The number"))
        st.code(metrics.statement(metric.id, "number", chosen), language="sql")
        st.caption(_("Its records"))
        st.code(metrics.statement(metric.id, "rows", chosen), language="sql")
