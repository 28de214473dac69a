"""Bulk facts: order lines, which come by the million and go into core in one statement.

They have no row in `record_key`. A line is found again by the hash of what its file says of it, or,
where the file gives lines a key, by that key. What a line names is looked up into the narrow table
`found` first: carrying the lines' texts through the joins would cost more than all the rest.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from crm import sql
from crm.db import Cursor
from pipelines import merge
from pipelines.merge import Merge
from pipelines.objects import OBJECTS
from pipelines.staging import Staged, field_name

statement = sql.room(Path(__file__).parent / "statements" / "facts")


@dataclass
class OrderLines:
    """The order lines of one layout, on the cursor that holds their staged records."""

    merge: Merge
    staged: Staged
    is_delta: bool = False
    """The source brought lines before; what is new or changed of these stands in the table `delta`."""
    has_repeats: bool = False
    count_inserted: int = 0
    is_aligned: bool = False
    """`found` has one row for each of `lines`, in the same order."""

    @property
    def _cursor(self) -> Cursor:
        return self.merge.cursor

    @property
    def _tables(self) -> dict[str, str]:
        """Temporary tables of this layout's own: a load may bring lines in several."""
        return {name: f"{name}_of_{self.staged.records}" for name in ("every", "repeats", "delta", "found")}

    @property
    def _lines(self) -> str:
        """Where the lines to write stand: a view of the staged records, or what of them is new."""
        return self._tables["delta" if self.is_delta else "every"]

    def _text(self, name: str, /, **slots: str) -> str:
        return statement(name, **self._tables, **slots)

    def _run(self, name: str, bound: dict[str, object] | None = None, /, **slots: str) -> int:
        """Run a statement with those of this load's values that it asks for."""
        text, context = self._text(name, **slots), self.merge.context
        values: dict[str, object] = {
            "source": self.staged.layout.source,
            "batch_id": context.batch_id,
            "now": context.now,
            "currency": context.currency,
            **(bound or {}),
        }
        return self._cursor.run(text, **{name: values[name] for name in sql.parameters(text)})

    def prepare(self) -> None:
        """Tell equal lines apart, leave out what is there already, look up what the rest names."""
        self.has_repeats = self._tell_apart()
        self.is_delta = bool(self._cursor.value(statement("has_lines"), source=self.staged.layout.source))
        if self.is_delta:
            self._find_delta()
        self._find(is_whole=self.staged.is_in_order and not self.is_delta and not self.has_repeats)
        self._look_closer()

    # Which lines

    def _tell_apart(self) -> bool:
        """Make the view `every`, and say whether any of them stands there twice."""
        write = self.staged.layout.main
        records, key = self.staged.records, field_name(write, "key")
        hashed = f"hash({key})" if write.key else "row_hash"
        said = key if write.key else ", ".join(field_name(write, name) for name in write.fields)
        with self._cursor.table("suspects", self._suspects(hashed)):
            repeats = self._run("create_repeats", said=said, records=records, hash=hashed)
        if not repeats:
            self._run("all_lines", records=records)
        elif write.key:
            self._run("refuse_duplicates", {"column_name": " + ".join(write.key.columns)}, key=key, records=records)
            self._run("lines_without_duplicates", records=records)
        else:
            self._run("lines", records=records)
        return bool(repeats)

    def _suspects(self, hashed: str) -> pl.DataFrame:
        """Hashes that stand more than once. Sorting them here takes a sixth of a GROUP BY in the engine."""
        frame = self._cursor.frame(statement("hashes", hash=hashed, records=self.staged.records))
        values = np.sort(frame["value"].to_numpy())
        return pl.DataFrame({"value": np.unique(values[1:][values[1:] == values[:-1]])})

    def _find_delta(self) -> None:
        """Make the table `delta` of what is new or changed, where the source brought lines before."""
        has_key = self.staged.layout.main.key is not None
        join = statement("join_old", key=field_name(self.staged.layout.main, "key")) if has_key else ""
        self._run("create_delta", old_id="was.id" if has_key else "null::bigint", join_old=join)

    # What they name

    def _find(self, is_whole: bool) -> None:
        """Make the table `found`; where no line is left out, in the order of the lines, to be laid beside them."""
        self._run("find", **self._find_slots(), sorted="order by lines.record_number" if is_whole else "")
        self.is_aligned = is_whole

    @property
    def _join_found(self) -> str:
        if self.is_aligned:
            return f"positional join {self._tables['found']} as found"
        return f"join {self._tables['found']} as found on found.record_number = lines.record_number"

    def _find_slots(self) -> dict[str, str]:
        slots = {"lines": self._lines, "order": self._name("order"), "orders": self._table("sales_order")}
        product_keys = self._keys("product")
        has_product = "product" in self.staged.layout.main.fields
        join = statement("join_product", product_keys=product_keys, product=self._name("product"))
        return slots | {
            "order_keys": self._keys("sales_order"),
            "product_id": "product.record_id" if has_product else "null::bigint",
            "join_product": join if has_product else "",
        }

    def _keys(self, name: str) -> str:
        return statement("keys_with_pending" if name in self.merge.touched else "keys", object=name)

    def _table(self, name: str) -> str:
        return f"current_{name}" if name in self.merge.touched else f"core.{name}"

    def _name(self, name: str) -> str:
        return field_name(self.staged.layout.main, name)

    def _look_closer(self) -> None:
        """Resolve by name what no key resolved, and put aside what nothing resolves or is out of range."""
        write = self.staged.layout.main
        has_product = "product" in write.fields
        product = self._name("product") if has_product else self._name("order")
        lacks_product = f"(lines.{product} is not null and found.product_id is null)" if has_product else "false"
        slots = {"lacks_product": lacks_product, "in_range": self._in_range()}
        product_id = "product_id" if has_product else "order_id"
        if self._cursor.value(self._text("is_clear", lines=self._lines, product_id=product_id, **slots)):
            return
        if not self._run("create_unfound", lines=self._lines, join_found=self._join_found, **slots):
            return
        for name in ("order", "product") if has_product else ("order",):
            self._resolve(name)
        self._run(
            "update_found",
            order=self._name("order"),
            orders=self._table("sales_order"),
            product_id="coalesce(found.product_id, by_product.id)" if has_product else "null",
            join_product=statement("join_resolved_product", product=product) if has_product else "",
        )
        columns = {"order": "order", "product": "product", "range": "quantity"}
        bound: dict[str, object] = {
            f"{what}_column": " + ".join(write.fields[name].columns) if name in write.fields else None
            for what, name in columns.items()
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

    def _in_range(self) -> str:
        names = {name: self._name(name) for name in ("happened_at", "quantity", "unit_price")}
        return statement("in_range", **names)

    # Writing

    def apply(self) -> None:
        """Write the lines, inside the caller's transaction, after the records that they name."""
        write = self.staged.layout.main
        if self.is_delta and write.key:
            self._run("keep_history")
            self._run("delete_changed")
        new_id = f"{int(self._cursor.value(statement('last_id')))} + lines.record_number"
        self.count_inserted = self._run(
            "insert",
            id=f"coalesce(lines.old_id, {new_id})" if self.is_delta else new_id,
            lines=self._lines,
            join_found=self._join_found,
            only_good=statement("only_good") if self._cursor.value("select count(*) from refused") else "",
            line_key=f"lines.{self._name('key')}" if write.key else "null",
            known_at="null" if self.merge.context.is_history else "$now",
            is_return=f"coalesce(lines.{self._name('is_return')}, false)"
            if "is_return" in write.fields
            else f"lines.{self._name('quantity')} < 0",
            **self._money(),
        )

    def _money(self) -> dict[str, str]:
        use = self.staged.layout.main.fields.get("currency")
        slots = {name: self._name(name) for name in ("happened_at", "quantity", "unit_price")}
        currency = f"lines.{self._name('currency')}" if use else "null::varchar"
        if use is None or use.constant == self.merge.context.currency:
            return {**slots, "currency": currency, "amount_company": "amount"}
        in_company = statement("amount_in_company", currency=currency, **slots)
        return {**slots, "currency": currency, "amount_company": in_company}

    def counts(self, parts: pl.DataFrame) -> dict[int, tuple[int, int, int]]:
        """File's position → (inserted, updated, possible repeats), after `apply`."""
        if parts.height == 1 and not self.is_delta and not self.has_repeats:
            return {int(parts["position"][0]): (self.count_inserted, 0, 0)}
        is_keyed = self.is_delta and self.staged.layout.main.key is not None
        text = self._text(
            "count_by_file",
            is_new="delta.old_id is null" if is_keyed else "true",
            join_delta=f"join {self._tables['delta']} as delta on delta.record_number = line.record_number"
            if is_keyed
            else "",
        )
        with self._cursor.table("parts", parts):
            rows = self._cursor.rows(text, batch_id=self.merge.context.batch_id)
        return {position: (inserted, updated, repeats) for position, inserted, updated, repeats in rows}
