"""Two records that may be one, side by side: where they differ, what would move, and what was merged before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crm import access, lists, queries, rules, sql, writing
from crm.access import Viewer
from crm.conditions import Field
from crm.custom_values import TAGS
from crm.db import Database
from crm.errors import NotFound
from crm.fields import NOT_EDITABLE, REFERENCES
from crm.merging import Read

_statement = sql.room(Path(__file__).parent / "statements" / "merge")


@dataclass(frozen=True)
class Side:
    """One of the two."""

    read: Read
    called: str
    is_archived: bool
    values: Mapping[str, Any]
    """Field → value; of a reference the key."""


@dataclass(frozen=True)
class Merged:
    """A merge that stands."""

    action_id: int
    winner_id: int
    loser_id: int
    made_at: datetime
    """UTC."""
    user_id: int | None


def fields(database: Database, viewer: Viewer, object_name: str) -> list[Field]:
    """The fields that are chosen one by one: those that the viewer writes, in the order of the form."""
    withheld = NOT_EDITABLE | set(getattr(viewer.acting("merge").scope(object_name), "masked", ()))
    known = {
        name: each for name, each in lists.fields(database, viewer, object_name).items()
        if each.column not in withheld and name != TAGS  # those of both stay
    }  # fmt: skip
    ordered = [known[name] for group in lists.definition(object_name).form for name in group if name in known]
    return [*ordered, *(each for each in known.values() if each not in ordered)]


def sides(database: Database, viewer: Viewer, object_name: str, *record_ids: int) -> list[Side]:
    """The records as they stand. Raises NotFound for one that the viewer does not see."""
    wanted = fields(database, viewer, object_name)
    columns = "".join(f", record.{sql.identifier(each.column)}" for each in wanted)
    text = _statement("sides", object=object_name, columns=columns)
    found = queries.answer(database, viewer, f"sides of {object_name}", text, {"ids": tuple(record_ids)})
    rows = {row["id"]: row for row in found.iter_rows(named=True)}
    for record_id in record_ids:
        if record_id not in rows:
            raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    return [_side(wanted, rows[record_id]) for record_id in record_ids]


def _side(wanted: list[Field], row: Mapping[str, Any]) -> Side:
    values = {each.name: row[each.column] for each in wanted}
    return Side(Read(row["id"], row["version"]), values.get("name") or f"#{row['id']}", row["is_archived"], values)


def moving(database: Database, viewer: Viewer, object_name: str, record_id: int) -> dict[str, int]:
    """Object → how many of its records name this one, of those that the viewer sees; the greatest first."""
    parts = [
        _statement("count_of", table=table, column=column)
        for table in access.RECORDS
        if viewer.scope(access.object_of(table)) is not None
        for column in rules.columns(database, table)
        if REFERENCES.get(column) == object_name and not column.startswith("merged_into_")
        and "version" in rules.columns(database, table)
    ]  # fmt: skip
    counts: dict[str, int] = {}
    text = " union all ".join(parts)
    for table, count in queries.answer(database, viewer, f"moving of {object_name}", text, {"id": record_id}).rows():
        counts[table] = counts.get(table, 0) + count
    return {table: count for table, count in sorted(counts.items(), key=lambda each: -each[1]) if count}


def count_keys(database: Database, viewer: Viewer, object_name: str, record_id: int) -> int:
    """By how many keys sources know a record; none are counted for who may not see loads."""
    text = _statement("count_keys")
    values: dict[str, queries.Value] = {"object": object_name, "id": record_id}
    return int(queries.answer(database, viewer, "keys of record", text, values).item())


def merges_of(database: Database, viewer: Viewer, object_name: str, record_id: int) -> list[Merged]:
    """The merges that stand and of which a record is part, the latest first, as far as the viewer sees both."""
    with database.cursor() as cursor:
        found = [Merged(*row) for row in cursor.rows(_statement("of_record"), object=object_name, id=record_id)]
    ids = {key for each in found for key in (each.winner_id, each.loser_id)}
    visible = writing.seen(database, viewer, object_name, ids) if ids else set()
    return [each for each in found if {each.winner_id, each.loser_id} <= visible]
