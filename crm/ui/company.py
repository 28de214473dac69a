"""What a page says of the company itself."""

import streamlit as st

from crm import queries
from crm.access import Viewer
from crm.server import forms, own
from crm.ui import browser, words
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.users import is_loopback


def banner(viewer: Viewer) -> None:
    """Say so where the records are invented or the company's clock does not follow the calendar."""
    found = queries.query(database(), viewer, "shell/company").row(0, named=True)
    said = [_("Demo company: everyone and everything in it is invented.")] if found["is_demo"] else []
    if found["as_of"]:
        said.append(_("The company's clock stands on {day}.", day=words.day(found["as_of"])))
    if said:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(":material/schedule: " + " ".join(said), width="content")
            if found["is_demo"] and viewer.role == "admin" and is_local():
                browser.link(_("Start with my own data"), own.PATH, key="own_data")


def is_local() -> bool:
    """Whether the browser seems to be on this machine; the page behind the link asks anew."""
    address = st.context.ip_address
    return (address is None or is_loopback(address)) and not forms.may_be_proxied(st.context.headers)
