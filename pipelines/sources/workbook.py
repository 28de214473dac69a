"""Workbooks: XLSX and XLS, each sheet a table; a cell with a day or time comes as ISO text."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from crm.errors import BadSource
from pipelines.sources import cells, head
from pipelines.sources.dialect import LOOKED_AT
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
    filled = [sheet for sheet in found if any(_records(sheet))]
    if not filled:
        raise BadSource("{file} is empty. There is nothing to load from it.", file=name)
    for sheet in filled:
        yield _sheet(sheet, name, reading)


def _records(sheet: CalamineSheet) -> Iterator[list[str]]:
    """The rows that hold anything, as texts."""
    for row in sheet.iter_rows():
        record = [cells.text(cell) for cell in row]
        if any(record):
            yield record


def _sheet(sheet: CalamineSheet, file: str, reading: Reading) -> Sheet:
    start = list(islice(_records(sheet), LOOKED_AT))
    found = head.find(start, f"{file} [{sheet.name}]", reading.headers)
    path = reading.new_file()
    records = islice(_records(sheet), found.first + found.has_header, None)
    cells.write(chain([list(found.names)], records), path)
    return Sheet(file=file, path=path, header=found.names, name=sheet.name, notes=found.notes)
