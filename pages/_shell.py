"""The frame around every page: who looks, where to go, and one sentence when something goes wrong."""

from pathlib import Path
from typing import Literal

import streamlit as st

from crm import lists, queries
from crm.access import Viewer
from crm.fields import MERGEABLE
from crm.ui import account, browser, company, errors, session, theme
from crm.ui.words import gettext as _

PAGES = Path(__file__).parent
MENU_WIDTH = 230


def navigation(viewer: Viewer) -> list[st.Page]:
    """The pages, with titles in the viewer's language and addresses that stay. Those without a grant have no entry."""
    is_admin = viewer.may("admin", "company")
    return [
        st.Page(PAGES / "home.py", title=_("Home"), icon=":material/home:", default=True),
        st.Page(PAGES / "metrics.py", title=_("KPIs"), icon=":material/monitoring:", url_path="kpis"),
        st.Page(
            PAGES / "records.py",
            title=_("Records"),
            icon=":material/table_rows:",
            url_path="records",
            visibility=_visibility(any(viewer.may("read", name) for name in lists.NAMES)),
        ),
        st.Page(PAGES / "account.py", title=_("Account"), url_path="account", visibility="hidden"),
        st.Page(
            PAGES / "merge.py",
            title=_("Merge"),
            icon=":material/merge:",
            url_path="merge",
            visibility=_visibility(any(viewer.may("merge", name) for name in MERGEABLE)),
        ),
        st.Page(
            PAGES / "history.py",
            title=_("History"),
            icon=":material/history:",
            url_path="history",
            visibility=_visibility(any(viewer.may("read", name) for name in lists.NAMES)),
        ),
        st.Page(
            PAGES / "loads.py",
            title=_("Import"),
            icon=":material/upload_file:",
            url_path="loads",
            visibility=_visibility(viewer.may("read", "batch")),
        ),
        st.Page(
            PAGES / "company.py",
            title=_("Company"),
            icon=":material/domain:",
            url_path="company",
            visibility=_visibility(viewer.may("edit", "company")),
        ),
        st.Page(
            PAGES / "fields.py",
            title=_("Fields and tags"),
            icon=":material/new_label:",
            url_path="fields",
            visibility=_visibility(any(viewer.may("admin", name) for name in lists.NAMES)),
        ),
        *(
            st.Page(PAGES / file, title=title, icon=icon, url_path=path, visibility=_visibility(is_admin))
            for file, title, icon, path in (
                ("people.py", _("People"), ":material/group:", "people"),
                ("permissions.py", _("Permissions"), ":material/lock_person:", "permissions"),
                ("access_log.py", _("Access log"), ":material/visibility:", "access-log"),
            )
        ),
    ]


def _visibility(may: bool) -> Literal["visible", "hidden"]:
    return "visible" if may else "hidden"


def main() -> None:
    """One run: look the session up, draw the frame, run the page."""
    current = session.session()
    # Before the navigation, or the browser asks another host for the icon of the page.
    st.set_page_config(page_icon=str(theme.ICON), layout="wide", initial_sidebar_state=MENU_WIDTH)
    pages = navigation(current.viewer)
    page = st.navigation(pages)
    st.set_page_config(page_title=f"{page.title} · Pintail")
    st.logo(str(theme.logo()), size="large", icon_image=str(theme.MARK))
    theme.dress()
    with st.sidebar:
        account.menu(current)
        addresses = [f"/{each.url_path}" for each in pages]
        browser.settle(session.language(), current.theme, addresses, leaves=account.leaves())
    with errors.shown(), queries.moment(session.database(), current.viewer):
        company.banner(current.viewer)
        page.run()


main()
