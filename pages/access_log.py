"""Who looked at data of persons, and who took data along? Searched by person, object, kind and days."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from crm import access_log, people, queries
from crm.access import Viewer
from crm.db import now
from crm.errors import NotAllowed
from crm.ui import errors, names, tables, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

KINDS = ("read", "export")


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    if not viewer.may("admin", "company"):
        raise NotAllowed("Your role {role} may not read the access log.", role=viewer.role)
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    head.title(_("Access log"))
    st.caption(
        _(
            "Who opened a person's record or a list with e-mails and phones, and who took data along as a file. "
            "Looking is noted once an hour, and stands here within a minute."
        )
    )
    errors.show_kept()
    zone = queries.clock(database(), viewer).zone
    asked = _asked(viewer)
    if asked is None:
        st.info(_("Choose the first and the last day."), icon=":material/date_range:")
        return
    found = _found(viewer, zone, asked)
    if found.is_empty():
        st.info(_("Nobody did in these days. Choose more days, or take a filter off."), icon=":material/search_off:")
        return
    with head:
        tables.downloads(
            f"access-log-{asked['since']}-{asked['until']}",
            "access_log_download",
            lambda: _found(viewer, zone, asked),
            lambda: [_("Access log"), f"{asked['since']} – {asked['until']}"],
            viewer=viewer,
            of="access_log",
        )
    said = ngettext("{shown} entry", "{shown} entries", found.height, shown=words.number(found.height))
    if found.height == access_log.MOST:
        said += " · " + _("the latest ones; choose fewer days to see others")
    st.caption(said)
    _table(found, zone)


def _asked(viewer: Viewer) -> dict[str, Any] | None:
    """What is asked for; None while only one day is chosen."""
    known = {each.id: each for each in people.listed(database(), viewer)}
    today = now().date() + timedelta(days=1)  # further east it is tomorrow already
    objects = sorted((*access_log.PERSONAL, "opportunity", "sales_order", "ticket", "batch"), key=names.object_name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days: tuple[date, ...] = st.date_input(
            _("From day to day"),
            access_log.last_days(today),
            max_value=today,
            format="YYYY-MM-DD",
            key="log_days",
            width=230,
        )
        person = st.selectbox(
            _("Person"),
            list(known),
            index=None,
            placeholder=_("Everybody"),
            format_func=lambda key: known[key].name,
            key="log_person",
            width=220,
        )
        kind = st.selectbox(
            _("What was done"),
            KINDS,
            index=None,
            placeholder=_("Anything"),
            format_func=_kind,
            key="log_kind",
            width=180,
        )
        object_name = st.selectbox(
            _("Object"),
            objects,
            index=None,
            placeholder=_("All"),
            format_func=names.object_name,
            key="log_object",
            width=180,
        )
        record = st.number_input(
            _("Number of the record"), min_value=1, value=None, placeholder=_("Any"), key="log_record", width=150
        )
    if len(days) != 2:
        return None
    return {
        "since": days[0],
        "until": days[1],
        "user_id": person,
        "kind": kind,
        "object_name": object_name,
        "record_id": record,
    }


def _found(viewer: Viewer, zone: str, asked: dict[str, Any]) -> pl.DataFrame:
    return access_log.listed(database(), viewer, zone=zone, **asked)


def _kind(code: str) -> str:
    return {"read": _("looked at"), "export": _("took along")}[code]


def _table(found: pl.DataFrame, zone: str) -> None:
    st.dataframe(
        found.select(
            pl.Series("when", [words.moment(each, zone) for each in found["logged_at"]], dtype=pl.String),
            pl.col("person").fill_null(_("Command line")),
            pl.Series("what", [_kind(each) for each in found["kind"]], dtype=pl.String),
            pl.Series("object", [names.object_name(each) for each in found["object"]], dtype=pl.String),
            "record_id",
            "count",
            "place",
        ),
        hide_index=True,
        column_config={
            "when": st.column_config.TextColumn(_("When"), width=150),
            "person": st.column_config.TextColumn(_("Person")),
            "what": st.column_config.TextColumn(_("What was done")),
            "object": st.column_config.TextColumn(_("Object")),
            "record_id": st.column_config.NumberColumn(_("Record"), format="%d"),
            "count": st.column_config.NumberColumn(_("Records"), format="localized"),
            "place": st.column_config.TextColumn(_("Where")),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (found.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        key="access_log",
        alt=_("Access log"),
    )


main()
