"""Figures, each made from a frame by a function that knows no page. They are shared: never change one."""

import html
from datetime import date
from decimal import Decimal

import polars as pl
import streamlit as st
from plotly import graph_objects as go

from crm import i18n
from crm.periods import Period
from crm.ui.theme import PALETTES, template

HEIGHT = 230
CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
LABELS = 5
"""More of them overlap on a phone."""
LONGEST = 22
"""Letters of a part's name."""
MUTED = 0.35
"""How strong the colour is of what stands beside the period, is not over yet, or lies under a line."""


@st.cache_resource(max_entries=500, show_spinner=False)
def by_month(
    frame: pl.DataFrame, period: Period, unit: str, currency: str | None, language: str, mode: str
) -> go.Figure:
    """A bar for each month (`month`, `value`, `is_partial`); those of the period stand out.

    Grey steps beside them are the year before, where `before` has it.
    """
    palette = PALETTES[mode]
    months: list[date] = frame["month"].to_list()
    partial: list[bool] = frame["is_partial"].to_list()
    strengths = [1.0 if _within(month, period) else MUTED for month in months]
    labels = [
        _label(month, _amount(value, unit, currency, language), is_partial, language)
        for month, value, is_partial in frame.select("month", "value", "is_partial").iter_rows()
    ]
    bars = go.Bar(
        x=months,
        y=[float(value) for value in frame["value"]],
        marker={
            "color": palette.main,
            "opacity": strengths,
            "cornerradius": 3,
            "pattern": {"shape": ["/" if is_partial else "" for is_partial in partial]},
        },
        hovertext=labels,
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 1.0}},
        unselected={"marker": {"opacity": 1.0}},
    )
    figure = go.Figure(bars, {"template": template(palette), "height": HEIGHT})
    if "before" in frame.columns:
        figure.add_scatter(
            x=months,
            y=[None if value is None else float(value) for value in frame["before"]],
            mode="lines+markers",
            line={"color": palette.other, "width": 2, "shape": "hvh"},
            marker={"size": 4},
            hoverinfo="skip",
        )
    figure.update_xaxes(tickformat="%Y-%m", **_ticks(months))
    every = pl.concat([frame["value"].cast(pl.Float64), *_before(frame)])
    figure.update_yaxes(**_amount_ticks(every, unit, currency, language))
    return figure


def _before(frame: pl.DataFrame) -> list[pl.Series]:
    return [frame["before"].cast(pl.Float64).drop_nulls().rename("value")] if "before" in frame.columns else []


@st.cache_resource(max_entries=200, show_spinner=False)
def by_day(frame: pl.DataFrame, unit: str, currency: str | None, language: str, mode: str) -> go.Figure:
    """A line through the days (`day`, `value`, `label`) of a month; it has a gap where a day has no value."""
    palette = PALETTES[mode]
    days: list[date] = frame["day"].to_list()
    values = [None if value is None else float(value) for value in frame["value"]]
    line = go.Scatter(
        x=days,
        y=values,
        mode="lines+markers",
        line={"color": palette.main, "width": 2},
        marker={"size": 5},
        connectgaps=False,
        hovertext=[
            f"{i18n.day(day, language)}<br><b>{label or ''}</b>" for day, label in frame.select("day", "label").rows()
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure = go.Figure(line, {"template": template(palette), "height": HEIGHT})
    figure.update_xaxes(tickformat="%m-%d", **_ticks(days))
    figure.update_yaxes(**_amount_ticks(frame["value"].drop_nulls(), unit, currency, language))
    return figure


@st.cache_resource(max_entries=300, show_spinner=False)
def by_part(frame: pl.DataFrame, unit: str, currency: str | None, language: str, mode: str) -> go.Figure:
    """A bar for each part (`part`, `value`, `is_rest`), in their order, its number beside it; the rest is grey."""
    palette = PALETTES[mode]
    values = frame["value"].to_list()
    texts = [_amount(value, unit, currency, language, compact=unit == "money") for value in values]
    labels = [_part_label(part, text) for part, text in zip(frame["part"], texts, strict=True)]
    colors = [palette.muted if is_rest else palette.main for is_rest in frame["is_rest"]]
    strengths = [MUTED if is_rest else 1.0 for is_rest in frame["is_rest"]]
    bars = go.Bar(
        y=labels,
        x=values,
        orientation="h",
        marker={"color": colors, "opacity": strengths, "cornerradius": 3},
        hoverinfo="skip",
        selected={"marker": {"opacity": 1.0}},
        unselected={"marker": {"opacity": 1.0}},
    )
    figure = go.Figure(bars, {"template": template(palette), "height": 30 + 34 * frame.height})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(autorange="reversed", ticklabelstandoff=8, color=palette.text, tickvals=labels)
    return figure


def _part_label(part: str, text: str) -> str:
    short = part if len(part) <= LONGEST else part[: LONGEST - 1] + "…"
    return f"{html.escape(short)}  <b>{text}</b>"


@st.cache_resource(max_entries=100, show_spinner=False)
def service(frame: pl.DataFrame, language: str, mode: str) -> go.Figure:
    """Bars of the tickets that came (`month`, `came`), and as a line the per cent solved in time (`solved`)."""
    palette = PALETTES[mode]
    months: list[date] = frame["month"].to_list()
    came = frame["came"].fill_null(0).to_list()
    kept = [None if value is None else float(value) for value in frame["solved"]]
    hover = [_tickets_of(*point, language) for point in zip(months, came, kept, strict=True)]
    figure = go.Figure(
        go.Bar(
            x=months,
            y=came,
            marker={"color": palette.main, "opacity": MUTED, "cornerradius": 3},
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            selected={"marker": {"opacity": MUTED}},
            unselected={"marker": {"opacity": MUTED}},
        ),
        {"template": template(palette), "height": HEIGHT},
    )
    figure.add_scatter(
        x=months,
        y=kept,
        yaxis="y2",
        mode="lines+markers",
        line={"color": palette.categories[1], "width": 2},
        marker={"size": 5},
        hoverinfo="skip",
    )
    figure.update_xaxes(tickformat="%Y-%m", **_ticks(months))
    figure.update_yaxes(**_amount_ticks(pl.Series(came), "count", None, language))
    figure.update_layout(
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "range": [0, 105],
            "showgrid": False,
            "ticklabelstandoff": 12,
            "tickmode": "array",
            "tickvals": [0, 50, 100],
            "ticktext": ["0%", "50%", "100%"],
        }
    )
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
        selected={"marker": {"opacity": 1.0}},
        unselected={"marker": {"opacity": 1.0}},
    )
    figure = go.Figure(bars, {"template": template(palette), "height": 30 + 44 * frame.height})
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_yaxes(autorange="reversed", ticklabelstandoff=8, color=palette.text)
    return figure


def _tickets_of(month: date, count: int, share: float | None, language: str) -> str:
    said = [i18n.month(month, language), i18n.ngettext("{count} ticket", "{count} tickets", count, language)]
    if share is not None:
        said.append(i18n.gettext("SLA kept: {share}", language, share=i18n.percent(share / 100, language)))
    return "<br>".join(said)


def _within(month: date, period: Period) -> bool:
    begun = period.since is None or month >= period.since.replace(day=1)
    return begun and (period.until is None or month <= period.until)


def _amount(value: Decimal | float, unit: str, currency: str | None, language: str, compact: bool = False) -> str:
    if unit == "money":
        return i18n.money(value, currency, language, compact=compact)
    return i18n.number(value, language, compact=compact)


def _label(month: date, text: str, is_partial: bool, language: str) -> str:
    amount = f"{i18n.month(month, language)}<br><b>{text}</b>"
    so_far = i18n.gettext("so far; the month is not over", language)
    return f"{amount}<br>{so_far}" if is_partial else amount


def _stage_label(stage: str, count: int, value: Decimal | None, currency: str | None, language: str) -> str:
    deals = i18n.ngettext("{count} deal", "{count} deals", count, language)
    worth = "" if value is None else f" · {i18n.money(value, currency, language, compact=True)}"
    return f"<b>{stage}</b><br>{deals}{worth}"


def _ticks(days: list[date]) -> dict[str, object]:
    step = max(1, -(-len(days) // LABELS))
    return {"tickvals": days[::-1][::step], "tickangle": 0}


def _amount_ticks(values: pl.Series, unit: str, currency: str | None, language: str) -> dict[str, object]:
    """Ticks at round amounts with labels in the viewer's words: Plotly itself knows no 万."""
    amounts = [float(value) for value in values]
    top, low = max([*amounts, 1.0]), min([*amounts, 0.0])
    step = _round_step((top - low) / 4)
    ticks = [step * at for at in range(int(low // step), int(-(-top // step)) + 1)]
    return {"tickvals": ticks, "ticktext": [_amount(tick, unit, currency, language, compact=True) for tick in ticks]}


def _round_step(rough: float) -> float:
    size = 10.0 ** (len(str(int(rough))) - 1)
    factors = (1, 2, 2.5, 5, 10) if size > 1 else (1, 2, 5, 10)  # a label has no halves
    return next(size * factor for factor in factors if size * factor >= rough)
