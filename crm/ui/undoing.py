"""What an action did, said with the way back."""

from collections.abc import Callable

import streamlit as st

from crm import undo
from crm.access import Viewer
from crm.ui import errors
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

_KEPT = "undoing_kept"
"""In the session: how many values stayed when an action was just taken back."""


def show(viewer: Viewer, sentence: str, action_id: int | None, forget: Callable[[], None]) -> None:
    """Say what an action did, with a button that takes it back; or what taking it back did. `forget` ends it."""
    errors.show_kept()
    kept = st.session_state.pop(_KEPT, None)
    if kept is not None:
        forget()
        st.success(taken_back(kept), icon=":material/undo:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(sentence, icon=":material/check:", width="stretch")
        if action_id is not None:
            st.button(
                _("Take it back"),
                icon=":material/undo:",
                on_click=_take_back,
                args=(viewer, action_id),
                key=f"undo_{action_id}",
            )
        st.button(_("Close"), icon=":material/close:", type="tertiary", on_click=forget, key="undoing_close")


def taken_back(kept: int) -> str:
    """That an action was taken back, and how much of it stays."""
    sentence = _("Taken back.")
    if kept:
        sentence += " " + ngettext(
            "{count} value stays, as somebody changed it since.",
            "{count} values stay, as somebody changed them since.",
            kept,
        )
    return sentence


@errors.kept
def _take_back(viewer: Viewer, action_id: int) -> None:
    st.session_state[_KEPT] = len(undo.undo(database(), viewer, action_id).kept)
