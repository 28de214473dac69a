"""What lines name: for each line, in the order of the lines, the records and the account.

The engine's joins lose that order. Putting each answer in its place here takes less than sorting them there.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

NOTHING = 0
"""The key of nothing; keys begin at 1."""


class Found:
    """Keys of records, one of each of `names` for each of `count` lines; `largest` is the greatest of them."""

    def __init__(self, names: Iterable[str], count: int, largest: int) -> None:
        self._keys = {name: np.zeros(count, np.min_scalar_type(largest)) for name in names}
        self._misses = 0

    def put(self, batches: Iterable[Mapping[str, np.ndarray]]) -> None:
        """Take answers: `place`, the lines that they are for, with a column for each of `names`."""
        for batch in batches:
            for name, keys in self._keys.items():
                keys[batch["place"]] = batch[name]
                self._misses += len(batch[name]) - int(np.count_nonzero(batch[name]))

    @property
    def is_complete(self) -> bool:
        """Every line that was looked up names one of each."""
        return self._misses == 0

    def frame(self, beside: pl.DataFrame | None = None) -> pl.DataFrame:
        """The keys as columns, beside those of a frame that has a row for each line."""
        frame = pl.DataFrame(self._keys)
        return frame if beside is None else frame.hstack(beside)

    def lacking(self, others: pl.Series) -> pl.DataFrame:
        """`frame` of the lines that lack something, and of `others`, with their `place`."""
        lacks = pl.any_horizontal(pl.col(name) == NOTHING for name in self._keys)
        placed = pl.DataFrame(self._keys).with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64))
        return placed.filter(lacks | pl.col("place").is_in(others.implode()))

    def add_accounts(self, parent: str, parents: pl.DataFrame) -> None:
        """Add the account of what each line belongs to, and its owner, by `id`, `account_id`, `account_owner_id`."""
        ids = parents["id"].to_numpy()
        count = int(ids.max(initial=NOTHING)) + 1
        for name in ("account_id", "account_owner_id"):
            keys = parents[name].to_numpy()
            of_parent = np.zeros(count, np.min_scalar_type(keys.max(initial=NOTHING)))
            of_parent[ids] = keys
            self._keys[name] = of_parent[self._keys[f"{parent}_id"]]


def unmatched(come: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of two arrays of distinct hashes are not in the other, as two masks.

    Files mostly bring lines in the order of before, so those in their old places are told first: it takes a tenth
    of a join.
    """
    is_fresh, is_gone = np.ones(len(come), bool), np.ones(len(there), bool)
    count = min(len(come), len(there))
    np.not_equal(come[:count], there[:count], out=is_fresh[:count])
    is_gone[:count] = is_fresh[:count]
    moved, old = np.flatnonzero(is_fresh), np.flatnonzero(is_gone)
    is_fresh[moved] = ~_is_among(come[moved], there[old])
    is_gone[old] = ~_is_among(there[old], come[moved])
    return is_fresh, is_gone


def _is_among(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which values are among the others? Takes a third of `np.isin`, which sorts indirectly."""
    if not len(others):
        return np.zeros(len(values), bool)
    ordered = np.sort(others)
    nearest = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: np.ndarray = ordered[nearest] == values
    return found
