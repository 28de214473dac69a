"""How is the company doing, against the period before? Every number opens to what it is made of."""

import streamlit as st

from crm import metrics, queries
from crm.access import Viewer
from crm.ui import cards, filters, opened, trends
from crm.ui.session import database, require
from crm.ui.words import gettext as _

LOAD, LINK, INBOX = ":material/upload_file:", ":material/link_off:", ":material/inbox:"


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    if queries.query(database(), viewer, "home/is_empty").item():
        st.title(_("Home"))
        _welcome(viewer)
        return
    chosen = filters.period(viewer)
    metric_id = st.query_params.get("kpi")
    if metric_id:
        opened.show(viewer, metrics.find(metric_id), chosen)
        return
    filters.title_row(_("Home"), viewer, chosen)
    cards.draw(viewer, chosen)
    trends.stages(viewer)


def _welcome(viewer: Viewer) -> None:
    """What to do while there is nothing to show."""
    scope = viewer.scope("account")
    if scope and scope.everything:
        st.info(_("Nothing is loaded yet. Load your files, and this page shows your numbers:"), icon=LOAD)
        st.code("python -m pipelines load PATH", language="shell")
    elif viewer.staff_id is None:
        st.info(_("Your sign-in belongs to no member of staff yet. Ask an administrator to link it."), icon=LINK)
    else:
        st.info(_("Nothing is assigned to you or your team yet. Ask your manager for accounts."), icon=INBOX)


main()
