"""A layout: how the records of one kind of file become objects. It can be kept as JSON and rebuilt from it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from pipelines.objects import OBJECTS, Object

PASSED_OVER = "pintail_"
"""Columns whose names begin so are our own remarks on a file, and nothing is made of them."""
FORM = f"{PASSED_OVER}form "
"""A column called so and something in JSON says how the file that its records came from was written."""


@dataclass(frozen=True)
class Use:
    """What is taken of a file's columns for one field."""

    columns: tuple[str, ...]
    words: tuple[tuple[str, str], ...] = ()
    """Word in lower case → what is stored instead; other words stay as they are unless `strict`."""
    strict: bool = False
    starts_with: str | None = None
    """True where the text begins so."""
    format: str | None = None
    """Form of a date or time, as strptime has it."""
    is_number_text: bool = False
    """A key that some program wrote as a number: 17850.0 is 17850."""
    separator: str = " "
    """Between the texts of several columns."""
    constant: str | None = None
    """The text where the columns are blank; of no columns, always."""
    before: str | None = None
    """Only what stands before this sign is taken: the first of several ids in a cell."""
    otherwise: tuple[str, ...] = ()
    """Columns that serve where the others are blank."""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Column → words in lower case, of which it must hold one, or any text where there are none; else it is blank."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The words that stand for themselves, else all words: what people may write."""
        return tuple(word for word, code in self.words if word == code.replace("_", " ")) or tuple(dict(self.words))

    @property
    def reads(self) -> tuple[str, ...]:
        """All columns that it looks at."""
        return (*self.columns, *self.otherwise, *(column for column, _ in self.where))


@dataclass(frozen=True)
class Write:
    """One object that a layout writes from each record."""

    object: Object
    fields: Mapping[str, Use]
    key: Use | None = None
    name: str = ""
    """Tells two writes of the same object apart."""
    is_main: bool = False
    is_part: bool = False
    """Belongs to the main record and follows its changes; of other objects, made by the way, only gaps are filled."""

    @property
    def uses(self) -> dict[str, Use]:
        """Field → what it is taken from, the key among them."""
        return {**self.fields, **({"key": self.key} if self.key else {})}


@dataclass(frozen=True)
class Layout:
    """How the records of one kind of file become objects."""

    name: str
    source: str
    writes: tuple[Write, ...]
    header: tuple[str, ...] = ()
    """Columns by which a file is recognised."""
    optional: tuple[str, ...] = ()
    """Columns that a file may lack."""
    zone: str | None = None
    currency: str | None = None
    begin_stage: str | None = None
    """Stage that a deal had when its work began, where the source's dates mean that."""
    custom: tuple[str, ...] = ()
    """Columns kept as custom fields of the main object."""
    keeps_rest: bool = False
    """Columns that no field takes, or not always, are custom fields as well."""
    ignored: tuple[str, ...] = ()
    """Columns that nothing is made of."""
    has_header: bool = True
    """Without one, the columns are called 1, 2, …"""
    day_first: bool | None = None
    """In a date such as 10/11/2026 the day stands first, or the month; None where the file has to tell."""
    null_words: tuple[str, ...] = ()
    """Words of this source that mean that nothing is known."""
    is_automatic: bool = False
    """Nobody wrote it: it follows from the names of the columns and their values."""
    by_values: tuple[str, ...] = ()
    """Columns that were recognised by their values."""

    @property
    def main(self) -> Write:
        """The write by which the file's records are counted."""
        return next(write for write in self.writes if write.is_main)

    @property
    def is_fact_alone(self) -> bool:
        """Whether its records are bulk facts and bring nothing besides."""
        return self.main.object.is_fact and len(self.writes) == 1

    @property
    def used(self) -> frozenset[str]:
        """The columns that something is made of."""
        reads = (use.reads for write in self.writes for use in write.uses.values())
        return frozenset(self.custom).union(*reads)

    @property
    def taken(self) -> frozenset[str]:
        """The columns of which nothing gets lost."""
        uses = [use for write in self.writes for use in write.uses.values() if not use.before]
        return frozenset[str]().union(*(use.columns for use in uses))


def understood(item: Object, name: str, use: Use) -> Use:
    """The use of a field of an object, with the words that every source means the same by.

    Raises ValueError for a constant that the field cannot be.
    """
    words = item.words.get(name)
    if words is None:
        return replace(use, words=tuple((dict(item.common_words.get(name, {})) | dict(use.words)).items()))
    if use.constant is not None and use.constant not in words.values():
        raise ValueError(f"{name} can be {', '.join(sorted(set(words.values())))}, not {use.constant}")
    return replace(use, words=tuple((dict(words) | dict(use.words)).items()), strict=True)


@dataclass(frozen=True)
class Column:
    """What becomes of a column of a file."""

    name: str
    fields: tuple[str, ...]
    """As `object.field`."""
    confidence: str
    """`exact` by a layout that knows it, `name` or `values` by which it was recognised, `custom`, `ignored`."""


def columns_of(layout: Layout, header: tuple[str, ...]) -> Iterator[Column]:
    """What becomes of each named column of a file with that layout."""
    places: dict[str, list[str]] = {}
    for write in layout.writes:
        for field, use in write.uses.items():
            for column in dict.fromkeys(use.reads):
                places.setdefault(column, []).append(f"{write.object.name}.{field}")
    for name in filter(None, header):
        found = tuple(dict.fromkeys(places.get(name, ())))
        yield Column(name, found, _confidence(layout, name) if found else _rest(layout, name))


def _confidence(layout: Layout, column: str) -> str:
    if not layout.is_automatic:
        return "exact"
    return "values" if column in layout.by_values else "name"


def _rest(layout: Layout, column: str) -> str:
    return "custom" if column in layout.custom else "ignored"


def fitted(layout: Layout, header: tuple[str, ...]) -> Layout:
    """The layout for a file with that header: without what the file lacks, and with what becomes of other columns."""
    present = frozenset(header)
    kept = (_present(write, present) for write in layout.writes)
    layout = replace(layout, writes=tuple(write for write in kept if write))
    custom = tuple(column for column in header if column in layout.custom)
    if layout.keeps_rest:
        rest = (column for column in header if column and column not in {*layout.taken, *custom})
        return replace(layout, custom=(*custom, *rest))
    layout = replace(layout, custom=custom)
    return replace(layout, ignored=tuple(column for column in header if column and column not in layout.used))


def _present(write: Write, present: frozenset[str]) -> Write | None:
    """The write without the fields whose columns a file lacks; None where nothing can be written without them."""
    if present.issuperset(column for use in write.uses.values() for column in use.reads):
        return write
    found = {name: kept for name, use in write.fields.items() if (kept := _present_use(use, present))}
    key = _present_use(write.key, present) if write.key else None
    needed = {name for name in write.object.required if write.is_main or name != "name"}
    if needed - set(found) or (write.key and not key):
        return None
    return replace(write, fields=found, key=key)


def _present_use(use: Use, present: frozenset[str]) -> Use | None:
    if any(column not in present for column, _ in use.where):
        return None
    columns = tuple(column for column in use.columns if column in present)
    otherwise = tuple(column for column in use.otherwise if column in present)
    if columns:
        return replace(use, columns=columns, otherwise=otherwise)
    if otherwise:
        return replace(use, columns=otherwise, otherwise=())
    return replace(use, columns=()) if use.constant is not None else None


def as_json(layout: Layout) -> str:
    """The layout as it was used, so that a kept file can be staged again: only what differs from the default."""
    writes = [{**_stated(write), "object": write.object.name, "fields": _uses(write)} for write in layout.writes]
    return json.dumps({**_stated(layout), "writes": writes}, default=_stated, ensure_ascii=False)


def _uses(write: Write) -> dict[str, dict[str, Any]]:
    return {name: _stated(use) for name, use in write.fields.items()}


def _stated(item: Any) -> dict[str, Any]:
    """Attributes of a dataclass that differ from their defaults."""
    return {part.name: value for part in fields(item) if (value := getattr(item, part.name)) != part.default}


def layout_from_json(text: str) -> Layout:
    """The layout that `as_json` wrote down."""
    entry = json.loads(text)
    return Layout(**_tuples(entry) | {"writes": tuple(_write(write) for write in entry["writes"])})


def _write(entry: dict[str, Any]) -> Write:
    key = Use(**_tuples(entry["key"])) if "key" in entry else None
    uses = {name: Use(**_tuples(use)) for name, use in entry["fields"].items()}
    return Write(**entry | {"object": OBJECTS[entry["object"]], "fields": uses, "key": key})


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: _tuple(value) for name, value in entry.items()}


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


def plain(name: str) -> str:
    """A column name as a custom field's name: short, one line."""
    return re.sub(r"\s+", " ", name).strip()[:80]
