"""What a page says of the company itself."""

import streamlit as st

from crm import queries
from crm.access import Viewer
from crm.ui import words
from crm.ui.session import database
from crm.ui.words import gettext as _


def banner(viewer: Viewer) -> None:
    """Say so where the records are invented or the company's clock does not follow the calendar."""
    found = queries.query(database(), viewer, "shell/company").row(0, named=True)
    said = [_("Demo company: everyone and everything in it is invented.")] if found["is_demo"] else []
    if found["as_of"]:
        said.append(_("The company's clock stands on {day}.", day=words.day(found["as_of"])))
    if said:
        st.caption(":material/schedule: " + " ".join(said))
