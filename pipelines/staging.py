"""Staging: the records of files with one layout become one temporary table of typed values.

A clean file is read with the types of its fields and nothing more. A file with anything to
understand or to refuse is read as text; every record then either fits or is a reject with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crm import sql
from crm.db import Cursor, EngineError
from crm.errors import BadSource
from pipelines.expressions import Values, in_utc, is_plain, text_of, value_of
from pipelines.mapping import Layout, Use, Write, plain
from pipelines.sources.sheet import Sheet

statement = sql.room(Path(__file__).parent / "statements" / "staging")
KEY_TYPE = "VARCHAR"
READABLE = ("DATE", "TIMESTAMP", "DECIMAL")
"""Types that the reader itself makes of a column as it stands."""
WRITTEN_HERE = frozenset(
    ("id", "version", "archived_at", "created_at", "created_by", "updated_at", "updated_by", "batch_id")
) | {"record_number", "custom_fields", "account_owner_id", "credited_owner_id", "amount_company"}
"""Columns of core that no file gives."""
DAYS = ("'1000-01-01'", "'9999-12-31'")
"""A year of two digits, infinity and their like are no dates that anybody meant."""


@dataclass(frozen=True)
class Field:
    """A staged column: what is taken of the file, as which type, and when a record needs it."""

    name: str
    use: Use
    type: str
    needed: str | None
    """Condition under which the value must be there; None where it never must."""
    range: str | None
    """Condition that a value has to meet; None where any will do."""


@dataclass(frozen=True)
class Part:
    """One file's stretch of the staged records."""

    sheet: Sheet
    before: int
    """Records of the load that stand before it."""
    count_read: int


@dataclass(frozen=True)
class Staged:
    """The records of all files with one layout: view `records` (record_number and the fields' columns)."""

    layout: Layout
    records: str
    parts: tuple[Part, ...]
    is_in_order: bool
    """The records stand in the order of their numbers."""

    @property
    def before(self) -> int:
        """Records of the load that stand before the first."""
        return self.parts[0].before

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


def fields_of(layout: Layout, types: dict[tuple[str, str], str]) -> tuple[Field, ...]:
    """The staged columns that a layout needs."""
    fields = []
    for write in layout.writes:
        key = field_name(write, "key")
        if write.key:
            fields.append(Field(key, write.key, KEY_TYPE, "true" if write.is_main else None, None))
        for name, use in write.fields.items():
            kind = KEY_TYPE if name in write.object.references else types.get((write.object.name, name))
            if kind is None or name in WRITTEN_HERE:
                raise BadSource(
                    "The mapping {layout} gives {object} a field {field}, which it does not have. Correct the mapping.",
                    layout=layout.name,
                    object=write.object.name,
                    field=name,
                )
            range_ = _range(write, name, kind)
            fields.append(Field(field_name(write, name), use, kind, _needed(write, name, key), range_))
    return tuple(fields)


def _needed(write: Write, name: str, key: str) -> str | None:
    """When a field must have a value.

    A record made by the way is called by its key where the file has no name; a part that lacks anything is no part.
    """
    if name not in write.object.required or write.is_part or (name == "name" and not write.is_main):
        return None
    return "true" if write.is_main else f"{key} is not null"


def _range(write: Write, name: str, kind: str) -> str | None:
    least, greatest = DAYS if kind in ("DATE", "TIMESTAMP") else write.object.ranges.get(name, (None, None))
    return f"{field_name(write, name)} between {least} and {greatest}" if least is not None else None


class Staging:
    """Stages the sheets of one layout on a cursor of its own."""

    def __init__(self, cursor: Cursor, layout: Layout, number: int, types: dict[tuple[str, str], str]) -> None:
        self.cursor = cursor
        self.layout = layout
        self.table = f"staged_{number}"
        self.records = f"records_{number}"
        self.fields = fields_of(layout, types)
        self.has_hash = layout.main.object.is_fact

    def stage(self, sheets: Sequence[Sheet], before: int) -> Staged:
        """Stage the sheets behind each other; `before` records of the load stand before the first."""
        typed = self._typed(sheets, before)
        parts = self._as_text(sheets, before) if typed is None else typed
        return Staged(self.layout, self.records, tuple(parts), is_in_order=typed is not None)

    def _definition(self) -> str:
        columns = [f"{field.name} {field.type}" for field in self.fields]
        columns += ["custom json"] if self.layout.custom else []
        return ", ".join([*columns, "row_hash ubigint", "part smallint"] if self.has_hash else columns)

    def _of_fact(self, part: int) -> list[str]:
        """A hash of what the file says, by which the same line is found again, and which of the files it is."""
        main = self.layout.main
        names = sorted(field_name(main, name) for name in (*main.fields, *(["key"] if main.key else [])))
        return [f"hash({', '.join(names)}) as row_hash", f"{int(part)}::smallint as part"]

    def _custom(self, position: dict[str, str], values: Values) -> str:
        pairs = ", ".join(
            f"{values.bind(plain(name))}, nullif(trim({position[name]}), '')" for name in self.layout.custom
        )
        return f"nullif(json_merge_patch('{{}}', json_object({pairs})), '{{}}') as custom"

    # Clean files

    def _typed(self, sheets: Sequence[Sheet], before: int) -> list[Part] | None:
        """Stage files whose every record fits; None where one does not."""
        if any(sheet.frame is not None or sheet.has_zones for sheet in sheets):
            return None
        self.cursor.run(statement("create_typed", staged=self.table, definition=self._definition()))
        parts: list[Part] = []
        try:
            for sheet in sheets:
                start = before + sum(part.count_read for part in parts)
                parts.append(Part(sheet, start, self._insert_typed(sheet, len(parts) + 1)))
        except EngineError:
            return None
        if self.cursor.value(statement("count_unfit", staged=self.table, unfit=self._unfit())):
            return None
        self.cursor.run(statement("view_typed", records=self.records, staged=self.table, before=str(int(before))))
        return parts

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
            kind = field.type if is_plain(field.use) and field.type.startswith(READABLE) else KEY_TYPE
            for column in field.use.columns:
                wanted[column].add(kind)
        for column in self.layout.custom:
            wanted[column].add(KEY_TYPE)
        return {name: kinds.pop() if len(kinds) == 1 else KEY_TYPE for name, kinds in wanted.items()}

    def _typed_field(self, field: Field, position: dict[str, str], read_as: dict[str, str], values: Values) -> str:
        if is_plain(field.use) and read_as[field.use.columns[0]] == field.type:
            column = position[field.use.columns[0]]
            typed = in_utc(column, self.layout.zone, values) if field.type == "TIMESTAMP" else column
        else:
            typed = value_of(field.use, field.type, position, values, self.layout.zone)
            if field.use.starts_with is None and (field.type != KEY_TYPE or field.use.strict):
                text = raw_text(field.use, position, values)
                typed = f"coalesce({typed}, case when {text} is not null then error('unreadable')::{field.type} end)"
        return f"{typed} as {field.name}"

    def _unfit(self) -> str:
        """A test for records that need a closer look.

        Blanks around texts are looked for, as trimming all costs more; where bulk lines name something
        with blanks around it, it is not found at first and trimmed then.
        """
        tests = [f"({field.needed} and {field.name} is null)" for field in self.fields if field.needed]
        texts = [field.name for field in self.fields if field.type == KEY_TYPE and is_plain(field.use)]
        main = self.layout.main
        if main.object.is_fact:
            looked_up = {field_name(main, name) for name in main.object.references}
            texts = [name for name in texts if name not in looked_up]
        tests += [f"{name} < '!' or ends_with({name}, ' ')" for name in texts]
        tests += [f"not ({field.range})" for field in self.fields if field.range]
        return " or ".join(tests or ["false"])

    # Files that need words understood

    def _as_text(self, sheets: Sequence[Sheet], before: int) -> list[Part]:
        self.cursor.run(statement("create_text", staged=self.table, definition=self._definition()))
        parts: list[Part] = []
        for sheet in sheets:
            start = before + sum(part.count_read for part in parts)
            parts.append(Part(sheet, start, self._insert_text(sheet, start, len(parts) + 1)))
        self.cursor.run(statement("view_text", records=self.records, staged=self.table))
        return parts

    def _insert_text(self, sheet: Sheet, before: int, part: int) -> int:
        broken = self._read_raw(sheet)
        good = int(self.cursor.value("select count(*) from raw"))
        broken = within(broken, good)
        with self.cursor.table("shifts", shifts(broken)):
            self._check(sheet, before, part)
        names = [field.name for field in self.fields]
        names += ["custom"] if self.layout.custom else []
        names += ["row_hash", "part"] if self.has_hash else []
        self.cursor.run(statement("insert_checked", staged=self.table, fields=", ".join(names)))
        self.cursor.run(statement("reject_unfit"), names=[" + ".join(field.use.columns) for field in self.fields])
        if broken.height:
            with self.cursor.table("broken_records", broken):
                self.cursor.run(statement("reject_broken"), before=before)
        return good + broken.height

    def _read_raw(self, sheet: Sheet) -> pl.DataFrame:
        """Fill the table `raw`; the frame of broken records with position, csv_line and error_type."""
        if sheet.frame is not None:
            with self.cursor.table("sheet", sheet.frame):
                self.cursor.run(statement("raw_frame"))
            return pl.DataFrame(schema={"position": pl.Int64, "csv_line": pl.String, "error_type": pl.String})
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(sheet.header)))
        text = statement("raw_csv", columns="{" + columns + "}")
        try:
            self.cursor.run(text, path=str(sheet.path), delimiter=sheet.delimiter)
        except EngineError as error:
            raise BadSource(
                "{file} cannot be read: {reason} Check its quotes and line ends.",
                file=sheet.title,
                reason=str(error).splitlines()[0],
            ) from error
        broken = self.cursor.frame(statement("broken"))
        self.cursor.run(statement("forget_broken"))
        return broken

    def _check(self, sheet: Sheet, before: int, part: int) -> None:
        position = {name: f"c{index}" for index, name in enumerate(sheet.header)}
        values = Values()
        texts = [f"{raw_text(field.use, position, values)} as t{index}" for index, field in enumerate(self.fields)]
        fields = [
            f"{value_of(field.use, field.type, position, values, self.layout.zone)} as {field.name}"
            for field in self.fields
        ]
        if self.layout.custom:
            fields.append(self._custom(position, values))
        if self.has_hash:
            fields += self._of_fact(part)
        slots = dict(zip(("bad_column", "bad_value", "bad_reason"), self._bad(), strict=True))
        self.cursor.run(
            statement("checked", texts=", ".join(texts), fields=", ".join(fields), **slots),
            before=before,
            **values.bound,
        )

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


def raw_text(use: Use, position: dict[str, str], values: Values) -> str:
    """What a use finds in the file before any word is understood."""
    return text_of(Use(use.columns, separator=use.separator, constant=use.constant), position, values)


def within(broken: pl.DataFrame, good: int) -> pl.DataFrame:
    """Broken records at places that the file has: the reader counts blank lines before them as records."""
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    before = pl.min_horizontal(pl.col("position") - number, pl.lit(good))
    return broken.sort("position").with_columns(position=before + number)


def shifts(broken: pl.DataFrame) -> pl.DataFrame:
    """How far good records are shifted by broken ones before them: from `good_before` on by `broken`."""
    if not broken.height:
        return pl.DataFrame(schema={"good_before": pl.Int64, "broken": pl.Int64})
    counted = broken.select("position").sort("position").with_row_index("broken", offset=1)
    return (
        counted.with_columns((pl.col("position") - pl.col("broken").cast(pl.Int64)).alias("good_before"))
        .group_by("good_before")
        .agg(pl.col("broken").max().cast(pl.Int64))
        .sort("good_before")
    )
