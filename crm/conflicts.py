"""What loads brought against what people wrote: listed as it stands now, and decided one by one."""

from pathlib import Path
from typing import Any

import polars as pl

from crm import i18n, queries, records, sql
from crm.access import Viewer
from crm.db import Database
from crm.errors import PintailError
from crm.fields import REFERENCES

_statement = sql.room(Path(__file__).parent / "statements" / "conflict")
CALLED = {"sales_order": "number", "ticket": "subject", "task": "subject", "interaction": "subject"}
"""Object → column of what people call one of its records, where that is not its name."""
NAMELESS = frozenset(("campaign_member", "survey_response", "fx_rate"))
"""Objects whose records nobody calls anything."""


def listed(database: Database, viewer: Viewer) -> pl.DataFrame:
    """The values that nobody has decided on, as far as the viewer may see, each with what stands there now.

    A value that several loads brought is one question.
    """
    found = _open(database, viewer)
    return found.filter(~pl.col("is_repeated")).drop("is_repeated") if found.width else found


def decide(database: Database, viewer: Viewer, conflicts: list[int], *, accept: bool) -> list[dict[str, Any]]:
    """Take the values of conflicts, or refuse them; what became of each, `error` saying why it was not decided."""
    return [_decided(database, viewer, conflict, accept=accept) for conflict in conflicts]


def _decided(database: Database, viewer: Viewer, conflict: int, *, accept: bool) -> dict[str, Any]:
    """`standing` is what stood there at the moment of the decision, which may be newer than what was listed."""
    open_ones = {row["conflict"]: row for row in _open(database, viewer).to_dicts()}
    try:
        records.decide(database, viewer, conflict, accept=accept)
    except PintailError as error:
        return {"conflict": conflict, "error": i18n.explain(error)}
    return open_ones.get(conflict, {"conflict": conflict}) | {"is_accepted": accept, "error": None}


def _open(database: Database, viewer: Viewer) -> pl.DataFrame:
    """A frame without columns where nothing waits."""
    name = "conflicts"
    found = queries.answer(database, viewer, name, _statement("open_fields"), {}).rows()
    if not found:
        return pl.DataFrame()
    fields = " union all ".join(_field(*pair) for pair in found)
    return queries.answer(database, viewer, name, _statement("open", fields=fields), {})


def _field(name: str, field: str) -> str:
    """The query of how the records stand that loads brought other values of a field for."""
    slots = {"object": name, "field": field, "name": _called(name, "record")}
    target = REFERENCES.get(field)
    named = {"standing": "stands", "value": "brought", "before": "stood"}
    if target is None:
        return _statement("field", joins="", **dict.fromkeys(named, "null::varchar"), **slots)
    joins = _statement("named", target=target, field=field)
    return _statement("field", joins=joins, **{slot: _called(target, one) for slot, one in named.items()}, **slots)


def _called(name: str, alias: str) -> str:
    """What people call a record of an object."""
    return "null::varchar" if name in NAMELESS else f"{alias}.{CALLED.get(name, 'name')}"
