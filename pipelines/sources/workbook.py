"""Workbooks: XLSX and XLS, each sheet a table; a cell with a day or time comes as ISO text."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from crm.errors import BadSource
from pipelines.sources import cells, failures, head
from pipelines.sources.dialect import LOOKED_AT
from pipelines.sources.failures import Failures
from pipelines.sources.note import Note
from pipelines.sources.sheet import Reading, Sheet


def sheets(path: Path, name: str, reading: Reading) -> Iterator[Sheet]:
    """The sheets of a workbook that hold anything. Raises BadSource where it cannot be read or is empty."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        found = [book.get_sheet_by_name(sheet_name) for sheet_name in book.sheet_names]
    except CalamineError as error:
        raise BadSource(
            "{file} cannot be read as a workbook. Open it, save it as XLSX without a password, and load it again.",
            file=name,
        ) from error
    failed = {sheet.name: failures.of(path, sheet.name) for sheet in found}
    filled = [sheet for sheet in found if any(_records(sheet, failed[sheet.name]))]
    if not filled:
        raise BadSource("{file} is empty. There is nothing to load from it.", file=name)
    for sheet in filled:
        yield _sheet(sheet, name, reading, failed[sheet.name])


def _noted(failed: Failures) -> Iterator[Note]:
    kinds = sorted({said for row in failed.values() for said in row.values()})
    if kinds:
        values = {"count": sum(map(len, failed.values())), "kinds": ", ".join(kinds)}
        yield Note("Cells whose formula failed: {count} ({kinds}).", values)


def _records(sheet: CalamineSheet, failed: Failures) -> Iterator[list[str]]:
    """The rows that hold anything, as texts."""
    first = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows()):
        record = [cells.text(cell) for cell in row]
        for column, said in failed.get(number, {}).items():
            record[column - first] = said
        if any(record):
            yield record


def _sheet(sheet: CalamineSheet, file: str, reading: Reading, failed: Failures) -> Sheet:
    start = list(islice(_records(sheet, failed), LOOKED_AT))
    found = head.find(start, f"{file} [{sheet.name}]", reading.headers)
    path = reading.new_file()
    records = islice(_records(sheet, failed), found.first + found.has_header, None)
    cells.write(chain([list(found.names)], records), path)
    return Sheet(file=file, path=path, header=found.names, name=sheet.name, notes=(*found.notes, *_noted(failed)))
