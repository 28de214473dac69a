"""Delimited text: CSV and its kin, in UTF-8. The engine reads the records; here only the header is looked at."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from crm.errors import BadSource
from pipelines.sources.sheet import Sheet, checked_header

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 20
ZONED = re.compile(r"\d:\d\d(:\d\d(\.\d+)?)? ?[A-Za-z+-]")
"""A time with its zone; files write all their times in one form."""


def sheets(path: Path, name: str) -> Iterator[Sheet]:
    """The one table of a delimited file. Raises BadSource for other encodings, no header or broken quotes."""
    sample = _sample(path, name)
    headers = {mark: _first_record(sample, mark) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: len(headers[mark] or []))
    header = headers[delimiter]
    if header is None:
        raise BadSource("{file}: the header cannot be read. Check its quotes.", file=name)
    yield Sheet(
        file=name,
        path=path,
        header=checked_header(header, name),
        delimiter=delimiter,
        has_zones=ZONED.search(sample) is not None,
    )


def _sample(path: Path, name: str) -> str:
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if not start.strip():
        raise BadSource("{file} is empty. There is nothing to load from it.", file=name)
    if b"\0" in start:
        raise BadSource("{file} is no text in UTF-8. Save it as CSV in UTF-8 and load it again.", file=name)
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(start) < SAMPLE or error.end < len(start) - 4:
            line = start.count(b"\n", 0, error.start) + 1
            raise BadSource(
                "{file} is not in UTF-8 (line {line}). Save it as CSV in UTF-8 and load it again.", file=name, line=line
            ) from error
        return start[: error.start].decode("utf-8-sig")


def _first_record(sample: str, delimiter: str) -> list[str] | None:
    """The cells of the header with that delimiter; None where its quotes forbid that one."""
    try:
        return next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
