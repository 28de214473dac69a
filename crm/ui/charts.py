"""Figures, each made from a frame by a function that knows no page. They are shared: never change one."""

from datetime import date
from decimal import Decimal

import polars as pl
import streamlit as st
from plotly import graph_objects as go

from crm import i18n
from crm.periods import Period
from crm.ui.theme import PALETTES, template

HEIGHT = 150
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
MONTH_LABELS = 5
"""More of them overlap on a phone."""
MUTED = 0.35
"""How strong the colour is of what stands beside the period, or is not over yet."""


@st.cache_resource(max_entries=500, show_spinner=False)
def by_month(frame: pl.DataFrame, period: Period, currency: str | None, language: str, mode: str) -> go.Figure:
    """A bar for each month (`month`, `value`, `is_partial`); those of the period stand out."""
    palette = PALETTES[mode]
    months: list[date] = frame["month"].to_list()
    partial: list[bool] = frame["is_partial"].to_list()
    strengths = [1.0 if _within(month, period) else MUTED for month in months]
    bars = go.Bar(
        x=months,
        y=[float(value) for value in frame["value"]],
        marker={
            "color": palette.main,
            "opacity": strengths,
            "cornerradius": 3,
            "pattern": {"shape": ["/" if is_partial else "" for is_partial in partial]},
        },
        hovertext=[
            _label(month, value, is_partial, currency, language) for month, value, is_partial in frame.iter_rows()
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure = go.Figure(bars, {"template": template(palette), "height": HEIGHT})
    figure.update_xaxes(tickformat="%Y-%m", **_month_ticks(months))
    figure.update_yaxes(**_amount_ticks(frame["value"], currency, language))
    return figure


@st.cache_resource(max_entries=200, show_spinner=False)
def by_stage(frame: pl.DataFrame, currency: str | None, language: str, mode: str) -> go.Figure:
    """A bar for each open stage (`stage`, `count_deals`, `value`) in the pipeline's order, its numbers beside it."""
    palette = PALETTES[mode]
    stages = frame.select("stage", "count_deals", "value").rows()
    bars = go.Bar(
        y=[_stage_label(stage, count, value, currency, language) for stage, count, value in stages],
        x=frame["count_deals"].to_list(),
        orientation="h",
        marker={"color": palette.main, "cornerradius": 3},
        hoverinfo="skip",
    )
    figure = go.Figure(bars, {"template": template(palette), "height": 30 + 44 * frame.height})
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_yaxes(autorange="reversed", ticklabelstandoff=8, color=palette.text)
    return figure


def _within(month: date, period: Period) -> bool:
    begun = period.since is None or month >= period.since.replace(day=1)
    return begun and (period.until is None or month <= period.until)


def _label(month: date, value: Decimal, is_partial: bool, currency: str | None, language: str) -> str:
    amount = f"{i18n.month(month, language)}<br><b>{i18n.money(value, currency, language)}</b>"
    so_far = i18n.gettext("so far; the month is not over", language)
    return f"{amount}<br>{so_far}" if is_partial else amount


def _stage_label(stage: str, count: int, value: Decimal | None, currency: str | None, language: str) -> str:
    deals = i18n.ngettext("{count} deal", "{count} deals", count, language)
    worth = "" if value is None else f" · {i18n.money(value, currency, language, compact=True)}"
    return f"<b>{stage}</b><br>{deals}{worth}"


def _month_ticks(months: list[date]) -> dict[str, object]:
    step = max(1, -(-len(months) // MONTH_LABELS))
    return {"tickvals": months[::-1][::step], "tickangle": 0}


def _amount_ticks(values: pl.Series, currency: str | None, language: str) -> dict[str, object]:
    """Ticks at round amounts with labels in the viewer's words: Plotly itself knows no 万."""
    amounts = [float(value) for value in values]
    top, low = max([*amounts, 1.0]), min([*amounts, 0.0])
    step = _round_step((top - low) / 4)
    ticks = [step * at for at in range(int(low // step), int(-(-top // step)) + 1)]
    return {"tickvals": ticks, "ticktext": [i18n.money(tick, currency, language, compact=True) for tick in ticks]}


def _round_step(rough: float) -> float:
    size = 10.0 ** (len(str(int(rough))) - 1)
    return next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
