"""Workbooks: XLSX, each sheet a table of texts; a date or time comes as ISO text."""

from collections.abc import Iterator
from pathlib import Path

import fastexcel
import polars as pl

from crm.errors import BadSource
from pipelines.sources.sheet import Sheet, checked_header


def sheets(path: Path, name: str) -> Iterator[Sheet]:
    """The sheets of a workbook that hold anything. Raises BadSource where it cannot be read or is empty."""
    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise BadSource("{file} cannot be read as a workbook. Open it and save it as XLSX again.", file=name) from error
    empty = True
    for sheet_name in book.sheet_names:
        cells = book.load_sheet(sheet_name, header_row=None, dtypes="string").to_polars()
        if cells.height:
            empty = False
            yield _sheet(path, name, sheet_name, cells)
    if empty:
        raise BadSource("{file} is empty. There is nothing to load from it.", file=name)


def _sheet(path: Path, file: str, sheet_name: str, cells: pl.DataFrame) -> Sheet:
    header = checked_header([cell or "" for cell in cells.row(0)], f"{file} [{sheet_name}]")
    columns = [f"c{index}" for index in range(cells.width)]
    records = cells.slice(1).rename(dict(zip(cells.columns, columns, strict=True)))
    filled = records.filter(pl.any_horizontal(pl.all().is_not_null()))
    return Sheet(file=file, path=path, header=header, name=sheet_name, frame=filled)
