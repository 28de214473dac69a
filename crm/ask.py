"""`python -m crm query`: a KPI or a named query, as a person or as the file's owner, in a form that JSON has."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from crm import access, i18n, metrics, queries, reading, sql
from crm.access import Viewer
from crm.db import Database, EngineError
from crm.errors import NotFound, WrongUse
from crm.periods import Period
from crm.server.client import Progress

SPAN = ("period", "since", "until")


def as_person(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    """The answer as the user with the e-mail `as` sees it."""
    with database.cursor() as cursor:
        viewer = access.viewer_of(cursor, args["as"])
    return _answer(database, viewer, args["name"], args["params"])


def as_owner(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    """The answer as the file's owner sees it, who sees all."""
    return _answer(database, access.owner_of_file(), args["name"], args["params"])


def _answer(database: Database, viewer: Viewer, name: str, params: Mapping[str, str]) -> dict[str, Any]:
    today = queries.clock(database, viewer).today
    if name in metrics.registry():
        return _number(database, viewer, name, params, today)
    if name not in queries.names():
        raise queries.not_found(name, [*metrics.registry(), *queries.names()])
    return _rows(database, viewer, name, params, today)


def _number(database: Database, viewer: Viewer, name: str, params: Mapping[str, str], today: date) -> dict[str, Any]:
    unknown = params.keys() - set(SPAN)
    if unknown:
        raise WrongUse("A KPI takes period, since and until, not {unknown}.", unknown=", ".join(sorted(unknown)))
    with queries.moment(database, viewer):
        found = metrics.number(database, viewer, name, period_of(params, today))
    return {
        "name": name,
        "value": plain(found.value),
        "unit": found.unit,
        "period": found.period.code(),
        "as_of": found.as_of.isoformat(),
        "currency": found.currency,
        "note": _sentence(found),
    }


def _sentence(found: metrics.Number) -> str | None:
    if found.note is None:
        return None
    return i18n.gettext(found.note, **{name: i18n.number(count) for name, count in found.note_values.items()})


def _rows(database: Database, viewer: Viewer, name: str, params: Mapping[str, str], today: date) -> dict[str, Any]:
    text = sql.read(queries.path_of(name))
    asked = sql.parameters(text)
    if "record" in asked and "record" in params:
        _check_record(params["record"], {table[5:] for table in reading.tables_of(text) if table.startswith("core.")})
    values: dict[str, queries.Value] = dict(params)
    if asked & {"since", "until"}:
        period = period_of(params, today)
        values = {key: value for key, value in values.items() if key not in SPAN}
        values |= {"since": period.since, "until": period.until}
    try:
        frame = queries.query(database, viewer, name, **values)
    except EngineError as error:
        raise WrongUse(
            "{name} cannot be answered with these values: {reason}", name=name, reason=str(error).splitlines()[0]
        ) from error
    if "record" in asked and frame.is_empty():
        raise NotFound("There is no record {record} that you may see. Look up its key.", record=params["record"])
    rows = [{key: plain(value) for key, value in row.items()} for row in frame.iter_rows(named=True)]
    return {"name": name, "rows": rows}


def _check_record(record: str, objects: Collection[str]) -> None:
    """Raise WrongUse where a text cannot name a record."""
    name, _, key = record.partition(":")
    if name not in objects:
        near = get_close_matches(name, objects, 1)
        raise WrongUse(
            "{record} names no kind of record. Write one of {objects}, a colon and the key, such as {near}:17.",
            record=repr(record),
            objects=", ".join(sorted(objects)),
            near=near[0] if near else "account",
        )
    if not (key.isascii() and key.isdigit()):
        raise WrongUse(
            "{record} has no key. Write a number behind the colon: {name}:17.", record=repr(record), name=name
        )


def period_of(params: Mapping[str, str], today: date) -> Period:
    """The period that period=, or since= and until=, name; all time without them."""
    if "period" in params:
        if params.keys() & {"since", "until"}:
            raise WrongUse("Give either period, or since and until.")
        return Period.parse(params["period"], today)
    if not (params.get("since") or params.get("until")):
        return Period()
    return Period.parse(f"{params.get('since', '')}..{params.get('until', '')}", today)


def plain(value: object) -> Any:
    """A value as JSON has it: exact numbers become plain ones, days and times their ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
