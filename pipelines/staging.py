"""Staging: the records of files with one layout become one temporary table of typed values.

A clean file is read with the types of its fields and nothing more. A file with anything to
understand or to refuse is read as text; every record then either fits or is a reject with its reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from crm import sql
from crm.custom_values import TAGS
from crm.db import Cursor, EngineError
from crm.errors import BadSource
from crm.fields import NOT_EDITABLE
from crm.progress import stop
from crm.tag_text import LONGEST as LONGEST_TAG
from pipelines import conventions, words
from pipelines.conventions import NO_EMAILS, Conventions
from pipelines.custom import Choices, words_of
from pipelines.expressions import (
    EMAIL,
    TYPED,
    Field,
    Values,
    cell,
    in_utc,
    is_odd_text,
    is_plain,
    is_strange,
    manner_of,
    text_of,
    typed_value,
    value_of,
)
from pipelines.layout import Layout, Use, Write, plain
from pipelines.raw import cells_of, read_raw, refused_by_reader, shifts
from pipelines.sources.note import Note
from pipelines.sources.sheet import Sheet

statement = sql.room(Path(__file__).parent / "statements" / "staging")
KEY_TYPE = "VARCHAR"
WRITTEN_HERE = NOT_EDITABLE | {"custom_fields"}
"""Columns of core that no file gives."""
FEW = 0.03
"""Share of bulk lines that may be looked at closer before all are."""
DAYS_AND_TIMES = ("DATE", "TIMESTAMP")
DAYS = ("'1000-01-01'", "'9999-12-31'")
"""A year of two digits, infinity and their like are no dates that anybody meant."""


@dataclass(frozen=True)
class Part:
    """One file's stretch of the staged records."""

    sheet: Sheet
    before: int
    """Records of the load that stand before it."""
    count_read: int
    notes: tuple[Note, ...] = ()
    """What was decided about its columns."""


@dataclass(frozen=True)
class Staged:
    """The records of all files with one layout."""

    layout: Layout
    table: str
    """Holds the columns of the fields; its rowid is a record's place among those that were not put aside."""
    numbers: str
    """A view of place and record_number."""
    records: str
    """A view of record_number and the columns of the fields."""
    parts: tuple[Part, ...]

    @property
    def count_read(self) -> int:
        """Records of all files, those that were put aside among them."""
        return sum(part.count_read for part in self.parts)


def field_name(write: Write, name: str) -> str:
    """The staged column of a field: unique within a layout, made of our own names."""
    return f"{write.name}__{name}"


def types_of(cursor: Cursor) -> dict[tuple[str, str], str]:
    """(table, column) → type, for the tables of core."""
    rows = cursor.rows(statement("types"))
    return {(table, column): kind for table, column, kind in rows}


def choices_of(cursor: Cursor) -> Choices:
    """The words of the choices among the fields that admins made."""
    return {(name, column): words for name, column, words in cursor.rows(statement("choices"))}


def fields_of(layout: Layout, types: dict[tuple[str, str], str], choices: Choices) -> tuple[Field, ...]:
    """The staged columns that a layout needs."""
    fields = []
    for write in layout.writes:
        key = field_name(write, "key")
        if write.key:
            fields.append(
                Field(
                    key, write.key, KEY_TYPE, _manner(write, "key", write.key), "true" if write.is_main else None, None
                )
            )
        for name, use in write.fields.items():
            kind = KEY_TYPE if name in write.object.references else types.get((write.object.name, name))
            if kind is None or name in WRITTEN_HERE:
                raise BadSource(
                    "The mapping {layout} gives {object} a field {field}, which it does not have. Correct the mapping.",
                    layout=layout.name,
                    object=write.object.name,
                    field=name,
                )
            known = choices.get((write.object.name, name))
            use = _chosen(use, known) if known else use
            needed, range_ = _needed(write, name, key), _range(write, name, kind)
            fields.append(Field(field_name(write, name), use, kind, _manner(write, name, use), needed, range_))
    return tuple(fields)


def _manner(write: Write, name: str, use: Use) -> str:
    """How the text of a field is standardised; a key that is an e-mail address is one."""
    if name == "key" and use == write.fields.get("email"):
        return "email"
    return manner_of(name, use)


def _chosen(use: Use, known: Sequence[str]) -> Use:
    """The use of a field that an admin made a choice: any other word is a reject."""
    return replace(use, words=tuple((words_of(known) | dict(use.words)).items()), strict=True)


def _needed(write: Write, name: str, key: str) -> str | None:
    """When a field must have a value.

    A record made by the way is called by its key where the file has no name; a part that lacks anything is no part.
    """
    if name not in write.object.required or write.is_part or (name == "name" and not write.is_main):
        return None
    return "true" if write.is_main else f"{key} is not null"


def _range(write: Write, name: str, kind: str) -> str | None:
    if name == TAGS:
        return statement("tags_fit", field=field_name(write, name), longest=str(LONGEST_TAG))
    least, greatest = DAYS if kind in DAYS_AND_TIMES else write.object.ranges.get(name, (None, None))
    return f"{field_name(write, name)} between {least} and {greatest}" if least is not None else None


class Staging:
    """Stages the sheets of one layout on a cursor of its own."""

    def __init__(
        self, cursor: Cursor, layout: Layout, number: int, types: dict[tuple[str, str], str], choices: Choices
    ) -> None:
        self.cursor = cursor
        self.layout = layout
        self.table = f"staged_{number}"
        self.numbers = f"numbers_{number}"
        self.records = f"records_{number}"
        self.fields = fields_of(layout, types, choices)
        self.has_hash = layout.main.object.is_fact

    def stage(self, sheets: Sequence[Sheet], before: int) -> Staged:
        """Stage the sheets behind each other; `before` records of the load stand before the first."""
        parts = self._typed(sheets, before) or self._as_text(sheets, before)
        self._spell_countries()
        return Staged(self.layout, self.table, self.numbers, self.records, tuple(parts))

    def _run(self, name: str, /, **slots: str) -> int:
        """Run a statement on this layout's own tables."""
        own = {"staged": self.table, "numbers": self.numbers, "kept": f"kept_{self.numbers}", "records": self.records}
        return self.cursor.run(statement(name, **own, **slots))

    def _columns(self) -> dict[str, str]:
        """Staged column → type."""
        columns = {field.name: field.type for field in self.fields}
        columns |= {"custom": "JSON"} if self.layout.custom else {}
        return columns | {"row_hash": "UBIGINT", "part": "SMALLINT"} if self.has_hash else columns

    def _create(self) -> None:
        definition = ", ".join(f"{name} {kind}" for name, kind in self._columns().items())
        self._run("create_staged", definition=definition)

    def _of_fact(self, part: int) -> list[str]:
        """A hash of what the file says, by which the same line is found again, and which of the files it is."""
        main = self.layout.main
        names = sorted(field_name(main, name) for name in (*main.fields, *(["key"] if main.key else [])))
        return [f"hash({', '.join(names)}) as row_hash", f"{int(part)}::smallint as part"]

    def _spell_countries(self) -> None:
        """Call each country by one name: there are few of them, however many records."""
        for field in self.fields:
            if field.manner == "country":
                found = self.cursor.rows(statement("names_of_field", field=field.name, staged=self.table))
                spelled = [(said, name) for (said,) in found if (name := words.country(said)) != said]
                frame = pl.DataFrame(spelled, schema={"said": pl.String, "name": pl.String}, orient="row")
                if spelled:
                    with self.cursor.table("spelled", frame):
                        self.cursor.run(statement("spell", field=field.name, staged=self.table))

    def _custom(self, position: dict[str, str], values: Values) -> str:
        pairs = ", ".join(
            f"{values.bind(plain(name))}, nullif(trim({position[name]}), '')" for name in self.layout.custom
        )
        return f"nullif(json_merge_patch('{{}}', json_object({pairs})), '{{}}') as custom"

    # Clean files

    def _typed(self, sheets: Sequence[Sheet], before: int) -> list[Part] | None:
        """Stage files whose records fit, but for a few of bulk lines; None where more do not."""
        if any(sheet.has_zones or conventions.given(sheet.header) for sheet in sheets):
            return None
        self._create()
        parts: list[Part] = []
        refused: list[pl.DataFrame] = []
        try:
            for sheet in sheets:
                start = before + sum(part.count_read for part in parts)
                good = self._insert_typed(sheet, len(parts) + 1)
                few = refused_by_reader(self.cursor, sheet, good)
                if few is None or few.height > FEW * good:
                    return None
                refused.append(few)
                parts.append(Part(sheet, start, good + few.height))
        except EngineError:
            stop().check()
            return None
        if self.cursor.value(statement("count_unfit", staged=self.table, unfit=self._unfit())):
            return None
        if any(few.height for few in refused):
            return parts if self.has_hash and self._look_closer(parts, refused) else None
        for view in ("view_dense_numbers", "view_dense"):
            self._run(view, before=str(int(before)))
        return parts

    def _look_closer(self, parts: Sequence[Part], refused: Sequence[pl.DataFrame]) -> bool:
        """Understand the few records that the reader refused, beside those that it typed.

        False where their words need a convention, which all records of a file have to decide on.
        """
        looked_at = [(part, *cells_of(few, part.sheet)) for part, few in zip(parts, refused, strict=True)]
        conventions = [self._conventions_of(part, few) for part, few, _ in looked_at]
        if any(found.notes for found in conventions):
            return False
        good = [_numbers_without(part, few) for part, few in zip(parts, refused, strict=True)]
        with self.cursor.table("good", pl.concat(good)):
            self._run("create_numbers_of_good")
        for number, (part, few, broken) in enumerate(looked_at, start=1):
            self._keep_few(few)
            places = few.select(
                good_before=pl.int_range(pl.len(), dtype=pl.Int64),
                broken=pl.col("position") - 1 - pl.int_range(pl.len(), dtype=pl.Int64),
            )
            self._insert_checked(conventions[number - 1], places, broken, part.before, number)
        self._view_numbered()
        return True

    def _view_numbered(self) -> None:
        self._run("view_kept_numbers")
        self._run("view_numbered")

    def _keep_few(self, few: pl.DataFrame) -> None:
        with self.cursor.table("few", few.drop("position")):
            self.cursor.run(statement("raw_of_few"))

    def _conventions_of(self, part: Part, few: pl.DataFrame) -> Conventions:
        self._keep_few(few)
        return Conventions(self.cursor, self.fields, self.layout, part.sheet.header)

    def _insert_typed(self, sheet: Sheet, part: int) -> int:
        position = {name: f"c{index}" for index, name in enumerate(sheet.header)}
        read_as = self._read_types(sheet)
        values = Values()
        fields = [self._typed_field(field, position, read_as, values) for field in self.fields]
        if self.layout.custom:
            fields.append(self._custom(position, values))
        if self.has_hash:
            fields += self._of_fact(part)
        columns = ", ".join(f"'{position[name]}': '{kind}'" for name, kind in read_as.items())
        records = statement("typed", fields=", ".join(fields), columns="{" + columns + "}")
        return self.cursor.run(
            statement("insert", staged=self.table, records=records),
            path=str(sheet.path),
            delimiter=sheet.delimiter,
            **values.bound,
        )

    def _read_types(self, sheet: Sheet) -> dict[str, str]:
        """Column → type in which the reader may take it: that of its fields, where all agree."""
        wanted: dict[str, set[str]] = {name: set() for name in sheet.header}
        for field in self.fields:
            kind = field.type if is_plain(field.use) and field.type.startswith(TYPED) else KEY_TYPE
            for column in field.use.reads:
                wanted[column].add(kind)
        for column in self.layout.custom:
            wanted[column].add(KEY_TYPE)
        return {name: kinds.pop() if len(kinds) == 1 else KEY_TYPE for name, kinds in wanted.items()}

    def _typed_field(self, field: Field, position: dict[str, str], read_as: dict[str, str], values: Values) -> str:
        if is_plain(field.use) and read_as[field.use.columns[0]] == field.type:
            column = position[field.use.columns[0]]
            typed = in_utc(column, self.layout.zone, values) if field.type == "TIMESTAMP" else column
        else:
            cells = {name: cell(column) for name, column in position.items()}
            typed = typed_value(field, cells, values, self.layout.zone)
            if field.use.starts_with is None and (field.type != KEY_TYPE or field.use.strict):
                text = text_of(field.use, cells, values)
                typed = f"coalesce({typed}, case when {text} is not null then error('unreadable')::{field.type} end)"
        return f"{typed} as {field.name}"

    def _unfit(self) -> str:
        """A test for records that need a closer look.

        Blanks around texts are looked for, as trimming all costs more; where bulk lines name something
        with blanks around it, it is not found at first and trimmed then.
        """
        tests = [f"({field.needed} and {field.name} is null)" for field in self.fields if field.needed]
        tests += [f"not ({field.range})" for field in self.fields if field.range]
        texts = [field for field in self.fields if field.is_text and not field.use.strict and field.use.columns]
        wide = conventions.wide(self.cursor, self.table, [field.name for field in texts])
        tests += [is_strange(field) for field, has_wide in zip(texts, wide, strict=True) if has_wide]
        main = self.layout.main
        looked_up = {field_name(main, name) for name in main.object.references} if main.object.is_fact else set()
        tests += [is_odd_text(field, main.object.is_fact) for field in texts if field.name not in looked_up]
        return " or ".join(tests or ["false"])

    # Files that need words understood

    def _as_text(self, sheets: Sequence[Sheet], before: int) -> list[Part]:
        self._create()
        self._run("create_numbers")
        parts: list[Part] = []
        for sheet in sheets:
            start = before + sum(part.count_read for part in parts)
            parts.append(self._insert_text(sheet, start, len(parts) + 1))
        self._view_numbered()
        return parts

    def _insert_text(self, sheet: Sheet, before: int, part: int) -> Part:
        broken = read_raw(self.cursor, sheet)
        found = Conventions(self.cursor, self.fields, self.layout, sheet.header)
        self._insert_checked(found, shifts(broken), broken, before, part)
        count = int(self.cursor.value("select count(*) from raw")) + broken.height
        return Part(sheet, before, count, (*found.notes, *self._notes_of_emails()))

    def _insert_checked(
        self, found: Conventions, places: pl.DataFrame, broken: pl.DataFrame, before: int, part: int
    ) -> None:
        """Stage the records of `raw` that fit, and put the others and the broken ones aside."""
        with self.cursor.table("shifts", places):
            self._check(found, before, part)
        self._run("insert_checked", fields=", ".join(self._columns()))
        self._run("insert_numbers")
        names, known = [field.columns for field in self.fields], [_known_words(field) for field in self.fields]
        days = [field.type in DAYS_AND_TIMES for field in self.fields]
        self.cursor.run(statement("reject_unfit"), names=names, known=known, days=days)
        if broken.height:
            with self.cursor.table("broken_records", broken):
                self.cursor.run(statement("reject_broken"), before=before)

    def _notes_of_emails(self) -> Iterator[Note]:
        for field in self.fields:
            if field.manner == "email" and field.use.columns:
                count = self.cursor.value(statement("odd_texts", field=field.name, form=EMAIL))
                if count:
                    yield NO_EMAILS._replace(values={"column": field.columns, "count": count})

    def _check(self, found: Conventions, before: int, part: int) -> None:
        values = found.values
        fields = [
            f"{value_of(field, f't{index}', found.forms[field.name], values, self.layout.zone)} as {field.name}"
            for index, field in enumerate(self.fields)
        ]
        if self.layout.custom:
            fields.append(self._custom({name: f"c{index}" for index, name in enumerate(found.header)}, values))
        if self.has_hash:
            fields += self._of_fact(part)
        slots = dict(zip(("bad_column", "bad_value", "bad_reason"), self._bad(), strict=True))
        names = ", ".join(f"t{index}" for index in range(len(self.fields)))
        text = statement("checked", names=names, fields=", ".join(fields), texts=found.texts, **slots)
        self.cursor.run(text, before=before, **values.bound)

    def _bad(self) -> tuple[str, str, str]:
        """(number of the first column that does not fit, its text, why) as expressions; null where all fit."""
        tests = []
        for index, field in enumerate(self.fields):
            tests.append((f"t{index} is not null and {field.name} is null", index, "unreadable"))
            if field.needed:
                tests.append((f"{field.needed} and {field.name} is null", index, "missing"))
            if field.range:
                tests.append((f"not ({field.range})", index, "out_of_range"))
        number = " ".join(f"when {test} then {index + 1}" for test, index, _ in tests)
        value = " ".join(f"when {test} then t{index}" for test, index, _ in tests)
        reason = " ".join(f"when {test} then '{why}'" for test, _, why in tests)
        return f"case {number} end", f"case {value} end", f"case {reason} end"


def _known_words(field: Field) -> str | None:
    """The words that a field can be, where it can be no others."""
    return ", ".join(field.use.codes) if field.use.strict else None


def _numbers_without(part: Part, refused: pl.DataFrame) -> pl.DataFrame:
    """`record_number` within the load of a file's records but for the refused ones."""
    is_good = np.ones(part.count_read, bool)
    is_good[refused["position"].to_numpy() - 1] = False
    numbers = np.flatnonzero(is_good)
    numbers += part.before + 1
    return pl.DataFrame({"record_number": numbers})
