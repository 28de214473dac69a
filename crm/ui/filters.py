"""What a page is filtered by. The address holds it, so that a view can be shared and reloaded."""

from datetime import timedelta
from typing import Literal

import streamlit as st

from crm import metrics, periods, queries
from crm.access import Viewer
from crm.errors import WrongUse
from crm.periods import ALL_TIME, FIRST_DAY, LAST_DAY, Period
from crm.ui import errors, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _

KINDS = ("month", "quarter", "year", "all", "custom")
WHOLE = {"month": periods.month, "quarter": periods.quarter, "year": periods.year}
_DAY = timedelta(days=1)


def period(viewer: Viewer) -> Period:
    """The period that the address names, else the last month with data; nonsense gets a sentence and the latter."""
    text = st.query_params.get("period")
    if text is None:
        return metrics.last_period_with_data(database(), viewer)
    try:
        return Period.parse(text, queries.clock(database(), viewer).today)
    except WrongUse as error:
        errors.show(error)
        return metrics.last_period_with_data(database(), viewer)


def kind_of(chosen: Period) -> str:
    """Which of KINDS a period is."""
    if chosen == ALL_TIME:
        return "all"
    if ".." in (st.query_params.get("period") or ""):
        return "custom"
    return next((kind for kind, whole in WHOLE.items() if chosen.since and chosen == whole(chosen.since)), "custom")


def kind_name(kind: str) -> str:
    """A kind of period in words."""
    return {
        "month": _("Month"),
        "quarter": _("Quarter"),
        "year": _("Year"),
        "all": _("All time"),
        "custom": _("Custom"),
    }[kind]


def title_row(title: str, viewer: Viewer, chosen: Period) -> None:
    """The page's name and, at the right, the kind of period; below, the period in words between its arrows."""
    kind = st.session_state["period_kind"] = kind_of(chosen)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, width="content")
        st.segmented_control(
            _("Period"),
            KINDS,
            format_func=kind_name,
            required=True,
            label_visibility="collapsed",
            key="period_kind",
            on_change=_change_kind,
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if kind in WHOLE:
            _step_button("earlier", chosen.previous(), _("Earlier"), "left")
        st.markdown(f"**{words.period(chosen)}**", width="content")
        if kind in WHOLE:
            _step_button("later", _next(chosen, kind), _("Later"), "right")
        if kind == "custom":
            _days(chosen)
        st.caption(_beside(viewer, chosen), width="content")


def _beside(viewer: Viewer, chosen: Period) -> str:
    """What the period is compared with, and up to which day sales are counted."""
    previous, as_of = chosen.previous(), queries.clock(database(), viewer).marts_as_of
    said = [_("compared with {period}", period=words.period(previous))] if previous else []
    if as_of:
        said.append(_("sales up to {day}", day=words.day(as_of)))
    return " · ".join(said)


def _step_button(name: str, target: Period | None, label: str, side: Literal["left", "right"]) -> None:
    st.button(
        label,
        icon=f":material/chevron_{side}:",
        icon_position=side,
        key=f"period_{name}",
        disabled=target is None or not target.is_known(),
        on_click=_choose,
        args=(target.code() if target else "",),
        type="tertiary",
    )


def _next(chosen: Period, kind: str) -> Period | None:
    return WHOLE[kind](chosen.until + _DAY) if chosen.until and chosen.until < LAST_DAY else None


def _days(chosen: Period) -> None:
    bounds = [min(max(day, FIRST_DAY), LAST_DAY) for day in (chosen.since, chosen.until) if day]
    st.session_state["period_days"] = tuple(bounds)
    st.date_input(
        _("From and until"),
        key="period_days",
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        width=230,
        on_change=_change_days,
    )


def _change_kind() -> None:
    viewer = require()
    kind = st.session_state["period_kind"]
    last = metrics.last_period_with_data(database(), viewer)
    now = period(viewer)
    anchor = min(now.until or LAST_DAY, last.until or LAST_DAY)
    if kind == "all":
        _choose(ALL_TIME.code())
    elif kind == "custom":
        span = now if now.since and now.until else last
        _choose(f"{span.since}..{span.until}")
    else:
        _choose(WHOLE[kind](anchor).code())


def _change_days() -> None:
    days = st.session_state["period_days"]
    if len(days) == 2:
        _choose(f"{days[0]}..{days[1]}")


def _choose(code: str) -> None:
    st.query_params["period"] = code
