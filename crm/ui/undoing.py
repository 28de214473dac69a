"""What an action did, said with the way back."""

from collections.abc import Callable

import streamlit as st

from crm.access import Viewer
from crm.ui import ways_back
from crm.ui.words import gettext as _


def show(
    viewer: Viewer, sentence: str, action_id: int | None, forget: Callable[[], None], label: str | None = None
) -> None:
    """Say what an action did, with a button that takes it back; or what taking it back did. `forget` ends it."""
    if ways_back.said(viewer):
        forget()
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(sentence, icon=":material/check:", width="stretch")
        if action_id is not None:
            ways_back.button(viewer, action_id, f"undo_{action_id}", label)
        st.button(_("Close"), icon=":material/close:", type="tertiary", on_click=forget, key="undoing_close")
