"""Bulk facts: order lines and their like, which come by the million and go into core in one statement.

They have no row in `record_key`. A line is found again by the hash of what its file says of it, or,
where the file gives lines a key, by that key. What a line names is looked up into the narrow table
`found` first: carrying the lines' texts through the joins would cost more than all the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from crm import sql
from crm.db import Cursor
from pipelines import merge
from pipelines.found import Found, unmatched
from pipelines.layout import Write
from pipelines.merge import Merge
from pipelines.objects import OBJECTS, Object
from pipelines.staging import Staged, field_name

statement = sql.room(Path(__file__).parent / "statements" / "facts")


@dataclass
class Facts:
    """The facts of one layout ("lines"), on the cursor that holds their staged records."""

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
    def _write(self) -> Write:
        return self.staged.layout.main

    @property
    def _references(self) -> dict[str, str]:
        """The fields that name other records, and whose; what the lines belong to comes first."""
        item = self._write.object
        names = sorted((name for name in item.references if name in self._write.fields), key=item.parent.__ne__)
        return {name: item.references[name] for name in names}

    @property
    def _tables(self) -> dict[str, str]:
        """Temporary tables of this layout's own, as a load may bring lines in several; and what they become."""
        own = {name: f"{name}_of_{self.staged.records}" for name in ("every", "repeats", "delta")}
        staged = {"staged": self.staged.table, "numbers": self.staged.numbers, "records": self.staged.records}
        return own | staged | {"object": self._write.object.name}

    @property
    def _lines(self) -> str:
        """Where the lines to write stand: a view of the staged records, or what of them is new."""
        return self._tables["delta" if self.is_delta else "every"]

    @property
    def _base(self) -> str:
        """The table that holds them, whose rowid is the place of a line."""
        return self._tables["delta"] if self.is_delta else self.staged.table

    def _text(self, name: str, /, **slots: str) -> str:
        return statement(name, **self._tables, **slots)

    def _run(self, name: str, bound: Mapping[str, object] | None = None, /, **slots: str) -> int:
        """Run a statement with those of this load's values that it asks for."""
        text = self._text(name, **slots)
        return self._cursor.run(text, **self._values(text, bound))

    def _values(self, text: str, bound: Mapping[str, object] | None = None) -> dict[str, object]:
        values: dict[str, object] = {
            "object": self._write.object.name,
            "source": self.staged.layout.source,
            "batch_id": self.merge.context.batch_id,
            "positions": self.positions,
            **(bound or {}),
        }
        return {name: values[name] for name in sql.parameters(text)}

    def _column(self, name: str) -> str:
        return field_name(self._write, name)

    def prepare(self) -> None:
        """Tell equal lines apart, leave out what is there already, look up what the rest names."""
        text = statement("has_lines")
        self.is_delta = bool(self._cursor.value(text, **self._values(text)))
        self.has_repeats = self._tell_apart()
        if self.is_delta:
            self._find_delta()
        self._find()
        self._look_closer()
        parent = next(iter(self._references))
        parents = self._table(self._references[parent])
        self.found.add_accounts(parent, self._cursor.frame(statement("accounts", parents=parents)))

    # Which lines

    def _tell_apart(self) -> bool:
        """Make the view `every`, and say whether any of them stands there twice.

        A key stands there once in the load; a line without key may be repeated in its file, but another
        file that says the same says it of the same line.
        """
        write = self._write
        key = self._column("key")
        hashed = f"hash({key})" if write.key else "row_hash"
        said = key if write.key else ", ".join(map(self._column, write.fields))
        same = said if write.key else f"{said}, occurrence"
        with self._cursor.table("suspects", self._suspects(hashed)):
            slots = {"placed": self._text("placed"), "key": key if write.key else "null::varchar"}
            repeats = self._run("create_repeats", said=said, same=same, hash=hashed, **slots)
        # A key that stands there again is left out where lines are compared by their hashes, which have to be distinct;
        # in a first load it stays, as refused, so that lines keep the places of what is found for them.
        self._run("lines" if repeats and (self.is_delta or not write.key) else "all_lines")
        if repeats:
            self._run("refuse_duplicates", {"column_name": " + ".join(write.key.columns) if write.key else None})
        return bool(repeats)

    def _suspects(self, hashed: str) -> pl.DataFrame:
        """Hashes that stand more than once. Sorting them here takes a sixth of a GROUP BY in the engine."""
        values = self._cursor.frame(self._text("hashes", hash=hashed))["value"].sort().to_numpy()
        return pl.DataFrame({"value": np.unique(values[1:][values[1:] == values[:-1]])})

    def _find_delta(self) -> None:
        """Make the table `delta` of what is new or changed, where the source brought lines before."""
        has_key = self._write.key is not None
        come = self._cursor.frame(self._text("lines_that_come"))
        text = self._text("lines_that_are_there")
        there = self._cursor.frame(text, **self._values(text))
        is_fresh, is_gone = unmatched(come["row_hash"].to_numpy(), there["row_hash"].to_numpy())
        fresh, gone = come.select("record_number").filter(is_fresh), there.select("id").filter(is_gone)
        with self._cursor.table("fresh", fresh), self._cursor.table("gone", gone):
            join = self._text("join_old", key=self._column("key")) if has_key else ""
            self._run("create_delta", old_id="was.id" if has_key else "null::bigint", join_old=join)

    # What they name

    def _find(self) -> None:
        """Look up what the lines name by the source's own keys."""
        text = self._text(
            "find",
            base=self._base,
            columns=_listed("coalesce(named_{name}.record_id, 0) as {name}_id", self._references),
            joins=" ".join(
                statement("join_by_key", keys=self._keys(target), name=f"named_{name}", field=self._column(name))
                for name, target in self._references.items()
            ),
        )
        ids = " union all ".join(f"select id from {self._table(target)}" for target in self._references.values())
        largest = int(self._cursor.value(statement("largest_key", ids=ids)))
        count = int(self._cursor.value(statement("count_lines", base=self._base)))
        self.found = Found([f"{name}_id" for name in self._references], count, largest)
        self.found.put(self._cursor.batches(text, **self._values(text)))

    @contextmanager
    def _joined(self) -> Iterator[str]:
        """The join to what was found, which is there for the time of the `with`.

        Lines are laid beside it as they stand; only where some are told apart is it joined by their numbers.
        """
        if self.is_delta or self._write.key or not self.has_repeats:
            frame, join = self.found.frame(), "positional join found"
        else:
            frame, join = self.found.frame(self._cursor.frame(self._text("record_numbers"))), statement("join_found")
        with self._cursor.table("found", frame):
            yield join

    def _keys(self, name: str) -> str:
        return statement("keys_with_pending" if name in self.merge.touched else "keys", object=name)

    def _table(self, name: str) -> str:
        return f"current_{name}" if name in self.merge.touched else f"core.{name}"

    def _look_closer(self) -> None:
        """Resolve by name what no key resolved, and put aside what nothing resolves or is out of range."""
        columns = {name: self._column(name) for name in self._write.fields}
        ranges = {"happened_at": statement("in_range_happened_at", happened_at=columns["happened_at"])}
        if self._write.object.name == "order_line":
            ranges["amount"] = statement(
                "in_range_amount", quantity=columns["quantity"], unit_price=columns["unit_price"]
            )
        in_range = " and ".join(ranges.values())
        out_of_range = self._cursor.frame(statement("out_of_range", base=self._base, in_range=in_range))
        if self.found.is_complete and out_of_range.is_empty():
            return
        references = self._references
        lacks = [f"(lines.{columns[name]} is not null and lines.{name}_id is null)" for name in references]
        with self._cursor.table("found", self.found.lacking(out_of_range["place"])):
            columns_found = _listed("nullif(found.{name}_id, 0) as {name}_id", references)
            slots = {"columns": columns_found, "lacks": " or ".join(lacks), "in_range": in_range}
            placed = self._text("placed_delta" if self.is_delta else "placed")
            if not self._run("create_unfound", placed=placed, **slots):
                return
        for name, target in references.items():
            self._resolve(name, OBJECTS[target])
        joins = [statement("join_resolved", name=name, field=columns[name]) for name in references]
        known = _listed("coalesce(lines.{name}_id, resolved_{name}.id) as {name}_id", references)
        self._run("create_resolved", columns=known, joins=" ".join(joins))
        text = statement("resolved", columns=_listed("coalesce({name}_id, 0) as {name}_id", references))
        self.found.put(self._cursor.batches(text, **self._values(text)))
        self._refuse(dict(zip(references, lacks, strict=True)), ranges)

    def _resolve(self, name: str, target: Object) -> None:
        slots = {"field": self._column(name), "resolved": f"resolved_{name}"}
        run, text = self._cursor.run, merge.statement
        run(text("resolve_by_key", **slots), object=target.name, source=self.staged.layout.source)
        run(text("create_unresolved", **slots))
        called = " union all ".join(merge.names(target, self._table(target.name)))
        run(text("resolve_by_name", resolved=slots["resolved"], names=called))

    def _refuse(self, lacks: Mapping[str, str], ranges: Mapping[str, str]) -> None:
        """Put aside the lines that name nothing or are out of range, with the first field that is wrong."""
        wrong = [*lacks.items(), ("happened_at", f"not ({ranges['happened_at']})")]
        if "amount" in ranges:  # one factor is to blame: the greater
            is_greater = f"abs({self._lined('quantity')}) >= abs({self._lined('unit_price')})"
            wrong += [
                ("quantity", f"not ({ranges['amount']}) and {is_greater}"),
                ("unit_price", f"not ({ranges['amount']})"),
            ]
        bound: dict[str, object] = {
            "columns": [" + ".join(self._write.fields[name].columns) for name, _ in wrong],
            "objects": list(self._references.values()),
            "zone": self.staged.layout.zone or "UTC",
        }
        bad = " ".join(f"when {test} then {number}" for number, (_, test) in enumerate(wrong, start=1))
        values = " ".join(f"when {number} then {self._said(name)}" for number, (name, _) in enumerate(wrong, start=1))
        self._run("refuse_unfound", bound, bad=f"case {bad} end", bad_value=f"case bad {values} end")

    def _lined(self, name: str) -> str:
        return f"lines.{self._column(name)}"

    def _said(self, name: str) -> str:
        """What a line says of a field, as text."""
        if name in self._references:
            return self._lined(name)
        return statement("as_moment" if name == "happened_at" else "as_number", value=self._lined(name))

    # Writing

    def apply(self) -> None:
        """Write the lines, inside the caller's transaction, after the records that they name."""
        if self.is_delta and self._write.key:
            self._run("keep_history")
            self._run("delete_changed")
        new_id = f"{int(self._cursor.value(self._text('last_id')))} + lines.record_number"
        only_good = statement("only_good") if self._cursor.value(statement("has_refused")) else ""
        with self._joined() as join_found:
            self.count_inserted = self._run(
                "insert",
                id=f"coalesce(lines.old_id, {new_id})" if self.is_delta else new_id,
                lines=self._lines,
                columns=", ".join(f"{value} as {name}" for name, value in self._columns_to_write().items()),
                join_found=join_found,
                only_good=only_good,
                line_key=f"lines.{self._column('key')}" if self._write.key else "null",
            )
        expected = self._cursor.value(statement("count_good", lines=self._lines, only_good=only_good))
        if self.count_inserted != expected:
            raise RuntimeError(f"{self.count_inserted} lines were written of {expected}")

    def _columns_to_write(self) -> dict[str, str]:
        """Column of core → its value, of what the file says and of what follows from it."""
        write = self._write
        columns = {f"{name}_id": f"nullif(found.{name}_id, 0)" for name in self._references}
        columns |= {name: f"lines.{self._column(name)}" for name in write.fields if name not in self._references}
        if write.object.name == "order_line":
            is_return = columns.get("is_return", f"lines.{self._column('quantity')} < 0")
            columns["is_return"] = f"coalesce({is_return}, false)"
        return columns

    def counts(self) -> dict[int, tuple[int, int, int]]:
        """File's position → (inserted, updated, possible repeats), after `apply`."""
        if len(self.positions) == 1 and not self.is_delta and not self.has_repeats:
            return {self.positions[0]: (self.count_inserted, 0, 0)}
        is_keyed = self.is_delta and self._write.key is not None
        text = self._text(
            "count_by_file",
            is_new="delta.old_id is null" if is_keyed else "true",
            join_delta=f"join {self._tables['delta']} as delta on delta.record_number = line.record_number"
            if is_keyed
            else "",
        )
        rows = self._cursor.rows(text, batch_id=self.merge.context.batch_id)
        return {position: (inserted, updated, repeats) for position, inserted, updated, repeats in rows}


def _listed(form: str, names: Iterable[str]) -> str:
    """The form for each name, with commas between."""
    return ", ".join(form.format(name=name) for name in names)
