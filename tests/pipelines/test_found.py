"""Arrays beside the lines of a load."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.found import Found, unmatched

HASHES = st.lists(st.integers(0, 12), unique=True).map(lambda values: np.array(values, np.uint64))


@given(come=HASHES, there=HASHES)
def test_unmatched_is_the_difference_of_sets(come: np.ndarray, there: np.ndarray) -> None:
    is_fresh, is_gone = unmatched(come, there)
    assert set(come[is_fresh]) == set(come) - set(there)
    assert set(there[is_gone]) == set(there) - set(come)


def test_answers_stand_in_the_order_of_the_lines() -> None:
    found = Found(["order_id"], 4, 300)
    found.put([{"place": np.array([2, 0]), "order_id": np.array([300, 7])}])
    assert found.is_complete
    found.put([{"place": np.array([1, 3]), "order_id": np.array([0, 8])}])
    assert not found.is_complete
    found.add_accounts("order", pl.DataFrame({"id": [7, 300], "account_id": [1, 2], "account_owner_id": [0, 9]}))
    frame = found.frame(pl.DataFrame({"record_number": [11, 12, 14, 15]}))
    assert frame["order_id"].to_list() == [7, 0, 300, 8]
    assert frame["account_id"].to_list()[:3] == [1, 0, 2]
    assert frame["account_owner_id"].to_list()[:3] == [0, 0, 9]
    assert frame["record_number"].to_list() == [11, 12, 14, 15]
