"""What became of a record: each value that changed, when, by which load or person, and in which record of which load.

Before each load and each undo the record was kept as it stood, and each field that a person changed. From one such
state to the next, a load changed what differs, but for what people changed after it. All is read through `visible.*`,
so a viewer learns of no field that is masked and of no record that is not in scope.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from crm import access, following, queries, sql
from crm.access import Viewer
from crm.db import Database
from crm.fields import NOT_EDITABLE, REFERENCES

_statement = sql.room(Path(__file__).parent / "statements" / "change")
DERIVED = (NOT_EDITABLE - {"archived_at"}) | {
    "is_archived", "is_present", "replaced_by_batch_id", "row_hash", "line_key", "file_position",
}  # fmt: skip
"""Columns that say nothing of their own."""
CALLED = {"sales_order": "number", "ticket": "subject", "interaction": "subject", "task": "subject"}
"""Column that names a record, where it is not `name`."""
NAMELESS = ("opportunity_line", "order_line", "ticket_event", "campaign_member", "survey_response", "fx_rate")

State = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A field that got another value, or the record as it came, which has no field."""

    step: str
    """created, load, undo, edit or event. What a person wrote into a new record is created as well."""
    version: int | None = None
    """That the record had after it; null of an event."""
    changed_at: datetime | None = None
    """UTC; null where only who may see loads could know."""
    field: str | None = None
    before: str | None = None
    after: str | None = None
    user_id: int | None = None
    person: str | None = None
    batch_id: int | None = None
    record_number: int | None = None
    reason: str | None = None
    """Why, in the person's words."""


SCHEMA: dict[str, Any] = {
    "step": pl.String, "version": pl.Int64, "changed_at": pl.Datetime, "field": pl.String, "before": pl.String,
    "after": pl.String, "user_id": pl.Int64, "person": pl.String, "batch_id": pl.Int64, "record_number": pl.Int64,
    "reason": pl.String,
}  # fmt: skip


def key_of(record: str) -> tuple[str, int] | None:
    """Table and key of a record that is written as opportunity:17; None for any other text."""
    table, _, key = record.partition(":")
    is_one = table in access.RECORDS and key.isascii() and key.isdecimal() and len(key) < 18
    return (table, int(key)) if is_one else None


def of(database: Database, viewer: Viewer, record: str) -> pl.DataFrame:
    """The changes of a record, the latest first, as far as the viewer may see; none of a record that it does not."""
    known = key_of(record)
    states = _states(database, viewer, *known) if known else []
    if known is None or not states:
        return pl.DataFrame(schema=SCHEMA)
    table, key = known
    edits = queries.query(database, viewer, "record/edits", object=table, record_id=key).to_dicts()
    found = [*_from_states(states, edits), *_from_edits(edits)]
    if table == "opportunity":
        found = [change for change in found if change.field not in following.OF_EVENT]
        found += _from_events(queries.query(database, viewer, "record/deal_events", record_id=key).to_dicts())
    frame = pl.DataFrame([asdict(change) for change in found], schema=SCHEMA)
    return _latest_first(_with_loads(database, viewer, frame))


def names(database: Database, viewer: Viewer, table: str, keys: list[int]) -> dict[int, str]:
    """Key → name of those records of a table that the viewer sees."""
    if table in NAMELESS or not keys:
        return {}
    text = _statement("names", table=sql.identifier(table), name=sql.identifier(CALLED.get(table, "name")))
    frame = queries.answer(database, viewer, f"names of {table}", text, {"ids": tuple(sorted(set(keys)))})
    return dict(frame.rows())


def references_seen(database: Database, viewer: Viewer, table: str, key: int) -> dict[str, bool]:
    """Column of a record by which it refers to others → whether all that loads ever put there are seen by the viewer.

    Of a field that a person changed this is not known: a load may have brought something else meanwhile.
    """
    states = _states(database, viewer, table, key)
    edited = set(queries.query(database, viewer, "record/edits", object=table, record_id=key)["field"])
    found = {}
    for column in states[0].keys() & REFERENCES.keys() if states else ():
        target = REFERENCES[column]
        keys = {int(state[column]) for state in states if state[column]}
        if keys:
            text = _statement("seen", table=sql.identifier(target))
            seen = queries.answer(database, viewer, f"seen {target}", text, {"ids": tuple(sorted(keys))})
            found[column] = column not in edited and seen.height == len(keys)
    return found


def statement_of_states(table: str) -> str:
    """The statement that reads all states of a record of a table."""
    return _statement("states", table=sql.identifier(table), history=sql.identifier(f"history_{table}"))


def _states(database: Database, viewer: Viewer, table: str, key: int) -> list[State]:
    """The states of a record, the first one first."""
    found = queries.answer(database, viewer, f"states of {table}", statement_of_states(table), {"id": key})
    order = "version" if "version" in found.columns else "replaced_by_batch_id"
    return list(found.sort(pl.col("is_present"), pl.col(order).cast(pl.Int64), nulls_last=True).iter_rows(named=True))


def _from_states(states: list[State], edits: list[dict[str, Any]]) -> Iterator[Change]:
    """What loads and undos changed: the record as it came, then each difference from one state to the next."""
    first = states[0]
    made_at = first.get("created_at")
    yield Change("created", 1, datetime.fromisoformat(made_at) if made_at else None, **_source(first))
    for state, after in pairwise(states):
        began, ended = _version(state), _version(after)
        later = [edit for edit in edits if began < edit["version"] <= ended]
        left = {**after, **{edit["field"]: edit["before"] for edit in reversed(later)}}
        is_undo = state["replaced_by_batch_id"] is None
        is_last = ended == began + 1 and after.get("updated_at")
        shared: dict[str, Any] = {} if is_undo else _source(after, int(state["replaced_by_batch_id"]))
        for field in sorted(after.keys() - DERIVED):
            if state[field] != left[field]:
                yield Change(
                    "undo" if is_undo else "load",
                    began + 1,
                    datetime.fromisoformat(after["updated_at"]) if is_last else None,
                    field,
                    state[field],
                    left[field],
                    **shared,
                )


def _version(state: State) -> int:
    return int(state.get("version") or 0)


def _source(state: State, batch_id: int | None = None) -> dict[str, Any]:
    """Load and record that a state is of; the record is not known of `batch_id`, a load that was taken back since."""
    found = {name: None if state[name] is None else int(state[name]) for name in ("batch_id", "record_number")}
    return found if batch_id in (None, found["batch_id"]) else {"batch_id": batch_id}


def _from_edits(edits: list[dict[str, Any]]) -> Iterator[Change]:
    for edit in edits:
        yield Change("created" if edit["version"] == 1 else "edit", **edit)


def _from_events(events: list[dict[str, Any]]) -> Iterator[Change]:
    """How a deal went on: what differs from one event to the next."""
    before: dict[str, Any] = {}
    for event in events:
        shared = {name: event[name] for name in ("changed_at", "user_id", "person", "batch_id", "record_number")}
        for field in sorted(following.OF_EVENT):
            if event[field] != before.get(field):
                yield Change("event", field=field, before=before.get(field), after=event[field], **shared)
        before = event


def _latest_first(frame: pl.DataFrame) -> pl.DataFrame:
    """By time; a change of unknown time follows the one from which it went on."""
    of_record = frame.filter(pl.col("step") != "event").sort("version", maintain_order=True)
    events = frame.filter(pl.col("step") == "event")
    timed = [each.with_columns(place=pl.col("changed_at").forward_fill()) for each in (of_record, events)]
    return pl.concat(timed).sort("place", nulls_last=False, maintain_order=True).drop("place", "version").reverse()


def _with_loads(database: Database, viewer: Viewer, frame: pl.DataFrame) -> pl.DataFrame:
    """Who made the loads, and where it is not known better when, for who may see loads."""
    batches = tuple(frame["batch_id"].drop_nulls().unique().sort())
    loads = queries.query(database, viewer, "record/loads", batch_ids=batches) if batches else pl.DataFrame()
    if loads.is_empty():
        return frame.with_columns(came_by=pl.lit(None, pl.String))
    joined = frame.join(loads, on="batch_id", how="left", maintain_order="left", suffix="_of_load")
    is_load = pl.col("batch_id").is_not_null() & (pl.col("step").ne("event") | pl.col("user_id").is_null())
    return joined.with_columns(
        changed_at=pl.when(is_load & pl.col("step").ne("event"))
        .then(pl.coalesce("changed_at", "applied_at"))
        .otherwise("changed_at"),
        user_id=pl.when(is_load).then("user_id_of_load").otherwise("user_id"),
        person=pl.when(is_load).then("person_of_load").otherwise("person"),
    ).drop("applied_at", "user_id_of_load", "person_of_load")
