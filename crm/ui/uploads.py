"""Files that a person sends: they are taken once and nothing of them stays with the page."""

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

import polars as pl
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from crm.ui import tables, words
from crm.ui.words import gettext as _

_GENERATION = "uploads_generation"


def _key() -> str:
    return f"uploads_{st.session_state.setdefault(_GENERATION, 0)}"


def uploader(label: str, endings: Sequence[str], on_change: Callable[[], None]) -> None:
    """Ask for files with these endings; `on_change` is to `take` them."""
    st.file_uploader(label, type=list(endings), accept_multiple_files=True, key=_key(), on_change=on_change)


def take() -> Iterator[tuple[str, BinaryIO]]:
    """(name, content) of the files that were sent; afterwards they are gone from memory, and the field is empty."""
    sent = st.session_state.get(_key()) or []
    st.session_state[_GENERATION] += 1
    for file in sent:
        yield file.name, file
        _forget(file.file_id)


def _forget(file_id: str) -> None:
    """Streamlit itself keeps what was uploaded until the browser's session ends."""
    context = get_script_run_ctx()
    remove = getattr(context.uploaded_file_mgr, "remove_file", None) if context else None
    if context and remove:
        remove(session_id=context.session_id, file_id=file_id)


def waiting(files: Sequence[tuple[str, int]]) -> None:
    """(file, bytes) of those that wait to be loaded."""
    if not files:
        st.caption(_("Nothing waits."))
        return
    words.heading(_("Waiting"))
    frame = pl.DataFrame({"file": [name for name, _size in files], "size": [size for _name, size in files]})
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            "file": st.column_config.TextColumn(_("File"), width="large"),
            "size": st.column_config.NumberColumn(_("File size"), format="bytes", width=100),
        },
        row_height=tables.ROW_HEIGHT,
        alt=_("Waiting"),
    )


def results(said: Sequence[tuple[bool, str]]) -> None:
    """What became of the last files, the latest first."""
    if said:
        words.heading(_("What became of the last files"))
    for is_fine, sentence in said:
        st.markdown(f"{':green[:material/check:]' if is_fine else ':red[:material/error:]'} {sentence}")


def refused(files: Sequence[tuple[str, str]]) -> None:
    """(file, why) of those that were put aside."""
    if files:
        words.heading(_("Put aside, as they could not be read"))
    for name, why in files:
        st.markdown(f"**{words.escaped(name)}** · {words.escaped(why)}")
