"""What people see when something goes wrong: one sentence with the next step, never a traceback."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import streamlit as st

from crm.errors import PintailError
from crm.ui import words
from crm.ui.words import gettext as _

P = ParamSpec("P")
log = logging.getLogger(__name__)


def show(error: Exception) -> bool:
    """Show an error as a sentence; an unknown one is logged under an id that the sentence names.

    Returns True: it has been shown, as `st.App(on_script_error=…)` wants to know.
    """
    if isinstance(error, PintailError):
        st.error(words.explain(error), icon=":material/info:")
        return True
    name = secrets.token_hex(4)
    log.error("Error %s", name, exc_info=error)
    sentence = _("Something went wrong. Reload the page; if it stays, tell an administrator: error {id}.", id=name)
    st.error(sentence, icon=":material/error:")
    return True


@contextmanager
def shown() -> Iterator[None]:
    """Show what the block raises instead of raising it. The outermost edge: nothing else catches broadly."""
    try:
        yield
    except Exception as error:
        show(error)


_KEPT = "kept_error"


def kept(callback: Callable[P, None]) -> Callable[P, None]:
    """A callback of a widget whose error the page shows with `show_kept`, and goes on."""

    @wraps(callback)
    def keeping(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except PintailError as error:
            st.session_state[_KEPT] = (error.message, error.values)

    return keeping


def show_kept() -> None:
    """Show, once, why what was just clicked could not be done."""
    found = st.session_state.pop(_KEPT, None)
    if found:
        show(PintailError(found[0], **found[1]))
