"""The frame around every page: who looks, where to go, and one sentence when something goes wrong."""

from pathlib import Path
from typing import Literal

import streamlit as st

from crm import lists, queries
from crm.access import Viewer
from crm.fields import MERGEABLE
from crm.ui import account, browser, company, errors, session, theme, turns
from crm.ui.words import gettext as _

PAGES = Path(__file__).parent
MENU_WIDTH = 230


def navigation(viewer: Viewer) -> dict[str, list[st.Page]]:
    """Heading → pages, with titles in the viewer's language and addresses that stay.

    Those without a grant have no entry.
    """
    reads = any(viewer.may("read", name) for name in lists.NAMES)
    merges = any(viewer.may("merge", name) for name in MERGEABLE)
    is_admin = viewer.may("admin", "company")
    return {
        "": [
            st.Page(PAGES / "home.py", title=_("Home"), icon=":material/home:", default=True),
            _page("metrics.py", _("KPIs"), ":material/monitoring:", path="kpis"),
            _page("records.py", _("Records"), ":material/table_rows:", reads),
            st.Page(PAGES / "account.py", title=_("Account"), url_path="account", visibility="hidden"),
            _page("history.py", _("History"), ":material/history:", reads),
            _page("merge.py", _("Merge"), ":material/merge:", merges),
            _page("loads.py", _("Import"), ":material/upload_file:", viewer.may("read", "batch")),
        ],
        _("Administration"): [
            _page("company.py", _("Company"), ":material/domain:", viewer.may("edit", "company")),
            _page("fields.py", _("Fields and tags"), ":material/new_label:", is_admin),
            _page("people.py", _("People"), ":material/group:", is_admin),
            _page("permissions.py", _("Permissions"), ":material/lock_person:", is_admin),
            _page("access_log.py", _("Access log"), ":material/visibility:", is_admin, path="access-log"),
        ],
    }


def _page(file: str, title: str, icon: str, may: bool = True, *, path: str = "") -> st.Page:
    address = path or file.removesuffix(".py")
    visibility: Literal["visible", "hidden"] = "visible" if may else "hidden"
    return st.Page(PAGES / file, title=title, icon=icon, url_path=address, visibility=visibility)


def main() -> None:
    """One run: look the session up, draw the frame, run the page."""
    current = session.session()
    # Before the navigation, or the browser asks another host for the icon of the page.
    st.set_page_config(page_icon=theme.image(theme.ICON), layout="wide", initial_sidebar_state=MENU_WIDTH)
    pages = navigation(current.viewer)
    page = st.navigation(pages)
    st.set_page_config(page_title=f"{page.title} · Pintail")
    st.logo(theme.logo(), size="large", icon_image=theme.image(theme.MARK))
    theme.dress()
    with st.sidebar:
        account.menu(current)
        addresses = [f"/{each.url_path}" for section in pages.values() for each in section]
        browser.settle(session.language(), current.theme, addresses, leaves=account.leaves())
    with errors.shown(), queries.moment(session.database(), current.viewer):
        company.banner(current.viewer)
        page.run()


with turns.turn():
    main()
