"""Where a table begins and what its columns are called."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from crm.errors import BadSource
from pipelines.sources.note import Note

Record = Sequence[str]

DATA = re.compile(
    r"[-+(]?\s*[$€£¥]?\s*-?\d[\d.,' ]*([eE][-+]?\d+)?\s*[%)]?"  # a number
    r"|\d{1,4}([-/.年])\d{1,2}([-/.月])\d{1,4}日?([ T]\d.*)?"  # a date or time
    r"|[^@\s]+@[^@\s]+\.[^@\s]+"  # an e-mail
)
"""What no column is called."""
LONGEST = 64
"""Letters of a cell that may be a number, a date or an e-mail."""


@dataclass(frozen=True)
class Head:
    """How a table begins."""

    names: tuple[str, ...]
    """A name for each column, no two alike."""
    first: int
    """Position of the header, or of the first record where there is none."""
    has_header: bool
    notes: tuple[Note, ...]


def find(records: Sequence[Record], title: str, headers: Iterable[tuple[str, ...]]) -> Head:
    """The head of a table by its first records, blank ones as empty lists.

    `headers` are those that a mapping gives to tables without one; which fits is known by the number of columns.
    Raises BadSource where there is nothing, or where the first record looks like data and none of them fits.
    """
    if not any(cell.strip() for record in records for cell in record):
        raise BadSource("{file}: the header cannot be read. Check its quotes.", file=title)
    first = _first(records)
    before = sum(map(any, records[:first]))
    notes = [Note("Lines before the header that were left out: {count}.", {"count": before})] if before else []
    cells = [cell.strip() for cell in records[first]]
    for names in headers:
        if len(names) == len(cells):
            notes.append(Note("It has no header: the mapping says what its columns are."))
            return Head(names, first, False, tuple(notes))
    if _is_data(cells, records[first + 1 :]):
        raise BadSource(
            "{file} has no header: its first line ({cells}) looks like data. "
            "Add a line with the columns' names, or give a mapping with header: false, which numbers them.",
            file=title,
            cells=", ".join(cells[:5]),
        )
    names, made_up = named(cells)
    return Head(names, first, True, (*notes, *made_up))


def _first(records: Sequence[Record]) -> int:
    """Position of the first record of the table: what stands before says less than a header."""
    filled = [sum(1 for cell in record if cell.strip()) for record in records]
    begin = next(position for position, count in enumerate(filled) if count)
    width = usual_width(records)
    if _says_enough(records[begin]):
        return begin
    least = 2 if width > 2 else 1
    fitting = (at for at, record in enumerate(records) if len(record) == width and filled[at] >= least)
    found = next(fitting, begin)
    padded = any(len(record) == width and any(record) for record in records[:found])
    if (
        max(filled[:found], default=0) >= filled[found]
        or (padded and filled[found] < min(width, 3))
        or _is_data(records[found], records[found + 1 :])
    ):
        return begin
    return found


def _says_enough(record: Record) -> bool:
    """A record of three or more names is a header, whatever the records below look like."""
    cells = [cell.strip() for cell in record]
    return len(cells) > 2 and all(cells) and len(set(cells)) == len(cells) and not any(map(DATA.fullmatch, cells))


def usual_width(records: Iterable[Record]) -> int:
    """The number of cells that most records have; the first such number where several are equal."""
    widths = Counter(len(record) for record in records if any(record))
    return widths.most_common(1)[0][0] if widths else 0


def _is_data(cells: Record, below: Sequence[Record]) -> bool:
    """There is a number, date or e-mail, and every other cell is one as well or stands again below."""
    filled = {column: cell.strip() for column, cell in enumerate(cells) if cell.strip()}
    words = {column: cell for column, cell in filled.items() if len(cell) > LONGEST or not DATA.fullmatch(cell)}
    return len(words) < len(filled) and all(
        any(len(record) > column and record[column].strip() == word for record in below)
        for column, word in words.items()
    )


def named(cells: Record) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """A name for each column, no two alike, and what was made up for that."""
    names: dict[str, None] = {}
    made_up: list[str] = []
    told_apart: list[str] = []
    given = {cell.strip() for cell in cells}
    for position, cell in enumerate(cells, start=1):
        wanted = cell.strip() or f"column {position}"
        name = wanted if wanted not in names and cell.strip() else _free(wanted, (names, given))
        names[name] = None
        if not cell.strip():
            made_up.append(name)
        elif name != wanted:
            told_apart.append(name)
    notes = []
    if made_up:
        notes.append(Note("Columns without a name are called {columns}.", {"columns": ", ".join(made_up)}))
    if told_apart:
        notes.append(
            Note("Columns that bear the same name are told apart: {columns}.", {"columns": ", ".join(told_apart)})
        )
    return tuple(names), tuple(notes)


def _free(wanted: str, taken: tuple[Container[str], ...]) -> str:
    name, number = wanted, 2
    while any(name in names for names in taken):
        name, number = f"{wanted} ({number})", number + 1
    return name
