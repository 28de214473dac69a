"""Records as cells: what a field shows, and how its column is edited."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Literal
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from crm import lists, tag_text
from crm.access import Viewer
from crm.conditions import Field
from crm.fields import NOT_EDITABLE, REASSIGNED
from crm.ui import names, words
from crm.ui.session import database
from crm.ui.words import gettext as _

NARROW = 120
"""Pixels of a column that names one of a small object: its names are short, and not cut."""
SMALL = ("staff", "team", "stage")
"""Objects of which one is chosen of all; of others there are too many."""
IN_CELLS = ("staff",)
"""Of these a reference is chosen in its cell."""


def is_locked(object_name: str, each: Field) -> bool:
    """Whether a field is not edited in its cell."""
    follows = (
        each.column in NOT_EDITABLE
        or (object_name, each.column) in REASSIGNED
        or each.name in lists.definition(object_name).locked
    )
    return follows or each.kind == "moment" or (each.kind == "reference" and each.target not in IN_CELLS)


def options(viewer: Viewer, each: Field) -> dict[int, str]:
    """The records of which a field names one."""
    return lists.options(database(), viewer, each.target or "")


def shown(frame: pl.DataFrame, each: Field, column: str, zone: str) -> pl.Series:
    """A column as the page shows it: moments in the company's zone, stages in words."""
    values = frame[column]
    if each.kind == "moment":
        return pl.Series(column, words.moments(values, zone), dtype=pl.String)
    if each.kind == "tags":
        return pl.Series(column, [list(tag_text.parted(value)) for value in values], dtype=pl.List(pl.String))
    if column == "stage":
        return _in_words(column, values)
    return values.cast(pl.Float64) if isinstance(values.dtype, pl.Decimal) else values


def taken(frame: pl.DataFrame, each: Field, codes: tuple[str, ...] | None, zone: str) -> pl.Series:
    """A column as a file takes it along: what the page shows, but numbers and moments stay such."""
    values = frame[each.name]
    if each.kind == "moment":
        local = [
            value and value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for value in values
        ]
        return pl.Series(each.name, local, dtype=pl.Datetime("us"))
    if each.name == "stage":
        return _in_words(each.name, values)
    if codes is not None:
        return pl.Series(each.name, [value and names.state(value) for value in values], dtype=pl.String)
    if each.kind == "flag":
        said = {True: _("yes"), False: _("no")}
        return pl.Series(each.name, [said.get(value) for value in values], dtype=pl.String)
    return values


def _in_words(column: str, values: pl.Series) -> pl.Series:
    return pl.Series(column, [value and names.stage(value) for value in values], dtype=pl.String)


def column(
    each: Field, chosen: Mapping[Any, str] | None, codes: tuple[str, ...] | None, known: list[str], *, is_first: bool
) -> Any:  # Streamlit's own type of it is private
    """How a column is called, shown and edited."""
    title = names.field(each.name)
    config = st.column_config
    if each.kind == "tags":
        return config.MultiselectColumn(title, options=known, accept_new_options=True)
    width: Literal["medium"] | int | None
    width = NARROW if each.target in SMALL else "medium" if is_first or each.kind == "reference" else None
    if chosen is not None:
        options = list(chosen)
        return config.SelectboxColumn(
            title, options=options, format_func=lambda key: chosen.get(key, f"#{key}"), width=width
        )
    if codes is not None:
        return config.SelectboxColumn(title, options=list(codes), format_func=lambda code: names.state(str(code)))
    if each.kind == "number":
        return config.NumberColumn(title, format="localized")
    if each.kind == "day":
        return config.DateColumn(title, format="YYYY-MM-DD")
    if each.kind == "flag":
        return config.CheckboxColumn(title)
    return config.TextColumn(title, width=width)
