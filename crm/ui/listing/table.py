"""The table of a list: cells that are edited where they stand, rows that are chosen, and the ways to a record."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from crm import lists, queries, records, tags
from crm.access import Viewer
from crm.conditions import Field
from crm.ui import changes, errors, names, tables
from crm.ui.listing import asked as address
from crm.ui.listing import cells, choosing, drafts, opening, outcomes
from crm.ui.listing.drafts import CHOSEN, GRID
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

WAYS = "_ways"
"""The column of buttons."""
ROWS = 15
"""Records that are seen at once."""


def draw(viewer: Viewer, name: str, shown: list[Field], frame: pl.DataFrame, place: object) -> None:
    """The records of a page."""
    zone = queries.clock(database(), viewer).zone
    may_edit = viewer.may("edit", name)
    draft = drafts.hold(name)
    key = draft.key if draft else drafts.new_key(name, place, changes.generation())
    drawn = draft.drawn if draft else {}
    st.session_state[GRID] = (key, frame, name, drawn, address.parts())
    chosen = {each.name: cells.options(viewer, each) for each in shown if may_edit and each.target in cells.IN_CELLS}
    columns = [each.column if each.name in chosen else each.name for each in shown]
    choices = lists.choices(database(), name)
    known = list(tags.known(database(), viewer, name))
    content = drafts.over(
        frame.select(cells.shown(frame, each, column, zone) for each, column in zip(shown, columns, strict=True)), drawn
    )
    st.data_editor(
        _with_handles(viewer, name, frame, content).to_pandas(),  # of a frame of another kind it makes one on each run
        hide_index=True,
        column_config=_handles(viewer, name)
        | {
            column: cells.column(each, chosen.get(each.name), choices.get(each.name), known, is_first=place == 0)
            for place, (each, column) in enumerate(zip(shown, columns, strict=True))
        },
        disabled=[
            column for each, column in zip(shown, columns, strict=True) if not may_edit or cells.is_locked(name, each)
        ],
        row_height=tables.ROW_HEIGHT,
        height=tables.ROW_HEIGHT * (min(frame.height, ROWS) + 1) + 2,
        placeholder="–",
        key=key,
        alt=names.object_name(name),
    )


def _with_handles(viewer: Viewer, name: str, frame: pl.DataFrame, content: pl.DataFrame) -> pl.DataFrame:
    """The cells after those by which a row is chosen and its record opened."""
    handles = {}
    if choosing.may_choose(viewer, name):
        handles[CHOSEN] = pl.Series(CHOSEN, [choosing.is_in_all(name, key) for key in frame["id"]], dtype=pl.Boolean)
    labels = list(opening.ways(viewer, name).values())
    handles[WAYS] = pl.Series(WAYS, [labels] * frame.height, dtype=pl.List(pl.String))
    return pl.DataFrame(handles).hstack(content)


def _handles(viewer: Viewer, name: str) -> dict[str, Any]:
    ways = st.column_config.ButtonColumn(
        "",
        width=64,
        type="tertiary",
        pinned=True,
        on_click=_follow,
        args=(viewer,),
        key=WAYS,
        help=_("Open or look at"),
    )
    chosen = st.column_config.CheckboxColumn("", width=36, pinned=True, help=_("Choose records"))
    return ({CHOSEN: chosen} if choosing.may_choose(viewer, name) else {}) | {WAYS: ways}


@errors.kept
def _follow(viewer: Viewer) -> None:
    """Go the way whose button was clicked, from the record of its row."""
    click = st.session_state[WAYS]
    _key, frame, name = st.session_state[GRID][:3]
    way = next((way for way, label in opening.ways(viewer, name).items() if label == click["label"]), None)
    if way is not None and click["row"] < frame.height:
        opening.follow(way, name, frame["id"][click["row"]])


def save_bar(viewer: Viewer, name: str, draft: drafts.Draft) -> None:
    """Save or discard what is typed."""
    st.button(_("Save"), type="primary", icon=":material/check:", key="save", on_click=_save, args=(viewer, name))
    st.button(_("Discard"), icon=":material/close:", key="discard", on_click=drafts.drop, args=(name,))
    said = ngettext(
        "{count} record is changed and not saved yet.",
        "{count} records are changed and not saved yet.",
        len(draft.cells),
    )
    st.caption(said, width="content")


@errors.kept
def _save(viewer: Viewer, name: str) -> None:
    drafts.gather()
    draft = drafts.of(name)
    if draft is None:
        return
    rows = draft.frame
    changed: Mapping[int, tuple[int, Mapping[str, object]]] = {
        rows["id"][place]: (rows["version"][place], {column: _typed(value) for column, value in row.items()})
        for place, row in draft.cells.items()
    }
    written = records.edit_each(database(), viewer, name, changed)
    drafts.drop(name)
    outcomes.keep(outcomes.Done(name, "edit", written, {key: values for key, (_version, values) in changed.items()}))


def _typed(value: object) -> object:
    """A cell as the engine reads it: numbers as they were typed, an empty text as none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None if value == "" else value
