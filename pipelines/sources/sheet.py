"""What a source hands on."""

import csv
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from pipelines.sources.dialect import LOOKED_AT, Dialect, reader
from pipelines.sources.encoding import SAMPLE
from pipelines.sources.note import Note

ZONED = re.compile(rb"\d:\d\d(:\d\d(\.\d+)?)? ?[A-Za-z+-]")
"""A time with its zone; files write all their times in one form."""


@dataclass(frozen=True)
class Sheet:
    """One table of a file, as a delimited file in UTF-8 with `"` for quotes, which the engine reads itself.

    That is the file as it came where it has this form, else a copy made of it, for the time of the load.
    """

    file: str
    """Name to show."""
    path: Path
    header: tuple[str, ...]
    """A name for each column, no two alike; the first record of the file at `path` is not read."""
    name: str | None = None
    """Sheet of a workbook."""
    delimiter: str = ","
    digest: str | None = None
    """Hash of what an archive held; None where the kept file is itself what was read."""
    notes: tuple[Note, ...] = ()

    @property
    def title(self) -> str:
        """File and sheet, for messages."""
        return f"{self.file} [{self.name}]" if self.name else self.file

    @cached_property
    def has_zones(self) -> bool:
        """There are times that say their zone."""
        with self.path.open("rb") as file:
            return ZONED.search(file.read(SAMPLE)) is not None

    @cached_property
    def sample(self) -> list[list[str]]:
        """The first records, up to the first that is broken."""
        records: list[list[str]] = []
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file, suppress(csv.Error):
            for record in islice(reader(file, Dialect(self.delimiter)), 1, LOOKED_AT + 1):
                records.append(record)
        return [record for record in records if any(record)]


@dataclass(frozen=True)
class Reading:
    """What readers need besides the file."""

    scratch: Path
    """Folder for copies, which the engine may read."""
    headers: tuple[tuple[str, ...], ...] = field(default=())
    """The columns that a mapping gives to files without a header."""

    def new_file(self, suffix: str = ".csv") -> Path:
        """An empty file in the scratch folder."""
        handle, path = tempfile.mkstemp(suffix=suffix, dir=self.scratch)
        os.close(handle)
        return Path(path)
