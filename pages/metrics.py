"""What does each KPI mean, and how is it counted?"""

import streamlit as st

from crm.metrics import Metric
from crm.ui import cards, opened
from crm.ui.session import language, require
from crm.ui.words import gettext as _

ARROW = ":material/arrow_forward:"


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    st.title(_("KPIs"))
    st.caption(_("Every number of the home page, what it means and the SQL that counts it."))
    for metric in cards.seen_by(viewer):
        _entry(metric)


def _entry(metric: Metric) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(metric.title[language()], width="content")
            st.page_link("home.py", label=_("Open"), icon=ARROW, query_params={"kpi": metric.id})
        st.markdown(metric.definition[language()])
        counted = _("one record is one {grain}", grain=_(metric.grain))
        st.caption(f"{_unit(metric.unit)} · {_better(metric.better)} · {counted}")
        opened.statements(metric)


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
