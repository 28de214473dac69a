"""KPI cards: value, change, the months before, and the way into the number."""

from typing import Literal

import polars as pl
import streamlit as st

from crm import metrics, periods
from crm.access import Viewer
from crm.metrics import Metric, Number
from crm.periods import Period
from crm.selection import EVERYTHING, Selection
from crm.ui import kpi, names, words
from crm.ui.session import database, language
from crm.ui.words import gettext as _

COMPANY = (
    "revenue", "gross_margin", "orders", "new_accounts", "won_revenue", "open_pipeline", "net_retained_revenue",
    "sla_kept",
)  # fmt: skip
SALES = (
    "won_revenue", "open_pipeline", "weighted_pipeline", "win_rate", "revenue", "orders", "new_leads", "interactions",
)  # fmt: skip
HOME = {
    "admin": COMPANY,
    "management": COMPANY,
    "sales_manager": SALES,
    "sales": SALES,
    "marketing": (
        "new_leads", "lead_conversion", "new_accounts", "active_accounts", "revenue", "repeat_purchase_rate",
        "churned_accounts", "high_value_share",
    ),
    "service": (
        "open_tickets", "new_tickets", "median_first_reply", "median_resolution", "sla_kept", "reopened", "csat", "nps",
    ),
}  # fmt: skip
"""Role → the KPIs of its home page."""
FROM, LIST, SEARCH = "from", "kpis", "search"
"""What the address says of the way to a number: that it was the list of KPIs, and what was searched there."""
SPARK_MONTHS = 12
FEWEST = 3
"""Months that make a line."""


def of_home(viewer: Viewer) -> list[Metric]:
    """The KPIs of the viewer's home page that its grants cover."""
    found = [metrics.find(name) for name in HOME[viewer.role]]
    return [metric for metric in found if metrics.may_see(viewer, metric)]


def seen_by(viewer: Viewer) -> list[Metric]:
    """The KPIs that the viewer's grants cover, those of its home page first."""
    registry = metrics.registry()
    known = [*HOME[viewer.role], *(name for name in registry if name not in HOME[viewer.role])]
    return [registry[name] for name in known if metrics.may_see(viewer, registry[name])]


def draw(viewer: Viewer, period: Period, chosen: Selection) -> None:
    """The cards of the viewer's home page, at most four a row, two on a phone."""
    shown = of_home(viewer)
    with st.grid(4 if len(shown) % 4 in (0, 3) else 3, min_column_width=150, gap="small"):
        for metric in shown:
            _card(viewer, metric, period, chosen)


def _card(viewer: Viewer, metric: Metric, period: Period, chosen: Selection) -> None:
    now = metrics.number(database(), viewer, metric.id, period, chosen)
    with st.container(border=True, height="stretch", gap="xxsmall", key=f"card_{metric.id}"):
        st.button(
            metric.title[language()],
            key=f"open_{metric.id}",
            type="tertiary",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=open_number,
            args=(metric.id,),
        )
        if now.value is None:
            st.caption(" · ".join(filter(None, [note(now), beside(now)])))
            return
        value(viewer, metric, now, kpi.short(now, metric, language()), chosen, has_line=True)
        if said := [_last_year(viewer, metric, now, chosen), _short_note(now), beside(now)]:
            st.caption(" · ".join(filter(None, said)))


def value(
    viewer: Viewer,
    metric: Metric,
    now: Number,
    text: str,
    chosen: Selection = EVERYTHING,
    *,
    has_line: bool = False,
) -> None:
    """A value as `text`, how it changed against the period before, and where asked for the months up to it."""
    previous = now.period.before(metrics.today(database(), viewer))
    before = metrics.number(database(), viewer, metric.id, previous, chosen) if previous else None
    changed = kpi.change(now, before, metric, language())
    st.metric(
        metric.title[language()],
        text,
        changed.delta if changed else None,
        label_visibility="collapsed",
        delta_color=_colour(changed),
        delta_description=_judgement(changed) if changed else None,
        chart_data=_line(viewer, metric, now.period, chosen) if has_line else None,
    )


def _line(viewer: Viewer, metric: Metric, period: Period, chosen: Selection) -> list[float] | None:
    """The whole months up to the end of the period, those without anything at zero; None of a state or of too few."""
    today = metrics.today(database(), viewer)
    end = min(period.until or today, today)
    if metric.day is None:
        return None
    last = periods.month(end)
    if last.until and last.until > end:
        last = last.previous() or last
    months = periods.months_before(last, SPARK_MONTHS)
    span = Period(months[0], last.until)
    found = metrics.by_month(database(), viewer, metric.id, span, chosen)
    is_sum = next(iter(metric.aggregate)) in ("sum", "count")
    frame = pl.DataFrame({"month": months}).join(found, on="month", how="left", maintain_order="left")
    values = frame["value"].cast(pl.Float64)
    values = values.fill_null(0) if is_sum else values.drop_nulls()
    return values.to_list() if found.height >= FEWEST else None


def _last_year(viewer: Viewer, metric: Metric, now: Number, chosen: Selection) -> str:
    """How the number changed against the same days of last year, those that have passed."""
    today = metrics.today(database(), viewer)
    so_far = now.period.so_far(today)
    year_ago = so_far.year_ago() if so_far else None
    if year_ago is None or year_ago == now.period.before(today):
        return ""
    then = metrics.number(database(), viewer, metric.id, year_ago, chosen)
    changed = kpi.change(now, then, metric, language())
    return _("{change} on last year", change=words.signed(changed.delta)) if changed else ""


def _colour(changed: kpi.Change | None) -> Literal["green", "red", "gray"]:
    """Of the change and of the line beneath it: both say the same as the word."""
    if changed is None or changed.is_better is None:
        return "gray"
    return "green" if changed.is_better else "red"


def _judgement(changed: kpi.Change) -> str:
    if changed.is_better is None:
        return _("unchanged")
    return _("better") if changed.is_better else _("worse")


def note(number: Number) -> str:
    """Why there is no value, or what it leaves out."""
    counts = {name: words.number(count) for name, count in number.note_values.items()}
    return _(number.note, **counts) if number.note else ""


def beside(number: Number) -> str:
    """Which of the filters that are set do not narrow the number."""
    return _("not by {filters}", filters=_listed(number.not_narrowed_by)) if number.not_narrowed_by else ""


def not_narrowed(chosen: Selection, *shown: Metric) -> str:
    """Which of the filters that are set do not narrow all KPIs of a picture or table, as a sentence."""
    known = tuple(dict.fromkeys(name for metric in shown for name in metrics.not_narrowed_by(metric, chosen)))
    return _("Not narrowed by {filters}.", filters=_listed(known)) if known else ""


def _listed(filters: tuple[str, ...]) -> str:
    return words.listed(names.column(name).lower() for name in filters)  # within a sentence


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
    st.query_params.pop("record", None)
