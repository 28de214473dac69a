"""Records as tables: titles, words and numbers in the viewer's language, numbers at the right."""

from collections.abc import Callable, Collection
from typing import Any

import polars as pl
import streamlit as st

from crm import access_log, export, queries
from crm.access import Viewer
from crm.queries import Clock
from crm.ui import names, words
from crm.ui.session import database, later

HIDDEN = ("record", "batch_id", "record_number", "currency")
MONEY = ("amount", "amount_company", "revenue", "revenue_before", "revenue_kept", "revenue_now", "revenue_with_cost",
         "valued_revenue", "cost", "margin", "weighted")  # fmt: skip
WRITTEN = ("reading",)
"""Columns of numbers that come as texts, each with its unit."""
LONG = ("account", "deal", "product", "subject", "comment")
"""Columns whose texts may be long: they get a fixed width, so that they leave room for the numbers."""
NAMED = {"status": names.state, "priority": names.state, "result": names.state, "stage": names.stage}
"""Columns whose codes have words."""
KINDS = {
    "csv": (export.as_csv, "text/csv"),
    "xlsx": (export.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""Ending of a file → what makes it, and its media type."""
ROW_HEIGHT = 34
TALLEST = 13 * ROW_HEIGHT


def with_origin(frame: pl.DataFrame, viewer: Viewer) -> pl.DataFrame:
    """Records with the file that last changed them and their number in it, or the load where files are not granted."""
    if not {"batch_id", "record_number"} <= set(frame.columns):
        return frame
    if not viewer.may("read", "batch"):
        return frame.with_columns(load=pl.col("batch_id"), file_record=pl.col("record_number"))
    files = queries.query(database(), viewer, "loads/history").filter(pl.col("count_read") > 0)  # empty ones have none
    files = files.select(
        "batch_id", "first_record", file=pl.concat_str("file", "sheet", separator=" · ", ignore_nulls=True)
    )
    numbered = frame.with_row_index("place")
    known = numbered.drop_nulls(["batch_id", "record_number"]).sort("record_number")
    found = known.join_asof(
        files.sort("first_record"),
        left_on="record_number",
        right_on="first_record",
        by="batch_id",
        check_sortedness=False,
    ).select("place", "file", file_record=pl.col("record_number") - pl.col("first_record") + 1)
    return numbered.join(found, on="place", how="left", maintain_order="left").drop("place")


def records(
    frame: pl.DataFrame,
    clock: Clock,
    *,
    key: str,
    alt: str,
    on_choose: Callable[[str | None], None] | None = None,
    title: Callable[[str], str] = names.column,
) -> None:
    """Draw records of any query: each column by its type and name, under its `title`.

    `on_choose` is told the record of a chosen row.
    """

    def choose() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if on_choose:
            on_choose(frame["record"][rows[0]] if rows else None)

    shown = [name for name in frame.columns if name not in HIDDEN and not _says_the_same(frame, name, clock)]
    st.dataframe(
        frame.select(_cells(frame, name, clock) for name in shown),
        hide_index=True,
        column_config={name: _column(name, frame.schema[name], title(name)) for name in shown},
        row_height=ROW_HEIGHT,
        height=min(ROW_HEIGHT * (frame.height + 1) + 2, TALLEST),
        placeholder="–",
        key=key,
        alt=alt,
        on_select=choose if on_choose else "ignore",
        selection_mode="single-row",
    )


def downloads(
    file: str,
    key: str,
    frame: Callable[[], pl.DataFrame],
    stamp: Callable[[], list[str]],
    *,
    viewer: Viewer,
    of: str,
    title: Callable[[str], str] = names.column,
    kinds: Collection[str] = ("csv", "xlsx"),
) -> None:
    """Buttons that save a table as a file, which is made when it is asked for, with lines that say what it is.

    That somebody takes records of the object `of` along is noted first; where it cannot be, no file is made.
    """

    def made(kind: str) -> Callable[[], bytes]:
        def make() -> bytes:
            found = frame()
            access_log.exported(database(), viewer, of, found.height, f"{file}.{kind}")
            return KINDS[kind][0](found, [title(name) for name in found.columns], stamp())

        return make

    with st.container(horizontal=True, width="content", gap="xsmall"):
        for kind in kinds:
            st.download_button(
                kind.upper(),
                data=later(made(kind)),
                file_name=f"{file}.{kind}",
                mime=KINDS[kind][1],
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
                key=f"{key}_{kind}",
            )


def _says_the_same(frame: pl.DataFrame, name: str, clock: Clock) -> bool:
    """Whether this is the amount of deals that are all in the company's currency, whose value stands beside it."""
    is_beside = name == "amount" and {"amount_company", "currency"} <= set(frame.columns)
    return is_beside and set(frame["currency"]) <= {clock.currency}


def _cells(frame: pl.DataFrame, name: str, clock: Clock) -> pl.Series:
    """A column as it is shown: codes as words, money with its currency, times in the company's zone."""
    values = frame[name]
    if name in MONEY:
        is_own = name == "amount" and "currency" in frame.columns
        currencies = frame["currency"].to_list() if is_own else [clock.currency] * frame.height
        pairs = zip(values, currencies, strict=True)
        return _texts(name, [None if amount is None else words.money(amount, currency) for amount, currency in pairs])
    if isinstance(values.dtype, pl.Datetime):
        return _texts(name, words.moments(values, clock.zone))
    if name in NAMED:
        return _texts(name, [None if value is None else NAMED[name](value) for value in values])
    return values.cast(pl.Float64) if isinstance(values.dtype, pl.Decimal) else values


def _texts(name: str, values: list[str | None]) -> pl.Series:
    return pl.Series(name, values, dtype=pl.String)


def _column(name: str, kind: pl.DataType, title: str) -> Any:
    if name in (*MONEY, *WRITTEN):
        return st.column_config.TextColumn(title, alignment="right")
    if kind == pl.Date:
        return st.column_config.DateColumn(title, format="YYYY-MM-DD")
    if kind.is_integer():
        return st.column_config.NumberColumn(title, format="localized")
    if kind.is_numeric():
        return st.column_config.NumberColumn(title, format="%.1f" if kind.is_float() else "%.10g")
    return st.column_config.TextColumn(title, width="medium" if name in LONG else None)
