"""What became of a record, over the page: when, by whom, from which value to which, and from which file it came."""

from collections.abc import Callable, Mapping
from concurrent.futures import wait
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from crm import access_log, changes, lists, origin, queries
from crm.access import Viewer
from crm.custom_values import PREFIX
from crm.fields import REFERENCES
from crm.server import jobs
from crm.ui import loads, names, tables, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

RECORD = "record"
"""What the address names."""
_GENERATION = "rows_generation"
STATES = ("status", "priority", "result")
SOURCES = 10
"""Records of files that are listed."""
AT_ONCE = 0.4
"""Seconds for which the page waits for a file to be read before it says that it is."""
LOOK_EVERY = 1.0
"""Seconds between two looks at a file that is being read."""


Edit = Callable[[str, int], None]
"""What opens the form of a record, by its object and key."""


def choose(record: str | None) -> None:
    """Open a record over the page, or none; the address names it, so that it can be shared."""
    if record:
        st.query_params[RECORD] = record
    else:
        st.query_params.pop(RECORD, None)


def generation() -> int:
    """Grows when a record is closed; in the key of a table of records it lets go of the row."""
    return int(st.session_state.get(_GENERATION, 0))


def show_chosen(viewer: Viewer, edit: Edit | None = None) -> None:
    """The record that the address names, in a dialog; `edit` opens its form, on pages that show forms."""
    record = st.query_params.get(RECORD)
    if not record:
        return
    known = changes.key_of(record)
    title = f"{names.one(known[0])} · {called(viewer, *known)}" if known else _("Changes")
    st.dialog(title, width="large", icon=":material/history:", on_dismiss=_close)(_draw)(record, edit)


def _close() -> None:
    choose(None)
    st.session_state[_GENERATION] = generation() + 1


def called(viewer: Viewer, table: str, key: int) -> str:
    """How a record is called, safe inside markdown."""
    return words.escaped(changes.names(database(), viewer, table, [key]).get(key, f"#{key}"))


def _draw(record: str, edit: Edit | None) -> None:
    viewer = require()  # unfolding something runs this alone
    if st.query_params.get(RECORD) != record:  # its form was opened
        st.rerun()
    found = changes.of(database(), viewer, record)
    if found.is_empty():
        st.info(_("There is no such record among those that you may see."), icon=":material/info:")
        return
    name, key = changes.key_of(record) or ("", 0)
    access_log.opened(database(), viewer, name, key, "changes")
    if name == "account":
        st.page_link("account.py", label=_("Open the account"), icon=":material/domain:", query_params={"id": str(key)})
    elif edit and name in lists.NAMES and viewer.may("edit", name):
        st.button(_("Edit"), icon=":material/edit:", on_click=edit, args=(name, key), key="changes_edit")
    st.caption(_("The latest change first. Fields that your role does not see are left out."))
    shown = frame(viewer, found)
    before, why, file = ([name] if _is_told(shown, name) else [] for name in ("before", "why", "file"))
    text, whole = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        shown,
        hide_index=True,
        column_order=["when", "field", *before, "after", "who", "how", *why, *file, "file_record"],
        column_config={
            "when": text(_("When"), width=150),
            "field": text(_("Field"), width=110),
            "before": text(_("Before"), width=130),
            "after": text(_("After"), width=130),
            "who": text(_("Who"), width=110),
            "how": text(_("How"), width=110),
            "why": text(_("Reason"), width=150),
            "file": text(_("File"), width=150),
            "file_record": whole(_("Record"), format="localized", width=70),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (shown.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        key="changes",
        alt=_("Changes"),
    )
    _sources(viewer, record, shown.select("file_record", *file).hstack(found.select("batch_id", "record_number")))


def _is_told(shown: pl.DataFrame, name: str) -> bool:
    return name in shown.columns and shown[name].is_not_null().any()


def _sources(viewer: Viewer, record: str, found: pl.DataFrame) -> None:
    """Each record of a file that this one came from, folded; what is not opened is not read."""
    known = found.drop_nulls(["batch_id", "record_number"])
    known = known.unique(["batch_id", "record_number"], keep="first", maintain_order=True)
    for row in known.head(SOURCES).iter_rows(named=True):
        batch, number = row["batch_id"], row["record_number"]
        key = f"source_{batch}_{number}"
        folded = st.expander(_source_title(row), icon=":material/description:", key=key, on_change="rerun")
        if folded.open:
            with folded:
                _source(viewer, record, batch, number)
    if known.height > SOURCES:
        st.caption(_("The latest {count} records of files are listed.", count=words.number(SOURCES)))


def _source_title(row: Mapping[str, Any]) -> str:
    place = words.escaped(row["file"]) if row.get("file") else _("load {number}", number=row["batch_id"])
    return _("The record in the file: {place}, record {number}", place=place, number=words.number(row["file_record"]))


def _source(viewer: Viewer, record: str, batch: int, number: int) -> None:
    """A record as it stood in its file; what takes long is waited for in the background."""
    if (batch, number) not in origin.came_from(database(), viewer, record):
        return
    key = f"reading_{batch}_{number}"
    run = jobs.run_of(st.session_state.get(key))
    if run is None or (run.is_done and run.failure):
        asked = {"batch": batch, "record": number}
        run = jobs.begin(database(), origin.JOB, asked, viewer.user_id)
        st.session_state[key] = run.id
        wait([run.future], AT_ONCE)
    if not run.is_done:
        _reading(run.id)
    elif run.failure:
        st.info(words.explain(run.failure), icon=":material/info:")
    else:
        _cells(origin.shown(database(), viewer, record, origin.understood(run.result)), len(run.result["cells"]))


@st.fragment(run_every=LOOK_EVERY)
def _reading(number: int) -> None:
    """Say that the file is read, until it is."""
    run = jobs.run_of(number)
    if run is None or run.is_done:
        st.rerun()
    st.caption(_("The file is being read; a large one takes some seconds."))


def _cells(cells: list[origin.Cell], total: int) -> None:
    if cells:
        text = st.column_config.TextColumn
        st.dataframe(
            pl.DataFrame({"column": [cell.column for cell in cells], "text": [cell.text or None for cell in cells]}),
            hide_index=True,
            column_config={"column": text(_("Column"), width=130), "text": text(_("Text"))},
            row_height=tables.ROW_HEIGHT,
            height=min(tables.ROW_HEIGHT * (len(cells) + 1) + 2, tables.TALLEST),
            placeholder="–",
            alt=_("The record in the file"),
        )
    if left_out := total - len(cells):
        st.caption(
            ngettext(
                "{count} column is left out: what became of it your role does not see.",
                "{count} columns are left out: what became of them your role does not see.",
                left_out,
            )
        )


def frame(viewer: Viewer, found: pl.DataFrame) -> pl.DataFrame:
    """The changes in words: when, who, how, field, before, after, and the file or load with the record's number."""
    zone = queries.clock(database(), viewer).zone
    known = references(viewer, found)
    rows = found.to_dicts()
    values: dict[str, list[str | None]] = {
        "when": _when(rows, zone),
        "who": [who(row) for row in rows],
        "how": [_how(row) for row in rows],
        "why": [row["reason"] for row in rows],
        "field": [names.field(row["field"].removesuffix("_id")) if row["field"] else _("new record") for row in rows],
        "before": [in_words(row["field"], row["before"], known, zone) for row in rows],
        "after": [in_words(row["field"], row["after"], known, zone) for row in rows],
    }
    shown = pl.DataFrame({name: pl.Series(cells, dtype=pl.String) for name, cells in values.items()})
    places = tables.with_origin(found.select("batch_id", "record_number"), viewer)
    return shown.hstack(places.drop("batch_id", "record_number"))


def _when(rows: list[dict[str, Any]], zone: str) -> list[str | None]:
    """When each change was; what a load says of a deal's course may have days alone, loads and people have hours."""
    told = [row["changed_at"] if row["step"] == "event" and row["batch_id"] is not None else None for row in rows]
    days = words.moments(told, zone)
    return [said or (row["changed_at"] and words.moment(row["changed_at"], zone))
            for said, row in zip(days, rows, strict=True)]  # fmt: skip


def references(viewer: Viewer, found: pl.DataFrame) -> dict[str, dict[int, str]]:
    """Column that refers to records → their names by key; `found` has field, before, after."""
    known = {}
    for column in set(found["field"].drop_nulls()) & REFERENCES.keys():
        of_column = found.filter(pl.col("field") == column)
        keys = [int(key) for key in [*of_column["before"], *of_column["after"]] if key]
        known[column] = changes.names(database(), viewer, REFERENCES[column], keys)
    return known


def in_words(field: str | None, value: str | None, known: Mapping[str, Mapping[int, str]], zone: str) -> str | None:
    """A value in words; a reference to a record that the viewer does not see stays a number."""
    if field is None or value is None:
        return value
    if field in known:
        name = known[field].get(int(value), f"#{value}")
        return names.stage(name) if field == "stage_id" else name
    if field in STATES:
        return names.state(value)
    if field.startswith(PREFIX):
        return names.custom_value(field, value)
    if field in tables.MONEY:
        return words.number(Decimal(value), 2)
    return words.moments([datetime.fromisoformat(value)], zone)[0] if field.endswith("_at") else value


def who(row: Mapping[str, Any]) -> str | None:
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
