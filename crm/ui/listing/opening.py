"""Ways from a list to a record: its page or its form, what became of it, and the form of a new one."""

import streamlit as st

from crm.access import Viewer
from crm.ui import changes, forms
from crm.ui.words import gettext as _

ACCOUNT = "account.py"
_OPENED = "records_opened"
"""In the session: the page to turn to, and what its address says."""


def ways(viewer: Viewer, object_name: str) -> dict[str, str]:
    """Ways to a record of a list, and how each is called."""
    found = {}
    if object_name == "account":
        found["page"] = _("Open")
    elif viewer.may("edit", object_name):
        found["form"] = _("Open")
    return found | {"changes": _("Changes")}


def follow(way: str, object_name: str, record_id: int) -> None:
    """Go a way; a page is turned to when the callback is over."""
    if way == "page":
        go(ACCOUNT, id=str(record_id))
    elif way == "form":
        forms.open_form(object_name, record_id)
    else:
        changes.choose(f"{object_name}:{record_id}")


def go(page: str, **asked: str) -> None:
    """Turn to another page when the callback is over."""
    st.session_state[_OPENED] = (page, asked)


def turn() -> None:
    """Turn to the page that was opened, if one was."""
    page, asked = st.session_state.pop(_OPENED, (None, {}))
    if page is not None:
        st.switch_page(page, query_params=asked)


def new_button(viewer: Viewer, object_name: str) -> None:
    """The way to a new record, for who may make one."""
    if viewer.may("create", object_name):
        st.button(
            _("New"),
            icon=":material/add:",
            key="new_record",
            on_click=forms.open_form,
            args=(object_name,),
        )


def show(viewer: Viewer) -> None:
    """The dialog that the address asks for."""
    changes.show_chosen(viewer, forms.open_form)
    forms.show_chosen(viewer)
