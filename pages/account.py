"""Who is this account, how does it do, what happened with it, and what is to be done next?"""

from typing import Any

import streamlit as st

from crm import access_log, accounts
from crm.access import Viewer
from crm.ui import errors, forms
from crm.ui.account_page import brief, done, facts, follow_up, head, tabs
from crm.ui.session import database, require
from crm.ui.words import gettext as _

LONGEST_ID = 18
"""Digits that a key has at most."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require("read", "account")
    errors.show_kept()
    done.said(viewer)
    forms.said(viewer)
    account = _asked(viewer)
    if account is None:
        _unknown()
        return
    access_log.opened(database(), viewer, "account", account["id"], "account")
    if st.query_params.get(follow_up.BRIEF):
        brief.show(viewer, account)
    else:
        _page(viewer, account)


def _page(viewer: Viewer, account: dict[str, Any]) -> None:
    head.show(viewer, account)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        facts.show(viewer, account)
    with right:
        tabs.show(viewer, account["id"])
    follow_up.show_chosen(viewer, account)


def _asked(viewer: Viewer) -> dict[str, Any] | None:
    """The account that the address names, if the viewer sees it."""
    key = st.query_params.get("id", "")
    is_key = key.isascii() and key.isdecimal() and len(key) <= LONGEST_ID
    return accounts.find(database(), viewer, int(key)) if is_key else None


def _unknown() -> None:
    st.title(_("Account"))
    st.info(_("There is no such account among those that you may see."), icon=":material/info:")
    st.page_link("records.py", label=_("All accounts"), icon=":material/table_rows:", query_params={"list": "account"})


main()
