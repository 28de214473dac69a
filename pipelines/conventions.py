"""How the columns of a file are written: decided for each over all of its records, and stated."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crm import sql
from crm.db import Cursor
from pipelines import dates, numbers
from pipelines.expressions import Field, Form, Values, folded, neat, plain_value, said
from pipelines.layout import FORM, Layout
from pipelines.sources.note import Note

statement = sql.room(Path(__file__).parent / "statements" / "staging")
CHOICES = {"decimal": (".", ","), "day_first": (True, False)}
"""What can be decided for a column."""


READ_COMMA = Note("{column}: numbers are read with a comma before the decimals.")
MIXED_COMMA = Note("{column}: most numbers have a comma before the decimals. Written otherwise: {count}.")
MIXED_POINT = Note("{column}: most numbers have a point before the decimals. Written otherwise: {count}.")
EITHER_COMMA = Note(
    "{column}: 1,234 and 1.234 have two meanings, and no number tells which. Read with a comma before the decimals."
)
EITHER_POINT = Note(
    "{column}: 1,234 and 1.234 have two meanings, and no number tells which. Read with a point before the decimals."
)
CURRENCIES = Note("{column}: numbers carry {signs}. Their currency is still that of its column or the mapping.")
NO_CURRENCY = Note(
    "{column}: numbers carry {signs}, which is passed over: neither a column nor a mapping says their currency, so "
    "they count as the company's. If they are in another, say so in a mapping with currency."
)
DAY_FIRST = Note("{column}: dates are read with the day first.")
MONTH_FIRST = Note("{column}: dates are read with the month first.")
EITHER_DAY = Note("{column}: no date tells day from month. Read with the day first; a mapping can say otherwise.")
EITHER_MONTH = Note("{column}: no date tells day from month. Read with the month first; a mapping can say otherwise.")
MIXED_DAY = Note("{column}: most dates have the day first. Written otherwise: {count}.")
MIXED_MONTH = Note("{column}: most dates have the month first. Written otherwise: {count}.")
SERIALS = Note("{column}: numbers read as the days of a spreadsheet: {count}.")
SECONDS = Note("{column}: numbers are read as seconds since 1970.")
MILLISECONDS = Note("{column}: numbers are read as milliseconds since 1970.")
NO_EMAILS = Note("{column}: texts that are no e-mail addresses, kept as they are: {count}.")

Decided = Mapping[str, Mapping[str, Any]]
"""A convention → column → what was decided for it."""


def given(header: Iterable[str]) -> Decided:
    """What a file with refused records says of the file that they came from; nothing of any other."""
    said = next((name.removeprefix(FORM) for name in header if name.startswith(FORM)), "{}")
    try:
        decided = dict(json.loads(said))
    except (TypeError, ValueError):
        return {}
    return {name: found for name, found in decided.items() if isinstance(found, dict)} if decided else {}


@dataclass
class Conventions:
    """The columns of the file in the table `raw`, by the fields that are made of them."""

    cursor: Cursor
    fields: Sequence[Field]
    layout: Layout
    header: tuple[str, ...]
    values: Values = field(default_factory=Values)
    notes: list[Note] = field(default_factory=list)
    decided: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in CHOICES})
    """What other records of this file are to be read by, as `given` has it."""
    texts: str = field(init=False)
    """A query of the records' texts: place, c0, c1, … as they stand, and t0, t1, … for the fields."""
    forms: dict[str, Form] = field(init=False)
    """Field → how its column is written."""

    def __post_init__(self) -> None:
        self._given = given(self.header)
        wide = self._wide()
        cells = {name: neat(f"c{index}", wide[name]) for index, name in enumerate(self.header)}
        columns = {name: f"c{index}" for index, name in enumerate(self.header)}
        texts = [
            f"{said(item, columns, cells, self.values, self.layout.null_words)} as t{index}"
            for index, item in enumerate(self.fields)
        ]
        self.texts = statement("texts", texts=", ".join(texts))
        self.forms = {item.name: Form(is_wide=any(wide[name] for name in item.use.reads)) for item in self.fields}
        self._decide_numbers()
        self._decide_dates()

    def _wide(self) -> dict[str, bool]:
        """Column → whether it has characters outside of ASCII."""
        columns = [f"c{index}" for index in range(len(self.header))]
        return dict(zip(self.header, wide(self.cursor, "raw", columns), strict=True))

    def _rows(self, name: str, item: Field, **slots: str) -> list[Any]:
        index = self.fields.index(item)
        text = statement(name, texts=self.texts, field=f"t{index}", plain=plain_value(item, "text"), **slots)
        bound = {name: value for name, value in self.values.bound.items() if name in sql.parameters(text)}
        return [value for row in self.cursor.rows(text, **bound) for value in row]

    def _set(self, item: Field, **known: Any) -> None:
        self.forms[item.name] = replace(self.forms[item.name], **known)

    def _folded(self, item: Field) -> str:
        return folded("text", self.forms[item.name])

    def _known(self, convention: str, item: Field) -> Any:
        """What was decided for a column in the file that these records came from."""
        said = self._given.get(convention, {}).get(item.columns)
        return said if said in CHOICES[convention] else None

    def _note(self, note: Note, item: Field, **values: object) -> None:
        note = note._replace(values={"column": item.columns, **values})
        if note not in self.notes:
            self.notes.append(note)

    def _to_decide(self, *kinds: str) -> list[Field]:
        return [
            item
            for item in self.fields
            if item.type.startswith(kinds) and item.use.columns and not (item.use.format or item.use.starts_with)
        ]

    # Numbers

    def _decide_numbers(self) -> None:
        found = {item.name: self._numbers(item) for item in self._to_decide("DECIMAL")}
        decided = {shown.decimal for shown in found.values() if shown.decimal}
        usual = decided.pop() if len(decided) == 1 else "."
        for item in self._to_decide("DECIMAL"):
            shown = found[item.name]
            self._set(item, decimal=shown.decimal or (usual if shown.either else "."))
            if shown.decimal or shown.either:
                self.decided["decimal"][item.columns] = self.forms[item.name].decimal
            self._note_numbers(item, shown)

    def _numbers(self, item: Field) -> numbers.Evidence:
        slots = numbers.counts(self._folded(item))
        odd, comma, point, either, signs = self._rows("number_forms", item, **slots)
        self._set(item, has_odd=odd > 0)
        if signs:
            write = item.name.rpartition("__")[0]
            has_currency = any(other.name == f"{write}__currency" for other in self.fields)
            self._note(CURRENCIES if has_currency else NO_CURRENCY, item, signs=", ".join(signs))
        if comma:
            point += self._rows("plain_forms", item, is_so=slots["is_point"])[0]
        elif not point:
            point = self._is_there(item, slots["is_point"])
            either = either or self._is_there(item, slots["is_either"])
        return numbers.Evidence(comma, point, either, self._known("decimal", item))

    def _is_there(self, item: Field, test: str) -> int:
        """1 where a number that the engine takes passes the test; it is the first one that ends the search."""
        return len(self._rows("plain_form", item, is_so=test))

    def _note_numbers(self, item: Field, shown: numbers.Evidence) -> None:
        is_comma = self.forms[item.name].decimal == ","
        if shown.comma and shown.point:
            others = shown.point if is_comma else shown.comma
            self._note(MIXED_COMMA if is_comma else MIXED_POINT, item, count=others)
        elif is_comma and (shown.comma or shown.known):
            self._note(READ_COMMA, item)
        elif shown.either and not (shown.point or shown.known):
            self._note(EITHER_COMMA if is_comma else EITHER_POINT, item)

    # Dates

    def _decide_dates(self) -> None:
        found = {item.name: self._dates(item) for item in self._to_decide("DATE", "TIMESTAMP")}
        decided = {shown.is_day_first for shown in found.values() if shown.is_day_first is not None}
        of_others = decided.pop() if len(decided) == 1 else None
        for item in self._to_decide("DATE", "TIMESTAMP"):
            shown = found[item.name]
            choices = (self.layout.day_first, shown.is_day_first, of_others, shown.usual)
            is_day_first = next(choice for choice in choices if choice is not None)
            self._set(item, is_day_first=is_day_first, epoch=shown.epoch)
            if shown.is_day_first is not None or shown.either:
                self.decided["day_first"][item.columns] = is_day_first
            self._note_dates(item, shown, is_day_first)

    def _dates(self, item: Field) -> dates.Evidence:
        slots = dates.counts(self._folded(item), self.forms[item.name].is_wide)
        shown = dates.Evidence(*self._rows("date_forms", item, **slots))
        self._set(item, has_odd=shown.odd > 0)
        return replace(shown, known=self._known("day_first", item))

    def _note_dates(self, item: Field, shown: dates.Evidence, is_day_first: bool) -> None:
        others = shown.month_first if is_day_first else shown.day_first
        if others:
            self._note(MIXED_DAY if is_day_first else MIXED_MONTH, item, count=others)
        elif shown.is_day_first is not None:
            self._note(DAY_FIRST if is_day_first else MONTH_FIRST, item)
        elif shown.either and self.layout.day_first is None:
            self._note(EITHER_DAY if is_day_first else EITHER_MONTH, item)
        if shown.epoch:
            self._note(SECONDS if shown.epoch == 1 else MILLISECONDS, item)
        elif shown.serial:
            self._note(SERIALS, item, count=shown.serial)


def wide(cursor: Cursor, table: str, columns: Sequence[str]) -> list[bool]:
    """Whether each of the columns of a table has characters outside of ASCII."""
    tests = ", ".join(f"coalesce(stats({column}).has_unicode::boolean, false)" for column in columns)
    rows = cursor.rows(statement("are_wide", tests=tests, table=table)) if columns else []
    return list(rows[0]) if rows else [False] * len(columns)
