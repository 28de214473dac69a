"""What a person sees of files before they are loaded: sheets, columns, first values, and what was recognised."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crm import custom_fields
from crm.custom_fields import CustomField
from crm.db import Database
from crm.errors import BadSource
from crm.server.client import Progress
from pipelines import correction, flat, landing, mapping, recognition
from pipelines.custom import with_custom_fields
from pipelines.intake import (
    LOOKING,
    Choosing,
    columns_to_read,
    known_objects,
    open_sheets,
    remembered,
    sheet_id,
    zone_of,
)
from pipelines.landing import Kept
from pipelines.layout import Column, Layout, columns_of
from pipelines.sources.note import Note
from pipelines.sources.sheet import Sheet

EXAMPLES = 3
LONGEST_EXAMPLE = 60


@dataclass(frozen=True)
class Refused:
    """A file that cannot be read, and why."""

    digest: str
    file: str
    message: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Found:
    """What was recognised of a sheet."""

    id: str
    digest: str
    title: str
    file: str
    header: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]
    """The first values of each column."""
    notes: tuple[Note, ...]
    layout: Layout
    is_recognised: bool
    """Else nothing fits, and a person has to say what it holds."""
    is_given: bool = False
    """It is read by a mapping that came with the files."""
    custom: tuple[CustomField, ...] = ()
    """The fields that admins made."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What becomes of each column, and how sure that is."""
        return tuple(columns_of(self.layout, self.header))

    @property
    def named_examples(self) -> list[tuple[str, ...]]:
        """The first values of the columns that have a name."""
        return [values for name, values in zip(self.header, self.examples, strict=True) if name]

    def as_object(self, name: str) -> "Found":
        """The same sheet, said to hold records of that object."""
        sample = list(map(list, zip(*_padded(self.examples), strict=True)))
        layout = recognition.as_object(name, self.header, self.file, sample)
        layout = with_custom_fields(layout, self.custom, self.header, sample)
        return replace(self, layout=layout, is_recognised=True)


def _padded(examples: Sequence[Sequence[str]]) -> list[list[str]]:
    longest = max(map(len, examples), default=0)
    return [[*values, *[""] * (longest - len(values))] for values in examples]


def inspect(database: Database, args: dict[str, Any], progress: Progress) -> tuple[list[Found], list[Refused]]:
    """The job that reads the headers of kept files: what was recognised, and what cannot be read."""
    found: list[Found] = []
    refused: list[Refused] = []
    with (
        database.cursor() as cursor,
        tempfile.TemporaryDirectory(prefix=LOOKING, dir=database.files / "spill") as scratch,
    ):
        fields = tuple(custom_fields.read(cursor))
        choosing = Choosing(None, {}, (), remembered(cursor), zone_of(cursor), known_objects(cursor), fields)
        given = [layout for each in args.get("mappings", ()) for layout in mapping.parsed(each["name"], each["text"])]
        for kept in landing.kept_files(database.files / "landing", args["files"]):
            try:
                for file, sheet in open_sheets([kept], given, Path(scratch), progress):
                    found.append(_found(file, sheet, choosing, given))
            except BadSource as error:
                refused.append(Refused(kept.digest, kept.name, error.message, error.values))
    layouts = flat.alone([each.layout for each in found], choosing.known)
    return [replace(each, layout=layout) for each, layout in zip(found, layouts, strict=True)], refused


def _found(kept: Kept, sheet: Sheet, choosing: Choosing, given: Sequence[Layout]) -> Found:
    header = columns_to_read(sheet)
    sheet, layout = _as_given(sheet, header, given) if given else (sheet, None)
    is_given, is_recognised = layout is not None, True
    if layout is None:
        try:
            sheet, layout, _ = choosing.of(kept, sheet)
        except BadSource:
            if not any(header):
                raise
            layout, is_recognised = _nearest(header, sheet), False
    return Found(
        sheet_id(kept, sheet),
        kept.digest,
        sheet.title,
        sheet.file,
        header,
        tuple(_examples(sheet, name) for name in header),
        sheet.notes,
        layout,
        is_recognised,
        is_given,
        choosing.custom,
    )


def _as_given(sheet: Sheet, header: tuple[str, ...], given: Sequence[Layout]) -> tuple[Sheet, Layout | None]:
    """The sheet with a note on the mappings that came with it, and the layout of theirs that fits."""
    try:
        layout = mapping.choose(header, given, sheet.title)
    except BadSource as error:
        return _noted(sheet, Note(error.message, dict(error.values))), None
    note = Note("Its columns are read by {layout}, of the mapping that came with the files.", {"layout": layout.name})
    return _noted(sheet, note), layout


def _noted(sheet: Sheet, note: Note) -> Sheet:
    return replace(sheet, notes=(*sheet.notes, note))


def _nearest(header: tuple[str, ...], sheet: Sheet) -> Layout:
    """The object of which most columns are known."""
    layouts = [recognition.as_object(name, header, sheet.file, sheet.sample) for name in correction.CHOSEN]
    return max(
        layouts, key=lambda layout: (len(layout.used - set(layout.custom)), layout.main.object.name == "account")
    )


def _examples(sheet: Sheet, column: str) -> tuple[str, ...]:
    index = sheet.header.index(column)
    values = (record[index].strip() for record in sheet.sample if index < len(record) and record[index])
    distinct = list(dict.fromkeys(value for value in values if value))
    return tuple(value[:LONGEST_EXAMPLE] for value in distinct[:EXAMPLES])
