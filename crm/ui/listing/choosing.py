"""Rows that are chosen, and what is done with all of them: a field changed, put away, brought back."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import streamlit as st

from crm import lists, records, tags
from crm.access import Viewer
from crm.conditions import Field
from crm.list_address import Asked
from crm.ui import errors, names, words
from crm.ui.listing import bulk, cells, drafts, outcomes
from crm.ui.listing.drafts import GRID
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

MOST = 50_000
"""Records that are chosen at once."""
_ALL = "records_all"


@dataclass(frozen=True)
class _All:
    """All that a list found when somebody chose them."""

    name: str
    asked: Asked
    versions: dict[int, int]


def may_choose(viewer: Viewer, name: str) -> bool:
    """Whether anything can be done with rows that are chosen."""
    return viewer.may("edit", name) or viewer.may("archive", name)


def settle(name: str, asked: Asked) -> None:
    """Let go of all that were found when something else is asked for."""
    found: _All | None = st.session_state.get(_ALL)
    if found and (found.name, found.asked.wanted) != (name, asked.wanted):
        st.session_state.pop(_ALL)


def is_in_all(name: str, record_id: int) -> bool:
    """Whether a record is among all that were chosen at once."""
    found: _All | None = st.session_state.get(_ALL)
    return bool(found and found.name == name and record_id in found.versions)


def chosen(name: str) -> dict[int, int]:
    """Record → version as it was read, of those that are chosen."""
    found: _All | None = st.session_state.get(_ALL)
    versions = dict(found.versions) if found and found.name == name else {}
    if GRID not in st.session_state or st.session_state[GRID][2] != name:
        return versions
    frame = st.session_state[GRID][1]
    for place, is_chosen in drafts.chosen_places().items():
        if place >= frame.height:
            continue
        if is_chosen:
            versions[frame["id"][place]] = frame["version"][place]
        else:
            versions.pop(frame["id"][place], None)
    return versions


def let_go() -> None:
    """Choose none."""
    st.session_state.pop(_ALL, None)
    drafts.draw_anew()


def _choose_all(viewer: Viewer, name: str, asked: Asked) -> None:
    versions = lists.versions(database(), viewer, name, asked.wanted, MOST)
    drafts.draw_anew()
    st.session_state[_ALL] = _All(name, asked, versions)


def bar(viewer: Viewer, name: str, asked: Asked, count: int) -> None:
    """What can be done with the records that are chosen; without the right there is no button."""
    found = chosen(name)
    said = ngettext("{shown} chosen", "{shown} chosen", len(found), shown=words.number(len(found)))
    st.markdown(f"**{said}**", width="content")
    most = min(count, MOST)
    if len(found) < most and _ALL not in st.session_state:
        st.button(
            _("Choose all {count}", count=words.number(most)),
            type="tertiary",
            key="choose_all",
            on_click=_choose_all,
            args=(viewer, name, asked),
        )
    if viewer.may("edit", name):
        _change_popover(viewer, name, len(found))
    bulk.buttons(viewer, name, lambda: chosen(name), let_go)
    if viewer.may("archive", name):
        verb: Literal["archive", "restore"] = "restore" if asked.wanted.is_archived else "archive"
        label, icon = (
            (_("Restore"), ":material/unarchive:") if verb == "restore" else (_("Archive"), ":material/archive:")
        )
        st.button(label, icon=icon, key=verb, on_click=_put_away, args=(viewer, name, verb))
    st.button(_("Choose none"), icon=":material/close:", type="tertiary", key="choose_none", on_click=let_go)


@errors.kept
def _put_away(viewer: Viewer, name: str, verb: Literal["archive", "restore"]) -> None:
    work = {"archive": records.archive, "restore": records.restore}[verb]
    written = work(database(), viewer, name, chosen(name))
    outcomes.keep(outcomes.Done(name, verb, written))
    let_go()


# A field of all


def _change_popover(viewer: Viewer, name: str, count: int) -> None:
    opened = st.popover(_("Change a field"), icon=":material/edit:", key="change_open", on_change="rerun")
    if not opened.open:
        return
    fields = lists.fields(database(), viewer, name)
    offered = {each.name: each for each in fields.values() if not cells.is_locked(name, each)}
    with opened:
        field = st.selectbox(
            _("Field"),
            list(offered),
            index=None,
            key=f"change_field_{name}",
            format_func=names.field,
            placeholder=_("Choose a field"),
            width=320,
        )
        if field is None:
            return
        key = f"change_value_{name}_{field}"
        _value(viewer, name, offered[field], key)
        st.caption(_("Left empty, the field is emptied."), width=320)
        label = ngettext("Change {shown} record", "Change {shown} records", count, shown=words.number(count))
        st.button(label, type="primary", key="change", on_click=_change, args=(viewer, name, offered[field], key))


def _value(viewer: Viewer, name: str, by: Field, key: str) -> None:
    """The field in which the new value is given."""
    label = names.field(by.name)
    choices = lists.choices(database(), name).get(by.name)
    if by.kind == "reference" or choices:
        options = (
            cells.options(viewer, by) if by.kind == "reference" else {code: names.state(code) for code in choices or ()}
        )
        st.selectbox(
            label,
            list(options),
            index=None,
            key=key,
            format_func=lambda option: options.get(option, f"#{option}"),
            placeholder=_("None"),
            width=320,
        )
    elif by.kind == "tags":
        known = list(tags.known(database(), viewer, name))
        st.multiselect(label, known, key=key, accept_new_options=True, placeholder=_("Choose one or more"), width=320)
    elif by.kind == "day":
        st.date_input(label, None, date(1900, 1, 1), date(2100, 12, 31), format="YYYY-MM-DD", key=key, width=320)
    elif by.kind == "number":
        st.number_input(label, value=None, key=key, width=320, placeholder=_("A number"))
    elif by.kind == "flag":
        said = {True: _("yes"), False: _("no")}
        st.segmented_control(label, list(said), format_func=said.__getitem__, key=key)
    else:
        st.text_input(label, key=key, max_chars=1000, width=320)


@errors.kept
def _change(viewer: Viewer, name: str, by: Field, key: str) -> None:
    value = st.session_state.get(key)
    if isinstance(value, str):
        value = value.strip() or None
    elif isinstance(value, int | float) and by.kind == "number":
        value = str(value)
    versions, wanted = chosen(name), {by.column: value}
    written = records.edit_many(database(), viewer, name, versions, wanted)
    outcomes.keep(outcomes.Done(name, "edit", written, dict.fromkeys(versions, wanted)))
    st.session_state["change_open"] = False
    st.session_state.pop(f"change_field_{name}", None)
    st.session_state.pop(key, None)
    let_go()
