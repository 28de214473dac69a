"""Layouts: which column of a file becomes which field of which object.

A known layout is a YAML file in `mappings/`; any other header is matched by the synonyms of its names.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from crm.errors import BadSource, NotFound
from pipelines.objects import OBJECTS, Object

MAPPINGS = Path(__file__).parent / "mappings"
SPECIFIERS = frozenset("aAwdbBmyYHIpMSgfnzZjUWcxX%")
"""Letters that may stand behind % in the form of a date or time."""


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
    """Belongs to the main record and follows its changes; other objects are made by the way and left alone after."""


@dataclass(frozen=True)
class Layout:
    """How the records of one kind of file become objects."""

    name: str
    source: str
    writes: tuple[Write, ...]
    header: tuple[str, ...] = ()
    zone: str | None = None
    currency: str | None = None
    begin_stage: str | None = None
    """Stage that a deal had when its work began, where the source's dates mean that."""
    custom: tuple[str, ...] = field(default=())
    """Columns kept as custom fields of the main object."""
    ignored: tuple[str, ...] = ()
    """Columns that nothing is made of."""

    @property
    def main(self) -> Write:
        """The write by which the file's records are counted."""
        return next(write for write in self.writes if write.is_main)

    @property
    def used(self) -> frozenset[str]:
        """The columns that something is made of."""
        return frozenset(self.custom).union(*(use.columns for write in self.writes for use in _uses(write)))


def normal(text: str) -> str:
    """A header or word without case, width, accents, and all that is no letter or digit."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def known_layouts() -> list[Layout]:
    """The layouts that come with the program."""
    return [layout for path in sorted(MAPPINGS.glob("*.yml")) for layout in parsed(path.stem, path.read_text("utf-8"))]


def text_of(mapping: str) -> tuple[str, str]:
    """(name, text) of a mapping given by the name of a known one or by its file; raises NotFound."""
    path = Path(mapping) if mapping.endswith((".yml", ".yaml")) else MAPPINGS / f"{mapping}.yml"
    if not path.is_file():
        names = ", ".join(sorted(found.stem for found in MAPPINGS.glob("*.yml")))
        raise NotFound(
            "There is no mapping {mapping}. Name a YAML file, or one of: {names}", mapping=mapping, names=names
        )
    try:
        return path.stem, path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadSource("The mapping {file} is not in UTF-8. Save it in UTF-8.", file=path.name) from error


def choose(header: tuple[str, ...], layouts: Sequence[Layout] | None, file: str) -> Layout:
    """The layout for a header: the one that names most of its columns, of `layouts` or of those that come with the
    program; where none of those fits, one made from synonyms.

    Raises BadSource when nothing fits, saying what is missing.
    """
    present = set(header)
    fitting = [item for item in (known_layouts() if layouts is None else layouts) if present >= set(item.header)]
    if fitting:
        layout = max(fitting, key=lambda item: len(item.header))
        return replace(layout, ignored=tuple(column for column in header if column and column not in layout.used))
    if layouts is None:
        return by_synonyms(header, file)
    nearest = min(layouts, key=lambda layout: len(set(layout.header) - present))
    raise BadSource(
        "{file} does not fit the mapping. Nearest is {layout}, for which the columns {missing} are missing. "
        "Correct the file or the mapping.",
        file=file,
        layout=nearest.name,
        missing=", ".join(column for column in nearest.header if column not in present),
    )


def parsed(name: str, text: str) -> list[Layout]:
    """The layouts of a mapping in YAML; raises BadSource where it cannot be understood."""
    try:
        mapping = yaml.safe_load(text)
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


def _layout(mapping: str, text: Mapping[str, Any], item: Mapping[str, Any]) -> Layout:
    writes = tuple(_write(entry, text.get("currency")) for entry in item["writes"])
    if sum(write.is_main for write in writes) != 1:
        raise ValueError(f"layout {item['name']} needs exactly one entry with main: true")
    if len({write.name for write in writes}) < len(writes):
        raise ValueError(f"layout {item['name']} has two entries of one name; tell them apart with as:")
    columns = {column for write in writes for use in _uses(write) for column in use.columns}
    custom = tuple(item.get("custom", ()))
    header = tuple(item.get("header", sorted(columns | set(custom))))
    absent = columns.union(custom) - set(header)
    if absent:
        raise ValueError(f"layout {item['name']} has no column {', '.join(sorted(absent))} in its header")
    return Layout(
        name=f"{mapping}/{item['name']}",
        source=text["source"],
        writes=writes,
        header=header,
        zone=_zone(text.get("zone")),
        currency=text.get("currency"),
        begin_stage=item.get("begin_stage"),
        custom=custom,
    )


def _zone(name: str | None) -> str | None:
    if name is not None and name not in available_timezones():
        raise ValueError(f"there is no time zone {name}")
    return name


def _uses(write: Write) -> list[Use]:
    return [*write.fields.values(), *([write.key] if write.key else [])]


def _write(entry: Mapping[str, Any], currency: str | None) -> Write:
    item = OBJECTS[entry["object"]]
    fields = {name: _field_use(item, name, value) for name, value in entry["fields"].items()}
    if item.has_currency and currency:
        fields.setdefault("currency", Use((), constant=currency))
    write = Write(
        object=item,
        fields=fields,
        key=_use(entry["key"]) if "key" in entry else None,
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


def _field_use(item: Object, name: str, value: Any) -> Use:
    use, words = _use(value), item.words.get(name)
    if words is None:
        return use
    if use.constant is not None and use.constant not in words.values():
        raise ValueError(f"{name} can be {', '.join(sorted(set(words.values())))}, not {use.constant}")
    return replace(use, words=tuple((dict(words) | dict(use.words)).items()), strict=True)


def _lower(words: Mapping[Any, Any]) -> dict[str, str]:
    return {str(word).lower(): str(code) for word, code in words.items()}


def _use(value: Any) -> Use:
    if isinstance(value, str):
        return Use((value,))
    if isinstance(value, list):
        return Use(tuple(value))
    columns = value.get("columns") or ([value["column"]] if "column" in value else [])
    if set(re.findall(r"%-?(.?)", value.get("format") or "")) - SPECIFIERS:
        raise ValueError(f"{value['format']} is no form of a date or time")
    return Use(
        columns=tuple(columns),
        words=tuple(_lower(value.get("words", {})).items()),
        strict=bool(value.get("strict", False)),
        starts_with=value.get("starts_with"),
        format=value.get("format"),
        is_number_text=bool(value.get("number_text", False)),
        separator=str(value.get("separator", " ")),
        constant=value.get("constant"),
    )


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, dict[str, str]]:
    """Object → normalised header → field; the field `key` is the source's own key."""
    text = yaml.safe_load((MAPPINGS / "synonyms.yaml").read_text(encoding="utf-8"))
    return {
        name: {normal(word): field_name for field_name, words in fields.items() for word in [field_name, *words]}
        for name, fields in text.items()
    }


def by_synonyms(header: tuple[str, ...], file: str) -> Layout:
    """A layout for an unknown header: the object with all required fields and most of the columns.

    Columns that no field stands for become custom fields where the object has them.
    """
    best: tuple[str, dict[str, str]] | None = None
    best_score, nearest = (False, 0, 0), ("account", OBJECTS["account"].required)
    for name, words in _synonyms().items():
        found = {words[normal(column)]: column for column in reversed(header) if normal(column) in words}
        missing = _missing(OBJECTS[name], found)
        hint = normal(Path(file).stem).startswith(normal(name)) or normal(name) in normal(Path(file).stem)
        score = (not missing, int(hint), len(found))
        if score > best_score:
            best, best_score, nearest = (name, found), score, (name, missing)
    if best is None or not best_score[0]:
        raise BadSource(
            "{file}: its columns ({columns}) fit no object. Nearest is {object}, for which {missing} is missing. "
            "Rename the columns, or give a mapping with --mapping.",
            file=file,
            columns=", ".join(header) or "none",
            object=nearest[0],
            missing=", ".join(nearest[1]),
        )
    return _automatic(OBJECTS[best[0]], best[1], header)


def _missing(item: Object, found: Mapping[str, str]) -> tuple[str, ...]:
    needed = [name for name in item.required if name not in DEFAULTS.get(item.name, {})]
    missing = [name for name in needed if name not in found and not _stands_in(item.name, name, found)]
    return tuple(missing)


DEFAULTS: dict[str, dict[str, str]] = {"ticket": {"status": "open"}, "opportunity": {"stage": "prospecting"}}
"""What a required field is where a file has no column for it."""

STAND_IN = {("opportunity", "name"): "key", ("product", "name"): "sku", ("ticket", "subject"): "category"}
"""Required field → the field whose text serves where a file has no column for it."""

NATURAL_KEY = {"team": "name", "staff": "name", "account": "name", "contact": "email", "product": "sku",
               "sales_order": "number"}  # fmt: skip
"""The field that serves as key where a file has no key column."""


def _stands_in(item: str, name: str, found: Mapping[str, str]) -> bool:
    return STAND_IN.get((item, name)) in found


def _automatic(item: Object, found: Mapping[str, str], header: tuple[str, ...]) -> Layout:
    columns = dict(found)
    key_column = columns.pop("key", None) or columns.get(NATURAL_KEY.get(item.name, ""))
    if item.name == "product" and key_column is None:
        key_column = columns.get("name")
    product = columns.pop("product", None) if item.name == "opportunity" else None
    uses: dict[str, Any] = dict(columns)
    for name in item.required:
        if name not in uses:
            stand_in = found.get(STAND_IN.get((item.name, name), ""))
            uses[name] = stand_in or {"constant": DEFAULTS[item.name][name]}
    writes = [
        Write(
            object=item,
            fields={name: _field_use(item, name, value) for name, value in uses.items()},
            key=Use((key_column,)) if key_column else None,
            name=item.name,
            is_main=True,
        )
    ]
    if product and key_column:
        writes.append(_deal_line(columns, key_column, product))
    used = {column for write in writes for use in _uses(write) for column in use.columns}
    rest = tuple(column for column in header if column and column not in used)
    custom, ignored = (rest, ()) if item.has_custom_fields else ((), rest)
    return Layout(f"columns/{item.name}", "files", tuple(writes), header, custom=custom, ignored=ignored)


def _deal_line(columns: Mapping[str, str], key: str, product: str) -> Write:
    """The one product that a file names for a deal."""
    fields: dict[str, Any] = {"opportunity": key, "product": product, "quantity": {"constant": "1"}}
    if "amount" in columns:
        fields |= {"unit_price": columns["amount"], "amount": columns["amount"]}
    line = OBJECTS["opportunity_line"]
    return Write(line, {name: _use(value) for name, value in fields.items()}, Use((key,)), line.name, is_part=True)


def plain(name: str) -> str:
    """A column name as a custom field's name: short, one line."""
    return re.sub(r"\s+", " ", name).strip()[:80]
