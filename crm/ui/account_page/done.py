"""What was just done to an account, and the way back."""

import streamlit as st

from crm.access import Viewer
from crm.ui import ways_back

SAID = "account_said"
"""In the session: what was just done, and the action by which it can be taken back."""


def say(text: str, action_id: int | None) -> None:
    """Keep what was done until the page shows it."""
    st.session_state[SAID] = (text, action_id)


def said(viewer: Viewer) -> None:
    """What was just done or taken back, once, and the way back."""
    ways_back.said(viewer)
    text, action_id = st.session_state.pop(SAID, (None, None))
    if text is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(text, icon=":material/check:", width="stretch")
        if action_id is not None:
            ways_back.button(viewer, action_id, "take_back")
