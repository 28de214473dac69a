"""Which records are there, and what do they say? Lists that are searched, filtered, sorted and edited in place."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from crm import lists, queries, records, tag_text, tags, undo
from crm.access import Viewer
from crm.fields import NOT_EDITABLE
from crm.lists import Field, Wanted
from crm.ui import errors, forms, names, tables, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

ROWS = 50
"""Records of a page."""
MOST_PAGES = 200
"""After these a search is a better way."""
LONGEST = 100
"""Letters of a search."""
GRID = "records_grid"
"""In the session: the table that was drawn last, whose changes wait to be saved: its key, its records, the object."""
SAVED = "records_saved"
"""In the session: what the last save did, for the way back."""
OF_STAFF = ("mine", "team")
"""Questions that only a member of staff has."""
CHOSEN = ("staff",)
"""Objects of which a reference is chosen in its cell; of others there are too many."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    known = [name for name in lists.NAMES if viewer.may("read", name)]
    if not known:
        viewer.require("read", "account")
    is_changed = bool(_edited())
    head = st.container()
    name = _toolbar(known, is_changed)
    head.title(names.object_name(name))
    errors.show_kept()
    _said(viewer)
    forms.show_chosen(viewer)
    fields = lists.fields(database(), viewer, name)
    wanted = _wanted(viewer, name, fields, is_changed)
    count = lists.count(database(), viewer, name, wanted)
    if count == 0 and not is_changed:
        _nothing(wanted)
        return
    page = _page(count, name, wanted, is_changed)
    if is_changed:  # what is typed was typed over what stood then
        frame = st.session_state[GRID][1]
    else:
        frame = lists.page(database(), viewer, name, wanted, offset=(page - 1) * ROWS, limit=ROWS)
    _table(viewer, name, fields, frame, (wanted, page))


# What is asked for


def _toolbar(known: list[str], is_changed: bool) -> str:
    """Which list it is; the address names it."""
    asked = st.query_params.get("list")
    st.session_state["list"] = asked if asked in known else known[0]
    chosen: str = st.pills(
        _("List"),
        known,
        key="list",
        required=True,
        format_func=names.object_name,
        label_visibility="collapsed",
        disabled=is_changed,
        on_change=_choose,
        args=("list", "search", "ask", "sort"),  # another list has other fields
    )
    return chosen


def _choose(name: str, *forgotten: str) -> None:
    """Write into the address what was chosen."""
    value = st.session_state[name]
    text = ",".join(value) if isinstance(value, list) else (value or "").strip()
    st.query_params.from_dict(
        {key: kept for key, kept in st.query_params.to_dict().items() if key not in (name, *forgotten)}
        | ({name: text} if text else {})
    )


def _wanted(viewer: Viewer, name: str, fields: Mapping[str, Field], is_changed: bool) -> Wanted:
    """What of the list is asked for; the address names it."""
    known = lists.definition(name)
    with st.container(horizontal=True, vertical_alignment="center"):
        search = _search(known, fields, is_changed)
        sort = _sort(known, fields, is_changed)
        if viewer.may("create", name):
            st.button(
                names.new_record(name),
                icon=":material/add:",
                disabled=is_changed,
                on_click=forms.open_form,
                args=(name,),
                key="new_record",
            )
    questions = [each for each in known.quick if viewer.staff_id is not None or each not in OF_STAFF]
    chosen = st.query_params.get("ask", "").split(",")
    st.session_state["ask"] = [each for each in questions if each in chosen]
    asked = st.pills(
        _("Show only"),
        questions,
        key="ask",
        selection_mode="multi",
        format_func=names.question,
        label_visibility="collapsed",
        disabled=is_changed,
        on_change=_choose,
        args=("ask",),
    )
    return Wanted(search=search, quick=tuple(asked), sort=sort)


def _search(known: lists.Definition, fields: Mapping[str, Field], is_changed: bool) -> str:
    st.session_state["search"] = st.query_params.get("search", "")[:LONGEST]
    sought = words.listed(names.field(each) for each in known.search if each in fields)
    text: str = st.text_input(
        _("Search"),
        key="search",
        placeholder=_("Search {fields}", fields=sought),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=LONGEST,
        width=360,
        disabled=is_changed,
        on_change=_choose,
        args=("search",),
    )
    return text.strip()


def _sort(known: lists.Definition, fields: Mapping[str, Field], is_changed: bool) -> str:
    shown = [each for each in known.columns if each in fields]
    options = [known.sort, *(f"{sign}{each}" for each in shown for sign in ("", "-") if f"{sign}{each}" != known.sort)]
    asked = st.query_params.get("sort")
    st.session_state["sort"] = asked if asked in options else known.sort
    chosen: str = st.selectbox(
        _("Order"),
        options,
        key="sort",
        format_func=_order,
        label_visibility="collapsed",
        width=260,
        disabled=is_changed,
        on_change=_choose,
        args=("sort",),
    )
    return chosen


def _order(sort: str) -> str:
    field = names.field(sort.removeprefix("-"))
    return _("{field}, greatest first", field=field) if sort.startswith("-") else _("By {field}", field=field)


def _nothing(wanted: Wanted) -> None:
    if wanted == Wanted(sort=wanted.sort):
        st.info(_("There are none yet. They come with the files that you load."), icon=":material/inbox:")
    else:
        st.info(_("Nothing fits. Search for less, or take a filter off."), icon=":material/search_off:")


def _page(count: int, name: str, wanted: Wanted, is_changed: bool) -> int:
    pages = min(-(-count // ROWS), MOST_PAGES)
    said = ngettext("{shown} record", "{shown} records", count, shown=words.number(count))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if count > ROWS * MOST_PAGES:
            said += " · " + _(
                "the first {count} can be turned to; search to see others", count=words.number(ROWS * MOST_PAGES)
            )
        st.caption(said, width="content")
        if pages == 1:
            return 1
        return st.pagination(pages, key=f"page_{name}_{hash(wanted)}", disabled=is_changed)


# The table


def _table(viewer: Viewer, name: str, fields: Mapping[str, Field], frame: pl.DataFrame, place: object) -> None:
    zone = queries.clock(database(), viewer).zone
    shown = [fields[each] for each in lists.definition(name).columns if each in fields]
    may_edit = viewer.may("edit", name)
    key = f"grid_{name}_{hash(place)}_{st.session_state.get('records_generation', 0)}"
    st.session_state[GRID] = (key, frame, name)
    chosen = {each.name: _names_of(viewer, each) for each in shown if may_edit and each.target in CHOSEN}
    columns = [each.column if each.name in chosen else each.name for each in shown]
    locked = [column for each, column in zip(shown, columns, strict=True) if not may_edit or _is_locked(name, each)]
    choices = lists.choices(database(), name)
    known = list(tags.known(database(), viewer, name))
    st.data_editor(
        frame.select(_cells(frame, each, column, zone) for each, column in zip(shown, columns, strict=True)),
        hide_index=True,
        column_config={
            column: _column(each, chosen.get(each.name), choices.get(each.name), known, is_first=place == 0)
            for place, (each, column) in enumerate(zip(shown, columns, strict=True))
        },
        disabled=locked,
        row_height=tables.ROW_HEIGHT,
        height=tables.ROW_HEIGHT * (min(frame.height, 15) + 1) + 2,
        placeholder="–",
        key=key,
        alt=names.object_name(name),
    )
    if may_edit:
        _actions(viewer)


def _is_locked(name: str, each: Field) -> bool:
    """Whether a field is not edited in its cell."""
    follows = each.column in NOT_EDITABLE or each.name in lists.definition(name).locked
    return follows or each.kind == "moment" or (each.kind == "reference" and each.target not in CHOSEN)


def _names_of(viewer: Viewer, each: Field) -> dict[int, str]:
    """The records of which a cell chooses one."""
    return lists.options(database(), viewer, each.target or "")


def _cells(frame: pl.DataFrame, each: Field, column: str, zone: str) -> pl.Series:
    values = frame[column]
    if each.kind == "moment":
        return pl.Series(column, words.moments(values, zone), dtype=pl.String)
    if each.kind == "tags":
        return pl.Series(column, [list(tag_text.parted(value)) for value in values], dtype=pl.List(pl.String))
    if column == "stage":
        return pl.Series(column, [value and names.stage(value) for value in values], dtype=pl.String)
    return values.cast(pl.Float64) if isinstance(values.dtype, pl.Decimal) else values


def _column(
    each: Field,
    chosen: Mapping[int, str] | None,
    codes: tuple[str, ...] | None,
    known: list[str],
    *,
    is_first: bool,
) -> Any:
    title = names.field(each.name)
    config = st.column_config
    if each.kind == "tags":
        return config.MultiselectColumn(title, options=known, accept_new_options=True)
    if chosen is not None:
        return config.SelectboxColumn(title, options=list(chosen), format_func=lambda key: chosen.get(key, f"#{key}"))
    if codes is not None:
        return config.SelectboxColumn(title, options=list(codes), format_func=names.state)
    if each.kind == "number":
        return config.NumberColumn(title, format="localized")
    if each.kind == "day":
        return config.DateColumn(title, format="YYYY-MM-DD")
    if each.kind == "flag":
        return config.CheckboxColumn(title)
    return config.TextColumn(title, width="medium" if is_first or each.kind == "reference" else None)


# Saving


def _edited() -> Mapping[int, Mapping[str, object]]:
    """What was changed in the table that was drawn last, and not saved yet."""
    if GRID not in st.session_state:
        return {}
    state = st.session_state.get(st.session_state[GRID][0]) or {}
    edited: Mapping[int, Mapping[str, object]] = state.get("edited_rows", {})
    return edited


def _actions(viewer: Viewer) -> None:
    edited = _edited()
    if not edited:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Save"), type="primary", icon=":material/check:", on_click=_save, args=(viewer,))
        st.button(_("Discard"), icon=":material/close:", on_click=_draw_anew)
        st.caption(
            ngettext(
                "{count} record is changed and not saved yet.",
                "{count} records are changed and not saved yet.",
                len(edited),
            ),
            width="content",
        )


def _draw_anew() -> None:
    """A table with another key has no changes."""
    st.session_state["records_generation"] = st.session_state.get("records_generation", 0) + 1
    st.session_state.pop(GRID, None)


@errors.kept
def _save(viewer: Viewer) -> None:
    _key, rows, name = st.session_state[GRID]
    changes = {
        rows["id"][place]: (rows["version"][place], {column: _typed(value) for column, value in cells.items()})
        for place, cells in _edited().items()
    }
    written = records.edit_each(database(), viewer, name, changes)
    st.session_state[SAVED] = (name, written)
    _draw_anew()


def _typed(value: object) -> object:
    """A cell as the engine reads it: numbers as they were typed, an empty text as none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None if value == "" else value


@errors.kept
def _take_back(viewer: Viewer, action_id: int) -> None:
    st.session_state.pop(SAVED)
    kept = undo.undo(database(), viewer, action_id).kept
    st.session_state[SAVED] = len(kept)


def _said(viewer: Viewer) -> None:
    """What the last save did, and the way back; or what taking back did."""
    said = st.session_state.get(SAVED)
    if said is None:
        return
    if isinstance(said, int):
        st.session_state.pop(SAVED)
        sentence = _("Taken back.")
        if said:
            sentence += " " + ngettext(
                "{count} value stays, as somebody changed it since.",
                "{count} values stay, as somebody changed them since.",
                said,
            )
        st.success(sentence, icon=":material/undo:")
        return
    name, written = said
    _said_of(viewer, name, written)


def _said_of(viewer: Viewer, name: str, written: records.Written) -> None:
    codes = [outcome.code for outcome in written.outcomes.values()]
    with st.container(horizontal=True, vertical_alignment="center"):
        count = codes.count("changed")
        if count:
            st.success(
                ngettext("{count} record saved.", "{count} records saved.", count),
                icon=":material/check:",
                width="stretch",
            )
            st.button(
                _("Take it back"),
                icon=":material/undo:",
                on_click=_take_back,
                args=(viewer, written.action_id),
                key="take_back",
            )
        elif "overtaken" not in codes and "gone" not in codes:
            st.info(_("Nothing was changed."), icon=":material/info:")
    for record_id, outcome in written.outcomes.items():
        if outcome.code == "overtaken":
            st.warning(_overtaken(viewer, name, record_id, outcome), icon=":material/group:")
        elif outcome.code == "gone":
            st.warning(_("Record {id} is not there any more, or no longer yours to see.", id=record_id))


def _overtaken(viewer: Viewer, name: str, record_id: int, outcome: records.Outcome) -> str:
    called = lists.called(database(), viewer, name, record_id)
    stands = words.listed(
        _("{field} is {value} now", field=names.field(field.removesuffix("_id")), value=words.escaped(value or "–"))
        for field, value in (outcome.stands or {}).items()
    )
    return _("{record} was not saved: somebody changed the same field meanwhile. {stands}.",
             record=words.escaped(called), stands=stands)  # fmt: skip


main()
