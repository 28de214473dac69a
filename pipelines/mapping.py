"""Mappings: layouts as people write them in YAML, those that come with the program, and the choice among them.

A known layout is a YAML file in `mappings/`; any other header is matched by the names of its columns.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from crm.errors import BadSource, NotFound
from pipelines.layout import Layout, Use, Write, fitted, understood
from pipelines.objects import OBJECTS
from pipelines.recognition import by_synonyms

MAPPINGS = Path(__file__).parent / "mappings"
ENDINGS = (".yml", ".yaml")
LARGEST = 1 << 20
"""Bytes of a mapping."""
SPECIFIERS = frozenset("aAwdbBmyYHIpMSgfnzZjUWcxX%")
"""Letters that may stand behind % in the form of a date or time."""

TEXT, NAMES, FLAG, LIST, TABLE = "a text", "a name or a list of names", "true or false", "a list", "a table"
NUMBER, USE, HEADER, CONDITIONS = "a number", "a column or a table", f"{NAMES}, or false", f"{NAMES}, or a table"
KINDS: dict[str, tuple[type, ...]] = {
    TEXT: (str, int, float, date),
    NAMES: (str, int, list),
    FLAG: (bool,),
    LIST: (list,),
    TABLE: (dict,),
    NUMBER: (int,),
    USE: (str, int, list, dict),
    HEADER: (str, int, list),
    CONDITIONS: (str, int, list, dict),
}
"""What may stand in an entry → its types in YAML."""
ENTRIES = {
    "mapping": {"source": TEXT, "zone": TEXT, "currency": TEXT, "layouts": LIST},
    "layout": {"name": TEXT, "header": HEADER, "optional": NAMES, "columns": NUMBER, "writes": LIST, "custom": NAMES,
               "keep": NAMES, "begin_stage": TEXT, "day_first": FLAG, "null_words": NAMES},
    "write": {"object": TEXT, "as": TEXT, "main": FLAG, "part": FLAG, "key": USE, "fields": TABLE},
    "field": {"column": NAMES, "columns": NAMES, "words": TABLE, "strict": FLAG, "starts_with": TEXT, "format": TEXT,
              "number_text": FLAG, "separator": TEXT, "constant": TEXT, "default": TEXT, "before": TEXT, "else": NAMES,
              "where": CONDITIONS},
}  # fmt: skip
"""What may be said of each, and what may stand there."""
NEEDED = {"mapping": ("source", "layouts"), "layout": ("name", "writes"), "write": ("object", "fields"), "field": ()}


@lru_cache(maxsize=1)
def known_layouts() -> tuple[Layout, ...]:
    """The layouts that come with the program."""
    texts = ((path.stem, path.read_text("utf-8")) for path in sorted(MAPPINGS.glob("*.yml")))
    return tuple(layout for name, text in texts for layout in parsed(name, text))


def text_of(mapping: str) -> tuple[str, str]:
    """(name, text) of a mapping given by the name of a known one or by its file; raises NotFound."""
    path = Path(mapping) if mapping.endswith(ENDINGS) else MAPPINGS / f"{mapping}.yml"
    if not path.is_file():
        names = ", ".join(sorted(found.stem for found in MAPPINGS.glob("*.yml")))
        raise NotFound(
            "There is no mapping {mapping}. Name a YAML file, or one of: {names}", mapping=mapping, names=names
        )
    return path.stem, decoded(path.name, path.read_bytes())


def decoded(file: str, content: bytes) -> str:
    """The text of a mapping's file; raises BadSource where it is none."""
    if len(content) > LARGEST:
        raise BadSource("The mapping {file} is larger than a megabyte. Send a mapping in YAML.", file=file)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSource("The mapping {file} is not in UTF-8. Save it in UTF-8.", file=file) from error


def choose(
    header: tuple[str, ...],
    layouts: Sequence[Layout] | None,
    file: str,
    sample: Sequence[Sequence[str]] = (),
) -> Layout:
    """The layout for a header: the one that names most of its columns, of `layouts` or of those that come with the
    program; where none of those fits, one made from the names of the columns and a `sample` of records.

    Raises BadSource when nothing fits, saying what is missing.
    """
    present = set(header)
    candidates = known_layouts() if layouts is None else layouts
    fitting = [item for item in candidates if present.issuperset(item.header)]
    if fitting:
        return fitted(max(fitting, key=lambda item: len(present.intersection(item.header + item.optional))), header)
    if layouts is None:
        return by_synonyms(header, file, sample)
    nearest = min(layouts, key=lambda layout: len(set(layout.header) - present))
    raise BadSource(
        "{file} does not fit the mapping. Nearest is {layout}, for which the columns {missing} are missing. "
        "Correct the file or the mapping.",
        file=file,
        layout=nearest.name,
        missing=", ".join(column for column in nearest.header if column not in present),
    )


def recall(header: tuple[str, ...], remembered: Iterable[tuple[int, Layout]]) -> tuple[int, Layout] | None:
    """The first of the (load, layout) pairs that was used for the same columns, in whatever order these stand."""
    columns = frozenset(filter(None, header))
    return next((pair for pair in remembered if pair[1].used.union(pair[1].ignored) == columns), None)


def parsed(name: str, text: str) -> list[Layout]:
    """The layouts of a mapping in YAML; raises BadSource where it cannot be understood."""
    try:
        mapping = yaml.load(text, Loader=yaml.CSafeLoader)
        _check_entries("mapping", mapping)
        layouts = [_layout(name, mapping, item) for item in mapping["layouts"]]
        if not layouts:
            raise ValueError("it has no layout")
        return layouts
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadSource(
            "The mapping {file} cannot be understood: {reason}. Compare it with the user guide.",
            file=name,
            reason=" ".join(str(error).split()),
        ) from error


LONGEST = 40
"""Letters of what stands in a wrong place that a sentence shows."""


def _check_entries(what: str, entries: Any, where: str = "") -> None:
    """Raise ValueError where an entry is unknown, lacking or of another kind than it can be."""
    known, place = ENTRIES[what], where or f"a {what}"
    if not isinstance(entries, dict):
        raise ValueError(f"{place} is a table with the entries {', '.join(known)}, not {_shown(entries)}")
    for name, value in entries.items():
        if name not in known:
            raise ValueError(f"{place} has no entry {name}; there can be {', '.join(known)}")
        if value is not None or known[name] in (LIST, TABLE, USE):
            _check_kind(f"the entry '{name}' of {place}", value, known[name])
    for name in NEEDED[what]:
        if entries.get(name) is None:
            raise ValueError(f"{place} needs the entry '{name}', {known[name]}")


def _check_kind(place: str, value: Any, kind: str) -> None:
    is_flag = isinstance(value, bool)
    fits = isinstance(value, KINDS[kind]) and (not is_flag or kind in (FLAG, TEXT))
    if not fits and not (kind == HEADER and value is False):
        raise ValueError(f"{place} is {kind}, not {_shown(value)}")


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value) if len(repr(value)) <= LONGEST else repr(value)[:LONGEST] + "…"


def _layout(mapping: str, text: Mapping[str, Any], item: Mapping[str, Any]) -> Layout:
    _check_entries("layout", item, f"layout {item['name']}" if isinstance(item, dict) and item.get("name") else "")
    writes = tuple(_write(entry, _text(text.get("currency"))) for entry in item["writes"])
    name, has_header = item["name"], item.get("header") is not False
    if sum(write.is_main for write in writes) != 1:
        raise ValueError(f"layout {name} needs exactly one entry with main: true")
    if len({write.name for write in writes}) < len(writes):
        raise ValueError(f"layout {name} has two entries of one name; tell them apart with as:")
    layout = Layout(
        name=f"{mapping}/{name}",
        source=str(text["source"]),
        writes=writes,
        optional=_names(item.get("optional", ())),
        zone=_zone(text.get("zone")),
        currency=_text(text.get("currency")),
        begin_stage=item.get("begin_stage"),
        custom=_names(item.get("custom", item.get("keep", ()))),
        has_header=has_header,
        day_first=_flag(item, "day_first"),
        null_words=tuple(word.lower() for word in _names(item.get("null_words", ()))),
    )
    main = layout.main.object
    if layout.custom and not main.has_custom_fields:
        raise ValueError(f"a {main.name} has no custom fields; leave out {', '.join(layout.custom)}")
    layout = replace(layout, keeps_rest="custom" not in item and main.has_custom_fields)
    return replace(layout, header=_header(name, item, layout))


def _header(name: str, item: Mapping[str, Any], layout: Layout) -> tuple[str, ...]:
    """The columns that a file must have: those listed, else all that are used and not optional."""
    if not layout.has_header:
        if item.get("columns") is None:
            raise ValueError(f"layout {name} needs the entry 'columns', the number of columns of a file without header")
        return tuple(str(number) for number in range(1, item["columns"] + 1))
    header = _names(item.get("header") or sorted(layout.used.difference(layout.optional)))
    absent = layout.used.difference(header, layout.optional)
    if absent:
        raise ValueError(f"layout {name} has no column {', '.join(sorted(absent))} in its header")
    if not any(write.is_main for write in fitted(layout, header).writes):
        raise ValueError(f"layout {name}: what its main entry needs cannot be optional")
    return header


def _names(value: Any) -> tuple[str, ...]:
    return (str(value),) if isinstance(value, str | int) else tuple(str(name) for name in value)


def _flag(item: Mapping[str, Any], name: str) -> bool | None:
    value = item.get(name)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{name} is true or false, not {value}")
    return value


def _zone(name: str | None) -> str | None:
    if name is not None and name not in available_timezones():
        raise ValueError(f"there is no time zone {name}")
    return name


def _write(entry: Mapping[str, Any], currency: str | None) -> Write:
    _check_entries("write", entry, "an object")
    if entry["object"] not in OBJECTS:
        near = get_close_matches(str(entry["object"]), OBJECTS, 1)
        known = f"the nearest is {near[0]}" if near else f"use one of {', '.join(OBJECTS)}"
        raise ValueError(f"there is no object '{entry['object']}'; {known}")
    item = OBJECTS[entry["object"]]
    uses = {name: _use(value, f"the field {name} of {item.name}") for name, value in entry["fields"].items()}
    fields = {name: understood(item, name, use) for name, use in uses.items()}
    if item.has_currency and currency:
        fields.setdefault("currency", Use((), constant=currency))
    write = Write(
        object=item,
        fields=fields,
        key=_use(entry["key"], f"the key of {item.name}") if "key" in entry else None,
        name=entry.get("as", entry["object"]),
        is_main=bool(entry.get("main", False)),
        is_part=bool(entry.get("part", False)),
    )
    if not re.fullmatch(r"[a-z][a-z0-9_]*", write.name):
        raise ValueError(f"as: {write.name} is no name; use small letters, digits and _")
    lacking = [name for name in item.required if name not in fields]
    if lacking:
        raise ValueError(f"{write.name} needs the fields {', '.join(lacking)}")
    if not (write.is_main or write.key):
        raise ValueError(f"{write.name} needs a key, as it is not the main object")
    return write


def _use(value: Any, place: str) -> Use:
    if isinstance(value, str | int | list):
        return Use(_names(value))
    _check_kind(place, value, USE)
    _check_entries("field", value, place)
    if set(re.findall(r"%-?(.?)", str(value.get("format") or ""))) - SPECIFIERS:
        raise ValueError(f"{value['format']} is no form of a date or time")
    use = Use(
        columns=_names(value.get("columns", value.get("column", ()))),
        words=tuple((str(word).lower(), str(code)) for word, code in (value.get("words") or {}).items()),
        strict=bool(value.get("strict", False)),
        starts_with=_text(value.get("starts_with")),
        format=_text(value.get("format")),
        is_number_text=bool(value.get("number_text", False)),
        separator=str(value.get("separator", " ")),
        constant=_text(value.get("constant", value.get("default"))),
        before=_text(value.get("before")),
        otherwise=_names(value.get("else", ())),
        where=_conditions(value.get("where", ())),
    )
    if not use.columns and use.constant is None:
        raise ValueError(f"{place} needs a column or a constant")
    return use


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _conditions(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Columns that must be filled, or column → words of which it must hold one."""
    if not isinstance(value, Mapping):
        return tuple((column, ()) for column in _names(value))
    return tuple((str(column), tuple(word.lower() for word in _names(words))) for column, words in value.items())


def as_yaml(layout: Layout) -> str:
    """A layout as a mapping in YAML, of which `parsed` makes it again."""
    content = {"source": layout.source, "zone": layout.zone, "currency": layout.currency, "layouts": [_entry(layout)]}
    return yaml.safe_dump(_filled(content), sort_keys=False, allow_unicode=True, width=120)


def _entry(layout: Layout) -> dict[str, Any]:
    own = [name for name in layout.custom if name in layout.taken] if layout.keeps_rest else list(layout.custom)
    return _filled(
        {
            "name": layout.name.rpartition("/")[2],
            "header": list(layout.header) if layout.has_header else False,
            "columns": None if layout.has_header else len(layout.header),
            "optional": list(layout.optional) or None,
            "writes": [_write_entry(write) for write in layout.writes],
            "keep": (own or None) if layout.keeps_rest else None,
            "custom": own if layout.main.object.has_custom_fields and not layout.keeps_rest else None,
            "begin_stage": layout.begin_stage,
            "day_first": layout.day_first,
            "null_words": list(layout.null_words) or None,
        }
    )


def _write_entry(write: Write) -> dict[str, Any]:
    return _filled(
        {
            "object": write.object.name,
            "as": write.name if write.name != write.object.name else None,
            "main": write.is_main or None,
            "part": write.is_part or None,
            "key": _use_entry(write.key) if write.key else None,
            "fields": {name: _use_entry(_as_written(write, name, use)) for name, use in write.fields.items()},
        }
    )


def _as_written(write: Write, name: str, use: Use) -> Use:
    """The use without the words that are understood anyway."""
    known = understood(write.object, name, Use(use.columns))
    return replace(
        use, words=tuple(pair for pair in use.words if pair not in known.words), strict=use.strict and not known.strict
    )


def _use_entry(use: Use) -> Any:
    columns = use.columns[0] if len(use.columns) == 1 else list(use.columns)
    entry = {
        "column" if len(use.columns) == 1 else "columns": columns or None,
        "words": dict(use.words) or None,
        "strict": use.strict or None,
        "starts_with": use.starts_with,
        "format": use.format,
        "number_text": use.is_number_text or None,
        "separator": use.separator if use.separator != " " else None,
        "default" if use.columns else "constant": use.constant,
        "before": use.before,
        "else": list(use.otherwise) or None,
        "where": {column: list(words) for column, words in use.where} or None,
    }
    entry = _filled(entry)
    return columns if entry.keys() <= {"column", "columns"} else entry


def _filled(entries: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value is not None}
