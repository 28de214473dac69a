"""What is done with chosen records beside changing a field: given to another owner, tagged, made one."""

from collections.abc import Callable, Mapping

import streamlit as st

from crm import lists, records, tags, writing
from crm.access import Viewer
from crm.fields import MERGEABLE, TAGGED
from crm.ui import errors, words
from crm.ui.listing import opening, outcomes
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

WIDTH = 320

Chosen = Callable[[], Mapping[int, int]]
"""What tells the chosen records, each with its version as it was read."""


def buttons(viewer: Viewer, name: str, chosen: Chosen, done: Callable[[], None]) -> None:
    """The buttons that the viewer may press; `done` lets go of the chosen records."""
    count = len(chosen())
    if name in TAGGED and viewer.may("edit", name):
        _popover(_("Tag"), ":material/label:", "tag_open", lambda: _tag_form(viewer, name, chosen, done))
    if name == "account" and viewer.may("reassign", name):
        form = _reassign_form
        _popover(_("Reassign"), ":material/swap_horiz:", "reassign_open", lambda: form(viewer, count, chosen, done))
    if name in MERGEABLE and count == 2 and viewer.may("merge", name):
        st.button(_("Merge"), icon=":material/merge:", key="merge_two", on_click=_merge, args=(name, chosen))


def _popover(label: str, icon: str, key: str, form: Callable[[], None]) -> None:
    """A form that is drawn, and asks the engine, when it is opened."""
    opened = st.popover(label, icon=icon, key=key, on_change="rerun")
    if opened.open:
        with opened:
            form()


def _merge(name: str, chosen: Chosen) -> None:
    opening.go("merge.py", object=name, ids=",".join(map(str, chosen())))


# Owners


def _reassign_form(viewer: Viewer, count: int, chosen: Chosen, done: Callable[[], None]) -> None:
    staff = lists.options(database(), viewer, "staff")
    st.selectbox(
        _("New owner"),
        list(staff),
        index=None,
        key="reassign_owner",
        format_func=staff.__getitem__,
        placeholder=_("Nobody"),
        width=WIDTH,
    )
    st.text_input(_("Why does it change hands?"), key="reassign_reason", max_chars=records.LONGEST_REASON, width=WIDTH)
    label = ngettext("Reassign {shown} account", "Reassign {shown} accounts", count, shown=words.number(count))
    st.button(label, type="primary", key="reassign", on_click=_reassign, args=(viewer, chosen, done))


@errors.kept
def _reassign(viewer: Viewer, chosen: Chosen, done: Callable[[], None]) -> None:
    owner_id, reason = (st.session_state.get(f"reassign_{name}") for name in ("owner", "reason"))
    written = records.reassign(database(), viewer, chosen(), owner_id, reason or "")
    _end("account", written, "reassign_open", done)


# Tags


def _tag_form(viewer: Viewer, name: str, chosen: Chosen, done: Callable[[], None]) -> None:
    st.selectbox(
        _("Tag"),
        list(tags.known(database(), viewer, name)),
        index=None,
        key=f"tag_{name}",
        accept_new_options=True,
        placeholder=_("Choose one or write a new one"),
        width=WIDTH,
    )
    with st.container(horizontal=True):
        for label, verb in ((_("Put it on"), tags.add), (_("Take it off"), tags.remove)):
            st.button(
                label,
                type="primary" if verb is tags.add else "secondary",
                key=f"tag_{verb.__name__}",
                on_click=_tag,
                args=(viewer, name, chosen, done, verb),
            )


@errors.kept
def _tag(
    viewer: Viewer, name: str, chosen: Chosen, done: Callable[[], None], verb: Callable[..., writing.Written]
) -> None:
    written = verb(database(), viewer, name, list(chosen()), st.session_state.get(f"tag_{name}") or "")
    _end(name, written, "tag_open", done)


def _end(name: str, written: writing.Written, opened: str, done: Callable[[], None]) -> None:
    outcomes.keep(outcomes.Done(name, "edit", written))
    st.session_state[opened] = False
    done()
