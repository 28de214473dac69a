"""The way back from what was just done: a button, and afterwards a sentence of what it did."""

from collections.abc import Callable

import streamlit as st

from crm import undo
from crm.access import Viewer
from crm.ui import changes, errors, names, words
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

DONE = "ways_back_done"
"""In the session: what was taken back last."""
_TAKEN = "ways_back_taken"
"""In the session: the actions that were taken back."""
NAMED = 3
"""Values that stay of which a sentence names the places."""


def button(viewer: Viewer, action_id: int, key: str, label: str | None = None) -> None:
    """Take an action back."""
    st.button(label or _("Take it back"), icon=":material/undo:", on_click=take, args=(viewer, action_id), key=key)


@errors.kept
def take(viewer: Viewer, action_id: int) -> None:
    """Take an action back and keep what that came to for `said`."""
    st.session_state[DONE] = undo.undo(database(), viewer, action_id)
    st.session_state.setdefault(_TAKEN, set()).add(action_id)


def said(viewer: Viewer) -> bool:
    """Say, once, what taking back did or why it could not; whether something was to be taken back."""
    errors.show_kept()
    done: undo.Undone | None = st.session_state.pop(DONE, None)
    if done is None:
        return False
    if done.action_id is None:
        st.info(" ".join([_("Nothing could be taken back."), *stays(viewer, done.kept)]), icon=":material/info:")
    else:
        st.success(" ".join([_("Taken back."), *stays(viewer, done.kept)]), icon=":material/undo:")
    return True


def stays(viewer: Viewer, kept: tuple[undo.Place, ...]) -> list[str]:
    """The sentence of what stays, none where nothing does."""
    if not kept:
        return []
    sentence = ngettext(
        "{count} value stays, as somebody changed it since",
        "{count} values stay, as somebody changed them since",
        len(kept),
    )
    places = words.listed(_place(viewer, *each) for each in kept[:NAMED])
    more = _("{places} and more", places=places) if len(kept) > NAMED else places
    return [_("{sentence}: {places}.", sentence=sentence, places=more)]


def _place(viewer: Viewer, object_name: str, record_id: int, field: str) -> str:
    return f"{changes.called(viewer, object_name, record_id)} · {names.field(field.removesuffix('_id'))}"


def offer(
    viewer: Viewer, sentence: str, action_id: int | None, forget: Callable[[], None], label: str | None = None
) -> None:
    """Say what an action did, with a button that takes it back; or what taking it back did. `forget` ends it."""
    if said(viewer) or action_id in st.session_state.get(_TAKEN, ()):
        forget()
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(sentence, icon=":material/check:", width="stretch")
        if action_id is not None:
            button(viewer, action_id, f"undo_{action_id}", label)
        st.button(_("Close"), icon=":material/close:", type="tertiary", on_click=forget, key="offer_close")
