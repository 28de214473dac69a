"""Intake: kept files become sheets, and each sheet gets the layout that it will be read by."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crm import sql
from crm.custom_fields import CustomField
from crm.db import Cursor
from crm.errors import BadSource
from crm.progress import Step
from pipelines import flat, mapping, recognition, sources
from pipelines.custom import with_custom_fields
from pipelines.known import Identity, identity
from pipelines.landing import Kept
from pipelines.layout import PASSED_OVER, Layout, layout_from_json
from pipelines.sources.note import Note
from pipelines.sources.sheet import Reading, Sheet

statement = sql.room(Path(__file__).parent / "statements" / "landing")
SCRATCH = "load-"
"""Prefix of the folders below spill/ where a load puts files that the engine cannot read as they came."""
LOOKING = "look-"
"""Prefix of those that something else reads kept files in, while a load may run."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Source:
    """A sheet with the file that it came in and the layout that it will be read by."""

    kept: Kept
    sheet: Sheet
    layout: Layout
    position: int
    is_own_mapping: bool = False
    """A person gave the layout with this load."""

    @property
    def digest(self) -> str:
        """By which it is known again: the hash of the file, or of what an archive held."""
        return self.sheet.digest or self.kept.digest

    @property
    def identity(self) -> Identity:
        """By which it is known again, with the layout."""
        return identity(self.digest, self.sheet.name, self.layout)


@dataclass(frozen=True)
class Choosing:
    """By what layouts files may be read."""

    layouts: Sequence[Layout] | None
    corrections: Mapping[str, Layout]
    left_out: Collection[str]
    remembered: Sequence[tuple[int, Layout]]
    zone: str
    """Of times whose layout is silent."""
    known: Collection[str] = ()
    """Objects of which files of their own stand, whose columns were recognised."""
    custom: tuple[CustomField, ...] = ()
    """The fields that admins made, which columns may be called after."""

    def of(self, kept: Kept, sheet: Sheet) -> tuple[Sheet, Layout, bool]:
        """The layout of a sheet: a correction, else one that a person gave for the same columns before, else the one
        that fits; and whether a person gave it with this load."""
        corrected = self.corrections.get(sheet_id(kept, sheet))
        if corrected:
            return sheet, self._zoned(corrected), True
        header = columns_to_read(sheet)
        recalled = mapping.recall(header, self.remembered)
        if recalled is None:
            layout = mapping.choose(header, self.layouts, sheet.title, sheet.sample)
            notes = recognition.notes(layout, sheet.header, sheet.sample) if layout.is_automatic else ()
            found = replace(sheet, notes=(*sheet.notes, *notes))
            return found, self._completed(layout, header, sheet), self.layouts is not None
        batch_id, layout = recalled
        note = Note("Its columns are read by the mapping that was given with load {batch}.", {"batch": batch_id})
        found = replace(sheet, notes=(*sheet.notes, note))
        return found, self._completed(layout, header, sheet), self.layouts is not None

    def without_header(self) -> list[Layout]:
        """The layouts that say what the columns of a file without a header are."""
        return [layout for layout in (*(self.layouts or ()), *self.corrections.values()) if not layout.has_header]

    def _completed(self, layout: Layout, header: tuple[str, ...], sheet: Sheet) -> Layout:
        return self._zoned(with_custom_fields(layout, self.custom, header, sheet.sample))

    def _zoned(self, layout: Layout) -> Layout:
        return replace(layout, zone=layout.zone or self.zone)


def sheet_id(kept: Kept, sheet: Sheet) -> str:
    """By which a sheet is named within a load."""
    return f"{kept.digest}/{sheet.title}"


def columns_to_read(sheet: Sheet) -> tuple[str, ...]:
    """The columns of a sheet but for our own remarks."""
    return tuple(name for name in sheet.header if not name.startswith(PASSED_OVER))


def open_files(kept: Sequence[Kept], choosing: Choosing, scratch: Path, progress: Progress) -> list[Source]:
    """Read the headers of the files and choose their layouts."""
    found: list[Source] = []
    refused: dict[str, BadSource] = {}
    for file, sheet in open_sheets(kept, choosing.without_header(), scratch, progress, refused):
        if sheet_id(file, sheet) in choosing.left_out:
            continue
        try:
            sheet, layout, is_own = choosing.of(file, sheet)
        except BadSource as error:
            refused[sheet.title] = error
            continue
        found.append(Source(file, sheet, layout, len(found) + 1, is_own))
    if len(refused) > 1:
        raise BadSource(
            "{count} files or sheets are not understood: {titles}. Leave them out, or name a mapping with --mapping; "
            "each loaded alone says what it lacks.",
            count=len(refused),
            titles=", ".join(refused),
        )
    if refused:
        raise next(iter(refused.values()))
    layouts = flat.alone([source.layout for source in found], choosing.known)
    return [replace(source, layout=layout) for source, layout in zip(found, layouts, strict=True)]


def open_sheets(
    kept: Sequence[Kept],
    layouts: Sequence[Layout] | None,
    scratch: Path,
    progress: Progress,
    refused: dict[str, BadSource] | None = None,
) -> Iterator[tuple[Kept, Sheet]]:
    """The sheets of the files; `layouts` say what the columns of those without a header are.

    A file that cannot be opened goes to `refused`, where that is given, and the others are opened still.
    """
    reading = Reading(scratch, tuple(layout.header for layout in layouts or () if not layout.has_header))
    for number, file in enumerate(kept):
        progress(Step("Opening {file}", file=file.name, share=0.15 * number / len(kept)))
        try:
            for sheet in sources.sheets_of(file.path, file.name, reading):
                yield file, sheet
        except BadSource as error:
            if refused is None:
                raise
            refused[file.name] = error


def zone_of(cursor: Cursor) -> str:
    """The company's time zone."""
    return str(cursor.rows(statement("company"))[0][1])


def known_objects(cursor: Cursor) -> frozenset[str]:
    """The objects of which files of their own stand, whose columns were recognised."""
    return frozenset(name for (name,) in cursor.rows(statement("known_objects"), source=recognition.SOURCE))


def remembered(cursor: Cursor) -> list[tuple[int, Layout]]:
    """(load, layout) of the mappings that people gave, the latest first."""
    return [(batch_id, layout_from_json(text)) for batch_id, text in cursor.rows(statement("own_mappings"))]
