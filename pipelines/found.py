"""What order lines name: for each line, in the order of the lines, the order, the product and the account.

The engine's joins lose that order. Putting each answer in its place here takes less than sorting them there.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

NOTHING = 0
"""The key of nothing; keys begin at 1."""


class Found:
    """Keys of orders and products, one for each line of a load; `largest` is the greatest of them."""

    def __init__(self, count: int, largest: int) -> None:
        self._type = np.min_scalar_type(largest)
        self._keys = {name: np.zeros(count, self._type) for name in ("order_id", "product_id")}
        self._looked_up = 0
        self._hits = dict.fromkeys(self._keys, 0)

    def put(self, batches: Iterable[Mapping[str, np.ndarray]]) -> None:
        """Take answers: `at`, the lines that they are for, with `order_id` and `product_id`."""
        for batch in batches:
            self._looked_up += len(batch["at"])
            for name, keys in self._keys.items():
                keys[batch["at"]] = batch[name]
                self._hits[name] += int(np.count_nonzero(batch[name]))

    def has_every(self, name: str) -> bool:
        """Whether every line that was looked up names one."""
        return self._hits[name] == self._looked_up

    def frame(self, first_record: int | None = None) -> pl.DataFrame:
        """The keys as columns; with `record_number` where the number of the first line is given."""
        frame = pl.DataFrame(self._keys)
        if first_record is None:
            return frame
        numbers = pl.int_range(first_record, first_record + pl.len(), dtype=pl.Int64)
        return frame.with_columns(record_number=numbers)

    def add_accounts(self, orders: pl.DataFrame) -> None:
        """Add the account of each line's order, and its owner, by `id`, `account_id` and `account_owner_id`."""
        ids = orders["id"].to_numpy()
        count = int(ids.max(initial=NOTHING)) + 1
        for name in ("account_id", "account_owner_id"):
            of_order = np.zeros(count, np.min_scalar_type(int(orders[name].max() or NOTHING)))  # type: ignore[arg-type]
            of_order[ids] = orders[name].to_numpy()
            self._keys[name] = of_order[self._keys["order_id"]]
