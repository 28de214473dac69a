"""What a source hands on."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crm.errors import BadSource


@dataclass(frozen=True)
class Sheet:
    """One table of a file: a delimited file that the engine reads itself, or a frame of texts."""

    file: str
    """Name to show."""
    path: Path
    header: tuple[str, ...]
    name: str | None = None
    """Sheet of a workbook."""
    delimiter: str = ","
    has_zones: bool = False
    """There are times that say their zone."""
    frame: pl.DataFrame | None = None
    """The records as texts with columns c0, c1, …; None where the engine reads the file."""

    @property
    def title(self) -> str:
        """File and sheet, for messages."""
        return f"{self.file} [{self.name}]" if self.name else self.file


def checked_header(cells: list[str], title: str) -> tuple[str, ...]:
    """The column names without blanks around them; raises BadSource where there are none or one stands twice."""
    header = tuple(cell.strip() for cell in cells)
    if not any(header):
        raise BadSource("{file} has no header: its first line is empty. Add one with the columns' names.", file=title)
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise BadSource("{file}: the column {column} stands twice. Rename one of them.", file=title, column=twice[0])
    return header
