"""Columns of text: words picked by code, and keys made of numbers."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from data.demo.days import Array

LARGE = 1_000_001
"""First number of the keys of large files: it fills their width of seven digits."""


def pick(words: Sequence[str], codes: Array) -> pl.Series:
    """The word of each code; a code below 0 has none."""
    return pl.Series([*words, None], dtype=pl.String).gather(np.where(codes < 0, len(words), codes))


def pick_in(english: Sequence[str], chinese: Sequence[str], codes: Array, is_chinese: Array) -> pl.Series:
    """The word of each code in the language of its row. Both lists have the same words in the same order."""
    assert len(english) == len(chinese)
    return pick([*english, *chinese], np.where(codes < 0, -1, codes + len(english) * is_chinese))


def keys(prefix: str, numbers: Array, width: int = 6) -> pl.Series:
    """Keys such as A-000123; a number below 0 has none. Numbers that fill the width are written faster."""
    least = int(numbers.min()) if len(numbers) else 0
    digits = pl.col("number").cast(pl.String)
    digits = digits if least >= 10 ** (width - 1) else digits.str.zfill(width)
    key = pl.format(f"{prefix}-{{}}", digits)
    key = key if least >= 0 else pl.when(pl.col("number") >= 0).then(key)
    return pl.DataFrame({"number": numbers}).select(key).to_series()


def chosen(random: np.random.Generator, weights: Sequence[float] | Array, count: int) -> Array:
    """(count,) positions, each as likely as its weight says."""
    edges = np.cumsum(np.asarray(weights, float))
    return np.searchsorted(edges / edges[-1], random.random(count), side="right")
