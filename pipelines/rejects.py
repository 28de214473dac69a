"""What did not get in, as files like those that it came in, to be mended and loaded again."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TextIO

import polars as pl

from crm import sql
from crm.db import Cursor, Database
from crm.errors import NotFound
from pipelines import landing
from pipelines.conventions import Conventions
from pipelines.intake import LOOKING
from pipelines.kept import sheet_of
from pipelines.layout import FORM, PASSED_OVER, Layout, layout_from_json
from pipelines.raw import read_raw, shifts
from pipelines.report import explained
from pipelines.sources.sheet import Sheet
from pipelines.staging import choices_of, fields_of, types_of

statement = sql.room(Path(__file__).parent / "statements" / "rejects")
ENCODING = "utf-8-sig"
"""With the mark by which spreadsheets know that it is UTF-8."""
ADDED = (f"{PASSED_OVER}record", f"{PASSED_OVER}reason")
"""Columns that say which record it was and why it was refused."""


def texts(database: Database, batch_id: int) -> dict[str, str]:
    """File name → CSV text with the records of a load that were refused, each under the header of its file.

    They are written with the file's own delimiter. Records whose form is broken stand at the end, as they came: their
    quotes could swallow what stands behind them. Raises NotFound for an unknown load, and for one of which everything
    got in.
    """
    spill = database.files / "spill"
    with database.cursor() as cursor, tempfile.TemporaryDirectory(prefix=LOOKING, dir=spill) as scratch:
        found = cursor.rows(statement("files"), batch_id=batch_id)
        if not found:
            raise NotFound("Nothing of load {batch} was refused, or there is no such load.", batch=batch_id)
        written: dict[str, str] = {}
        for position, name, sheet_name, kept_as, mapping in found:
            kept = landing.unpack(database.files / "landing" / kept_as, Path(scratch), name.partition("/")[0])
            layout = layout_from_json(mapping)
            sheet = sheet_of(kept, name, sheet_name, layout)
            refused = cursor.frame(statement("refused"), batch_id=batch_id, position=position)
            title = ".".join([Path(name).stem, *([sheet_name] if sheet_name else []), "refused.csv"])
            written[free(title, written)] = _text(cursor, sheet, layout, refused)
        return written


def free(title: str, taken: Collection[str]) -> str:
    """The title, or with a number where a file is called so: accounts.refused-2.csv."""
    stem, number, found = title.removesuffix(".csv"), 1, title
    names = {name.casefold() for name in taken}
    while found.casefold() in names:
        number += 1
        found = f"{stem}-{number}.csv"
    return found


def archive(database: Database, batch_id: int) -> bytes:
    """The files of `texts`, as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in texts(database, batch_id).items():
            packed.writestr(name, text.encode(ENCODING))
    return out.getvalue()


def _text(cursor: Cursor, sheet: Sheet, layout: Layout, refused: pl.DataFrame) -> str:
    """The refused records, with number within the file, column, reason, detail and text if broken, under their header.

    What is decided over all records of a file, these few would not show: it goes with them, in the name of a column.
    """
    broken = read_raw(cursor, sheet)
    kept = [index for index, name in enumerate(sheet.header) if not name.startswith(PASSED_OVER)]
    columns = ", ".join(f"raw.c{index}" for index in kept)
    decided = Conventions(cursor, fields_of(layout, types_of(cursor), choices_of(cursor)), layout, sheet.header).decided
    with cursor.table("refused", refused), cursor.table("shifts", shifts(broken)):
        records = cursor.rows(statement("records", columns=columns))
    out = io.StringIO(newline="")
    form = [FORM + json.dumps(decided, ensure_ascii=False)] if any(decided.values()) else []
    _write(out, sheet.delimiter, [*(sheet.header[index] for index in kept), *ADDED, *form])
    for number, column, code, detail, as_it_came, *cells in sorted(records, key=lambda record: record[4] is not None):
        reason = (f"{column}: " if column else "") + explained(code, detail)
        if as_it_came is not None:  # what it lacks or has too much of, only a person knows
            out.write(as_it_came.rstrip("\r\n") + sheet.delimiter)
            cells = []
        _write(out, sheet.delimiter, [*cells, number, reason, *("" for _ in form)])
    return out.getvalue()


def _write(out: TextIO, delimiter: str, cells: Sequence[object]) -> None:
    """Write a record, also with a delimiter of several letters, which the csv module does not know."""
    if len(delimiter) == 1:
        csv.writer(out, delimiter=delimiter).writerow(cells)
    else:
        quoted = ('"' + str(cell or "").replace('"', '""') + '"' for cell in cells)
        out.write(delimiter.join(quoted) + "\r\n")
