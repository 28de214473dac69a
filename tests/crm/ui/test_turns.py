"""Pages take turns."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from crm.ui import turns


def test_so_many_pages_are_drawn_at_once_and_no_more() -> None:
    at_once = threading.Barrier(turns.AT_ONCE)
    within: list[int] = []
    drawn: list[int] = []

    def draw(number: int) -> None:
        with turns.turn():
            within.append(number)
            assert len(within) <= turns.AT_ONCE
            at_once.wait(timeout=30)  # breaks where fewer are let in
            within.remove(number)
        drawn.append(number)

    with ThreadPoolExecutor(4 * turns.AT_ONCE) as pool:
        list(pool.map(draw, range(4 * turns.AT_ONCE)))
    assert sorted(drawn) == list(range(4 * turns.AT_ONCE))


def test_a_page_that_fails_gives_its_turn_back() -> None:
    for _ in range(2 * turns.AT_ONCE):
        with pytest.raises(ValueError, match="as a page does"), turns.turn():
            raise ValueError("as a page does")
    with turns.turn():
        pass
