"""Delimited text: CSV and its kin.

The engine reads a regular file itself: UTF-8, quotes doubled within quotes, one kind of line end, the header at the
top, no blank lines. Any other is written anew in that form first, record for record, so that what is wrong with a
record is still wrong with it and refused with its reason.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from crm.errors import BadSource
from pipelines.sources import dialect as dialects
from pipelines.sources import encoding as encodings
from pipelines.sources import head as heads
from pipelines.sources.dialect import Dialect, Start
from pipelines.sources.encoding import SAMPLE, Encoding
from pipelines.sources.head import Head
from pipelines.sources.sheet import Reading, Sheet

LINE_END = re.compile(r"\r\n|\r|\n")
ENCLOSED = re.compile(r'"[^"]*("|$)')


def sheets(path: Path, name: str, reading: Reading) -> Iterator[Sheet]:
    """The one table of a delimited file. Raises BadSource where its encoding or its header cannot be read."""
    with path.open("rb") as file:
        beginning = file.read(SAMPLE)
    if not beginning.strip(b" \t\r\n"):
        raise BadSource("{file} is empty. There is nothing to load from it.", file=name)
    encoding = encodings.find(path, beginning, name)
    sample = _whole_lines(encoding.decode(beginning), len(beginning) == SAMPLE)
    if "\0" in sample:
        raise BadSource("{file} has zero bytes in its texts. Export it anew as CSV in UTF-8.", file=name)
    start = dialects.find(sample)
    if not any(start.records) and len(sample.split("\n", 1)[0]) > csv.field_size_limit():
        raise BadSource(
            "{file}: its first line is too long for a header, it has a cell of more than {limit} characters. "
            "Check its line ends, or shorten the columns' names.",
            file=name,
            limit=csv.field_size_limit(),
        )
    head = heads.find(start.records, name, reading.headers)
    regular = _regular(path, name, encoding, start, head, sample, reading)
    yield Sheet(
        file=name,
        path=regular,
        header=head.names,
        delimiter=start.dialect.delimiter,
        notes=(*encoding.notes, *start.dialect.notes, *head.notes),
    )


def _whole_lines(sample: str, is_cut: bool) -> str:
    return sample[: sample.rfind("\n") + 1] or sample if is_cut else sample


def _regular(
    path: Path, name: str, encoding: Encoding, start: Start, head: Head, sample: str, reading: Reading
) -> Path:
    """The file itself where the engine reads it as it stands, else a copy that it can read."""
    skipped = start.lines_before[head.first]
    if encoding.is_utf8 and start.dialect.is_standard and head.has_header and not skipped and _is_even(sample):
        return path
    target = reading.new_file()
    errors = "surrogateescape" if encoding.is_utf8 else "strict"  # the engine refuses single records for UTF-8
    with (
        path.open(encoding=encoding.codec, errors=errors, newline="") as text,
        target.open("w", encoding="utf-8", errors=errors, newline="") as regular,
    ):
        try:
            for _ in range(skipped):
                text.readline()
            if not head.has_header:
                regular.write(start.dialect.delimiter.join(f"c{column}" for column in range(len(head.names))) + "\n")
            _copy(text, regular, start.dialect)
        except UnicodeDecodeError as error:
            raise BadSource(
                "{file} begins in {encoding} but is not in it throughout. Save it as CSV in UTF-8 and load it again.",
                file=name,
                encoding=encodings.NAMES[encoding.codec],
            ) from error
        except csv.Error as error:
            raise BadSource(
                "{file} cannot be read: {reason}. Check its quotes and line ends.", file=name, reason=error
            ) from error
    return target


def _is_even(sample: str) -> bool:
    """All records end alike and none is blank."""
    bare = ENCLOSED.sub('"', sample)
    ends = set(LINE_END.findall(bare))
    return len(ends) <= 1 and re.search(r"(\r\n|\r|\n)\1", bare.rstrip("\r\n")) is None


def _copy(text: TextIO, regular: TextIO, dialect: Dialect) -> None:
    if dialect.is_standard:
        regular.writelines(evened(iter(lambda: text.read(SAMPLE), "")))
    else:
        records = (record for record in dialects.reader(text, dialect) if record)
        csv.writer(regular, delimiter=dialect.delimiter).writerows(records)


def evened(pieces: Iterator[str]) -> Iterator[str]:
    """The text with `\\n` at the end of each record and no blank lines; what stands within quotes is left alone."""
    is_enclosed = False
    held = ""
    for piece in pieces:
        text = held + piece
        body = text.rstrip("\r\n")
        held = text[len(body) :]
        parts = body.split('"')
        for number in range(int(is_enclosed), len(parts), 2):
            parts[number] = re.sub(r"[\r\n]+", "\n", parts[number])
        is_enclosed ^= len(parts) % 2 == 0
        yield '"'.join(parts)
    if held:
        yield held if is_enclosed else "\n"
