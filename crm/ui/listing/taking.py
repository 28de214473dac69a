"""Taking a list along as a file: all that was found, in the columns that are shown, within the right to export."""

import polars as pl
import streamlit as st

from crm import list_address, lists, queries
from crm.access import Viewer
from crm.errors import PintailError
from crm.list_address import Asked
from crm.ui import names, tables, words
from crm.ui.listing import cells, filters
from crm.ui.session import database, taker
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

MOST_IN_WORKBOOK = 200_000
"""Records; more are taken along as CSV."""


def popover(viewer: Viewer, name: str, asked: Asked, shown: list[str], count: int) -> None:
    """The ways to a file, for who may export."""
    if not viewer.may("export", name):
        return
    opened = st.popover(_("Export"), icon=":material/download:", key="export_open", on_change="rerun")
    if opened.open:
        with opened:
            _ways(viewer, name, asked, shown, count)


def _ways(viewer: Viewer, name: str, asked: Asked, shown: list[str], count: int) -> None:
    try:
        columns, left_out = _columns(viewer, name, asked, shown)
    except PintailError as error:
        st.info(words.explain(error), icon=":material/info:")
        return
    st.caption(
        ngettext(
            "{shown} record found, in the columns that are shown.",
            "{shown} records found, in the columns that are shown.",
            count,
            shown=words.number(count),
        ),
        width=280,
    )
    if left_out:
        fields = words.listed(names.field(each) for each in left_out)
        st.caption(_("Your role may not take these along, so they are left out: {fields}.", fields=fields), width=280)
    if columns:
        tables.downloads(
            name,
            f"export_{name}",
            lambda: content(name, asked, columns),
            lambda: stamp(viewer, name, asked),
            viewer=viewer,
            of=name,
            title=names.field,
            kinds=tuple(tables.KINDS) if count <= MOST_IN_WORKBOOK else ("csv",),
        )
    if count > MOST_IN_WORKBOOK:
        st.caption(_("A workbook holds up to {count} of them.", count=words.number(MOST_IN_WORKBOOK)), width=280)


def _columns(viewer: Viewer, name: str, asked: Asked, shown: list[str]) -> tuple[list[str], list[str]]:
    """The columns that may be taken along, and those that may not. Raises InvalidRecord for a filter by the latter."""
    exporter = viewer.acting("export")
    granted = lists.fields(database(), exporter, name)
    for condition in asked.wanted.conditions:
        lists.check(database(), exporter, name, condition)
    return [each for each in shown if each in granted], [each for each in shown if each not in granted]


def content(name: str, asked: Asked, columns: list[str]) -> pl.DataFrame:
    """All records found, as they are taken along. Raises NotAllowed where the right is gone meanwhile."""
    viewer = taker("export", name).acting("export")
    fields = lists.fields(database(), viewer, name)
    choices = lists.choices(database(), name)
    zone = queries.clock(database(), viewer).zone
    found = lists.whole(database(), viewer, name, asked.wanted, columns)
    return found.select(cells.taken(found, fields[each], choices.get(each), zone) for each in columns)


def stamp(viewer: Viewer, name: str, asked: Asked) -> list[str]:
    """What the file holds: which list, narrowed to what, by whom and when."""
    clock = queries.clock(database(), viewer)
    known = lists.filterable(database(), viewer, name)
    wanted = asked.wanted
    narrowed = [
        *([_("Search: {text}", text=wanted.search)] if wanted.search else []),
        *(names.question(each) for each in wanted.quick),
        *([names.question(list_address.AWAY)] if wanted.is_archived else []),
        *(filters.said(viewer, name, known[each.field], each) for each in wanted.conditions),
    ]
    return [
        names.object_name(name),
        *narrowed,
        _("As of {day}, for {person}", day=words.day(clock.today), person=viewer.name),
    ]
