"""What does each KPI mean, and how is it counted?"""

import streamlit as st

from crm import proofs, selection
from crm.metrics import Metric
from crm.ui import cards, names, opened, uses, words
from crm.ui.session import language, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

ARROW = ":material/arrow_forward:"
LONGEST = 100
"""Letters of a search."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    st.title(_("KPIs"))
    st.caption(_("Every number that is counted, what it means and the SQL that counts it."))
    known = cards.seen_by(viewer)
    sought = _sought()
    found = [metric for metric in known if _fits(metric, sought)]
    if not found:
        st.info(_("No KPI has these words in its title or definition: {text}", text=words.escaped(sought)),
                icon=":material/search_off:")  # fmt: skip
    elif sought:
        st.caption(_("{count} of {total} KPIs", count=words.number(len(found)), total=words.number(len(known))))
    for metric in found:
        _entry(metric, sought)


def _sought() -> str:
    """The words that the address names, in a box to change them."""
    st.session_state["kpis_search"] = st.query_params.get(cards.SEARCH, "")
    box: str = st.text_input(
        _("Search"),
        key="kpis_search",
        placeholder=_("Search titles and definitions"),
        label_visibility="collapsed",
        icon=":material/search:",
        width=360,
        max_chars=LONGEST,
        on_change=_search,
    )
    return box.strip()


def _search() -> None:
    if text := st.session_state["kpis_search"].strip():
        st.query_params[cards.SEARCH] = text
    else:
        st.query_params.pop(cards.SEARCH, None)


def _fits(metric: Metric, sought: str) -> bool:
    """Whether all words stand in its title or definition, in the language that is shown."""
    text = f"{metric.title[language()]} {metric.definition[language()]}".casefold()
    return all(word in text for word in sought.casefold().split())


def _entry(metric: Metric, sought: str) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader(metric.title[language()], width="content")
            way = {"kpi": metric.id, cards.FROM: cards.LIST} | ({cards.SEARCH: sought} if sought else {})
            st.page_link("home.py", label=_("Open"), icon=ARROW, query_params=way)
        st.markdown(metric.definition[language()])
        counted = _("one record is one {grain}", grain=_(metric.grain))
        st.caption(" · ".join([_unit(metric.unit), _better(metric.better), counted, *_narrowed_by(metric)]))
        st.caption(_("Used in: {places}", places=" · ".join(uses.places(metric)) or _("this list only")))
        opened.statements(metric)
        _tests(metric)


def _narrowed_by(metric: Metric) -> list[str]:
    """The filters that it knows."""
    known = [names.column(name) for name in selection.NAMES if name in metric.narrowed_by]
    return [_("filters: {names}", names=words.listed(known))] if known else []


def _tests(metric: Metric) -> None:
    """What proves it, and by which tests, folded away."""
    folded = st.expander(_("Tests"), icon=":material/verified:", key=f"tests_{metric.id}", on_change="rerun")
    if not folded.open:
        return
    known = proofs.known()
    by_hand = len(known.by_hand[metric.id])
    with folded:
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
