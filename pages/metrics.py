"""What does each KPI mean, and how is it counted?"""

import streamlit as st

from crm import proofs, selection
from crm.metrics import Metric
from crm.ui import cards, names, opened, uses
from crm.ui.session import language, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

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
        st.caption(" · ".join([_unit(metric.unit), _better(metric.better), counted, *_narrowed_by(metric)]))
        st.caption(_("Used in: {places}", places=" · ".join(uses.places(metric)) or _("this list only")))
        opened.statements(metric)
        _tests(metric)


def _narrowed_by(metric: Metric) -> list[str]:
    """The filters that it knows."""
    known = [names.column(name) for name in selection.NAMES if name in metric.narrowed_by]
    return [_("filters: {names}", names=", ".join(known))] if known else []


def _tests(metric: Metric) -> None:
    """What proves it, and by which tests, folded away."""
    known = proofs.known()
    by_hand = len(known.by_hand[metric.id])
    with st.expander(_("Tests"), icon=":material/verified:"):
        st.markdown(
            ngettext(
                "{count} test compares it with an answer counted by hand.",
                "{count} tests compare it with an answer counted by hand.",
                by_hand,
            )
            + " "
            + _("In random companies its records give its number, for each role, in any period and with any filters.")
            + " "
            + _("Whoever sees it has the rights to all that it reads.")
        )
        st.code("\n".join(known.of(metric.id)), language=None)


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
