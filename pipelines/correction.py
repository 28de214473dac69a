"""Corrections: what a person says of the columns of a file, as a layout.

Each column has a code of what becomes of it: a field of the main object (`name`), of another object
that is written besides (`account.name`), several of these (`name+key`), `key`, `custom`, or nothing at
all for a column that is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crm import custom_fields
from crm.db import Cursor
from crm.errors import BadSource
from pipelines import recognition
from pipelines.layout import Layout, Use, Write, understood
from pipelines.objects import OBJECTS, Object
from pipelines.staging import WRITTEN_HERE, types_of

LEFT_OUT, CUSTOM, KEY, AND = "", "custom", "key", "+"
CHOSEN = tuple(name for name in OBJECTS if name not in ("stage", "team", "opportunity_line"))
"""Objects that a file can be said to hold."""
NOT_OF_FILES = frozenset(("account_id", "is_possible_repeat", "line_key", "row_hash", "file_position"))
"""Columns of bulk lines that loading makes itself."""
JOINED = frozenset(("name", "key", "description", "body", "subject"))
"""Fields that several columns can be written behind each other for."""


@dataclass(frozen=True)
class Choice:
    """What becomes of the columns of a sheet."""

    object: str
    columns: Mapping[str, str]
    """Column → code."""
    keys: tuple[str, ...]
    """The columns by which a record is known again."""


def choice_of(layout: Layout, header: Iterable[str]) -> Choice:
    """What becomes of the columns by a layout, as a person would have said it."""
    named = [name for name in header if name]
    keys = tuple(name for name in named if layout.main.key and name in layout.main.key.columns)
    return Choice(layout.main.object.name, {name: _code(layout, name) for name in named}, keys)


def _code(layout: Layout, column: str) -> str:
    parts = [
        _part(write, field)
        for write in layout.writes
        for field, use in write.uses.items()
        if column in use.columns and not (write.is_main and field == KEY)
    ]
    if parts:
        return AND.join(dict.fromkeys(parts))
    if column in layout.custom:
        return CUSTOM
    key = layout.main.key
    return KEY if key and column in key.reads else LEFT_OUT


def _part(write: Write, field: str) -> str:
    return field if write.is_main else f"{write.name}.{field}"


def fields_of(cursor: Cursor) -> dict[str, tuple[str, ...]]:
    """Object → the fields that a column can become."""
    found: dict[str, list[str]] = {name: [] for name in OBJECTS}
    away = {(each.object, each.column) for each in custom_fields.read(cursor) if each.is_archived}
    names = {name: {item.column(field): field for field in item.references} for name, item in OBJECTS.items()}
    for table, column in types_of(cursor):
        if (table, column) in away:
            continue
        if table in found and column in names[table]:
            found[table].append(names[table][column])
        elif table in found and column not in WRITTEN_HERE | NOT_OF_FILES:
            found[table].append(column)
    return {name: tuple(fields) for name, fields in found.items()}


def codes_for(layout: Layout, choice: Choice, fields: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The codes that a person can choose among, for the columns of a sheet with that layout."""
    main = layout.main.object
    besides = [_part(write, field) for write in layout.writes if not write.is_main for field in write.uses]
    codes = [LEFT_OUT, *([CUSTOM] if main.has_custom_fields else []), KEY, *fields[main.name], *besides]
    return list(dict.fromkeys([*codes, *choice.columns.values()]))


def lacking(layout: Layout) -> tuple[str, ...]:
    """The fields that the main object needs and that nothing is for."""
    return tuple(name for name in layout.main.object.required if name not in layout.main.fields)


def corrected(layout: Layout, header: tuple[str, ...], choice: Choice) -> Layout:
    """The layout with what a person says of the columns; the layout itself where that is nothing new.

    Raises BadSource where two columns are to be one field that is no text.
    """
    before = choice_of(layout, header)
    moved = {name for name in before.columns if choice.columns.get(name, LEFT_OUT) != before.columns[name]}
    if not moved and set(choice.keys) == set(before.keys):
        return layout
    old = layout.main.key
    key = _key(old, choice.keys, header)
    writes = [_moved(write, moved, old, key) for write in layout.writes]
    for column in header:
        if column in moved:
            for part in choice.columns[column].split(AND):
                if part not in (LEFT_OUT, CUSTOM, KEY):
                    _assign(writes, part, column)
    kept = tuple(write for write in map(_completed, writes) if write.is_main or _is_whole(write))
    custom = tuple(name for name in header if choice.columns.get(name) == CUSTOM)
    made = replace(
        layout,
        writes=kept,
        header=tuple(filter(None, header)),
        optional=(),
        custom=custom if layout.main.object.has_custom_fields else (),
        keeps_rest=False,
        is_automatic=False,
        by_values=(),
    )
    return replace(made, ignored=tuple(name for name in header if name and name not in made.used))


def _key(old: Use | None, columns: tuple[str, ...], header: tuple[str, ...]) -> Use | None:
    if not columns:
        return None
    if old and set(columns) == set(old.columns):
        return old
    return Use(tuple(name for name in header if name in columns))


def _moved(write: Write, moved: set[str], old: Use | None, key: Use | None) -> Write:
    """The write without the columns that become something else; what was the key follows it."""
    fields = {}
    for name, use in write.fields.items():
        left = key if old and use == old and not write.is_main else _without(use, moved)
        if left:
            fields[name] = left
    own = key if write.is_main or (old and write.key == old) else write.key and _without(write.key, moved)
    return replace(write, fields=fields, key=own)


def _without(use: Use, columns: set[str]) -> Use | None:
    if not columns.intersection(use.reads):
        return use
    if any(column in columns for column, _ in use.where):
        return None
    own = tuple(name for name in use.columns if name not in columns)
    others = tuple(name for name in use.otherwise if name not in columns)
    if own or others:
        return replace(use, columns=own or others, otherwise=others if own else ())
    return replace(use, columns=()) if use.constant is not None else None


def _assign(writes: list[Write], part: str, column: str) -> None:
    name, _, field = part.rpartition(".")
    for index, write in enumerate(writes):
        if (write.name == name) if name else write.is_main:
            writes[index] = _with(write, field, column)


def _with(write: Write, field: str, column: str) -> Write:
    old = write.uses.get(field)
    if old and old.columns and field not in JOINED:
        raise BadSource(
            "Two columns cannot both be {field}: {columns}. Leave one of them out.",
            field=field,
            columns=", ".join((*old.columns, column)),
        )
    use = replace(old, columns=(*old.columns, column)) if old else Use((column,))
    if field == KEY:
        return replace(write, key=use)
    return replace(write, fields={**write.fields, field: understood(write.object, field, use)})


def _completed(write: Write) -> Write:
    """The main write with what stands in for needed fields without a column."""
    if not write.is_main:
        return write
    found = {name: use.columns for name, use in write.fields.items() if use.columns}
    found |= {KEY: write.key.columns} if write.key else {}
    fields = dict(write.fields)
    for name in write.object.required:
        use = None if name in fields else recognition.stand_in(write.object.name, name, found)
        if use:
            fields[name] = understood(write.object, name, use)
    return replace(write, fields=fields)


def _is_whole(write: Write) -> bool:
    """Whether the file still says enough of what is written by the way."""
    return write.key is not None and all(name in write.fields for name in _needed(write.object))


def _needed(item: Object) -> Iterable[str]:
    return (name for name in item.required if name != "name")
