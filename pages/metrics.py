"""What does each KPI mean, and how is it counted?"""

import streamlit as st

from crm import selection, users
from crm.metrics import Metric
from crm.ui import cards, names, opened
from crm.ui.session import language, require
from crm.ui.words import gettext as _

ARROW = ":material/arrow_forward:"


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    st.title(_("KPIs"))
    st.caption(_("Every number that is counted, what it means and the SQL that counts it."))
    for metric in cards.seen_by(viewer):
        _entry(metric)


def _entry(metric: Metric) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(metric.title[language()], width="content")
            st.page_link("home.py", label=_("Open"), icon=ARROW, query_params={"kpi": metric.id})
        st.markdown(metric.definition[language()])
        counted = _("one record is one {grain}", grain=_(metric.grain))
        st.caption(
            " · ".join([_unit(metric.unit), _better(metric.better), counted, *_narrowed_by(metric), *_used(metric)])
        )
        opened.statements(metric)


def _narrowed_by(metric: Metric) -> list[str]:
    """The filters that it knows."""
    known = [names.column(name) for name in selection.NAMES if name in metric.narrowed_by]
    return [_("filters: {names}", names=", ".join(known))] if known else []


def _used(metric: Metric) -> list[str]:
    """Whose home page shows it."""
    roles = [users.role_name(role, language()) for role, shown in cards.HOME.items() if metric.id in shown]
    return [_("on the home page of: {roles}", roles=", ".join(roles))] if roles else []


def _unit(unit: str) -> str:
    units = {
        "money": _("Money"),
        "count": _("Number"),
        "percent": _("Per cent"),
        "days": _("Days"),
        "hours": _("Hours"),
        "score": _("Score"),
        "points": _("Points"),
    }
    return units[unit]


def _better(better: str) -> str:
    return _("more is better") if better == "up" else _("less is better")


main()
