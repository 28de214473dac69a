"""Who looks at the page and in which language, asked anew at every run of a script."""

from collections.abc import Mapping
from contextvars import ContextVar
from urllib.parse import urlencode, urlsplit

import streamlit as st

from crm.access import Viewer
from crm.db import Database
from crm.i18n import gettext, negotiate
from crm.server import state
from crm.server.sessions import Session
from crm.ui import browser

_LANGUAGE = "language"
_spoken: ContextVar[str] = ContextVar("language", default="")
"""The language of the run that draws: a page asks a thousand times, and the session's state takes its time."""


def cookies() -> Mapping[str, str]:
    """What the browser sent when it opened the page."""
    return st.context.cookies


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
