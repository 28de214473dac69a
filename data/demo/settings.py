"""What is simulated: how many accounts, by which seed, over which months."""

import zlib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np


@dataclass(frozen=True)
class Plan:
    """The demo company that is wanted. Equal plans make equal files."""

    accounts: int = 5_000
    """Real customers; those that stand twice in the files come on top."""
    seed: int = 20261031
    end: date = date(2026, 10, 31)
    """The last day of the data: the company's today."""
    months: int = 36
    share_duplicates: float = 0.02
    """Share of accounts that exist a second time under another key."""
    share_dirty: float = 0.005
    """Share of rows, added to some files, that a loader has to refuse."""

    def __post_init__(self) -> None:
        if self.accounts < 100 or self.months < 6:
            raise ValueError("A demo company needs 100 accounts and 6 months at least.")

    @property
    def start(self) -> date:
        """The first day of the data."""
        return months_before(self.end + timedelta(days=1), self.months)

    def random(self, part: str) -> np.random.Generator:
        """The random numbers of one part: another part may change without changing this one."""
        return np.random.default_rng([self.seed, zlib.crc32(part.encode())])


def months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
