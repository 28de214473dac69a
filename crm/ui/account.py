"""The menu of the person who is signed in: name and role, language, theme, sign-out."""

import streamlit as st

from crm import users
from crm.i18n import LANGUAGES, NAMES
from crm.server.sessions import Session
from crm.ui import session, words
from crm.ui.words import gettext as _

SYSTEM = "system"
LEAVES = "account_leaves"


def theme_name(theme: str) -> str:
    """A theme in words."""
    return {SYSTEM: _("System"), "light": _("Light"), "dark": _("Dark")}[theme]


def menu(current: Session) -> None:
    """Draw the menu as one button with the person's name."""
    viewer = current.viewer
    with st.popover(words.escaped(viewer.name), icon=":material/account_circle:", type="tertiary", key="account"):
        st.caption(users.role_name(viewer.role, session.language()))
        st.text(viewer.email)
        _languages()
        _themes(current)
        st.button(_("Sign out"), icon=":material/logout:", width="stretch", key=LEAVES)


def leaves() -> bool:
    """Whether the person has just asked to sign out."""
    return bool(st.session_state.get(LEAVES))


def _languages() -> None:
    st.session_state["account_language"] = session.language()
    st.segmented_control(
        _("Language"),
        LANGUAGES,
        format_func=NAMES.__getitem__,
        required=True,
        width="stretch",
        key="account_language",
        on_change=_keep_language,
    )


def _themes(current: Session) -> None:
    st.session_state["account_theme"] = current.theme or SYSTEM
    st.segmented_control(
        _("Theme"),
        (SYSTEM, *users.THEMES),
        format_func=theme_name,
        required=True,
        width="stretch",
        key="account_theme",
        on_change=_keep_theme,
    )


def _keep_language() -> None:
    viewer = session.require()
    if viewer.user_id is not None:
        users.set_language(session.database(), viewer.user_id, st.session_state["account_language"])


def _keep_theme() -> None:
    viewer, chosen = session.require(), st.session_state["account_theme"]
    if viewer.user_id is not None:
        users.set_theme(session.database(), viewer.user_id, None if chosen == SYSTEM else chosen)
