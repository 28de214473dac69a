"""Who looks at the page and in which language, asked anew at every run of a script."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import streamlit as st

from crm.access import Viewer
from crm.db import Database
from crm.errors import NotAllowed
from crm.i18n import gettext, negotiate
from crm.server import state
from crm.server.sessions import Session
from crm.ui import browser

Made = TypeVar("Made")
_LANGUAGE = "language"
_sent: ContextVar[Mapping[str, str] | None] = ContextVar("sent", default=None)
"""What the browser sent when a file was offered that is made later, where no page runs."""
_spoken: ContextVar[str] = ContextVar("language", default="")
"""The language of the run that draws: a page asks a thousand times, and the session's state takes its time."""


def cookies() -> Mapping[str, str]:
    """What the browser sent when it opened the page."""
    sent = _sent.get()
    return st.context.cookies if sent is None else sent


def database() -> Database:
    """The open database."""
    return state.database()


def session() -> Session:
    """The browser's session; where it ended, say so and stop, so that nothing is shown."""
    found = state.session(cookies())
    if found is None or found.must_change_password:
        _farewell()
        st.stop()
    spoken = found.viewer.language or negotiate(st.context.headers.get("Accept-Language"))
    st.session_state[_LANGUAGE] = spoken  # for callbacks, which run before the page looks who is there
    _spoken.set(spoken)
    return found


def require(verb: str = "", object_name: str = "") -> Viewer:
    """The viewer, with which every page begins; raises NotAllowed without a grant for the verb on the object."""
    viewer = session().viewer
    if verb:
        viewer.require(verb, object_name)
    return viewer


def viewer() -> Viewer | None:
    """Who looks, for a callback, which runs before the page; None where the session has ended, as the page will say."""
    return state.viewer(cookies())


def taker(verb: str, object_name: str) -> Viewer:
    """The viewer, for a file that is made after its page was drawn; raises NotAllowed without a session or a grant."""
    found = viewer()
    if found is None:
        raise NotAllowed("Your session has ended. Sign in again.")
    found.require(verb, object_name)
    return found


def later(make: Callable[[], Made]) -> Callable[[], Made]:
    """`make`, for when no page runs: it is the same browser that asks then, in the same language."""
    sent, spoken = dict(cookies()), language()

    def made() -> Made:
        tokens = _sent.set(sent), _spoken.set(spoken)
        try:
            return make()
        finally:
            _sent.reset(tokens[0])
            _spoken.reset(tokens[1])

    return made


def language() -> str:
    """The language of this run: the viewer's own, else the browser's."""
    return _spoken.get() or str(st.session_state.get(_LANGUAGE) or negotiate(st.context.headers.get("Accept-Language")))


def _farewell() -> None:
    spoken = language()
    st.subheader(gettext("Your session has ended", spoken))
    st.markdown(gettext("You signed out, or were away for too long.", spoken))
    here = _here()
    address = "/login" if here == "/" else f"/login?{urlencode({'next': here})}"
    browser.link(gettext("Sign in again", spoken), address, key="sign_in")


def _here() -> str:
    """The address of the page, which opens again after signing in, with the form that was open."""
    asked = urlencode(st.query_params.to_dict())
    return (urlsplit(st.context.url or "").path or "/") + (f"?{asked}" if asked else "")
