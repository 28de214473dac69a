"""The way to a list, and what is asked of it: search, order, columns, and questions that are one click away."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from crm import list_address, lists
from crm.access import Viewer
from crm.conditions import Field
from crm.list_address import AWAY, LONGEST, Asked
from crm.ui import names, words
from crm.ui.listing import asked as address
from crm.ui.listing import drafts
from crm.ui.words import gettext as _


def choose_list(known: list[str]) -> str:
    """Which list it is; the address names it."""
    named = st.query_params.get(address.LIST)
    st.session_state["list"] = named if named in known else known[0]
    chosen = st.pills(
        _("List"),
        known,
        key="list",
        required=True,
        format_func=names.object_name,
        label_visibility="collapsed",
        on_change=_open_list,
    )
    waiting = [name for name in drafts.known() if name != chosen]
    if waiting:
        lists_named = words.listed(map(names.object_name, waiting))
        st.caption(_("Typed and not saved yet, in: {lists}", lists=lists_named))
    return str(chosen)


def _open_list() -> None:
    name = st.session_state["list"]
    address.write_parts({address.LIST: name}, forget=address.OF_LIST)


def search(known: lists.Definition, fields: Mapping[str, Field], asked: Asked, *, is_held: bool) -> None:
    """The box for a text that is looked for."""
    st.session_state["search"] = asked.wanted.search
    sought = words.listed(names.field(each) for each in known.search if each in fields)
    st.text_input(
        _("Search"),
        key="search",
        placeholder=_("Search {fields}", fields=sought),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=LONGEST,
        width=280,
        disabled=is_held,
        on_change=_search,
        args=(asked,),
    )


def _search(asked: Asked) -> None:
    text = st.session_state["search"].strip()
    address.write(replace(asked, wanted=replace(asked.wanted, search=text)))


def sort(
    known: lists.Definition, fields: Mapping[str, Field], shown: list[str], asked: Asked, *, is_held: bool
) -> None:
    """The order: the list's own, or by any of the columns, both ways."""
    options = dict.fromkeys([known.sort, *(f"{sign}{each}" for each in shown for sign in ("", "-"))])
    current = asked.wanted.sort or known.sort
    options[current] = None
    st.session_state["sort"] = current
    st.selectbox(
        _("Sorted by"),
        list(options),
        key="sort",
        format_func=lambda sort: _order(sort, fields),
        label_visibility="collapsed",
        width=200,
        disabled=is_held,
        on_change=_sort,
        args=(known, asked),
    )


def _sort(known: lists.Definition, asked: Asked) -> None:
    chosen = st.session_state["sort"]
    sort = None if chosen == known.sort else chosen
    address.write(replace(asked, wanted=replace(asked.wanted, sort=sort)))


def _order(sort: str, fields: Mapping[str, Field]) -> str:
    """An order in the words of what it is by: days have a latest, numbers a greatest, texts a last letter."""
    name, is_down = sort.removeprefix("-"), sort.startswith("-")
    kind, field = fields[name].kind if name in fields else "text", names.field(name)
    if kind in ("day", "moment"):
        return _("{field}, latest first", field=field) if is_down else _("{field}, earliest first", field=field)
    if kind == "number":
        return _("{field}, greatest first", field=field) if is_down else _("{field}, smallest first", field=field)
    if kind == "flag":
        return _("{field}, yes first", field=field) if is_down else _("{field}, no first", field=field)
    return _("{field}, Z to A", field=field) if is_down else _("{field}, A to Z", field=field)


def columns(fields: Mapping[str, Field], shown: list[str], asked: Asked, *, is_held: bool) -> None:
    """Which fields are shown, in which order."""
    opened = st.popover(
        _("Columns"), icon=":material/view_column:", key="columns_open", on_change="rerun", disabled=is_held
    )
    if not opened.open:
        return
    with opened:
        st.session_state["columns"] = shown
        st.multiselect(
            _("Columns, in their order"),
            list(fields),
            key="columns",
            format_func=names.field,
            placeholder=_("The list's own"),
            width=320,
            on_change=_show,
            args=(asked,),
        )
        if asked.columns:
            st.button(_("The list's own columns"), icon=":material/undo:", on_click=_show_own, args=(asked,))


def _show(asked: Asked) -> None:
    # The order may be by a column that is not shown any more; that is no reason to change it.
    address.write_parts(list_address.written(replace(asked, columns=tuple(st.session_state["columns"]))),
                        forget=list_address.KEYS)  # fmt: skip


def _show_own(asked: Asked) -> None:
    address.write_parts(list_address.written(replace(asked, columns=())), forget=list_address.KEYS)


def questions(viewer: Viewer, name: str, asked: Asked, *, is_held: bool) -> None:
    """The questions that are one click away; all that are chosen have to hold."""
    st.session_state["ask"] = [*asked.wanted.quick, *([AWAY] if asked.wanted.is_archived else [])]
    st.pills(
        _("Show only"),
        [*list_address.questions(viewer, name), AWAY],
        key="ask",
        selection_mode="multi",
        format_func=names.question,
        label_visibility="collapsed",
        disabled=is_held,
        on_change=_ask,
        args=(asked,),
    )


def _ask(asked: Asked) -> None:
    chosen = st.session_state["ask"]
    quick = tuple(name for name in chosen if name != AWAY)
    address.write(replace(asked, wanted=replace(asked.wanted, quick=quick, is_archived=AWAY in chosen)))


def page(pages: int, *, is_held: bool) -> int:
    """The part of the list that is shown; the address names it."""
    current = address.page(pages)
    if pages > 1:
        key = f"turn_{pages}_{current}"
        st.pagination(pages, default=current, key=key, disabled=is_held, on_change=_turn, args=(key,))
    return current


def _turn(key: str) -> None:
    chosen = st.session_state[key]
    address.write_parts({address.PAGE: str(chosen) if chosen > 1 else ""}, forget=(address.PAGE,))
