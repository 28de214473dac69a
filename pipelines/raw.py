"""The records of a delimited file as texts, and those whose form is broken."""

import csv
import mmap
import re
from bisect import bisect_left
from pathlib import Path

import numpy as np
import polars as pl

from crm import sql
from crm.db import Cursor, EngineError
from crm.errors import BadSource
from crm.progress import stop
from pipelines.sources.sheet import Sheet

statement = sql.room(Path(__file__).parent / "statements" / "staging")
LINE_ENDS = re.compile(rb'"[^"]*"|(?:\r\n|\n|\r){2,}')
"""Quoted texts, whose blank lines are their own, and line ends with blank lines between them."""
LINE_END = re.compile(rb"\r\n|\n|\r")


NEW_LINE = 10
UNCAST = "CAST"
"""What the reader says of a record that is well formed."""
STRETCH = 8_000_000
"""Bytes after which the reader begins anew."""


def read_raw(cursor: Cursor, sheet: Sheet) -> pl.DataFrame:
    """Fill the temporary table `raw` with c0, c1, …; the frame of the broken records.

    That has position (1 for the file's first record), csv_line and error_type. Raises BadSource for a file that
    cannot be read at all.
    """
    try:
        broken = _read(cursor, sheet)
        if sheet.path.stat().st_size > STRETCH and _count(cursor, sheet) != _good(cursor):
            broken = _read(cursor, sheet, is_parallel=False)
    except EngineError as error:
        stop().check()
        raise BadSource(
            "{file} cannot be read: {reason} Check its quotes and line ends.",
            file=sheet.title,
            reason=str(error).splitlines()[0],
        ) from error
    return _within(_without_blank_lines(broken, sheet.path), _good(cursor)) if broken.height else broken


def refused_by_reader(cursor: Cursor, sheet: Sheet, good: int) -> pl.DataFrame | None:
    """The records of a file just read that do not have the form or the types asked for, as `read_raw` has them.

    None where the reader lost some; see `_count`. Counting line ends is cheap, and says enough of a file without
    blank lines and line ends within quotes.
    """
    refused = _broken(cursor)
    if good + refused.height == _count_lines(sheet.path) - 1:
        return _within(refused, good)
    well_formed = good + refused.filter(pl.col("error_type") == UNCAST).height
    if sheet.path.stat().st_size > STRETCH and well_formed != _count(cursor, sheet):
        return None
    return _within(_without_blank_lines(refused, sheet.path), good) if refused.height else refused


def cells_of(refused: pl.DataFrame, sheet: Sheet) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Refused records apart: those that are well formed, with their cells as c0, c1, …; and the broken ones."""
    width = len(sheet.header)
    whole: list[bool] = []
    cells: list[list[str]] = []
    for text, kind in refused.select("csv_line", "error_type").iter_rows():
        record = next(csv.reader([text], delimiter=sheet.delimiter), []) if kind == UNCAST else []
        whole.append(len(record) == width)
        if whole[-1]:
            cells.append(record)
    schema = {f"c{index}": pl.String for index in range(width)}
    is_well_formed = pl.Series(whole, dtype=pl.Boolean)
    few = pl.DataFrame(cells, schema=schema, orient="row").with_columns(refused.filter(is_well_formed)["position"])
    return few, refused.filter(~is_well_formed)


def _count_lines(path: Path) -> int:
    count, last = 0, NEW_LINE
    piece = np.empty(1 << 20, np.uint8)
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(piece.data):
            count += int(np.count_nonzero(piece[:size] == NEW_LINE))
            last = int(piece[size - 1])
    return count + (last != NEW_LINE)


def _read(cursor: Cursor, sheet: Sheet, *, is_parallel: bool = True) -> pl.DataFrame:
    bound = {"path": str(sheet.path), "delimiter": sheet.delimiter}
    cursor.run(statement("create_raw", records=records(sheet, is_parallel)), **bound)
    return _broken(cursor)


def _broken(cursor: Cursor) -> pl.DataFrame:
    broken = cursor.frame(statement("broken"))
    cursor.run(statement("forget_broken"))
    return broken


def _count(cursor: Cursor, sheet: Sheet) -> int:
    """How many good records there are: DuckDB 2.0 loses the rest where its last stretch begins with a broken one.

    Reading one stretch after the other it does not, but then it says nothing of a quote that never ends.
    """
    bound = {"path": str(sheet.path), "delimiter": sheet.delimiter}
    count = int(cursor.value(statement("count_records", records=records(sheet, is_parallel=False)), **bound))
    _broken(cursor)
    return count


def records(sheet: Sheet, is_parallel: bool) -> str:
    """The statement that reads the records of a sheet as texts, in their order where it is not parallel."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(sheet.header)))
    return statement("raw_records", columns="{" + columns + "}", is_parallel=str(is_parallel).lower())


def _good(cursor: Cursor) -> int:
    return int(cursor.value("select count(*) from raw"))


def _without_blank_lines(broken: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Broken records by their place among the records: the reader counts blank lines before them as well."""
    blank = _blank_lines(path)
    before = pl.Series([bisect_left(blank, offset) for offset in broken["offset"]], dtype=pl.Int64)
    return broken.with_columns(position=pl.col("position") - before)


def _blank_lines(path: Path) -> list[int]:
    """Where the blank lines of a file end, in bytes."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if all(content.find(ends) < 0 for ends in (b"\n\n", b"\n\r", b"\r\r")):
            return []
        runs = (found for found in LINE_ENDS.finditer(content) if found[0][:1] != b'"')
        return [run.start() + end.end() for run in runs for end in list(LINE_END.finditer(run[0]))[1:]]


def _within(broken: pl.DataFrame, good: int) -> pl.DataFrame:
    """Broken records at places that the file has, whatever quotes made of its lines."""
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    before = pl.min_horizontal(pl.col("position") - number, pl.lit(good))
    return broken.sort("position").with_columns(position=before + number)


def shifts(broken: pl.DataFrame) -> pl.DataFrame:
    """How far good records are shifted by broken ones before them: from `good_before` on by `broken`."""
    counted = broken.select("position").sort("position").with_row_index("broken", offset=1)
    return (
        counted.with_columns((pl.col("position") - pl.col("broken").cast(pl.Int64)).alias("good_before"))
        .group_by("good_before")
        .agg(pl.col("broken").max().cast(pl.Int64))
        .sort("good_before")
    )
