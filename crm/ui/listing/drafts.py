"""What is typed in the cells of a list and not saved yet: kept in the session while its person looks at other pages.

A table of Streamlit forgets what was typed in it once it is not drawn. So each run notes the cells beside it, and a
table that is drawn anew has them in its records already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from crm.ui.listing import asked as address

GRID = "records_grid"
"""In the session: the table drawn last: its key, its records, the list, the cells drawn into it, and the address."""
CHOSEN = "_chosen"
"""The column in which rows are chosen, which is no change of a record."""
_DRAFTS = "records_drafts"
_GENERATION = "records_generation"

Cells = dict[int, dict[str, Any]]
"""Place of a record in the table → column → what was typed."""


@dataclass
class Draft:
    """What is typed in a list."""

    key: str
    """Of the table in which it was typed."""
    frame: pl.DataFrame
    """The records as they stood then; what is typed was typed over these."""
    cells: Cells
    address: Mapping[str, str]
    """What was asked of the list."""
    drawn: Cells
    """The part of the cells that stands in the records of the table already."""


def known() -> dict[str, Draft]:
    """List → what is typed in it."""
    found: dict[str, Draft] = st.session_state.setdefault(_DRAFTS, {})
    return found


def of(name: str) -> Draft | None:
    """What is typed in a list and not saved yet."""
    return known().get(name)


def gather() -> None:
    """Note what is typed in the table that was drawn last."""
    if GRID not in st.session_state:
        return
    key, frame, name, drawn, asked = st.session_state[GRID]
    state = st.session_state.get(key)
    if state is None:  # the table is not there any more, and what was typed is noted
        return
    cells: Cells = {place: dict(row) for place, row in drawn.items()}
    for place, row in state["edited_rows"].items():
        typed = {column: value for column, value in row.items() if column != CHOSEN}
        if typed:
            cells[place] = cells.get(place, {}) | typed
    if cells:
        known()[name] = Draft(key, frame, cells, asked, drawn)
    else:
        known().pop(name, None)


def chosen_places() -> dict[int, bool]:
    """Place of a record in the table that was drawn last → whether it was chosen or let go of there."""
    state = st.session_state.get(st.session_state[GRID][0]) if GRID in st.session_state else None
    rows: Mapping[int, Mapping[str, Any]] = (state or {}).get("edited_rows", {})
    return {place: row[CHOSEN] is True for place, row in rows.items() if CHOSEN in row}


def resume() -> None:
    """Go on where something is typed, when the address names no list."""
    if address.LIST not in st.query_params and known():
        name = next(iter(known()))
        address.write_parts({address.LIST: name}, forget=address.OF_LIST)


def hold(name: str) -> Draft | None:
    """What is typed in a list. It was typed over what was asked for then, so that is what the list shows."""
    draft = of(name)
    if draft is None:
        return None
    if draft.key not in st.session_state:
        draft.drawn = draft.cells
        draft.key = new_key(name)
    if address.parts() != draft.address:
        address.write_parts({address.LIST: name, **draft.address}, forget=address.OF_LIST)
    return draft


def new_key(*place: object) -> str:
    """A key for a table that has nothing typed in it."""
    generation = st.session_state.get(_GENERATION, 0)
    return f"grid_{hash((generation, *place))}"


def draw_anew() -> None:
    """A table with another key has nothing typed in it, and no row chosen."""
    st.session_state[_GENERATION] = st.session_state.get(_GENERATION, 0) + 1
    st.session_state.pop(GRID, None)


def drop(name: str) -> None:
    """Forget what is typed in a list."""
    known().pop(name, None)
    draw_anew()


def over(frame: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    """The cells of a table with what was typed in them."""
    for column in {column for row in cells.values() for column in row} & set(frame.columns):
        values = frame[column].to_list()
        for place, row in cells.items():
            if column in row:
                values[place] = _read(row[column], frame.schema[column])
        series = pl.Series(column, values, dtype=frame.schema[column], strict=False)
        frame = frame.with_columns(series)
    return frame


def _read(value: Any, kind: pl.DataType) -> Any:
    """A day comes from the browser as a text."""
    try:
        return date.fromisoformat(value) if kind == pl.Date and isinstance(value, str) else value
    except ValueError:
        return None
