"""Tables as files: what a page shows, in full, with what it was narrowed to and as of when.

Text stays text: a cell that a spreadsheet would take for a formula is none.
"""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

import polars as pl
import xlsxwriter

from crm.access import Viewer
from crm.metrics import Metric

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute (OWASP, CSV injection)."""
WIDTHS = (10, 40)
"""Least and greatest width of a column, in letters."""


def may(viewer: Viewer, metric: Metric) -> bool:
    """Whether the viewer may take the rows of a KPI along: every object that it reads has to be granted."""
    return all(viewer.may("export", name) for name in metric.reads)


def as_csv(frame: pl.DataFrame, titles: Sequence[str], stamp: Sequence[str]) -> bytes:
    """The frame as CSV with a byte order mark, by which spreadsheets know UTF-8; the stamp stands above the titles."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([[_plain(line)] for line in stamp])
    writer.writerow([_plain(title) for title in titles])
    writer.writerows([_plain(value) for value in row] for row in frame.iter_rows())
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _plain(value: object) -> object:
    """A value that no spreadsheet computes: text that looks like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_xlsx(frame: pl.DataFrame, titles: Sequence[str], stamp: Sequence[str]) -> bytes:
    """The frame as a workbook: numbers and days are such, the stamp stands on a sheet of its own."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options | {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet, about = book.add_worksheet("Data"), book.add_worksheet("About")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for place, line in enumerate(stamp):
            about.write_string(place, 0, line)
        about.set_column(0, 0, 100)
        for place, (name, title) in enumerate(zip(frame.columns, titles, strict=True)):
            values = [_cell(value) for value in frame[name]]
            sheet.write_string(0, place, title, bold)
            sheet.write_column(1, place, values, day if frame.schema[name] == pl.Date else None)
            longest = max((len(str(value)) for value in values[:1000] if value is not None), default=0)
            sheet.set_column(place, place, min(max(longest, len(title), WIDTHS[0]), WIDTHS[1]))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(frame.height, 1), max(frame.width - 1, 0))
    return buffer.getvalue()


def _cell(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
