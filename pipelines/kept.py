"""A record as it stood in the file that it came in: each column with its text, and where the mapping sent it."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crm import sql
from crm.db import Cursor, Database, EngineError
from crm.errors import BadSource, NotFound
from crm.origin import Cell, Place, SourceRecord
from crm.server.client import Progress
from pipelines import landing, raw, sources
from pipelines.intake import LOOKING, columns_to_read
from pipelines.layout import Layout, Use, Write, layout_from_json
from pipelines.sources.sheet import Reading, Sheet

_statement = sql.room(Path(__file__).parent / "statements" / "kept")


def told(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    """The job behind `record`: by the numbers of a load and of a record in it."""
    return asdict(record(database, int(args["batch"]), int(args["record"])))


def record(database: Database, batch_id: int, number: int) -> SourceRecord:
    """A record of a load, by its number in it, as it stands in the kept file.

    All of it: what a viewer may see of that, `origin.shown` says. Raises NotFound where the load has no such record
    or the file is gone, and BadSource where the file cannot be read any more.
    """
    with database.cursor() as cursor, tempfile.TemporaryDirectory(prefix=LOOKING, dir=database.files / "spill") as home:
        found = cursor.rows(_statement("file_of_record"), batch_id=batch_id, record_number=number)
        if not found:
            raise NotFound("Load {batch} has no record {number}.", batch=batch_id, number=number)
        name, sheet_name, kept_as, mapping, count_before = found[0]
        try:
            path = landing.unpack(database.files / "landing" / kept_as, Path(home), name.partition("/")[0])
            layout = layout_from_json(mapping)
            sheet = sheet_of(path, name, sheet_name, layout)
            texts = _texts(cursor, sheet, count_before)
        except (OSError, EngineError) as error:
            raise BadSource("The kept file of {file} cannot be read any more. Load the file again.",
                            file=name) from error  # fmt: skip
    kept = [index for index, column in enumerate(sheet.header) if column in columns_to_read(sheet)]
    cells = (Cell(sheet.header[at], texts[at] or "", tuple(_places(layout, sheet.header[at]))) for at in kept)
    return SourceRecord(name, sheet_name, tuple(cells))


def sheet_of(kept: Path, name: str, sheet_name: str | None, layout: Layout) -> Sheet:
    """The sheet of an unpacked file under the name which it was loaded by; raises BadSource where it is not in it."""
    reading = Reading(kept.parent, () if layout.has_header else (layout.header,))
    for sheet in sources.sheets_of(kept, name.partition("/")[0], reading):
        if (sheet.file, sheet.name) == (name, sheet_name):
            return sheet
    raise BadSource("The kept file of {file} cannot be read any more. Load the file again.", file=name)


def _texts(cursor: Cursor, sheet: Sheet, count_before: int) -> tuple[str | None, ...]:
    """The cells of the record after so many good ones; the engine reads up to it and keeps nothing of the others."""
    text = _statement("record", records=raw.records(sheet, is_parallel=False))
    bound = {"path": str(sheet.path), "delimiter": sheet.delimiter, "count_before": count_before}
    found = cursor.rows(text, **bound)
    if not found:
        raise BadSource("The kept file of {file} cannot be read any more. Load the file again.", file=sheet.file)
    return found[0]


def _places(layout: Layout, column: str) -> Iterator[Place]:
    """Where the mapping sent a column: a field each, or its key; none where nothing was made of it."""
    for write in layout.writes:
        for field, use in write.fields.items():
            if column in use.reads:
                yield _field(write, field)
        if _is_key(write.key, column):
            yield Place(write.object.name, write.name, None, write.object.name)
    if column in layout.custom:
        yield Place(layout.main.object.name, layout.main.name, "custom_fields")


def _field(write: Write, field: str) -> Place:
    name = write.object.name
    return Place(name, write.name, write.object.column(field), write.object.references.get(field))


def _is_key(use: Use | None, column: str) -> bool:
    return use is not None and column in use.reads
