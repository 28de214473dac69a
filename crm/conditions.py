"""Conditions on a field of a record, or of a record that it refers to, as SQL with bound values.

Fields come whitelisted from the list; operators and kinds are tables here, so no text becomes SQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from crm import changes, sql
from crm.errors import InvalidRecord
from crm.fields import REFERENCES


@dataclass(frozen=True)
class Field:
    """Something of a record that a list can show, filter and sort by."""

    name: str
    column: str
    kind: str
    """text, number, day, moment, flag, reference or tags."""
    through: "Field | None" = None
    """The reference to the record whose field it is; None for one of the record itself."""

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
    """Of the record, or as `account.industry` of one that it refers to."""
    operator: str
    values: tuple[str, ...] = ()


Part = tuple[str, dict[str, Any]]
"""A condition in SQL, and the values that it binds."""


def part(by: Field, condition: Condition, name: str) -> Part:
    """The condition with its values bound as `$name`. Raises InvalidRecord for an operator or value that cannot be."""
    operators = OPERATORS[by.kind]
    if condition.operator not in operators:
        raise InvalidRecord("{field} cannot be filtered by {operator}.", field=by.name, operator=condition.operator)
    text = operators[condition.operator].format(column=f"record.{sql.identifier(by.column)}", value=f"${name}")
    if by.through:
        reference = sql.identifier(by.through.column)
        text = f"record.{reference} in (select record.id from visible.{by.through.target} as record where {text})"
    if condition.operator in UNARY:
        return text, {}
    read = READERS["count" if condition.operator in OF_DAYS else by.kind]
    typed = tuple(_typed(by, read, value) for value in condition.values)
    if condition.operator in OF_MANY:
        return text, {name: typed}
    if len(typed) != 1:
        raise InvalidRecord("{field} is compared with one value.", field=by.name)
    return text, {name: typed[0]}


def _typed(by: Field, read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except (ValueError, LookupError, InvalidOperation) as error:
        raise InvalidRecord("{field} cannot be compared with {value}.", field=by.name, value=text) from error


UNARY = ("is_empty", "is_filled")
OF_MANY = ("any_of", "all_of", "none_of")
OF_DAYS = ("last_days", "next_days")
"""Operators whose value is a number of days, from the company's today."""
MOST_DAYS = 36_500
_TAGS = "string_split(lower({column}), '; ')"
_FILLED = {"is_empty": "{column} is null", "is_filled": "{column} is not null"}


def _instant(day: str) -> str:
    """When a day of the company begins, in UTC."""
    return f"timezone('UTC', timezone($zone, ({day})::timestamp))"


OPERATORS: Mapping[str, Mapping[str, str]] = {
    "text": {
        "contains": "contains(lower({column}), lower({value}::varchar))",
        "begins_with": "starts_with(lower({column}), lower({value}::varchar))",
        "any_of": "list_contains({value}::varchar[], {column})",
        "none_of": "not coalesce(list_contains({value}::varchar[], {column}), false)",
        **_FILLED,
    },
    "number": {
        "at_least": "{column} >= {value}",
        "at_most": "{column} <= {value}",
        "equals": "{column} = {value}",
        **_FILLED,
    },
    "day": {
        "at_least": "{column} >= {value}::date",
        "at_most": "{column} <= {value}::date",
        "last_days": "{column} between $today::date - {value}::integer and $today::date",
        "next_days": "{column} between $today::date and $today::date + {value}::integer",
        **_FILLED,
    },
    "moment": {
        "at_least": "{column} >= " + _instant("{value}::date"),
        "at_most": "{column} < " + _instant("{value}::date + 1"),
        "last_days": "{column} >= "
        + _instant("$today::date - {value}::integer")
        + " and {column} < "
        + _instant("$today::date + 1"),
        **_FILLED,
    },
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


def _number(text: str) -> Decimal:
    """A number that a column can be compared with: neither infinite nor longer than any column."""
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        raise ValueError(text)
    return number


def _key(text: str) -> int:
    return _whole(text, 2**63 - 1)


def _count(text: str) -> int:
    return _whole(text, MOST_DAYS)


def _whole(text: str, most: int) -> int:
    number = int(text)
    if not 0 <= number <= most:
        raise ValueError(text)
    return number


READERS: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "number": _number,
    "day": date.fromisoformat,
    "moment": date.fromisoformat,
    "flag": _flag,
    "reference": _key,
    "count": _count,
    "tags": str.lower,
}
"""Kind of a field → what reads a value of it from a text."""
