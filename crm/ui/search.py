"""One record chosen of very many: two letters find those that the viewer sees, at any size."""

from collections.abc import Callable

import streamlit as st

from crm import forms, lists
from crm.access import Viewer
from crm.ui import words
from crm.ui.session import database
from crm.ui.words import gettext as _

Choose = Callable[[str], None]
"""Is told the key of the chosen record as text; an empty one where none is chosen any more."""


def one(
    viewer: Viewer, target: str, label: str, key: str, chosen: str, choose: Choose, account_id: int | None = None
) -> None:
    """A field in which a record of the object `target` is searched; of an account, its own come first."""
    st.session_state.setdefault(key, _called(viewer, target, chosen) or sought(key))
    st.text_input(
        label,
        key=key,
        icon=":material/search:",
        placeholder=_("Type two letters"),
        live=True,
        on_change=_seek,
        args=(viewer, target, key, chosen, choose),
    )
    if chosen:
        return
    found = forms.hits(database(), viewer, target, sought(key), account_id)
    if found:
        st.pills(
            _("Found"),
            list(found),
            format_func=lambda hit: words.escaped(found.get(hit, "")),
            key=f"{key}_hits",
            label_visibility="collapsed",
            on_change=_take,
            args=(viewer, target, key, choose),
        )
    elif len(sought(key).strip()) >= forms.LEAST:
        st.caption(_("Nothing is called so among what you may see."))


def sought(key: str) -> str:
    """What was typed and names no record yet."""
    return str(st.session_state.get(f"{key}_sought", ""))


def forget(key: str) -> None:
    """Begin the field anew with what is chosen."""
    for name in (key, f"{key}_sought", f"{key}_hits"):
        st.session_state.pop(name, None)


def _called(viewer: Viewer, target: str, chosen: str) -> str:
    return lists.called(database(), viewer, target, int(chosen)) if chosen.isdecimal() else ""


def _seek(viewer: Viewer, target: str, key: str, chosen: str, choose: Choose) -> None:
    """Another text finds other records, and none is chosen until one of them is."""
    text = st.session_state[key].strip()
    if not text or text != _called(viewer, target, chosen):
        st.session_state[f"{key}_sought"] = text
        choose("")


def _take(viewer: Viewer, target: str, key: str, choose: Choose) -> None:
    hit = st.session_state.get(f"{key}_hits")
    if hit is not None:
        st.session_state[f"{key}_sought"] = ""
        st.session_state[key] = _called(viewer, target, str(hit))
        choose(str(hit))
