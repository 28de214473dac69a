"""Lists of records: searched, filtered, sorted and cut into pages by the engine, whatever their size.

What a person chose is a tree of plain values. Fields are whitelisted by what the viewer may see, and values are bound,
so no text becomes SQL.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from crm import access, changes, custom, queries, sql
from crm.access import Viewer
from crm.custom_values import TAGS
from crm.db import Database
from crm.errors import InvalidRecord, NotFound
from crm.fields import LISTED, MERGEABLE, REFERENCES
from crm.queries import Value
from crm.settings import ROOT

_statement = sql.room(Path(__file__).parent / "statements" / "list")
LISTS = ROOT / "data" / "lists"
NAMES = LISTED
"""The objects that have a list, in the order of the menu."""
HIDDEN = frozenset((
    "id", "version", "batch_id", "record_number", "custom_fields", "archived_at", "is_archived", "created_by",
    "updated_by", *(f"merged_into_{name}_id" for name in MERGEABLE),
))  # fmt: skip
"""Columns that are no field of a list."""
KINDS = {"BOOLEAN": "flag", "DATE": "day", "TIMESTAMP": "moment", "BIGINT": "number", "INTEGER": "number"}
"""Type of a column → kind of a field; a decimal is a number, anything else a text."""


@dataclass(frozen=True)
class Field:
    """Something of a record that a list can show, filter and sort by."""

    name: str
    column: str
    kind: str
    """text, number, day, moment, flag, reference or tags."""

    @property
    def target(self) -> str | None:
        """The object that a reference names."""
        return REFERENCES.get(self.column)

    @property
    def called(self) -> str:
        """The column by which a record that is referred to is called."""
        return changes.CALLED.get(self.target or "", "name")


@dataclass(frozen=True)
class Condition:
    """A filter by one field. Values are texts, as an address carries them."""

    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What a person chose of a list."""

    search: str = ""
    quick: tuple[str, ...] = ()
    """Names of questions that are one click away; all have to hold."""
    conditions: tuple[Condition, ...] = ()
    sort: str | None = None
    """A field, with a minus before it for the greatest first; None leaves it to the list."""
    is_archived: bool = False
    """Those that were put away, instead of those that were not."""


@dataclass(frozen=True)
class Definition:
    """What a file says of a list."""

    columns: tuple[str, ...]
    search: tuple[str, ...]
    sort: str
    quick: Mapping[str, str]
    """Question that is one click away → its condition."""
    choices: Mapping[str, tuple[str, ...]]
    """Field → the codes that it may have, where these are few."""
    locked: tuple[str, ...]
    """Fields from which more follows than a cell can say, as from the stage of a deal the day on which it closed."""
    form: tuple[tuple[str, ...], ...]
    """Groups of fields of a form, in order; the first one is the quick form."""
    begins: Mapping[str, str]
    """Field → what it is in a new record: a code, or one of me, now, today, company, first and true."""


@cache
def definition(object_name: str) -> Definition:
    """How a list begins. Raises NotFound for an object that has none."""
    path = LISTS / f"{object_name}.yml"
    if object_name not in access.RECORDS or not path.is_file():
        raise NotFound("There is no list of {object}.", object=object_name)
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Definition(
        columns=tuple(content["columns"]),
        search=tuple(content["search"]),
        sort=content["sort"],
        quick=content["quick"],
        locked=tuple(content.get("locked", ())),
        choices={name: tuple(codes) for name, codes in content.get("choices", {}).items()},
        form=tuple(tuple(group) for group in content.get("form", ())),
        begins=content.get("begins", {}),
    )


def fields(database: Database, viewer: Viewer, object_name: str) -> dict[str, Field]:
    """Name → field of those that the viewer may see."""
    viewer.require("read", object_name)
    masked = getattr(viewer.scope(object_name), "masked", ())
    found = (
        _field(name, kind)
        for name, kind in _columns(database, object_name, *database.versions((custom.TABLE,)))
        if name not in HIDDEN and name not in masked
    )
    return {each.name: each for each in found if each.target is None or viewer.scope(each.target) is not None}


@lru_cache(maxsize=64)
def _columns(database: Database, object_name: str, _version: int) -> list[tuple[Any, ...]]:
    """Columns and their types, which stay until an admin makes a field; a page asks for them several times."""
    with database.cursor() as cursor:
        return cursor.rows(_statement("fields"), object=object_name)


def _field(column: str, kind: str) -> Field:
    if column in REFERENCES:
        return Field(column.removesuffix("_id"), column, "reference")
    if column == TAGS:
        return Field(column, column, "tags")
    return Field(column, column, "number" if kind.startswith("DECIMAL") else KINDS.get(kind, "text"))


def choices(database: Database, object_name: str) -> dict[str, tuple[str, ...]]:
    """Field → the codes or words that it may have, where these are few."""
    return {**definition(object_name).choices, **custom.choices(database, object_name)}


def page(
    database: Database,
    viewer: Viewer,
    object_name: str,
    wanted: Wanted,
    *,
    offset: int = 0,
    limit: int = 50,
    columns: Iterable[str] = (),
) -> pl.DataFrame:
    """A part of a list: id, version, and the columns, those of the list where none are named.

    A reference is two columns, its key and the name. Raises NotAllowed, NotFound, and InvalidRecord for a filter or a
    column that the list cannot have.
    """
    known = fields(database, viewer, object_name)
    shown = [_known(known, name) for name in columns or definition(object_name).columns if columns or name in known]
    order, by = _order(known, wanted.sort or definition(object_name).sort)
    text, values = _composed(
        "page",
        object_name,
        viewer,
        known,
        wanted,
        columns=", ".join(_shown(each) for each in shown),
        order=order,
        sorted_by=_named([by]),
        names=_named([by, *(each for each in shown if each != by)]),
    )
    return queries.answer(database, viewer, f"list of {object_name}", text, values | {"offset": offset, "limit": limit})


def count(database: Database, viewer: Viewer, object_name: str, wanted: Wanted) -> int:
    """How many records a list has. Raises as `page` does."""
    text, values = _composed("count", object_name, viewer, fields(database, viewer, object_name), wanted)
    return int(queries.answer(database, viewer, f"count of {object_name}", text, values).item())


def options(database: Database, viewer: Viewer, object_name: str) -> dict[int, str]:
    """Key → name of the records of a small object, by name."""
    text = _statement("options", object=object_name)
    return dict(queries.answer(database, viewer, f"options of {object_name}", text, {}).rows())


def called(database: Database, viewer: Viewer, object_name: str, record_id: int) -> str:
    """How a record is called."""
    return changes.names(database, viewer, object_name, [record_id]).get(record_id) or f"#{record_id}"


def _composed(
    name: str, object_name: str, viewer: Viewer, known: Mapping[str, Field], wanted: Wanted, **slots: str
) -> tuple[str, dict[str, Value]]:
    parts = [*_conditions(object_name, viewer, known, wanted)]
    text = _statement(name, object=object_name, conditions="\n    and ".join(part for part, _ in parts), **slots)
    return text, {key: value for _, values in parts for key, value in values.items()}


def _known(known: Mapping[str, Field], name: str) -> Field:
    if name not in known:
        raise InvalidRecord("This list has no field {field}.", field=name)
    return known[name]


def _shown(each: Field) -> str:
    column = f"record.{sql.identifier(each.column)}"
    return column if each.kind != "reference" else f"{column}, {_called(each)} as {sql.identifier(each.name)}"


def _called(each: Field) -> str:
    """What a field says: of a reference, how the other record is called."""
    if each.kind == "reference":
        return f"{sql.identifier(each.name)}.{sql.identifier(each.called)}"
    return f"record.{sql.identifier(each.column)}"


def _named(wanted: Iterable[Field]) -> str:
    return "".join(
        f"\n    left join visible.{each.target} as {sql.identifier(each.name)}"
        f" on {sql.identifier(each.name)}.id = record.{sql.identifier(each.column)}"
        for each in wanted
        if each.kind == "reference"
    )


def _order(known: Mapping[str, Field], sort: str) -> tuple[str, Field]:
    """The order, and the field that it is by: that of making for one that the viewer does not see or nobody knows."""
    by = known.get(sort.removeprefix("-")) or _known(known, "created_at")
    place = _called(by)
    if by.kind in ("text", "reference", "tags"):
        place = f"lower({place})"
    direction = "desc" if sort.startswith("-") else "asc"
    return f"{place} {direction} nulls last, record.id {direction}", by


# Conditions

Part = tuple[str, dict[str, Value]]


def _conditions(object_name: str, viewer: Viewer, known: Mapping[str, Field], wanted: Wanted) -> Iterator[Part]:
    yield ("record.is_archived" if wanted.is_archived else "not record.is_archived"), {}
    if wanted.search.strip():
        columns = [known[name].column for name in definition(object_name).search if name in known]
        text = " or ".join(
            f"contains(lower(record.{sql.identifier(column)}), lower($search::varchar))" for column in columns
        )
        yield f"({text or 'false'})", {"search": wanted.search.strip()} if columns else {}
    for name in wanted.quick:
        yield _quick(object_name, viewer, name)
    for place, condition in enumerate(wanted.conditions):
        yield _condition(_known(known, condition.field), condition, f"value_{place}")


def _quick(object_name: str, viewer: Viewer, name: str) -> Part:
    questions = definition(object_name).quick
    if name not in questions:
        raise InvalidRecord("This list has no question {name}.", name=name)
    text = questions[name]
    return f"({text})", {"staff_id": viewer.staff_id} if "staff_id" in sql.parameters(text) else {}


def _condition(by: Field, condition: Condition, name: str) -> Part:
    operators = OPERATORS[by.kind]
    if condition.operator not in operators:
        raise InvalidRecord("{field} cannot be filtered by {operator}.", field=by.name, operator=condition.operator)
    text = operators[condition.operator].format(column=f"record.{sql.identifier(by.column)}", value=f"${name}")
    if condition.operator in UNARY:
        return text, {}
    typed = tuple(_typed(by, value) for value in condition.values)
    if condition.operator in OF_MANY:
        return text, {name: typed}
    if len(typed) != 1:
        raise InvalidRecord("{field} is compared with one value.", field=by.name)
    return text, {name: typed[0]}


def _typed(by: Field, text: str) -> Any:
    try:
        return READERS[by.kind](text)
    except (ValueError, InvalidOperation) as error:
        raise InvalidRecord("{field} cannot be compared with {value}.", field=by.name, value=text) from error


UNARY = ("is_empty", "is_filled")
OF_MANY = ("any_of", "all_of", "none_of")
_TAGS = "string_split(lower({column}), '; ')"
_FILLED = {"is_empty": "{column} is null", "is_filled": "{column} is not null"}
_INSTANT = "timezone('UTC', timezone($zone, {value}::date::timestamp))"
_NEXT = "timezone('UTC', timezone($zone, ({value}::date + 1)::timestamp))"
OPERATORS: Mapping[str, Mapping[str, str]] = {
    "text": {
        "contains": "contains(lower({column}), lower({value}::varchar))",
        "begins_with": "starts_with(lower({column}), lower({value}::varchar))",
        "any_of": "list_contains({value}::varchar[], {column})",
        "none_of": "not coalesce(list_contains({value}::varchar[], {column}), false)",
        **_FILLED,
    },
    "number": {"at_least": "{column} >= {value}", "at_most": "{column} <= {value}", **_FILLED},
    "day": {"at_least": "{column} >= {value}::date", "at_most": "{column} <= {value}::date", **_FILLED},
    "moment": {"at_least": f"{{column}} >= {_INSTANT}", "at_most": f"{{column}} < {_NEXT}", **_FILLED},
    "flag": {"is": "{column} = {value}::boolean", **_FILLED},
    "reference": {
        "any_of": "list_contains({value}::bigint[], {column})",
        "none_of": "not coalesce(list_contains({value}::bigint[], {column}), false)",
        **_FILLED,
    },
    "tags": {
        "any_of": f"list_has_any({_TAGS}, {{value}}::varchar[])",
        "all_of": f"list_has_all({_TAGS}, {{value}}::varchar[])",
        "none_of": f"not coalesce(list_has_any({_TAGS}, {{value}}::varchar[]), false)",
        **_FILLED,
    },
}
"""Kind of a field → operator → condition. Days of moments are the company's."""


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


READERS: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "number": Decimal,
    "day": date.fromisoformat,
    "moment": date.fromisoformat,
    "flag": _flag,
    "reference": int,
    "tags": str.lower,
}
