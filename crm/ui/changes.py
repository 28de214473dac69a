"""What became of a record, over the page: when, by whom, from which value to which, and from which file it came."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from crm import changes, queries, records
from crm.access import Viewer
from crm.ui import loads, names, tables, words
from crm.ui.session import database
from crm.ui.words import gettext as _

RECORD = "record"
"""What the address names."""
_GENERATION = "rows_generation"
STATES = ("status", "priority", "result")


def choose(record: str | None) -> None:
    """Open a record over the page, or none; the address names it, so that it can be shared."""
    if record:
        st.query_params[RECORD] = record
    else:
        st.query_params.pop(RECORD, None)


def generation() -> int:
    """Grows when a record is closed; in the key of a table of records it lets go of the row."""
    return int(st.session_state.get(_GENERATION, 0))


def show_chosen(viewer: Viewer) -> None:
    """The record that the address names, in a dialog."""
    record = st.query_params.get(RECORD)
    if not record:
        return
    known = changes.key_of(record)
    called = _called(viewer, *known) if known else ""
    title = f"{names.object_name(known[0])} · {called}" if known else _("Changes")
    st.dialog(title, width="large", icon=":material/history:", on_dismiss=_close)(_draw)(viewer, record)


def _close() -> None:
    choose(None)
    st.session_state[_GENERATION] = generation() + 1


def _called(viewer: Viewer, table: str, key: int) -> str:
    return words.escaped(changes.names(database(), viewer, table, [key]).get(key, f"#{key}"))


def _draw(viewer: Viewer, record: str) -> None:
    found = changes.of(database(), viewer, record)
    if found.is_empty():
        st.info(_("There is no such record among those that you may see."), icon=":material/info:")
        return
    st.caption(_("The latest change first. Fields that your role does not see are left out."))
    shown = frame(viewer, found)
    origin = ["file"] if "file" in shown.columns and shown["file"].drop_nulls().len() else []
    text, whole = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        shown,
        hide_index=True,
        column_order=["when", "field", "before", "after", "who", "how", *origin, "file_record"],
        column_config={
            "when": text(_("When"), width=150),
            "field": text(_("Field"), width=110),
            "before": text(_("Before"), width=130),
            "after": text(_("After"), width=130),
            "who": text(_("Who"), width=110),
            "how": text(_("How"), width=110),
            "file": text(_("File"), width=150),
            "file_record": whole(_("Record"), format="localized", width=70),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (shown.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        key="changes",
        alt=_("Changes"),
    )


def frame(viewer: Viewer, found: pl.DataFrame) -> pl.DataFrame:
    """The changes in words: when, who, how, field, before, after, and the file or load with the record's number."""
    zone = queries.clock(database(), viewer).zone
    known = _references(viewer, found)
    rows = found.to_dicts()
    values: dict[str, list[str | None]] = {
        "when": [row["changed_at"] and words.moment(row["changed_at"], zone) for row in rows],
        "who": [_who(row) for row in rows],
        "how": [_how(row) for row in rows],
        "field": [names.field(row["field"].removesuffix("_id")) if row["field"] else _("new record") for row in rows],
        "before": [_value(row["field"], row["before"], known, zone) for row in rows],
        "after": [_value(row["field"], row["after"], known, zone) for row in rows],
    }
    shown = pl.DataFrame({name: pl.Series(cells, dtype=pl.String) for name, cells in values.items()})
    origin = tables.with_origin(found.select("batch_id", "record_number"), viewer)
    return shown.hstack(origin.drop("batch_id", "record_number"))


def _references(viewer: Viewer, found: pl.DataFrame) -> dict[str, dict[int, str]]:
    """Column that refers to records → their names by key."""
    known = {}
    for column in set(found["field"].drop_nulls()) & records.REFERENCES.keys():
        of_column = found.filter(pl.col("field") == column)
        keys = [int(key) for key in [*of_column["before"], *of_column["after"]] if key]
        known[column] = changes.names(database(), viewer, records.REFERENCES[column], keys)
    return known


def _value(field: str | None, value: str | None, known: Mapping[str, Mapping[int, str]], zone: str) -> str | None:
    """A value in words; a reference to a record that the viewer does not see stays a number."""
    if field is None or value is None:
        return value
    if field in known:
        name = known[field].get(int(value), f"#{value}")
        return names.stage(name) if field == "stage_id" else name
    if field in STATES:
        return names.state(value)
    if field in tables.MONEY:
        return words.number(Decimal(value), 2)
    return words.moment(datetime.fromisoformat(value), zone) if field.endswith("_at") else value


def _who(row: Mapping[str, Any]) -> str | None:
    if row["person"]:
        return str(row["person"])
    if row["came_by"]:
        return loads.who(None, row["came_by"], {})
    is_edit = row["step"] == "edit" or (row["step"] == "event" and row["batch_id"] is None)
    return _("Command line") if is_edit and row["user_id"] is None else None


def _how(row: Mapping[str, Any]) -> str:
    if row["step"] == "undo":
        return _("load taken back")
    if row["batch_id"] is not None:
        return _("load {number}", number=row["batch_id"])
    return _("created") if row["step"] == "created" else _("edited")
