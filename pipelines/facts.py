"""Bulk facts: order lines, which come by the million and go into core in one statement.

They have no row in `record_key`. A line is found again by the hash of what its file says of it, or,
where the file gives lines a key, by that key. What a line names is looked up into the narrow table
`found` first: carrying the lines' texts through the joins would cost more than all the rest.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from crm import sql
from crm.db import Cursor
from pipelines import merge
from pipelines.found import Found
from pipelines.merge import Merge
from pipelines.objects import OBJECTS
from pipelines.staging import Staged, field_name

statement = sql.room(Path(__file__).parent / "statements" / "facts")
MEASURES = ("happened_at", "quantity", "unit_price")


@dataclass
class OrderLines:
    """The order lines of one layout, on the cursor that holds their staged records."""

    merge: Merge
    staged: Staged
    positions: list[int]
    """Position in the load of each file that brought them."""
    is_delta: bool = False
    """The source brought lines before; what is new or changed of these stands in the table `delta`."""
    has_repeats: bool = False
    count_inserted: int = 0
    found: Found = field(init=False)

    @property
    def _cursor(self) -> Cursor:
        return self.merge.cursor

    @property
    def _tables(self) -> dict[str, str]:
        """Temporary tables of this layout's own: a load may bring lines in several."""
        return {name: f"{name}_of_{self.staged.records}" for name in ("every", "repeats", "delta")}

    @property
    def _lines(self) -> str:
        """Where the lines to write stand: a view of the staged records, or what of them is new."""
        return self._tables["delta" if self.is_delta else "every"]

    def _text(self, name: str, /, **slots: str) -> str:
        return statement(name, **self._tables, **slots)

    def _run(self, name: str, bound: Mapping[str, object] | None = None, /, **slots: str) -> int:
        """Run a statement with those of this load's values that it asks for."""
        text = self._text(name, **slots)
        return self._cursor.run(text, **self._values(text, bound))

    def _values(self, text: str, bound: Mapping[str, object] | None = None) -> dict[str, object]:
        context = self.merge.context
        values: dict[str, object] = {
            "source": self.staged.layout.source,
            "batch_id": context.batch_id,
            "positions": self.positions,
            "before": self.staged.before,
            **(bound or {}),
        }
        return {name: values[name] for name in sql.parameters(text)}

    def prepare(self) -> None:
        """Tell equal lines apart, leave out what is there already, look up what the rest names."""
        self.has_repeats = self._tell_apart()
        self.is_delta = bool(self._cursor.value(statement("has_lines"), source=self.staged.layout.source))
        if self.is_delta:
            self._find_delta()
        self._find()
        self._look_closer()
        self.found.add_accounts(self._cursor.frame(statement("accounts", orders=self._table("sales_order"))))

    # Which lines

    def _tell_apart(self) -> bool:
        """Make the view `every`, and say whether any of them stands there twice.

        A key stands there once in the load; a line without key may be repeated in its file, but another
        file that says the same says it of the same line.
        """
        write = self.staged.layout.main
        records, key = self.staged.records, field_name(write, "key")
        hashed = f"hash({key})" if write.key else "row_hash"
        said = key if write.key else ", ".join(field_name(write, name) for name in write.fields)
        same = said if write.key else f"{said}, occurrence"
        with self._cursor.table("suspects", self._suspects(hashed)):
            repeats = self._run("create_repeats", said=said, same=same, records=records, hash=hashed)
        self._run("lines" if repeats else "all_lines", records=records)
        if repeats:
            column = {"column_name": " + ".join(write.key.columns) if write.key else None}
            self._run("refuse_duplicates", column, key=f"records.{key}" if write.key else "null", records=records)
        return bool(repeats)

    def _suspects(self, hashed: str) -> pl.DataFrame:
        """Hashes that stand more than once. Sorting them here takes a sixth of a GROUP BY in the engine."""
        frame = self._cursor.frame(statement("hashes", hash=hashed, records=self.staged.records))
        values = np.sort(frame["value"].to_numpy())
        return pl.DataFrame({"value": np.unique(values[1:][values[1:] == values[:-1]])})

    def _find_delta(self) -> None:
        """Make the table `delta` of what is new or changed, where the source brought lines before."""
        has_key = self.staged.layout.main.key is not None
        of_source = statement("of_source")
        join = statement("join_old", key=self._name("key"), of_source=of_source) if has_key else ""
        old_id = "was.id" if has_key else "null::bigint"
        self._run("create_delta", old_id=old_id, join_old=join, of_source=of_source)

    # What they name

    @property
    def _has_product(self) -> bool:
        return "product" in self.staged.layout.main.fields

    def _find(self) -> None:
        """Look up what the lines name by the source's own keys."""
        product_keys = self._keys("product")
        join = statement("join_product", product_keys=product_keys, product=self._name("product"))
        text = self._text(
            "find",
            lines=self._lines,
            order=self._name("order"),
            order_keys=self._keys("sales_order"),
            product_id="product.record_id" if self._has_product else "null",
            join_product=join if self._has_product else "",
        )
        tables = {"orders": self._table("sales_order"), "products": self._table("product")}
        largest = self._cursor.value(statement("largest_key", **tables))
        self.found = Found(self.staged.count_read, largest)
        self.found.put(self._cursor.batches(text, **self._values(text)))

    @property
    def _is_whole(self) -> bool:
        """No line is left out, so that what was found can be laid beside them."""
        return self.staged.is_in_order and not self.is_delta and not self.has_repeats

    @contextmanager
    def _joined(self) -> Iterator[str]:
        """The join to what was found, which is there for the time of the `with`."""
        frame = self.found.frame(None if self._is_whole else self.staged.before + 1)
        with self._cursor.table("found", frame):
            yield "positional join found" if self._is_whole else statement("join_found")

    def _keys(self, name: str) -> str:
        return statement("keys_with_pending" if name in self.merge.touched else "keys", object=name)

    def _table(self, name: str) -> str:
        return f"current_{name}" if name in self.merge.touched else f"core.{name}"

    def _name(self, name: str) -> str:
        return field_name(self.staged.layout.main, name)

    def _look_closer(self) -> None:
        """Resolve by name what no key resolved, and put aside what nothing resolves or is out of range."""
        in_range = statement("in_range", **{name: self._name(name) for name in MEASURES})
        is_clear = self.found.has_every("order_id") and (not self._has_product or self.found.has_every("product_id"))
        if is_clear and self._cursor.value(statement("is_in_range", lines=self._lines, in_range=in_range)):
            return
        product = self._name("product") if self._has_product else "null"
        lacks_product = f"(lines.{product} is not null and lines.product_id is null)" if self._has_product else "false"
        slots = {"lacks_product": lacks_product, "in_range": in_range}
        with self._joined() as join_found:
            if not self._run("create_unfound", lines=self._lines, join_found=join_found, **slots):
                return
        for name in ("order", "product") if self._has_product else ("order",):
            self._resolve(name)
        self._run(
            "create_resolved",
            order=self._name("order"),
            product_id="coalesce(lines.product_id, by_product.id)" if self._has_product else "null::bigint",
            join_product=statement("join_resolved_product", product=product) if self._has_product else "",
        )
        text = statement("resolved")
        self.found.put(self._cursor.batches(text, **self._values(text)))
        write = self.staged.layout.main
        bound: dict[str, object] = {
            f"{what}_column": " + ".join(write.fields[name].columns) if name in write.fields else None
            for what, name in {"order": "order", "product": "product", "range": "quantity"}.items()
        }
        self._run("refuse_unfound", bound, order=self._name("order"), product=product, **slots)

    def _resolve(self, name: str) -> None:
        target = OBJECTS[self.staged.layout.main.object.references[name]]
        slots = {"field": self._name(name), "resolved": f"resolved_{name}"}
        run, text = self._cursor.run, merge.statement
        run(text("resolve_by_key", **slots), object=target.name, source=self.staged.layout.source)
        run(text("create_unresolved", **slots))
        names = [text("names", column=column, current=self._table(target.name)) for column in target.known_by]
        run(text("resolve_by_name", resolved=slots["resolved"], names=" union all ".join(names)))

    # Writing

    def apply(self) -> None:
        """Write the lines, inside the caller's transaction, after the records that they name."""
        write = self.staged.layout.main
        if self.is_delta and write.key:
            self._run("keep_history")
            self._run("delete_changed")
        new_id = f"{int(self._cursor.value(statement('last_id')))} + lines.record_number"
        is_return = f"lines.{self._name('quantity')} < 0"
        if "is_return" in write.fields:
            is_return = f"coalesce(lines.{self._name('is_return')}, false)"
        with self._joined() as join_found:
            self.count_inserted = self._run(
                "insert",
                id=f"coalesce(lines.old_id, {new_id})" if self.is_delta else new_id,
                lines=self._lines,
                join_found=join_found,
                only_good=statement("only_good") if self._cursor.value("select count(*) from refused") else "",
                line_key=f"lines.{self._name('key')}" if write.key else "null",
                is_return=is_return,
                currency=f"lines.{self._name('currency')}" if "currency" in write.fields else "null",
                **{name: self._name(name) for name in MEASURES},
            )

    def counts(self) -> dict[int, tuple[int, int, int]]:
        """File's position → (inserted, updated, possible repeats), after `apply`."""
        if len(self.positions) == 1 and not self.is_delta and not self.has_repeats:
            return {self.positions[0]: (self.count_inserted, 0, 0)}
        is_keyed = self.is_delta and self.staged.layout.main.key is not None
        text = self._text(
            "count_by_file",
            is_new="delta.old_id is null" if is_keyed else "true",
            join_delta=f"join {self._tables['delta']} as delta on delta.record_number = line.record_number"
            if is_keyed
            else "",
        )
        rows = self._cursor.rows(text, batch_id=self.merge.context.batch_id)
        return {position: (inserted, updated, repeats) for position, inserted, updated, repeats in rows}
