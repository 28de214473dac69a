"""How is the company doing, against the period before and last year? Every number and mark opens to its rows."""

import streamlit as st

from crm import metrics, queries
from crm.access import Viewer
from crm.errors import NotFound
from crm.metrics import Metric
from crm.periods import Period
from crm.selection import Selection
from crm.ui import cards, filters, opened, team, trends, words
from crm.ui.session import database, language, require
from crm.ui.words import gettext as _
from pages import _first_steps

LOAD, LINK, INBOX = ":material/upload_file:", ":material/link_off:", ":material/inbox:"


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    if queries.query(database(), viewer, "home/is_empty").item():
        _empty(viewer)
        return
    period, chosen = filters.period(viewer), filters.selection(viewer)
    metric_id = st.query_params.get("kpi")
    if metric_id and (metric := _named(metric_id)):
        opened.show(viewer, metric, period, chosen)
        return
    filters.title_row(_("Home"), viewer, period)
    cards.draw(viewer, period, chosen)
    trends.let_numbers_appear()
    _pictures(viewer, period, chosen)


def _named(metric_id: str) -> Metric | None:
    """The KPI that the address names; for one that there is not a sentence, above the home page."""
    try:
        return metrics.find(metric_id)
    except NotFound:
        name = words.escaped(metric_id)
        st.warning(_("The address names a KPI that there is not: {name}. The home page is shown instead.", name=name),
                   icon=LINK)  # fmt: skip
        st.page_link("metrics.py", label=_("All KPIs"), icon=":material/monitoring:")
        return None


def _pictures(viewer: Viewer, period: Period, chosen: Selection) -> None:
    """What the numbers are made of: over time, in the pipeline, by region, by customers and their service, by team."""
    seen = {metric.id for metric in cards.seen_by(viewer)}
    wide, narrow = st.columns([3, 2], gap="small")
    main_id = "revenue" if viewer.role != "service" else "new_tickets"
    with wide, st.container(border=True, height="stretch"):
        _question(_("{title} by month", title=metrics.find(main_id).title[language()]))
        trends.months(viewer, metrics.find(main_id), period, chosen)
    with narrow, st.container(border=True, height="stretch"):
        if "open_pipeline" in seen:
            _question(_("Open deals by stage"))
            trends.stages(viewer, period, chosen)
        else:
            _question(_("Revenue by category"))
            trends.parts(viewer, metrics.find("revenue"), "category", period, chosen)
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        _question(_("Revenue by region"))
        trends.parts(viewer, metrics.find("revenue"), "region", period, chosen)
    with right:
        if "high_value_share" in seen:
            with st.container(border=True):
                _question(_("Customers by value"))
                trends.grades(viewer, period, chosen)
        with st.container(border=True, height="stretch"):
            _question(_("Tickets that came in, and SLA kept, by month"))
            trends.tickets(viewer, period, chosen)
    if viewer.role in ("admin", "management", "sales_manager"):
        with st.container(border=True):
            _question(_("Results of the team"))
            team.results(viewer, period, chosen)


def _question(text: str) -> None:
    st.markdown(f"**{text}**")


def _empty(viewer: Viewer) -> None:
    """What to do while there is nothing to show."""
    if viewer.role == "admin":
        _first_steps.show(viewer)
    else:
        st.title(_("Home"))
        _welcome(viewer)


def _welcome(viewer: Viewer) -> None:
    """Why there is nothing for this person, and who changes that."""
    scope = viewer.scope("account")
    if scope and scope.everything:
        st.info(_("Nothing is loaded yet. Import your files, and this page shows your numbers."), icon=LOAD)
        if viewer.may("import", "batch"):
            st.page_link("loads.py", label=_("Import files"), icon=LOAD)
    elif viewer.staff_id is None:
        st.info(_("Your sign-in belongs to no member of staff yet. Ask an administrator to link it."), icon=LINK)
    else:
        st.info(_("Nothing is assigned to you or your team yet. Ask your manager for accounts."), icon=INBOX)


main()
