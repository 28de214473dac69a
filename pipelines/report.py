"""What became of the records of a load: for people, for programs, and as rows of landing.file."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.landing import Kept
from pipelines.layout import Column, Layout, as_json, columns_of
from pipelines.objects import OBJECTS
from pipelines.sources.note import Note
from pipelines.sources.sheet import Sheet

SHORT_YEAR = "short_year"
COUNTS = ("inserted", "updated", "unchanged", "duplicate", "rejected")
REPEATED = Note("{count} records repeat a key that stood in this load before; the first counts.")
REPEATED_BESIDE = Note(
    "{count} records repeat a key that stood in this load before; the first counts. Load the files one after the "
    "other, oldest first, if the later ones are newer."
)
REPEATED_LINES = Note("{count} records say what another file of this load says; they count once.")
COPY = Note("The same file stood in this load before; it counts once.")


@dataclass
class FileReport:
    """One file, or one sheet of it."""

    file: str
    sheet: str | None
    object: str
    layout: str
    source: str
    mapping: str
    digest: str
    kept_as: str
    notes: tuple[Note, ...] = ()
    """What was found out about the file."""
    columns: tuple[Column, ...] = ()
    ignored: tuple[str, ...] = ()
    is_own_mapping: bool = False
    is_keyless: bool = False
    """No column is a key: a record is known by all that it says and its number among its equals."""
    is_known: bool = False
    is_copy: bool = False
    before: int = 0
    read: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    possible_repeats: int = 0
    conflicts: int = 0
    """Values that stand against what a person wrote; they wait for a decision."""
    created: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    first_rejects: list[tuple[Any, ...]] = field(default_factory=list)
    nearest: dict[str, list[str]] = field(default_factory=dict)
    """Of these, what names nothing → the names most like it."""
    sample: list[dict[str, str | None]] = field(default_factory=list)
    """The first records as they will stand; of a dry run only."""

    @classmethod
    def of(cls, sheet: Sheet, layout: Layout, kept: Kept, known_records: int | None) -> "FileReport":
        """The empty report of a sheet; a file that is known by its hash is unchanged as a whole."""
        report = cls(
            file=sheet.file,
            sheet=sheet.name,
            object=layout.main.object.name,
            layout=layout.name,
            source=layout.source,
            mapping=as_json(layout),
            digest=sheet.digest or kept.digest,
            kept_as=kept.kept_as,
            notes=sheet.notes,
            columns=tuple(columns_of(layout, sheet.header)),
            ignored=layout.ignored,
            is_keyless=layout.main.key is None,
        )
        if known_records is not None:
            report.is_known = True
            report.read = report.counts["unchanged"] = known_records
        return report

    def place(self, before: int, read: int) -> None:
        """Where the file's records stand in the load."""
        self.before, self.read = before, read

    def count(self, what: str, number: int) -> None:
        """Add to one of COUNTS."""
        self.counts[what] += number

    def count_other(self, name: str, is_new: bool, number: int) -> None:
        """Add to what was created or changed besides."""
        kind = self.created if is_new else self.changed
        kind[name] = kind.get(name, 0) + number

    def count_lines(self, inserted: int, updated: int, repeats: int) -> None:
        """Counts of bulk facts, whose unchanged lines nobody lists."""
        self.counts["inserted"], self.counts["updated"] = inserted, updated
        self.possible_repeats = repeats

    def repeat(self, read: int) -> None:
        """A file that came before in the same load."""
        self.read = self.counts["duplicate"] = read
        self.is_copy = True

    def close(self) -> None:
        """Lines of bulk facts that are neither new, changed nor put aside are unchanged."""
        if OBJECTS[self.object].is_fact and not self.is_known:
            others = sum(number for what, number in self.counts.items() if what != "unchanged")
            self.counts["unchanged"] = self.read - others

    def note_duplicates(self, is_alone: bool) -> None:
        """Say which of several records with one key counts; `is_alone` where no other file brings the same object."""
        note = REPEATED if is_alone else REPEATED_BESIDE
        if self.is_keyless:
            note = REPEATED_LINES
        if self.is_copy:
            note = COPY
        if self.counts["duplicate"]:
            self.notes += (note._replace(values={"count": self.counts["duplicate"]}),)


@dataclass
class Report:
    """A load; `batch_id` is what undo takes, and None after a dry run."""

    batch_id: int | None
    files: list[FileReport]
    currency: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The form that `--json` prints."""
        found: dict[str, Any] = {"batch": self.batch_id, "files": [_file_as_json(file) for file in self.files]}
        if self.batch_id is None:
            found["samples"] = [_sample_as_json(file) for file in self.files if file.sample]
        return found

    def rows(self) -> pl.DataFrame:
        """Rows of landing.file, but for the load's number."""
        rows = [_row(position, file) for position, file in enumerate(self.files, start=1)]
        return pl.DataFrame(rows, schema_overrides={"sheet": pl.String})


def explained(reason: str, detail: str | None) -> str:
    """Why a record did not get in: the reason, and what is known besides."""
    if detail is None:
        return reason
    besides = {"unreadable": "known are {}", "ambiguous": "{} records fit", "unknown": "no such {}"}
    said = "a year needs four digits" if detail == SHORT_YEAR else besides.get(reason, "{}").format(detail)
    return f"{reason} ({said})"


def _file_as_json(file: FileReport) -> dict[str, Any]:
    return {
        "file": file.file,
        "sheet": file.sheet,
        "object": file.object,
        "layout": file.layout,
        "read": file.read,
        **file.counts,
        "created": file.created,
        "changed": file.changed,
        "possible_repeats": file.possible_repeats,
        "conflicts": file.conflicts,
        "notes": [{"message": note.message, "values": dict(note.values)} for note in file.notes],
        "columns": [
            {"column": column.name, "field": ", ".join(column.fields) or None, "confidence": column.confidence}
            for column in file.columns
        ],
        "ignored_columns": list(file.ignored),
        "is_keyless": file.is_keyless,
        "first_rejects": [
            dict(zip(("record", "column", "value", "reason", "detail"), reject, strict=True))
            for reject in file.first_rejects
        ],
        "nearest": file.nearest,
    }


def as_text(value: object, zone: str) -> str | None:
    """A value of a record as a person would write it: times as they are in a zone, numbers without idle zeros."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        local = value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        return f"{local:%Y-%m-%d}" if local.time() == time() else f"{local:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sample_as_json(file: FileReport) -> dict[str, Any]:
    """The first records as they will stand."""
    return {"file": file.file, "sheet": file.sheet, "object": file.object, "records": file.sample}


def _row(position: int, file: FileReport) -> dict[str, Any]:
    return {
        "position": position,
        "file": file.file,
        "sheet": file.sheet,
        "digest": file.digest,
        "kept_as": file.kept_as,
        "layout": file.layout,
        "mapping": file.mapping,
        "object": file.object,
        "is_own_mapping": file.is_own_mapping,
        "source": file.source,
        "first_record": file.before + 1,
        "count_read": file.read,
        **{f"count_{what}": number for what, number in file.counts.items()},
        "count_possible_repeat": file.possible_repeats,
        "count_created": json.dumps(file.created),
        "count_changed": json.dumps(file.changed),
    }
