"""What loads brought against what people wrote: listed as it stands now, and decided one by one."""

from pathlib import Path
from typing import Any

from crm import i18n, records, sql
from crm.access import owner_of_file
from crm.db import Cursor, Database
from crm.errors import PintailError
from pipelines.objects import OBJECTS

statement = sql.room(Path(__file__).parent / "statements" / "conflicts")


def listed(database: Database) -> list[dict[str, Any]]:
    """The values that nobody has decided on, each with what stands there now."""
    with database.cursor() as cursor:
        return [row for row in _open(cursor) if not row.pop("is_repeated")]


def decide(database: Database, conflicts: list[int], *, accept: bool) -> list[dict[str, Any]]:
    """Take the values of conflicts, or refuse them; what became of each, `error` saying why it was not decided."""
    return [_decided(database, conflict, accept=accept) for conflict in conflicts]


def _decided(database: Database, conflict: int, *, accept: bool) -> dict[str, Any]:
    """`standing` is what stood there at the moment of the decision, which may be newer than what was listed."""
    with database.cursor() as cursor:
        open_ones = {row["conflict"]: row for row in _open(cursor)}
    try:
        records.decide(database, owner_of_file(), conflict, accept=accept)
    except PintailError as error:
        return {"conflict": conflict, "error": i18n.explain(error)}
    return open_ones.get(conflict, {"conflict": conflict}) | {"is_accepted": accept, "error": None}


def _open(cursor: Cursor) -> list[dict[str, Any]]:
    found = cursor.rows(statement("open_fields"))
    if not found:
        return []
    fields = " union all ".join(_field(name, field) for name, field in found)
    return cursor.frame(statement("open", fields=fields)).to_dicts()


def _field(name: str, field: str) -> str:
    """The query of how the records stand that loads brought other values of a field for."""
    slots = {"object": name, "field": field, "name": _called(name, "record")}
    target = records.REFERENCES.get(field)
    named = {"standing": "stands", "value": "brought", "before": "stood"}
    if target is None:
        return statement("field", joins="", **dict.fromkeys(named, "null::varchar"), **slots)
    joins = statement("named", target=target, field=field)
    return statement("field", joins=joins, **{slot: _called(target, one) for slot, one in named.items()}, **slots)


def _called(name: str, alias: str) -> str:
    """What people call a record of an object."""
    known_by = OBJECTS[name].known_by
    if not known_by:
        return "null::varchar"
    return f"{alias}.{'name' if 'name' in known_by else known_by[0]}"
