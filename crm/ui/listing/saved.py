"""Saved views of a list: picked at the right of the page, saved, renamed, replaced and deleted beside it."""

import streamlit as st

from crm import list_address, views
from crm.access import Viewer
from crm.list_address import KEYS, Asked
from crm.ui import errors, words
from crm.ui.listing import asked as address
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.views import View


def open_named(viewer: Viewer, name: str) -> None:
    """Ask for what a view says, where the address names one and nothing else."""
    named = st.query_params.to_dict()
    if address.VIEW in named and not named.keys() & set(KEYS):
        view = _named(views.views(database(), viewer, name))
        if view:
            address.write_parts(view.address)


def pick(viewer: Viewer, name: str, *, is_held: bool) -> None:
    """The views that there are, of which the address names one."""
    found = {view.id: view for view in views.views(database(), viewer, name)}
    current = _named(list(found.values()))
    key = f"view_{name}"
    st.session_state[key] = current.id if current else None
    if found:
        st.selectbox(
            _("Saved views"),
            list(found),
            index=None,
            key=key,
            format_func=lambda view_id: _title(found.get(view_id)),
            placeholder=_("Saved views"),
            label_visibility="collapsed",
            width=190,
            disabled=is_held,
            on_change=_open,
            args=(key, found),
        )


def popover(viewer: Viewer, name: str, asked: Asked, *, is_held: bool) -> None:
    """What can be done with the view that is shown."""
    opened = st.popover(_("View"), icon=":material/bookmark:", key="view_open", on_change="rerun", disabled=is_held)
    if not opened.open:
        return
    current = _named(views.views(database(), viewer, name))
    with opened:
        _new(viewer, name, asked)
        if current and current.may_change:
            st.divider()
            _change(viewer, current, asked)


def _named(found: list[View]) -> View | None:
    text = st.query_params.get(address.VIEW, "")
    return next((view for view in found if str(view.id) == text), None)


def _title(view: View | None) -> str:
    if view is None:
        return ""
    if view.owner:
        return _("{name} · by {person}", name=view.name, person=view.owner)
    return _("{name} · shared", name=view.name) if view.is_shared else view.name


def _open(key: str, found: dict[int, View]) -> None:
    view = found.get(st.session_state[key])
    parts = {address.VIEW: str(view.id), **view.address} if view else {}
    address.write_parts(parts, forget=(*KEYS, address.PAGE, address.VIEW))


def _new(viewer: Viewer, name: str, asked: Asked) -> None:
    st.caption(_("Keeps search, filters, columns and order under a name."), width=280)
    st.text_input(_("Name"), key="view_name", max_chars=views.LONGEST, width=280)
    st.toggle(_("Everybody may pick it"), key="view_shared")
    st.button(
        _("Save as a new view"), type="primary", icon=":material/bookmark_add:", key="view_save",
        on_click=_save, args=(viewer, name, asked),
    )  # fmt: skip


@errors.kept
def _save(viewer: Viewer, name: str, asked: Asked) -> None:
    given, is_shared = st.session_state["view_name"], st.session_state["view_shared"]
    view_id = views.save(database(), viewer, name, given, list_address.written(asked), is_shared=is_shared)
    address.write_parts({address.VIEW: str(view_id)}, forget=(address.VIEW,))
    _close(_("The view {name} is saved.", name=words.escaped(given)))


def _close(said: str) -> None:
    st.session_state["view_open"] = False
    for key in ("view_name", "view_shared"):
        st.session_state.pop(key, None)
    st.toast(said, icon=":material/bookmark:")


def _change(viewer: Viewer, view: View, asked: Asked) -> None:
    st.markdown(f"**{words.escaped(view.name)}**")
    kept = list_address.written(asked)
    if kept != view.address:
        st.button(
            _("Replace by what is shown"), icon=":material/save:", key="view_replace",
            on_click=_replace, args=(viewer, view, kept),
        )  # fmt: skip
    name, shared = f"view_name_{view.id}", f"view_shared_{view.id}"
    st.session_state.setdefault(name, view.name)
    st.session_state.setdefault(shared, view.is_shared)
    st.text_input(_("Name"), key=name, max_chars=views.LONGEST, width=280)
    st.toggle(_("Everybody may pick it"), key=shared)
    if (st.session_state[name], st.session_state[shared]) != (view.name, view.is_shared):
        st.button(
            _("Rename"), icon=":material/edit:", key="view_rename",
            on_click=_rename, args=(viewer, view, name, shared),
        )  # fmt: skip
    st.button(_("Delete"), icon=":material/delete:", key="view_delete", on_click=_delete, args=(viewer, view))


@errors.kept
def _replace(viewer: Viewer, view: View, parts: dict[str, str]) -> None:
    views.replace(database(), viewer, view.id, parts)
    _close(_("The view {name} is saved.", name=words.escaped(view.name)))


@errors.kept
def _rename(viewer: Viewer, view: View, name: str, shared: str) -> None:
    given = st.session_state[name]
    views.rename(database(), viewer, view.id, given, is_shared=st.session_state[shared])
    _close(_("The view {name} is saved.", name=words.escaped(given)))


@errors.kept
def _delete(viewer: Viewer, view: View) -> None:
    views.delete(database(), viewer, view.id)
    address.write_parts({}, forget=(address.VIEW,))
    _close(_("The view {name} is deleted. What it showed stays.", name=words.escaped(view.name)))
