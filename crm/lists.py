"""Lists of records: searched, filtered, sorted and cut into pages by the engine, whatever their size.

What a person chose is a tree of plain values. Fields are whitelisted by what the viewer may see, and values are bound,
so no text becomes SQL.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from math import ceil, sqrt
from pathlib import Path
from typing import Any, Literal

import polars as pl
import yaml

from crm import access, changes, conditions, custom_fields, queries, sql
from crm.access import Viewer
from crm.conditions import Condition, Field, Part
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
PATTERN = "%_\\"
"""Signs that stand for others where a text is compared with a pattern."""
MANY = 100_000
"""Records from which on a list is not sorted as a whole for one of its pages."""
SAMPLE = 2048
"""Records of a list that tell up to which text, in its order, a page can reach."""
OF_EACH = ("created_at", "updated_at")
"""Fields of every record, by which nobody asks for others that refer to it."""
CONSENT = {"email": "email_consent", "phone": "phone_consent"}
"""Field by which a contact is reached → whether it agreed to that."""
KINDS = {"BOOLEAN": "flag", "DATE": "day", "TIMESTAMP": "moment", "BIGINT": "number", "INTEGER": "number"}
"""Type of a column → kind of a field; a decimal is a number, anything else a text."""


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
    """Field → what it is in a new record: a code, or one of first (stage), me, now, own (currency) and today."""


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
    return _fields(database, viewer, object_name)


def filterable(database: Database, viewer: Viewer, object_name: str) -> dict[str, Field]:
    """Name → field by which the list can be filtered: its own, and as `account.industry` those of related records."""
    own = fields(database, viewer, object_name)
    related = {
        f"{reference.name}.{name}": replace(each, name=f"{reference.name}.{name}", through=reference)
        for reference in own.values()
        if reference.target
        for name, each in _fields(database, viewer, reference.target).items()
        if name not in OF_EACH
    }
    return own | related


def _fields(database: Database, viewer: Viewer, object_name: str) -> dict[str, Field]:
    masked = getattr(viewer.scope(object_name), "masked", ())
    found = (
        _field(name, kind)
        for name, kind in _columns(database, object_name, *database.versions((custom_fields.TABLE,)))
        if name not in HIDDEN and name not in masked and not kind.endswith("[]")
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
    return {**definition(object_name).choices, **custom_fields.choices(database, object_name)}


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
    asked = partial(_page, database, viewer, object_name, wanted, columns)
    part = {"offset": offset, "limit": limit}
    bound = _bound(database, viewer, object_name, wanted, offset + limit)
    if bound is not None:
        text, values = asked(within=True)
        found = queries.answer(database, viewer, f"list of {object_name}", text, values | part | {"bound": bound})
        if found.height == limit:  # as many stand before the bound, so that none beyond it can be among them
            return found
    text, values = asked()
    return queries.answer(database, viewer, f"list of {object_name}", text, values | part)


def _bound(database: Database, viewer: Viewer, object_name: str, wanted: Wanted, reach: int) -> str | None:
    """A text before which `reach` records of a large list stand in its order, most likely; None where none is known.

    To make a million texts small and to sort them takes half a second, to leave most out by their first letter a tenth.
    """
    order = _order(fields(database, viewer, object_name), wanted.sort or definition(object_name).sort)
    total = count(database, viewer, object_name, wanted) if order.is_of_texts else 0
    if total < MANY:
        return None
    slots = {"place": order.place, "sorted_by": _named([order.by])}
    text, values = _composed("sample", database, viewer, object_name, wanted, **slots)
    values |= {"most": SAMPLE, "middle": total // 2}
    sample = queries.answer(database, viewer, f"sample of {object_name}", text, values)["place"]
    expected = sample.len() * reach / total
    rank = ceil(expected + 4 * sqrt(expected) + 8)  # a sample errs by the root of what it counts
    if rank >= sample.len():
        return None
    found: str | None = sample.sort(descending=order.direction == "desc", nulls_last=True)[rank]
    return found


def whole(
    database: Database, viewer: Viewer, object_name: str, wanted: Wanted, columns: Iterable[str] = ()
) -> pl.DataFrame:
    """All that a list has, to be taken along; it is not kept for who asks next. Raises as `page` does."""
    text, values = _page(database, viewer, object_name, wanted, columns)
    values |= {"offset": 0, "limit": None}
    return queries.answer(database, viewer, f"list of {object_name}", text, values, is_kept=False)


def _page(
    database: Database,
    viewer: Viewer,
    object_name: str,
    wanted: Wanted,
    columns: Iterable[str],
    *,
    within: bool = False,
) -> tuple[str, dict[str, Value]]:
    """What asks for a part of a list, and values; `within` a bound of its order, as `$bound`."""
    known = fields(database, viewer, object_name)
    shown = [_known(known, name) for name in columns or definition(object_name).columns if columns or name in known]
    order = _order(known, wanted.sort or definition(object_name).sort)
    return _composed(
        "page",
        database,
        viewer,
        object_name,
        wanted,
        columns="".join(f", {_consented(viewer, object_name, each) or _shown(each)}" for each in shown),
        order=order.text,
        sorted_by=_named([order.by]),
        names=_named([order.by, *(each for each in shown if each != order.by)]),
        within=f"\n    and {order.within}" if within else "",
    )


def count(database: Database, viewer: Viewer, object_name: str, wanted: Wanted) -> int:
    """How many records a list has. Raises as `page` does."""
    text, values = _composed("count", database, viewer, object_name, wanted)
    return int(queries.answer(database, viewer, f"count of {object_name}", text, values).item())


def versions(database: Database, viewer: Viewer, object_name: str, wanted: Wanted, limit: int) -> dict[int, int]:
    """Record → version of those that a list has, up to a limit. Raises as `page` does."""
    text, values = _composed("versions", database, viewer, object_name, wanted)
    values |= {"limit": limit}
    found = queries.answer(database, viewer, f"versions of {object_name}", text, values, is_kept=False)
    return dict(found.rows())


def frequent(database: Database, viewer: Viewer, object_name: str, name: str) -> list[str]:
    """The values that a text has most often, by themselves in order, to choose of. Raises InvalidRecord as `page`."""
    by = _known(filterable(database, viewer, object_name), name)
    home = by.through.target if by.through else object_name
    text = _statement("frequent", object=home or "", field=sql.identifier(by.column))
    return [value for (value,) in queries.answer(database, viewer, f"values of {name}", text, {}).rows()]


def check(database: Database, viewer: Viewer, object_name: str, condition: Condition) -> None:
    """Raises InvalidRecord for a filter that the list cannot have."""
    conditions.part(_known(filterable(database, viewer, object_name), condition.field), condition, "value")


def options(database: Database, viewer: Viewer, object_name: str) -> dict[int, str]:
    """Key → name of the records of a small object, by name."""
    text = _statement("options", object=object_name)
    return dict(queries.answer(database, viewer, f"options of {object_name}", text, {}).rows())


def called(database: Database, viewer: Viewer, object_name: str, record_id: int) -> str:
    """How a record is called."""
    return changes.names(database, viewer, object_name, [record_id]).get(record_id) or f"#{record_id}"


def _composed(
    name: str, database: Database, viewer: Viewer, object_name: str, wanted: Wanted, **slots: str
) -> tuple[str, dict[str, Value]]:
    known = filterable(database, viewer, object_name) if wanted.conditions else fields(database, viewer, object_name)
    parts = [*_conditions(object_name, viewer, known, wanted)]
    text = _statement(name, object=object_name, conditions="\n    and ".join(part for part, _ in parts), **slots)
    return text, {key: value for _, values in parts for key, value in values.items()}


def _known(known: Mapping[str, Field], name: str) -> Field:
    if name not in known:
        raise InvalidRecord("This list has no field {field}.", field=name)
    return known[name]


def _consented(viewer: Viewer, object_name: str, each: Field) -> str | None:
    """How a person is reached who agreed to it: who takes contacts along without working on them gets no others."""
    if (
        viewer.doing != "export"
        or object_name != "contact"
        or each.name not in CONSENT
        or viewer.may("edit", "contact")
    ):
        return None
    column = sql.identifier(each.column)
    return f"case when record.{CONSENT[each.name]} then record.{column} end as {column}"


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


@dataclass(frozen=True)
class _Order:
    """How a list is sorted."""

    by: Field
    direction: Literal["asc", "desc"]

    @property
    def is_of_texts(self) -> bool:
        """Whether texts are compared, which are so in small letters."""
        return self.by.kind in ("text", "reference", "tags")

    @property
    def place(self) -> str:
        """What of a record is compared."""
        return f"lower({_called(self.by)})" if self.is_of_texts else _called(self.by)

    @property
    def text(self) -> str:
        """What stands after `order by`."""
        return f"{self.place} {self.direction} nulls last, record.id {self.direction}"

    @property
    def within(self) -> str:
        """The condition that a text stands before `$bound` or is the same.

        Its first letter is compared first, as a short text is made small for half of what a long one takes; the engine
        would not keep to that order by itself.
        """
        before = "<=" if self.direction == "asc" else ">="
        begins = f"lower(substr({_called(self.by)}, 1, 1)) {before} substr($bound, 1, 1)"
        return f"case when {begins} then {self.place} {before} $bound end"


def _order(known: Mapping[str, Field], sort: str) -> _Order:
    """The order: by the time of making where it is to be by a field that the viewer does not see or nobody knows."""
    by = known.get(sort.removeprefix("-")) or _known(known, "created_at")
    return _Order(by, "desc" if sort.startswith("-") else "asc")


# Conditions


def _conditions(object_name: str, viewer: Viewer, known: Mapping[str, Field], wanted: Wanted) -> Iterator[Part]:
    yield ("record.is_archived" if wanted.is_archived else "not record.is_archived"), {}
    if wanted.search.strip():
        yield _search([known[name] for name in definition(object_name).search if name in known], wanted.search.strip())
    for name in wanted.quick:
        yield _quick(object_name, viewer, name)
    for place, condition in enumerate(wanted.conditions):
        yield conditions.part(_known(known, condition.field), condition, f"value_{place}")


def _search(by: Iterable[Field], sought: str) -> Part:
    """Where one of the fields holds a text; a phone number, only for what has a digit, as it holds no words."""
    columns = [f"record.{sql.identifier(each.column)}" for each in by if each.name != "phone" or _has_digit(sought)]
    if not columns:
        return "false", {}
    if _has_no_case(sought):
        text = " or ".join(f"contains({column}, $search::varchar)" for column in columns)
    elif set(sought) & set(PATTERN):
        text = " or ".join(f"contains(lower({column}), lower($search::varchar))" for column in columns)
    else:  # half the time, as nothing is written in small letters first
        text = " or ".join(f"{column} ilike '%' || $search::varchar || '%'" for column in columns)
    return f"({text})", {"search": sought}


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _has_no_case(text: str) -> bool:
    """Whether no other sign is written like one of a text in small letters, as with digits and Chinese."""
    return text.lower() == text == text.upper()


def _quick(object_name: str, viewer: Viewer, name: str) -> Part:
    questions = definition(object_name).quick
    if name not in questions:
        raise InvalidRecord("This list has no question {name}.", name=name)
    text = questions[name]
    return f"({text})", {"staff_id": viewer.staff_id} if "staff_id" in sql.parameters(text) else {}
