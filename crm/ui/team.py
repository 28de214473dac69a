"""What each member of staff brought in a period; a chosen row narrows the page to that person."""

from typing import Any

import polars as pl
import streamlit as st

from crm import metrics, queries
from crm.access import Viewer
from crm.periods import Period
from crm.selection import EVERYTHING, Selection
from crm.ui import cards, filters, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _

COLUMNS = ("won_revenue", "win_rate", "revenue")
"""KPIs of the table that a credited owner brings; the first sorts it."""


def results(viewer: Viewer, period: Period, chosen: Selection) -> None:
    """A row for each member of staff who is credited with anything."""
    frame = _frame(viewer, period, chosen)
    if frame.is_empty():
        is_narrowed = chosen != EVERYTHING and not _frame(viewer, period, EVERYTHING).is_empty()
        said = _("Nobody is credited with anything in this period.")
        filters.nothing(viewer, said, "team", is_narrowed=is_narrowed)
        return
    currency = queries.clock(database(), viewer).currency
    shown = frame.with_columns(
        pl.Series(
            name, [None if value is None else words.money(value, currency, 0) for value in frame[name]], pl.String
        )
        for name in ("won_revenue", "revenue")
        if name in frame.columns
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_order=["name", "team", *(name for name in COLUMNS if name in shown.columns)],
        column_config=_columns(),
        on_select=_choose,
        selection_mode="single-row",
        placeholder="–",
        key="team_results",
        alt=_("Results of the team"),
    )
    if said := cards.not_narrowed(chosen, *(metrics.find(name) for name in COLUMNS if name in shown.columns)):
        st.caption(said)


def _frame(viewer: Viewer, period: Period, chosen: Selection) -> pl.DataFrame:
    """id, name, team and the KPIs that the viewer sees, the best first."""
    values = queries.query(database(), viewer, "home/filter_values")
    staff = values.filter(pl.col("filter") == "owner").select("team_id", name="title", id=pl.col("code").cast(pl.Int64))
    teams = values.filter(pl.col("filter") == "team").select("team_id", team="title")
    frame = staff.join(teams, on="team_id", how="left", maintain_order="left")
    seen = [name for name in COLUMNS if metrics.may_see(viewer, metrics.find(name))]
    for name in seen:
        found = metrics.by_part(database(), viewer, name, "credited_owner_id", period, chosen)
        frame = frame.join(found.rename({"part": "id", "value": name}), on="id", how="left", maintain_order="left")
    credited = frame.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in seen))
    return credited.sort(seen[0], "name", descending=[True, False], nulls_last=True)


def _choose() -> None:
    viewer = require()
    rows = st.session_state["team_results"]["selection"]["rows"]
    if rows:
        frame = _frame(viewer, filters.period(viewer), filters.selection(viewer))
        st.query_params["owner"] = str(frame["id"][rows[0]])


def _columns() -> dict[str, Any]:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    return {
        "name": text(_("Person"), width="medium"),
        "team": text(_("Team"), width="medium"),
        "won_revenue": text(_("Won"), alignment="right"),
        "win_rate": number(_("Win rate"), format="%.0f%%"),
        "revenue": text(_("Revenue"), alignment="right"),
    }
