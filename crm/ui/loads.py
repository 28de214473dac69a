"""The history of loads: a page of them, the chosen one, and the values that wait for a decision."""

from typing import Any

import polars as pl
import streamlit as st

from crm import conflicts, queries, records, users
from crm.access import Viewer
from crm.errors import PintailError
from crm.ui import importing, names, tables, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

PAGE = 25
"""Loads of a page."""
MOST = 200
"""Conflicts that are shown at once."""
COUNTS = tuple(f"count_{name}" for name in ("read", "inserted", "updated", "rejected", "unchanged", "duplicate"))
NAMED_KINDS = 2
"""Kinds of records that the history names; more are cut off in it."""
SKIP, LOAD = "skip", "load"
"""What the address names."""


def summary(viewer: Viewer) -> str:
    """How much was loaded so far."""
    totals = queries.query(database(), viewer, "loads/totals").row(0, named=True)
    loads = ngettext("{count} load", "{count} loads", totals["count_loads"])
    read = ngettext("{count} record read", "{count} records read", totals["count_read"])
    accounted = _("every record is new, updated, unchanged, a duplicate or rejected")
    return f"{loads} · {read} · {accounted}"


def count_loads(viewer: Viewer) -> int:
    """The number of loads that there were."""
    return int(queries.query(database(), viewer, "loads/totals")["count_loads"][0])


def count_conflicts(viewer: Viewer) -> int:
    """The number of values that wait for a decision."""
    return conflicts.listed(database(), viewer).height


def history(viewer: Viewer) -> None:
    """A page of loads, the latest first; a row chooses the load that the address names."""
    loads = _page(viewer)
    if loads.is_empty():
        st.info(_("Nothing is loaded yet."), icon=":material/inbox:")
        return
    st.caption(summary(viewer))
    zone, known = queries.clock(database(), viewer).zone, users.names(database())
    undone = ["undone_at"] if loads["undone_at"].is_not_null().any() else []
    shown = loads.with_columns(
        file=pl.Series([_files(file, count) for file, count in loads.select("file", "count_files").iter_rows()]),
        applied_at=pl.Series([words.moment(at, zone) for at in loads["applied_at"]]),
        undone_at=pl.Series([at and words.moment(at, zone) for at in loads["undone_at"]], dtype=pl.String),
        who=pl.Series([who(user, by, known) for user, by in loads.select("user_id", "came_by").iter_rows()]),
        objects=pl.Series([_kinds(found) for found in loads["objects"]], dtype=pl.String),
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_order=["batch_id", "file", *undone, "applied_at", "who", "objects", *COUNTS],
        column_config=_columns(),
        on_select=_choose,
        selection_mode="single-row",
        row_height=tables.ROW_HEIGHT,
        height=tables.ROW_HEIGHT * (min(shown.height, 10) + 1) + 2,
        placeholder="–",
        key="loads_files",
        alt=_("Loads"),
    )
    _pager(viewer)


def _page(viewer: Viewer) -> pl.DataFrame:
    return queries.query(database(), viewer, "loads/page", count=PAGE, skip=skipped())


def skipped() -> int:
    """How many of the latest loads are passed over."""
    text = st.query_params.get(SKIP, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _files(first: str, count: int) -> str:
    return first if count == 1 else _("{files} and {count} more", files=first, count=words.number(count - 1))


def _kinds(objects: list[str]) -> str:
    """What a load brought: named where there is room for the names, which the files of the load always have."""
    if len(objects) <= NAMED_KINDS:
        return words.listed(map(names.object_name, objects))
    return ngettext("{count} kind", "{count} kinds", len(objects))


def who(user_id: int | None, came_by: str, known: dict[int, str]) -> str:
    """Who made a load: a person, or the way by which it came."""
    if user_id is not None:
        return known.get(user_id, "–")
    return _("Inbox") if came_by == "inbox" else _("Command line")


def _columns() -> dict[str, Any]:
    text, whole = st.column_config.TextColumn, st.column_config.NumberColumn
    return {
        "batch_id": whole(_("Load"), format="plain", width=50),
        "file": text(_("File"), width=165),
        "applied_at": text(_("When"), width=145),
        "undone_at": text(_("Taken back"), width=145),
        "who": text(_("Who"), width=105),
        "objects": text(_("Records"), width=90),
    } | importing.count_columns("count_")


def _choose() -> None:
    viewer = require("read", "batch")
    rows = st.session_state["loads_files"]["selection"]["rows"]
    if rows:
        st.query_params[LOAD] = str(_page(viewer)["batch_id"][rows[0]])
    else:
        st.query_params.pop(LOAD, None)


def _pager(viewer: Viewer) -> None:
    total, skip = count_loads(viewer), skipped()
    if total <= PAGE and not skip:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for key, title, icon, step, is_end in (
            ("loads_newer", _("Newer"), ":material/chevron_left:", -PAGE, skip == 0),
            ("loads_older", _("Older"), ":material/chevron_right:", PAGE, skip + PAGE >= total),
        ):
            st.button(title, icon=icon, disabled=is_end, on_click=_turn, args=(step,), key=key)
        first, last = words.number(skip + 1), words.number(min(skip + PAGE, total))
        said = _("{first} to {last} of {total}", first=first, last=last, total=words.number(total))
        st.caption(said, width="content")


def _turn(step: int) -> None:
    skip = max(0, skipped() + step)
    st.query_params.pop(LOAD, None)
    if skip:
        st.query_params[SKIP] = str(skip)
    else:
        st.query_params.pop(SKIP, None)


def chosen(viewer: Viewer) -> dict[str, object] | None:
    """The load that the address names, where there is one."""
    text = st.query_params.get(LOAD, "")
    if not text.isdecimal() or len(text) > 15:
        return None
    found = queries.query(database(), viewer, "loads/load", batch_id=int(text))
    return found.row(0, named=True) if found.height else None


def details(viewer: Viewer, batch: int) -> bool:
    """The files of a load, what stays of one that was taken back, and what did not get in; whether there is such."""
    files = queries.query(database(), viewer, "loads/files", batch_id=batch)
    if files.height > 1:
        shown = files.with_columns(
            file=pl.concat_str("file", "sheet", separator=" · ", ignore_nulls=True),
            object=pl.Series([names.object_name(code) for code in files["object"]]),
        )
        importing.files_table(shown.drop("sheet"), key=f"loads_files_of_{batch}", prefix="count_")
    importing.left_after_undo(queries.query(database(), viewer, "loads/kept", batch_id=batch).to_dicts())
    return _rejects(viewer, batch)


def _rejects(viewer: Viewer, batch: int) -> bool:
    found = queries.query(database(), viewer, "loads/rejects", batch_id=batch)
    if found.is_empty():
        st.success(_("Every record of this load got in."), icon=":material/check:")
        return False
    words.heading(_("What did not get in"))
    importing.rejects_table(
        found.with_columns(
            file=pl.concat_str("file", "sheet", separator=" · ", ignore_nulls=True),
            reason=pl.Series(
                [names.reason(code, detail) for code, detail in found.select("reason", "detail").iter_rows()]
            ),
        )
    )
    if found.height == 1000:
        st.caption(_("The first 1,000 are shown."))
    return True


def to_decide(viewer: Viewer) -> None:
    """The values that loads brought against what people wrote, to be taken or refused, several at once."""
    found = conflicts.listed(database(), viewer).head(MOST)
    if found.is_empty():
        st.info(_("No load stands against what people wrote."), icon=":material/check:")
        return
    st.caption(_("What a person wrote stays until somebody decides. Choose rows, then say what shall stand."))
    may = any(viewer.may("edit", name) for name in set(found["object"]))
    shown = found.select(
        choose=pl.lit(False),
        record=pl.Series([_record(*row) for row in found.select("object", "name", "record").iter_rows()]),
        field=pl.Series([names.field(field.removesuffix("_id")) for field in found["field"]]),
        standing="standing",
        value="value",
        file=pl.Series([f"{importing.title_of(row)} · {row['record_number']}" for row in found.to_dicts()]),
        batch="batch",
    )
    text = st.column_config.TextColumn
    generation = st.session_state.setdefault("conflicts_generation", 0)
    st.data_editor(
        shown,
        hide_index=True,
        disabled=shown.columns[1:] if may else True,
        column_order=shown.columns if may else shown.columns[1:],
        column_config={
            "choose": st.column_config.CheckboxColumn(_("Choose"), width=70),
            "record": text(_("Record"), width="medium"),
            "field": text(_("Field"), width=120),
            "standing": text(_("Stands"), width=150),
            "value": text(_("The file says"), width=150),
            "file": text(_("File and record"), width="medium"),
            "batch": st.column_config.NumberColumn(_("Load"), format="plain", width=60),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (shown.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        key=f"conflicts_{generation}",
        alt=_("Values that wait for a decision"),
    )
    if not may:
        return
    numbers = found["conflict"].to_list()
    with st.container(horizontal=True):
        for title, icon, accept in (
            (_("Take what the file says"), ":material/check:", True),
            (_("Keep what stands"), ":material/block:", False),
        ):
            st.button(title, icon=icon, on_click=_decide, args=(numbers, accept), key=f"conflicts_{accept}".lower())
    if found.height == MOST:
        st.caption(_("The first 200 are shown."))


def _record(object_name: str, name: str | None, record_id: int) -> str:
    return f"{names.object_name(object_name)} · {name or record_id}"


def _decide(numbers: list[int], accept: bool) -> None:
    viewer = require("read", "batch")
    edited = st.session_state[f"conflicts_{st.session_state['conflicts_generation']}"]["edited_rows"]
    ticked = [numbers[int(row)] for row, cells in edited.items() if cells.get("choose")]
    if not ticked:
        st.toast(_("Choose at least one row first."), icon=":material/info:")
        return
    refused: list[PintailError] = []
    for number in ticked:
        try:
            records.decide(database(), viewer, number, accept=accept)
        except PintailError as error:
            refused.append(error)
    st.session_state["conflicts_generation"] += 1
    done = len(ticked) - len(refused)
    if done:
        st.toast(ngettext("{count} value decided.", "{count} values decided.", done), icon=":material/check:")
    for why in refused[:3]:
        st.toast(words.explain(why), icon=":material/info:")
