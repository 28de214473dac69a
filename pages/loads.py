"""What was loaded, and which records did not get in and why?"""

import polars as pl
import streamlit as st

from crm import queries
from crm.access import Viewer
from crm.ui import names, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext
from pipelines import rejects

COUNTS = ("count_read", "count_inserted", "count_updated", "count_unchanged", "count_duplicate", "count_rejected")


def main() -> None:
    """The page from top to bottom."""
    viewer = require("read", "batch")
    st.title(_("Loads"))
    files = queries.query(database(), viewer, "loads/history")
    if files.is_empty():
        st.info(_("Nothing is loaded yet. Load files or a folder with: python -m pipelines load PATH"))
        return
    st.caption(_summary(files))
    chosen = _history(viewer, files)
    if chosen is not None:
        _rejects(viewer, chosen)


def _summary(files: pl.DataFrame) -> str:
    loads = ngettext("{count} load", "{count} loads", files["batch_id"].n_unique())
    records = ngettext("{count} record read", "{count} records read", files["count_read"].sum())
    accounted = _("every record is new, updated, unchanged, a duplicate or rejected")
    return f"{loads} · {records} · {accounted}"


def _history(viewer: Viewer, files: pl.DataFrame) -> int | None:
    """Draw the files; the load that the address or the selected row names."""
    zone = queries.clock(database(), viewer).zone
    undone = ["undone_at"] if files["undone_at"].is_not_null().any() else []
    shown = files.with_columns(
        undone_at=pl.Series([at and words.moment(at, zone) for at in files["undone_at"]], dtype=pl.String),
        applied_at=pl.Series([words.moment(at, zone) for at in files["applied_at"]]),
        object=pl.Series([names.object_name(code) for code in files["object"]]),
        file=pl.concat_str("file", "sheet", separator=" · ", ignore_nulls=True),
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_order=["batch_id", "applied_at", *undone, "file", "object", *COUNTS],
        column_config=_columns(),
        on_select=_choose,
        selection_mode="single-row",
        placeholder="–",
        key="loads_files",
        alt=_("Files that were loaded"),
    )
    text = st.query_params.get("load", "")
    known = set(files["batch_id"])
    return int(text) if text.isdecimal() and int(text) in known else None


def _choose() -> None:
    viewer = require("read", "batch")
    rows = st.session_state["loads_files"]["selection"]["rows"]
    if rows:
        st.query_params["load"] = str(queries.query(database(), viewer, "loads/history")["batch_id"][rows[0]])
    else:
        st.query_params.pop("load", None)


def _columns() -> dict[str, object]:
    text, whole = st.column_config.TextColumn, st.column_config.NumberColumn
    titles = {
        "count_read": _("Read"),
        "count_inserted": _("New"),
        "count_updated": _("Updated"),
        "count_unchanged": _("Unchanged"),
        "count_duplicate": _("Duplicate"),
        "count_rejected": _("Rejected"),
    }
    counts = {name: whole(title, format="localized", width=80) for name, title in titles.items()}
    return {
        "batch_id": whole(_("Load"), format="plain", width=60),
        "applied_at": text(_("When"), width=150),
        "undone_at": text(_("Taken back"), width=150),
        "file": text(_("File"), width="medium"),
        "object": text(_("Records"), width=110),
    } | counts


def _rejects(viewer: Viewer, batch: int) -> None:
    found = queries.query(database(), viewer, "loads/rejects", batch_id=batch)
    st.subheader(_("What did not get in with load {batch}", batch=batch))
    if found.is_empty():
        st.success(_("Every record of this load got in."), icon=":material/check:")
        return
    shown = found.with_columns(
        file=pl.concat_str("file", "sheet", separator=" · ", ignore_nulls=True),
        reason=pl.Series([names.reason(code, detail) for code, detail in found.select("reason", "detail").iter_rows()]),
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_order=["file", "record_number", "column_name", "value", "reason"],
        column_config={
            "file": st.column_config.TextColumn(_("File"), width="medium"),
            "record_number": st.column_config.NumberColumn(_("Record"), format="localized", width=80),
            "column_name": st.column_config.TextColumn(_("Column"), width=140),
            "value": st.column_config.TextColumn(_("What stood there"), width=160),
            "reason": st.column_config.TextColumn(_("Why it did not get in"), width="large"),
        },
        placeholder="–",
        alt=_("Records that did not get in"),
    )
    if found.height == 1000:
        st.caption(_("The first 1,000 are shown."))
    if viewer.may("export", "batch"):
        st.download_button(
            _("Download to mend and load again"),
            data=lambda: rejects.archive(database(), batch),
            file_name=f"load-{batch}.refused.zip",
            mime="application/zip",
            on_click="ignore",
            icon=":material/download:",
        )


main()
