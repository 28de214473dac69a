"""Who looks at the page and in which language, asked anew at every run of a script."""

from collections.abc import Mapping

import streamlit as st

from crm.access import Viewer
from crm.db import Database
from crm.i18n import gettext, negotiate
from crm.server import state
from crm.server.sessions import Session
from crm.ui import browser

_LANGUAGE = "language"


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
    st.session_state[_LANGUAGE] = found.viewer.language or negotiate(st.context.headers.get("Accept-Language"))
    return found


def require(verb: str = "", object_name: str = "") -> Viewer:
    """The viewer, with which every page begins; raises NotAllowed without a grant for the verb on the object."""
    viewer = session().viewer
    if verb:
        viewer.require(verb, object_name)
    return viewer


def language() -> str:
    """The language of this run: the viewer's own, else the browser's."""
    return str(st.session_state.get(_LANGUAGE) or negotiate(st.context.headers.get("Accept-Language")))


def _farewell() -> None:
    spoken = language()
    st.subheader(gettext("Your session has ended", spoken))
    st.markdown(gettext("You signed out, or were away for too long.", spoken))
    browser.link(gettext("Sign in again", spoken), "/login", key="sign_in")
