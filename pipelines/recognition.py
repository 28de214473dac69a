"""Recognition: a layout for a header that nobody described, from the names of its columns and their values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import yaml
from babel.core import get_global

from crm.errors import BadSource
from pipelines import flat, words
from pipelines.expressions import word_key
from pipelines.layout import Layout, Use, Write, understood
from pipelines.objects import OBJECTS, Object
from pipelines.sources.note import Note
from pipelines.words import normal

SOURCE = "files"
"""The source system of files that nobody described."""
SYNONYMS = Path(__file__).parent / "mappings" / "synonyms.yaml"

DEFAULTS: dict[str, dict[str, str]] = {
    "ticket": {"status": "open"},
    "opportunity": {"stage": "prospecting"},
    "interaction": {"kind": "note"},
}
"""What a required field is where a file has no column for it."""

STAND_IN = {
    "account": ("website",),
    "contact": ("email",),
    "lead": ("email", "company"),
    "opportunity": ("key",),
    "product": ("sku",),
    "ticket": ("category",),
    "interaction": ("body",),
    "quote": ("key",),
}
"""Object → fields whose text serves as its name or subject where that is blank or has no column."""

NATURAL_KEY = {
    "team": (("name",),),
    "staff": (("name",),),
    "account": (("name",),),
    "contact": (("email",), ("name", "account")),
    "lead": (("email",), ("name", "company")),
    "product": (("sku",), ("name",)),
    "sales_order": (("number",),),
    "quote": (("name",),),
    "campaign": (("name",),),
    "campaign_member": (("campaign", "account"),),
    "fx_rate": (("currency", "valid_on"),),
}
"""Fields that together serve as key where a file has no key column; the next where those before are blank."""

MARKS = {
    "lead": ("key", "status", "source", "campaign", "is_converted"),
    "task": ("key", "due_on", "done_at"),
    "interaction": ("key", "kind", "happened_at"),
    "ticket_event": ("key", "activity"),
    "quote": ("key", "issued_on", "expires_on"),
    "campaign": ("key", "begins_on", "ends_on"),
    "campaign_member": ("arm",),
    "survey_response": ("key", "score"),
}
"""Fields of which a file needs one to be taken for the object, unless its name says so: the others fit anything."""

TAKEN_FOR_LINES = ("sales_order", "product", "account")
"""Objects for which the lines of a flat file could be taken, by its name or by some of its columns."""

WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
"""The words of a file's name: `order_lines`, `OrderLines` and `order lines` have two."""
EMAIL = re.compile(r"(mailto:)?[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}", re.IGNORECASE)
WEBSITE = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
PHONE = re.compile(r"(tel:)?(\+\d[\d\s().-]{6,20}|\(?0?\d{2,4}\)?[\s-]\d{3,4}[\s-]\d{3,4}|1[3-9]\d{9})")
CURRENCIES = frozenset(get_global("all_currencies"))
VALUES = {
    "email": lambda text: EMAIL.fullmatch(text) is not None,
    "website": lambda text: WEBSITE.fullmatch(text) is not None,
    "phone": lambda text: PHONE.fullmatch(text) is not None,
    "currency": lambda text: text in CURRENCIES,
}
"""Field → whether a text can be nothing else."""
TELLING = 1.5
"""Weight that columns need to speak of one object: two that hardly another has, or more that several have."""
KEYS = ("key", "number", "sku")
"""Fields that tell records apart by a sign of their own."""
FEW = 2
"""Objects that may share a key's name."""
ENOUGH = 3
"""Values that a column needs to be recognised by them."""
FAIR = 1 / 3
"""Share of a column's different words that a field has to know, where its name says the field."""
DECISIVE = frozenset((("sales_order", "status"),))
"""Fields by which records count or not: one word that is known is enough, the others are refused by name."""

SHOWN = 5
"""Words of a column that a note names."""
UNKNOWN_WORDS = Note(
    "{column}: it is not read as {field}, as its words ({words}) are not known as such. Known are {known}; "
    "a mapping can say what others mean."
)


@dataclass(frozen=True)
class Candidate:
    """An object that a file may hold, and the columns that speak for it."""

    object: Object
    found: Mapping[str, tuple[str, ...]]
    """Field → columns."""
    hint: int
    """Length of the longest of the object's names in the name of the file."""
    by_values: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields that no column is for, nor a default."""
        return tuple(name for name in self.object.required if not (name in self.found or self._is_given(name)))

    def _is_given(self, name: str) -> bool:
        return name in DEFAULTS.get(self.object.name, {}) or bool(_stand_ins(self, name))

    @property
    def is_possible(self) -> bool:
        """Whether the columns, or the name of the file, can be those of the object."""
        marks = MARKS.get(self.object.name)
        return bool(self.found) and (marks is None or self.hint > 0 or any(mark in self.found for mark in marks))

    @property
    def is_likely(self) -> bool:
        """Whether they speak of this object rather than of any."""
        return self.is_possible and (self.hint > 0 or self._is_named or self.weight >= TELLING)

    @property
    def _is_named(self) -> bool:
        """It has a key column of its own, or one that is called after it, or all of three fields that it needs."""
        columns = {normal(column) for columns in self.found.values() for column in columns}
        keys = [(normal(column), key) for key in KEYS for column in self.found.get(key, ())]
        has_own = any(len(_known_by(column, key)) <= FEW for column, key in keys)
        is_whole = len(self.object.required) > 2 and not self.missing
        return has_own or is_whole or not columns.isdisjoint(_called(self.object.name))

    @property
    def weight(self) -> float:
        """How much the columns say: what many objects have says little of one."""
        columns = {normal(column) for columns in self.found.values() for column in columns}
        return sum(1 / len(_known_by(column)) for column in columns)

    @property
    def score(self) -> tuple[bool, int, int]:
        """Greater is better."""
        return not self.missing, self.hint, len(self.found)


def by_synonyms(header: tuple[str, ...], file: str, sample: Sequence[Sequence[str]] = ()) -> Layout:
    """A layout for an unknown header: the object with all required fields and most of the columns; a file that is
    called after an object holds nothing else.

    A column whose name says nothing is given to a free field where its values in `sample`, the first records, can be
    nothing else. Raises BadSource where nothing fits, saying what is missing of the nearest.
    """
    values = _values(header, sample)
    candidates = [_candidate(name, header, file, values) for name in _synonyms()]
    possible = [candidate for candidate in candidates if candidate.is_possible]
    likely = [candidate for candidate in possible if candidate.is_likely]
    meant = max(likely, key=lambda candidate: candidate.hint, default=None)
    best = max(likely, key=lambda candidate: candidate.score, default=None)
    if meant and meant.hint and meant.missing:
        best = meant
    whole = sorted((candidate for candidate in possible if not candidate.missing), key=_nearness, reverse=True)
    if whole and (best is None or (best.missing and not best.hint)):
        raise BadSource(
            "{file}: its columns ({columns}) could be those of {objects}, and nothing says which. Call the file after "
            "what it holds, such as {name}.csv, give a mapping with --mapping, or leave the file out.",
            file=file,
            columns=", ".join(filter(None, header)),
            objects=", ".join(candidate.object.name for candidate in whole[:SHOWN]),
            name=whole[0].object.name,
        )
    best = best or max(possible, key=lambda candidate: candidate.score, default=None)
    if best and best.object.name in TAKEN_FOR_LINES:
        best = next((each for each in whole if _is_flat(each, header)), best)
    if best is None or best.missing:
        raise BadSource(
            "{file}: its columns ({columns}) fit no object. Nearest is {object}, for which {missing} is missing. "
            "Leave it out, rename the columns, or give a mapping with --mapping.",
            file=file,
            columns=", ".join(filter(None, header)) or "none",
            object=best.object.name if best else "account",
            missing=", ".join(best.missing if best else OBJECTS["account"].required),
        )
    return _layout(_with_values(best, values), header, file, values)


def _is_flat(candidate: Candidate, header: tuple[str, ...]) -> bool:
    return candidate.object.name == "order_line" and flat.is_of_lines(candidate.found, header)


def as_object(name: str, header: tuple[str, ...], file: str, sample: Sequence[Sequence[str]] = ()) -> Layout:
    """A layout for a header of which a person says what object it holds; what that needs may still be missing."""
    values = _values(header, sample)
    return _layout(_with_values(_candidate(name, header, file, values), values), header, file, values)


def stand_in(name: str, field: str, found: Mapping[str, tuple[str, ...]]) -> Use | None:
    """What a required field of an object is where no column is for it; None where only a column will do."""
    candidate = Candidate(OBJECTS[name], found, 0)
    return _required(candidate, field) if field not in candidate.missing else None


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, dict[str, str]]:
    """Object → normalised header → field; `key` is the source's own key, `file` what files are called."""
    text = yaml.load(SYNONYMS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {
        name: {normal(str(word)): field for field, words in fields.items() for word in [field, *words]}
        for name, fields in text.items()
    }


def _nearness(candidate: Candidate) -> tuple[int, float]:
    return len(candidate.found), candidate.weight


@lru_cache(maxsize=4096)
def _known_by(column: str, field: str | None = None) -> tuple[str, ...]:
    """The objects that know a header's name, as any field or as that one."""
    return tuple(
        name for name, words in _synonyms().items() if words.get(column) in ((field,) if field else words.values())
    )


@lru_cache(maxsize=64)
def _called(name: str) -> frozenset[str]:
    """What columns are called after an object: its names, and its names with the word for name."""
    called = {normal(name), *(word for word, field in _synonyms()[name].items() if field == "file" and word != "file")}
    return frozenset(word + end for word in called for end in ("", "name", "名称", "姓名"))


def _values(header: tuple[str, ...], sample: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Column → its values in the sample that are not blank."""
    return {
        name: [text for record in sample if index < len(record) and (text := (record[index] or "").strip())]
        for index, name in enumerate(header)
    }


def _candidate(name: str, header: tuple[str, ...], file: str, values: Mapping[str, list[str]]) -> Candidate:
    item, words = OBJECTS[name], _synonyms()[name]
    found: dict[str, tuple[str, ...]] = {}
    for column in header:
        field = words.get(normal(column))
        if field and field != "file" and field not in found and _can_be(item, field, values[column]):
            found[field] = (column,)
    if name == "order_line":
        found = dict(flat.with_order(found, _candidate("sales_order", header, file, values).found))
    return Candidate(item, _with_full_name(found), _hint(name, file))


def _can_be(item: Object, field: str, values: list[str]) -> bool:
    """Whether a column's values speak for the field, where the field knows all its words and can do without."""
    if field not in item.words or field in item.required:
        return True
    said = _said(values)
    known = said & {word_key(word) for word in item.words[field]}
    return not said or (bool(known) and ((item.name, field) in DECISIVE or len(known) >= FAIR * len(said)))


def _said(values: Sequence[str]) -> set[str]:
    """The different words of a column, without those that mean nothing."""
    return {word_key(text) for text in values if text not in words.NOTHING and text.lower() not in words.NO_VALUE}


def notes(layout: Layout, header: tuple[str, ...], sample: Sequence[Sequence[str]]) -> Iterator[Note]:
    """What is to be said of columns whose names say a field, and whose words are not the field's."""
    item, fields = layout.main.object, _synonyms()[layout.main.object.name]
    for column, values in _values(header, sample).items():
        field = fields.get(normal(column), "")
        if field in item.words and not _can_be(item, field, values):
            yield UNKNOWN_WORDS._replace(
                values={
                    "column": column,
                    "field": f"{item.name}.{field}",
                    "words": ", ".join(list(dict.fromkeys(values))[:SHOWN]),
                    "known": ", ".join(Use((), words=tuple(item.words[field].items())).codes),
                }
            )


def _with_full_name(found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """First and last name are the name where no column has the whole of it."""
    parts = found.pop("first_name", ()) + found.pop("last_name", ())
    return {"name": parts} | found if parts and "name" not in found else found


def _hint(name: str, file: str) -> int:
    """Length of the longest of an object's names that the file is called by, in whole words or their plurals."""
    called = [normal(name), *(word for word, field in _synonyms()[name].items() if field == "file" and word != "file")]
    words = [normal(word) for word in WORDS.findall(Path(file).stem)]
    joined = {"".join(words[first:last]) for last in range(len(words) + 1) for first in range(last)}
    stem = normal(Path(file).stem)
    return max((len(word) for word in called if _is_called(word, joined, stem)), default=0)


def _is_called(word: str, joined: set[str], stem: str) -> bool:
    """Chinese has no spaces between words, so one may stand anywhere."""
    return not joined.isdisjoint((word, f"{word}s", f"{word}es")) if word.isascii() else word in stem


def _with_values(candidate: Candidate, values: Mapping[str, list[str]]) -> Candidate:
    """The candidate with the columns that their values alone make known; of two for one field, neither."""
    known = {column for columns in candidate.found.values() for column in columns}
    given: dict[str, tuple[str, ...]] = {}
    for field, is_one in VALUES.items():
        fits = [
            column
            for column, texts in values.items()
            if column and column not in known and len(texts) >= ENOUGH and all(map(is_one, texts))
        ]
        if field in _fields(candidate.object) and field not in candidate.found and len(fits) == 1:
            given[field] = (fits[0],)
    by_values = tuple(columns[0] for columns in given.values())
    return replace(candidate, found={**candidate.found, **given}, by_values=by_values)


def _fields(item: Object) -> frozenset[str]:
    return frozenset(_synonyms()[item.name].values())


def _stand_ins(candidate: Candidate, name: str) -> tuple[str, ...]:
    """The columns whose text serves as a record's name."""
    if name not in ("name", "subject"):
        return ()
    fields = STAND_IN.get(candidate.object.name, ())
    return next((candidate.found[field] for field in fields if field in candidate.found), ())


def _layout(candidate: Candidate, header: tuple[str, ...], file: str, values: Mapping[str, list[str]]) -> Layout:
    item = candidate.object
    besides: tuple[Write, ...] = ()
    if item.name == "order_line":
        lines, besides = flat.besides(candidate.found, lambda name: _candidate(name, header, file, values).found)
        candidate = replace(candidate, found=lines)
    found = dict(candidate.found)
    found.pop("key", None)
    product = found.pop("product", None) if item.name == "opportunity" else None
    uses = {name: Use(columns) for name, columns in found.items()}
    for name in item.required:
        if name not in candidate.missing:
            uses[name] = _required(candidate, name)
    key = _key(candidate)
    main = Write(item, {name: understood(item, name, use) for name, use in uses.items()}, key, item.name, is_main=True)
    writes = [*besides, main, _deal_line(uses, key, product)] if product and key else [*besides, main]
    layout = Layout(
        f"columns/{item.name}",
        SOURCE,
        tuple(writes),
        header,
        is_automatic=True,
        by_values=candidate.by_values,
    )
    rest = tuple(column for column in header if column and column not in layout.used)
    return replace(layout, custom=rest) if item.has_custom_fields else replace(layout, ignored=rest)


def _required(candidate: Candidate, name: str) -> Use:
    columns, stand_in = candidate.found.get(name, ()), _stand_ins(candidate, name)
    if columns:
        return Use(columns, otherwise=tuple(column for column in stand_in if column not in columns))
    return Use(stand_in) if stand_in else Use((), constant=DEFAULTS[candidate.object.name][name])


def _key(candidate: Candidate) -> Use | None:
    """The key column, else the fields that serve as key; a guess from values is too weak for that."""
    found = {name: columns for name, columns in candidate.found.items() if columns[0] not in candidate.by_values}
    if "key" in found:
        return Use(found["key"])
    natural = [
        tuple(column for field in fields for column in found.get(field, ()))
        for fields in NATURAL_KEY.get(candidate.object.name, ())
        if fields[0] in found
    ]
    return Use(natural[0], otherwise=natural[1] if len(natural) > 1 else ()) if natural else None


def _deal_line(uses: Mapping[str, Use], key: Use, product: tuple[str, ...]) -> Write:
    """The one product that a file names for a deal."""
    fields = {"opportunity": key, "product": Use(product), "quantity": Use((), constant="1")}
    if "amount" in uses:
        fields |= {"unit_price": uses["amount"], "amount": uses["amount"]}
    line = OBJECTS["opportunity_line"]
    return Write(line, fields, key, line.name, is_part=True)
