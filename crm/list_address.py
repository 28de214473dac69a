"""What a person asked of a list as an address, and back: short, readable, and checked against what the viewer sees.

    list=account&search=acme&ask=mine&where=industry:any_of:Retail|Health;since_on:at_least:2024-01-01
    &columns=name,owner&sort=-since_on&page=3

What the list cannot have is left out, and said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from crm import lists
from crm.access import Viewer
from crm.conditions import Condition
from crm.db import Database
from crm.errors import InvalidRecord, PintailError
from crm.lists import Wanted

KEYS = ("search", "ask", "where", "columns", "sort")
"""What of an address says which records a list shows, and how."""
AWAY = "away"
"""The question for what was put away, among those that are one click away."""
OF_STAFF = ("mine", "team")
"""Questions that only a member of staff has."""
LONGEST = 100
"""Letters of a search."""
MOST_CONDITIONS = 20
MOST_VALUES = 100
"""Of one filter."""
_SIGNS = {"%": "%25", ";": "%3B", "|": "%7C"}
"""What parts filters and their values, and how it is written inside of a value."""


@dataclass(frozen=True)
class Asked:
    """What a list shows, and its columns, which are the list's own where none are named."""

    wanted: Wanted
    columns: tuple[str, ...] = ()


def read(
    database: Database, viewer: Viewer, object_name: str, address: Mapping[str, str]
) -> tuple[Asked, list[PintailError]]:
    """What an address asks of a list, and why parts of it are left out. Raises NotAllowed and NotFound for the list."""
    wrong: list[PintailError] = []
    own = lists.fields(database, viewer, object_name)
    asked = _separate(address.get("ask", ""))
    quick = tuple(_kept((name for name in asked if name != AWAY), questions(viewer, object_name), "question", wrong))
    columns = tuple(_kept(_separate(address.get("columns", "")), own, "field", wrong))
    sort = address.get("sort") or None
    if sort and sort.removeprefix("-") not in own:
        wrong.append(_unknown("field", sort.removeprefix("-")))
        sort = None
    wanted = Wanted(
        search=address.get("search", "")[:LONGEST].strip(),
        quick=quick,
        conditions=tuple(_conditions(database, viewer, object_name, address.get("where", ""), wrong)),
        sort=sort,
        is_archived=AWAY in asked,
    )
    return Asked(wanted, columns), wrong


def questions(viewer: Viewer, object_name: str) -> list[str]:
    """The questions about a list that are one click away for the viewer."""
    known = lists.definition(object_name).quick
    return [name for name in known if viewer.staff_id is not None or name not in OF_STAFF]


def written(asked: Asked) -> dict[str, str]:
    """The part of an address that asks for it."""
    wanted = asked.wanted
    parts = {
        "search": wanted.search,
        "ask": ",".join([*wanted.quick, *([AWAY] if wanted.is_archived else [])]),
        "where": ";".join(_written(each) for each in wanted.conditions),
        "columns": ",".join(asked.columns),
        "sort": wanted.sort or "",
    }
    return {name: text for name, text in parts.items() if text}


def with_condition(asked: Asked, added: Condition) -> Asked:
    """The same with one more filter. Raises InvalidRecord where there are too many."""
    if len(asked.wanted.conditions) >= MOST_CONDITIONS:
        raise InvalidRecord("A list takes at most {most} filters. Take one off first.", most=MOST_CONDITIONS)
    rest = without_condition(asked, added).wanted.conditions
    return replace(asked, wanted=replace(asked.wanted, conditions=(*rest, added)))


def without_condition(asked: Asked, dropped: Condition) -> Asked:
    """The same without a filter."""
    rest = tuple(each for each in asked.wanted.conditions if each != dropped)
    return replace(asked, wanted=replace(asked.wanted, conditions=rest))


def _separate(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, text.split(","))))


def _kept(asked: Iterable[str], known: Iterable[str], kind: str, wrong: list[PintailError]) -> Iterator[str]:
    known = set(known)
    for name in asked:
        if name in known:
            yield name
        else:
            wrong.append(_unknown(kind, name))


def _unknown(kind: str, name: str) -> PintailError:
    if kind == "question":
        return InvalidRecord("This list has no question {name}.", name=name)
    return InvalidRecord("This list has no field {field}.", field=name)


def _conditions(
    database: Database, viewer: Viewer, object_name: str, text: str, wrong: list[PintailError]
) -> Iterator[Condition]:
    parts = list(dict.fromkeys(filter(None, text.split(";"))))
    if len(parts) > MOST_CONDITIONS:
        wrong.append(InvalidRecord("A list takes at most {most} filters. Take one off first.", most=MOST_CONDITIONS))
    for part in parts[:MOST_CONDITIONS]:
        try:
            found = condition(part)
            lists.check(database, viewer, object_name, found)
        except InvalidRecord as error:
            wrong.append(error)
        else:
            yield found


def condition(text: str) -> Condition:
    """The filter that a part of an address writes. Raises InvalidRecord."""
    field, _, rest = text.partition(":")
    operator, is_followed, values = rest.partition(":")
    if not field or not operator:
        raise InvalidRecord("{text} is no filter. It is written as field:operator:value.", text=text)
    found = tuple(_read(value) for value in values.split("|")) if is_followed else ()
    if len(found) > MOST_VALUES:
        raise InvalidRecord("{field} is compared with at most {most} values.", field=field, most=MOST_VALUES)
    return Condition(field, operator, found)


def _written(each: Condition) -> str:
    values = "|".join("".join(_SIGNS.get(sign, sign) for sign in value) for value in each.values)
    return ":".join([each.field, each.operator, *([values] if each.values else [])])


def _read(text: str) -> str:
    for sign, code in reversed(_SIGNS.items()):
        text = text.replace(code, sign)
    return text
