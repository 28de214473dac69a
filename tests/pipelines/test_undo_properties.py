"""What holds for any loads and their undoing: undo leads back, and independent loads do not know each other."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.db import Database
from pipelines.undo import undo
from tests.pipelines.conftest import load_files
from tests.pipelines.test_properties import BUSINESS, FEW, MANY, Open, _clean, _dangling, files_of_a_load, opened

__all__ = ["opened"]


def _load(database: Database, files: dict[str, str]) -> int:
    return int(load_files(database, files, database.path.parent / "files")["batch"])


def _business(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """What the company knows: without versions, and of events those that count."""
    statements = {name: re.sub(r", \w*\.?version", "", text) for name, text in BUSINESS.items()}
    statements["opportunity_event"] = (
        "select opportunity_id, stage_id, amount from core.opportunity_event where voided_at is null"
    )
    with database.cursor() as cursor:
        return {name: cursor.rows(f"select * from ({text}) order by all") for name, text in statements.items()}


def _undo_restores(opened: Open, first: dict[str, str], second: dict[str, str]) -> None:
    with opened() as database:
        _load(database, first)
        before = _business(database)
        batch = _load(database, second)
        undo(database, batch)
        assert _business(database) == before
        assert not _dangling(database)
        _load(database, second)
        again = _business(database)
    with opened() as database:
        _load(database, first)
        _load(database, second)
        expected = _business(database)
    for name in expected.keys() - {"opportunity_event"}:  # its deals have other keys
        assert again[name] == expected[name], name


@FEW
@given(first=files_of_a_load, second=files_of_a_load)
def test_load_and_undo_is_nothing(opened: Open, first: dict[str, str], second: dict[str, str]) -> None:
    _undo_restores(opened, first, second)


@pytest.mark.slow
@MANY
@given(first=files_of_a_load, second=files_of_a_load)
def test_load_and_undo_is_nothing_at_length(opened: Open, first: dict[str, str], second: dict[str, str]) -> None:
    _undo_restores(opened, first, second)


def _undoing_all_is_nothing(opened: Open, loads: Sequence[dict[str, str]], order: Sequence[int]) -> None:
    with opened() as database:
        batches = [_load(database, files) for files in loads]
        for number in order:
            undo(database, batches[number])
            assert not _dangling(database)
        assert not any(_business(database).values())


loads_and_order = st.tuples(st.lists(files_of_a_load, min_size=3, max_size=3), st.permutations(range(3)))
"""Loads of files that know the same few keys, and the order of taking them back."""


@FEW
@given(example=loads_and_order)
def test_nothing_is_left_when_all_is_taken_back(
    opened: Open, example: tuple[list[dict[str, str]], Sequence[int]]
) -> None:
    _undoing_all_is_nothing(opened, *example)


@pytest.mark.slow
@MANY
@given(example=loads_and_order)
def test_nothing_is_left_when_all_is_taken_back_at_length(
    opened: Open, example: tuple[list[dict[str, str]], Sequence[int]]
) -> None:
    _undoing_all_is_nothing(opened, *example)


def _named(prefix: str, seed: int) -> dict[str, str]:
    """Clean files that share no record with those of another prefix."""
    names = r"\b(A|D|S|L|Company |Deal |Owner |Newcomer|company-)(?=\d|\b)"
    return {name: re.sub(names, rf"{prefix}\1", text.partition("\n")[2]) for name, text in _clean(seed).items()}


HEADERS = {name: text.partition("\n")[0] for name, text in _clean(0).items()}
ORDERS = (
    ("+a", "+b", "-a"),
    ("+b", "+a", "-a"),
    ("+a", "-a", "+b"),
    ("+a", "+b", "-b", "-a", "+b"),
    ("+b", "-b", "+a", "+b", "-a"),
)


def _after(opened: Open, steps: Sequence[str], files: dict[str, dict[str, str]]) -> dict[str, list[tuple[Any, ...]]]:
    with opened() as database:
        batches: dict[str, int] = {}
        for step in steps:
            if step[0] == "+":
                batches[step[1]] = _load(database, files[step[1]])
            else:
                assert not undo(database, batches[step[1]]).kept
        assert not _dangling(database)
        return {name: rows for name, rows in _business(database).items() if name != "opportunity_event"}


@pytest.mark.parametrize("steps", ORDERS[:3], ids=" ".join)
def test_independent_loads_end_the_same(opened: Open, steps: Sequence[str]) -> None:
    files = {
        prefix: {name: f"{HEADERS[name]}\n{text}" for name, text in _named(prefix, seed).items()}
        for prefix, seed in (("a", 3), ("b", 4))
    }
    assert _after(opened, steps, files) == _after(opened, ["+b"], files)


@pytest.mark.slow
@pytest.mark.parametrize("steps", ORDERS, ids=" ".join)
@pytest.mark.parametrize("seed", range(6))
def test_independent_loads_end_the_same_at_length(opened: Open, seed: int, steps: Sequence[str]) -> None:
    files = {
        prefix: {name: f"{HEADERS[name]}\n{text}" for name, text in _named(prefix, seed + shift).items()}
        for prefix, shift in (("a", 10), ("b", 20))
    }
    assert _after(opened, steps, files) == _after(opened, ["+b"], files)
