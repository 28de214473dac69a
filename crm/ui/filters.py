"""What a page is filtered by. The address holds it, so that a view can be shared and reloaded."""

from datetime import date, timedelta
from typing import Literal

import polars as pl
import streamlit as st

from crm import metrics, periods, queries
from crm.access import Viewer
from crm.errors import WrongUse
from crm.periods import ALL_TIME, FIRST_DAY, LAST_DAY, Period
from crm.selection import Selection
from crm.snapshots import COMPANY, Group
from crm.ui import names, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

KINDS = ("month", "quarter", "year", "all", "custom")
WHOLE = {"month": periods.month, "quarter": periods.quarter, "year": periods.year}
_DAY = timedelta(days=1)
NOBODY = 0
"""The key of no member of staff: a team without any narrows to nothing."""


def period(viewer: Viewer) -> Period:
    """The period that the address names, else the last month with data; nonsense gets a sentence and the latter."""
    text = st.query_params.get("period")
    if text is None:
        return metrics.last_period_with_data(database(), viewer)
    try:
        return Period.parse(text, queries.clock(database(), viewer).today)
    except WrongUse:
        shown = metrics.last_period_with_data(database(), viewer)
        wrong = _("The address names a period that there is not: {text}. {period} is shown instead.",
                  text=words.escaped(text), period=words.period(shown))  # fmt: skip
        st.warning(wrong, icon=":material/link_off:")
        return shown


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
    """The page's name and, at the right, filters and kind of period; below, the period in words between its arrows."""
    kind = st.session_state["period_kind"] = kind_of(chosen)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            popover(viewer)
            _kinds()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if kind in WHOLE:
            _step_button("earlier", chosen.previous(), _("Earlier"), "left")
        st.markdown(f"**{words.period(chosen)}**", width="content")
        if kind in WHOLE:
            today = queries.clock(database(), viewer).today
            _step_button("later", _next(chosen, kind, today), _("Later"), "right")
        if kind == "custom":
            _days(chosen)
        st.caption(_beside(viewer, chosen), width="content")


def _kinds() -> None:
    st.segmented_control(
        _("Period"),
        KINDS,
        format_func=kind_name,
        required=True,
        label_visibility="collapsed",
        key="period_kind",
        on_change=_change_kind,
    )


def _beside(viewer: Viewer, chosen: Period) -> str:
    """What the period is compared with, and up to which day sales are counted."""
    clock = queries.clock(database(), viewer)
    previous, as_of = chosen.before(clock.today), clock.marts_as_of
    said = [_("not over yet")] if chosen.until and chosen.until > clock.today else []
    said += [_("compared with {period}", period=words.period(previous))] if previous else []
    if as_of:
        said.append(_("sales up to {day}", day=words.day(as_of)))
    return " · ".join([*said, *filter(None, [narrowed(viewer)])])


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


def _next(chosen: Period, kind: str, today: date) -> Period | None:
    """The period after it, where that has begun."""
    return WHOLE[kind](chosen.until + _DAY) if chosen.until and chosen.until < today else None


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


FILTERS = ("owner", "team", "region", "industry", "category", "channel", "stage")


def _asked(viewer: Viewer) -> dict[str, tuple[str, ...]]:
    """Filter → the codes that the address names; a value that there is not is passed over."""
    known = _values(viewer)
    return {name: tuple(code for code in st.query_params.get_all(name) if code in known[name]) for name in FILTERS}


def group(viewer: Viewer) -> Group | None:
    """The one team or member of staff that the address narrows to, the company without filters; else None."""
    asked = {name: codes for name, codes in _asked(viewer).items() if codes}
    if not asked:
        return COMPANY
    name, codes = next(iter(asked.items()))
    if len(asked) > 1 or len(codes) > 1 or name not in ("owner", "team"):
        return None
    return Group(owner_id=int(codes[0])) if name == "owner" else Group(team_id=int(codes[0]))


def selection(viewer: Viewer) -> Selection:
    """What the address narrows to, where a team stands for its staff."""
    asked = _asked(viewer)
    staff = [int(code) for code in asked["owner"]]
    if asked["team"]:
        values = queries.query(database(), viewer, "home/filter_values")
        teams = [int(code) for code in asked["team"]]
        members = values.filter((pl.col("filter") == "owner") & pl.col("team_id").is_in(teams))["code"]
        staff += [int(code) for code in members] or [NOBODY]
    texts = {name: asked[name] for name in FILTERS if name not in ("owner", "team")}
    return Selection(owner=tuple(dict.fromkeys(staff)), **texts)


def _values(viewer: Viewer) -> dict[str, dict[str, str]]:
    """Filter → code → name, of what the viewer may see."""
    frame = queries.query(database(), viewer, "home/filter_values")
    found: dict[str, dict[str, str]] = {name: {} for name in FILTERS}
    for name, code, text in frame.select("filter", "code", "title").iter_rows():
        found[name][code] = names.stage(text) if name == "stage" else text
    if not metrics.may_see(viewer, metrics.find("open_pipeline")):
        found["stage"].clear()  # nothing that the viewer sees has one
    return found


def stages(viewer: Viewer) -> list[str]:
    """The open stages by their place in the pipeline, at the end UNKNOWN where there are deals without one."""
    return list(_values(viewer)["stage"])


def popover(viewer: Viewer) -> None:
    """The filters, behind one button that says how many are set."""
    known = {name: values for name, values in _values(viewer).items() if values}
    count = sum(not values.keys().isdisjoint(st.query_params.get_all(name)) for name, values in known.items())
    with st.popover(_label(count), icon=":material/filter_list:", key="filters"):
        for name, values in known.items():
            st.session_state[f"filter_{name}"] = [code for code in st.query_params.get_all(name) if code in values]
            st.multiselect(
                names.column(name),
                list(values),
                format_func=values.__getitem__,
                placeholder=_("All"),
                key=f"filter_{name}",
                on_change=_change_filter,
                args=(name,),
            )
        if count:
            st.button(_("Show all"), icon=":material/filter_list_off:", on_click=_clear_filters, key="filters_clear")


def _label(count: int) -> str:
    if not count:
        return _("Filters")
    return ngettext("{count} filter", "{count} filters", count)


def _change_filter(name: str) -> None:
    st.query_params[name] = st.session_state[f"filter_{name}"]


def _clear_filters() -> None:
    for name in FILTERS:
        st.query_params.pop(name, None)


def nothing(viewer: Viewer, said: str, key: str, *, is_narrowed: bool) -> None:
    """Say that there is nothing to show; where it is the filters that leave nothing, also which, and take them off."""
    if not is_narrowed:
        st.caption(said)
        return
    st.caption(_("{nothing} There is something without the filters: {filters}.", nothing=said,
                 filters=words.escaped(narrowed(viewer))))  # fmt: skip
    off = ":material/filter_list_off:"
    st.button(_("Take the filters off"), icon=off, type="tertiary", on_click=_clear_filters, key=f"{key}_clear")


def narrowed(viewer: Viewer) -> str:
    """What the address narrows to, in words."""
    known = _values(viewer)
    parts = []
    for name in FILTERS:
        chosen = [known[name][code] for code in st.query_params.get_all(name) if code in known[name]]
        if chosen:
            parts.append(f"{names.column(name)}: {', '.join(chosen)}")
    return " · ".join(parts)
