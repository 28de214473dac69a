"""How a delimited text is written: what separates its cells, what encloses them, where its records begin."""

import csv
import io
import re
from _csv import Reader
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipelines.sources.head import usual_width
from pipelines.sources.note import Note

USUAL = (",", ";", "\t", "|")
RARE = ("^", ":", "~", "\x1f", "\x01", "||", "::")
STAND_IN = "\x1e"
"""Takes the place of a delimiter of several letters, which the csv module does not know."""
LOOKED_AT = 200
"""Records by which a dialect is chosen."""
SEP = re.compile(r'"?sep=(.)"?(\r\n|\r|\n)')
"""A first line by which spreadsheets are told the delimiter."""
QUOTED = re.compile(r"'.*'|\".*\"", re.DOTALL)
SINGLY_QUOTED = re.compile(r"(?:^|[,;\t|^:~])'[^'\r\n]*'(?:$|[,;\t|^:~\r])", re.MULTILINE)


@dataclass(frozen=True)
class Dialect:
    """How a text is written."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None

    @property
    def is_standard(self) -> bool:
        """Quotes are written as the engine reads them."""
        return self.quote == '"' and self.escape is None

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is unusual about it."""
        notes = []
        if self.delimiter not in USUAL:
            notes.append(Note("Its columns are separated by {delimiter}.", {"delimiter": ascii(self.delimiter)[1:-1]}))
        if self.quote != '"':
            notes.append(Note("Its texts are enclosed by {quote}.", {"quote": self.quote}))
        if self.escape:
            notes.append(Note("Quotes within its texts are marked by {escape}.", {"escape": self.escape}))
        return tuple(notes)


@dataclass(frozen=True)
class Start:
    """The first records of a text, with the number of lines that stand before each."""

    dialect: Dialect
    records: list[list[str]]
    lines_before: list[int]
    is_broken: bool
    """A record that breaks the rules of the dialect stands behind these."""


def find(sample: str) -> Start:
    """The dialect by which the first records have the most equal numbers of cells, and these records."""
    told = SEP.match(sample)
    delimiters = (told[1],) if told else USUAL + RARE
    skipped = int(told is not None)
    parsed = [_parse(sample, skipped, dialect) for dialect in _candidates(sample, delimiters)]
    starts = [start for start in parsed if start.dialect.is_standard or not start.is_broken]
    best = max(starts, key=_fit, default=None)
    if best is None or not _fit(best):
        best = _parse(sample, skipped, Dialect(next((mark for mark in USUAL if mark not in sample), STAND_IN)))
    return best


def _candidates(sample: str, delimiters: tuple[str, ...]) -> Iterator[Dialect]:
    """Dialects that the sample gives reason to try; where several fit alike, the first is it."""
    present = [mark for mark in delimiters if mark in sample]
    yield from (Dialect(mark) for mark in present)
    single = [mark for mark in present if len(mark) == 1]
    if '\\"' in sample:
        yield from (Dialect(mark, escape="\\") for mark in single)
    if SINGLY_QUOTED.search(sample):
        yield from (Dialect(mark, quote="'", escape=escape) for escape in (None, "\\") for mark in single)


def _parse(sample: str, skipped: int, dialect: Dialect) -> Start:
    """The records behind the skipped lines, up to the first that breaks the rules of the dialect."""
    records: list[list[str]] = []
    text = islice(io.StringIO(sample, newline=""), skipped, None)
    found = reader(text, dialect)
    lines_before = [skipped]
    is_broken = False
    try:
        for record in islice(found, LOOKED_AT):
            records.append(record)
            lines_before.append(skipped + found.line_num)
    except csv.Error:
        is_broken = True
    return Start(dialect, records, lines_before, is_broken)


def reader(lines: Iterable[str], dialect: Dialect) -> Reader:
    """The records of lines; it raises csv.Error at the first that breaks the rules of the dialect."""
    delimiter = dialect.delimiter
    if len(delimiter) > 1:
        lines, delimiter = (line.replace(dialect.delimiter, STAND_IN) for line in lines), STAND_IN
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        skipinitialspace=dialect.delimiter != "\t",
        strict=True,
    )


def _fit(start: Start) -> float:
    """How well the records speak for a dialect: 0 for one column, at most 1."""
    filled = [record for record in start.records if any(record)]
    width = usual_width(filled)
    if width < 2:
        return 0.01 * (len(filled[0]) > 1) if filled else 0.0
    of_width = [record for record in filled if len(record) == width]
    cells = [cell for record in filled for cell in record if cell]
    equal = len(of_width) / len(filled)
    named = sum(map(bool, of_width[0])) / width
    left_in_quotes = sum(1 for cell in cells if QUOTED.fullmatch(cell)) / len(cells)
    fit = equal * named * (1 - left_in_quotes)
    if len(filled[0]) != width:
        fit *= 0.8
    if start.is_broken:
        fit *= 0.8
    if start.dialect.delimiter in RARE:
        fit *= 0.7
    return fit
