"""What was done, by whom, and how is it taken back? Actions of people and loads in one order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from crm import access, changes, lists, queries, undo
from crm.access import Viewer
from crm.errors import PintailError
from crm.queries import Value
from crm.ui import changes as told
from crm.ui import errors, loads, names, tables, ways_back, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

PAGE = 25
"""Actions of a page."""
MOST = 200
"""Changes of an action that are shown."""
COMMAND = "command"
"""In the address: who runs the command line."""
KINDS = ("edit", "create", "archive", "restore", "merge", "undo", "load")
FILTERS = ("person", "object", "kind", "from", "until")
TABLE = "history_actions"
SPAN = "history_span"
"""In the session: what taking back what somebody did in a span came to."""
Row = Mapping[str, Any]


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    zone = queries.clock(database(), viewer).zone
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(_("History"), width="content")
        if _may_take_back(viewer):
            _span(viewer, zone)
    errors.show_kept()
    ways_back.said(viewer)
    _said_of_span(viewer)
    wanted = _wanted(viewer, zone)
    found = _page(viewer, wanted)
    if found.is_empty():
        _nothing()
        return
    _table(viewer, found, zone)
    _pages(int(found["count_all"][0]))
    _chosen(viewer, found, zone)


# What is asked for


@dataclass(frozen=True)
class _Wanted:
    user_id: int | None = None
    is_command: bool = False
    object: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def values(self) -> dict[str, Value]:
        """As the question takes them."""
        return {**vars(self)}


def _wanted(viewer: Viewer, zone: str) -> _Wanted:
    """What the address asks for, by the fields above the list."""
    people = _people(viewer)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        person = _select("person", _("Person"), list(people), people.get)
        name = _select("object", _("Records"), [each for each in lists.NAMES if viewer.may("read", each)],
                       names.object_name)  # fmt: skip
        kinds = [each for each in KINDS if each != "load" or viewer.may("read", "batch")]
        kind = _select("kind", _("What"), kinds, names.action)
        since, until = _day("from", _("From")), _day("until", _("Until"))
        if any(name in st.query_params for name in FILTERS):
            st.button(_("All"), icon=":material/filter_alt_off:", type="tertiary", on_click=_forget)
    return _Wanted(
        user_id=int(person) if person and person != COMMAND else None,
        is_command=person == COMMAND,
        object=name,
        kind=kind,
        since=_begin(since, zone) if since else None,
        until=_begin(until + timedelta(days=1), zone) if until else None,
    )


def _people(viewer: Viewer) -> dict[str, str]:
    found = queries.query(database(), viewer, "history/people").rows()
    known = {str(user_id): name or f"#{user_id}" for user_id, name in found if user_id is not None}
    return known | ({COMMAND: _("Command line")} if any(user_id is None for user_id, _name in found) else {})


def _select(name: str, title: str, options: list[str], in_words: Any) -> str | None:
    asked = st.query_params.get(name)
    st.session_state[f"history_{name}"] = asked if asked in options else None
    chosen: str | None = st.selectbox(
        title, options, format_func=in_words, placeholder=_("All"), width=170, key=f"history_{name}",
        on_change=_choose, args=(name,),
    )  # fmt: skip
    return chosen


def _day(name: str, title: str) -> date | None:
    st.session_state[f"history_{name}"] = _read_day(st.query_params.get(name, ""))
    chosen: date | None = st.date_input(
        title, value=None, format="YYYY-MM-DD", width=150, key=f"history_{name}", on_change=_choose, args=(name,)
    )
    return chosen


def _read_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None


def _choose(name: str) -> None:
    value = st.session_state[f"history_{name}"]
    st.query_params.pop("page", None)
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = str(value)


def _forget() -> None:
    for name in (*FILTERS, "page"):
        st.query_params.pop(name, None)


def _begin(day: date, zone: str) -> datetime:
    """The moment (UTC) with which a day of the company begins."""
    return _utc(datetime.combine(day, time()), zone)


def _utc(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def _page(viewer: Viewer, wanted: _Wanted) -> pl.DataFrame:
    values = {"action_id": None, "count": PAGE, "skip": PAGE * (_number("page", 1) - 1)}
    return queries.query(database(), viewer, "history/actions", **values, **wanted.values)


def _number(name: str, otherwise: int) -> int:
    """A number of the address."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 and int(text) else otherwise


def _nothing() -> None:
    if any(name in st.query_params for name in (*FILTERS, "page")):
        st.info(_("Nothing fits. Take a filter off."), icon=":material/search_off:")
    else:
        said = _("Nothing was done yet. What people change and what files bring is listed here, with the way back.")
        st.info(said, icon=":material/history:")


# The list


def _table(viewer: Viewer, found: pl.DataFrame, zone: str) -> None:
    known = _names(viewer, found)
    rows = found.to_dicts()
    cells: dict[str, list[str | None]] = {
        "when": [words.moment(row["made_at"], zone) for row in rows],
        "who": [_who(row) for row in rows],
        "what": [names.action(row["kind"]) for row in rows],
        "object": [_objects(row) for row in rows],
        "record": [_record(row, known) for row in rows],
        "back": [_back(row, zone) for row in rows],
    }
    shown = pl.DataFrame({name: pl.Series(values, dtype=pl.String) for name, values in cells.items()})
    text, whole = st.column_config.TextColumn, st.column_config.NumberColumn
    back = ["back"] if shown["back"].is_not_null().any() else []
    st.dataframe(
        shown.hstack(found.select("count_records", "count_values")),
        hide_index=True,
        column_order=["when", "who", "what", "object", "record", "count_records", "count_values", *back],
        column_config={
            "when": text(_("When"), width=150),
            "who": text(_("Who"), width=120),
            "what": text(_("What"), width=85),
            "object": text(_("Kind"), width=100),
            "record": text(_("Name"), width=190),
            "count_records": whole(_("Records"), format="localized", width=70),
            "count_values": whole(_("Values"), format="localized", width=65),
            "back": text(_("Taken back"), width=240),
        },
        on_select=_open,
        selection_mode="single-row",
        row_height=tables.ROW_HEIGHT,
        height=tables.ROW_HEIGHT * (min(shown.height, 12) + 1) + 2,
        placeholder="–",
        key=f"{TABLE}_{_number('page', 1)}",
        alt=_("History"),
    )
    st.session_state[TABLE] = [
        ("load", row["batch_id"]) if row["batch_id"] else ("action", row["action_id"]) for row in rows
    ]


def _open() -> None:
    """Write the chosen action into the address."""
    chosen = st.session_state[f"{TABLE}_{_number('page', 1)}"]["selection"]["rows"]
    st.query_params.pop("action", None)
    st.query_params.pop("load", None)
    if chosen:
        name, key = st.session_state[TABLE][chosen[0]]
        st.query_params[name] = str(key)


def _names(viewer: Viewer, found: pl.DataFrame) -> dict[tuple[str, int], str]:
    """The names of the records of actions."""
    named = found.drop_nulls(["object", "record_id"]).select("object", "record_id").unique()
    return {
        (name, key): called
        for (name,), part in named.group_by("object")
        for key, called in changes.names(database(), viewer, str(name), part["record_id"].to_list()).items()
    }


def _who(row: Row, name: str = "person", user_id: str = "user_id") -> str:
    """Who did it: a person, or the command line."""
    if row[name]:
        return str(row[name])
    return _("Command line") if row[user_id] is None else f"#{row[user_id]}"


def _objects(row: Row) -> str:
    if row["batch_id"] is None:
        return names.object_name(row["object"])
    kinds = row["objects"] or []
    return names.object_name(kinds[0]) if len(kinds) == 1 else ngettext("{count} kind", "{count} kinds", len(kinds))


def _record(row: Row, known: Mapping[tuple[str, int], str]) -> str | None:
    """The record that it was done to, and how many others; of a load, its files."""
    if row["batch_id"] is not None:
        first, count = row["file"] or "–", (row["count_files"] or 1) - 1
        return _("{files} and {count} more", files=first, count=words.number(count)) if count else str(first)
    if row["record_id"] is None:
        return None
    called = known.get((row["object"], row["record_id"]), f"#{row['record_id']}")
    others = row["count_records"] - 1
    if others < 1 or row["kind"] == "merge":
        return called
    return _("{record} and {count} more", record=called, count=words.number(others))


def _back(row: Row, zone: str) -> str | None:
    """Whether it was taken back, by whom and when."""
    at = row["undone_at"] or row["back_at"]
    if at is None:
        return None
    said = " · ".join([_who(row, "back_person", "back_by"), words.moment(at, zone)])
    return said if row["undone_at"] else _("in part: {said}", said=said)


def _pages(count: int) -> None:
    pages = -(-count // PAGE)
    if pages > 1:
        current = min(_number("page", 1), pages)
        key = f"history_turn_{pages}_{current}"
        st.pagination(pages, default=current, key=key, on_change=_turn, args=(key,))


def _turn(key: str) -> None:
    st.query_params["page"] = str(st.session_state[key])


# One action


def _chosen(viewer: Viewer, listed: pl.DataFrame, zone: str) -> None:
    load, action = _number("load", 0), _number("action", 0)
    if load and viewer.may("read", "batch"):
        said = _("Load {batch} on the import page, with its records and its way back", batch=load)
        st.page_link("loads.py", label=said, icon=":material/upload_file:", query_params={loads.LOAD: str(load)})
    if not action:
        return
    found = listed.filter(pl.col("action_id") == action)
    if found.is_empty():  # it stands on another page
        asked = {"action_id": action, "count": 1, "skip": 0} | _Wanted().values
        found = queries.query(database(), viewer, "history/actions", **asked)
    if found.is_empty():
        st.info(_("There is no such action among those that you may see."), icon=":material/info:")
        return
    row = found.row(0, named=True)
    with st.container(border=True):
        record = _record(row, _names(viewer, found))
        title = " · ".join(filter(None, [names.action(row["kind"]), names.object_name(row["object"]), record]))
        st.markdown(f"**{words.escaped(title)}**")
        st.caption(f"{words.escaped(_who(row))} · {words.moment(row['made_at'], zone)}")
        if row["undone_at"] is not None:
            st.caption(_("Taken back: {said}", said=words.escaped(_back(row, zone) or "")))
        _changes(viewer, action, zone)
        _way_back(viewer, row)


def _changes(viewer: Viewer, action: int, zone: str) -> None:
    found = queries.query(database(), viewer, "history/changes", action_id=action, count=MOST)
    if found.is_empty():
        return
    known, called = told.references(viewer, found), _names(viewer, found)
    rows = found.to_dicts()
    cells: dict[str, list[str | None]] = {
        "record": [called.get((row["object"], row["record_id"]), f"#{row['record_id']}") for row in rows],
        "field": [names.field(row["field"].removesuffix("_id")) for row in rows],
        "before": [told.in_words(row["field"], row["before"], known, zone) for row in rows],
        "after": [told.in_words(row["field"], row["after"], known, zone) for row in rows],
    }
    text = st.column_config.TextColumn
    st.dataframe(
        pl.DataFrame({name: pl.Series(values, dtype=pl.String) for name, values in cells.items()}),
        hide_index=True,
        column_config={
            "record": text(_("Name"), width="medium"),
            "field": text(_("Field"), width=140),
            "before": text(_("Before"), width=180),
            "after": text(_("After"), width=180),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (found.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        key="history_changes",
        alt=_("Changes"),
    )
    total = int(found["count_all"][0])
    said = ngettext("{count} value", "{count} values", total)
    if total > found.height:
        said += " · " + _("the first {count} are shown", count=words.number(found.height))
    st.caption(said)


def _way_back(viewer: Viewer, row: Row) -> None:
    """What taking it back would do, and the button, for who may."""
    verb = undo.VERBS.get(row["kind"])
    if verb is None or row["undone_at"] is not None or not viewer.may(verb, access.object_of(row["object"])):
        return
    try:
        foreseen = undo.foresee(database(), viewer, row["action_id"])
    except PintailError as error:
        st.caption(words.explain(error))
        return
    st.caption(" ".join([_foreseen(row["kind"], foreseen), *ways_back.stays(viewer, foreseen.kept)]))
    if foreseen.count_values:
        ways_back.button(viewer, row["action_id"], "history_back")


def _foreseen(kind: str, foreseen: undo.Foreseen) -> str:
    if not foreseen.count_values:
        return _("Nothing of it can be taken back.")
    if kind == "create":
        return _("If you take it back, the record is put away; what others wrote into it stays.")
    values = ngettext("{count} value", "{count} values", foreseen.count_values)
    records = ngettext("{count} record", "{count} records", foreseen.count_records)
    if kind == "merge":
        return _("If you take it back, the two are parted again: {values} of {records} go back.",
                 values=values, records=records)  # fmt: skip
    return _("If you take it back, {values} of {records} are again what they were.", values=values, records=records)


# What a person did in a span


def _may_take_back(viewer: Viewer) -> bool:
    return any(viewer.may(verb, name) for verb in set(undo.VERBS.values()) for name in access.objects())


def _span(viewer: Viewer, zone: str) -> None:
    with st.popover(_("Take back a span of time"), icon=":material/undo:"):
        st.caption(_("What one person did from one moment to another. Times are those of {zone}.", zone=zone))
        people = _people(viewer)
        person = st.selectbox(
            _("Person"), list(people), index=None, format_func=people.get, placeholder=_("Choose a person"),
            key="span_person",
        )  # fmt: skip
        since = st.datetime_input(_("From"), value=None, format="YYYY-MM-DD", key="span_from")
        until = st.datetime_input(_("Until"), value=None, format="YYYY-MM-DD", key="span_until")
        if person is None or since is None or until is None:
            return
        if since >= until:
            st.info(_("The end has to be after the beginning."), icon=":material/info:")
            return
        asked = (None if person == COMMAND else int(person), _utc(since, zone), _utc(until, zone))
        _ask_span(viewer, *asked)


def _ask_span(viewer: Viewer, user_id: int | None, since: datetime, until: datetime) -> None:
    values: dict[str, Value] = {"user_id": user_id, "since": since, "until": until}
    actions, records = queries.query(database(), viewer, "history/between", **values).row(0)
    if not actions:
        st.info(_("Nothing was done then that still counts."), icon=":material/info:")
        return
    st.markdown(
        _(
            "{actions} of {records} are taken back, the last first, all or nothing. What others changed since stays.",
            actions=ngettext("{count} action", "{count} actions", actions),
            records=ngettext("{count} record", "{count} records", records),
        )
    )
    st.button(_("Take all of it back"), type="primary", icon=":material/undo:", on_click=_take_span,
              args=(viewer, user_id, since, until), key="span_back")  # fmt: skip


@errors.kept
def _take_span(viewer: Viewer, user_id: int | None, since: datetime, until: datetime) -> None:
    st.session_state[SPAN] = undo.undo_between(database(), viewer, user_id, since, until)


def _said_of_span(viewer: Viewer) -> None:
    done: list[undo.Undone] | None = st.session_state.pop(SPAN, None)
    if done is None:
        return
    kept = tuple(place for each in done for place in each.kept)
    count = sum(each.action_id is not None for each in done)
    said = ngettext("{count} action is taken back.", "{count} actions are taken back.", count)
    st.success(" ".join([said, *ways_back.stays(viewer, kept)]), icon=":material/undo:")


main()
