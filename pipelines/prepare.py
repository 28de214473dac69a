"""Preparing one object of a layout: identity, references, difference."""

from dataclasses import dataclass

from pipelines.mapping import Write
from pipelines.merge import Merge, statement
from pipelines.objects import OBJECTS, Object
from pipelines.staging import Staged, field_name


def prepare(merge: Merge, staged: Staged) -> None:
    """Prepare all records that a layout writes, but for bulk facts, which `facts` inserts."""
    for write in staged.layout.writes:
        if not write.object.is_fact:
            Preparation(merge, staged, write).run()


@dataclass(frozen=True)
class Preparation:
    """One write of a layout, from its staged records to the pending rows of its object."""

    merge: Merge
    staged: Staged
    write: Write

    def run(self) -> None:
        """Bring, identify, resolve, link, compare: each step reads the table that the one before left."""
        for name in sorted({self.write.object.name, *self.references.values()} - {"stage"}):
            self.merge.open(name)
        self._bring()
        self._identify()
        for name, target in self.references.items():
            self._resolve(name, OBJECTS[target])
        self._link()
        self._compare()

    @property
    def references(self) -> dict[str, str]:
        """The fields of this write that name other records, and whose."""
        return {name: target for name, target in self.write.object.references.items() if name in self.write.fields}

    def _run(self, name: str, bound: dict[str, object] | None = None, /, **slots: str) -> int:
        return self.merge.cursor.run(statement(name, **slots), **(bound or {}))

    def _column(self, name: str) -> str:
        return field_name(self.write, name)

    def _names_of(self, item: Object) -> dict[str, object]:
        return {"object": item.name, "source": self.staged.layout.source}

    # Identity

    def _bring(self) -> None:
        names = [self._column(name) for name in self.write.fields]
        slots = {"records": self.staged.records, "key": self._key()}
        if not self.write.is_main:
            first = [f"arg_min({name}, record_number) as {name}" for name in names]
            self._run("incoming_side", fields=", ".join(first), **slots)
            return
        custom = ["custom"] if self.staged.layout.custom else []
        self._run("incoming_main", fields=", ".join([*names, *custom]), **slots)
        if self.write.key:
            self._run("refuse_duplicates", {"column_name": " + ".join(self.write.key.columns)}, **slots)

    def _key(self) -> str:
        """The staged key; without one, a record is known by all that it says and its number among its equals."""
        if self.write.key:
            return self._column("key")
        said = ", ".join(self._column(name) for name in self.write.fields)
        number = f"row_number() over (partition by {said} order by record_number)"
        return f"md5(concat_ws(chr(31), {said})) || ':' || {number}"

    def _identify(self) -> None:
        names = self._names_of(self.write.object)
        self._run("identify", names, sequence=f"core.{self.write.object.name}_id")
        self._run("remember_keys", names)

    # References

    def _resolve(self, name: str, target: Object) -> None:
        """Fill `resolved_<field>` with what each text of a reference names."""
        slots = {"field": self._column(name), "resolved": f"resolved_{name}"}
        self._run("resolve_by_key", self._names_of(target), **slots)
        if self._run("create_unresolved", **slots) and target.known_by:
            self._run("resolve_by_name", resolved=slots["resolved"], names=self._names(target))
            if target.creates:
                self._create_named(target, slots["resolved"])

    def _names(self, target: Object) -> str:
        """A query of what people call the records of an object, those of this write included."""
        if target.name == "stage":
            parts = [statement("names_of_stage", column=column) for column in target.known_by]
        else:
            current = f"current_{target.name}"
            parts = [statement("names", column=column, current=current) for column in target.known_by]
        if target is self.write.object:
            known = [column for column in target.known_by if column in self.write.fields]
            parts += [statement("names_incoming", column=self._column(column)) for column in known]
        return " union all ".join(parts)

    def _create_named(self, target: Object, resolved: str) -> None:
        slots = {"pending": f"pending_{target.name}", "resolved": resolved}
        defaults = "".join(f"$default_{name} as {name}, " for name in target.defaults)
        bound = {f"default_{name}": value for name, value in target.defaults.items()}
        self._run(
            "create_named",
            {"now": self.merge.context.now, "batch_id": self.merge.context.batch_id, **bound},
            sequence=f"core.{target.name}_id",
            defaults=defaults,
            **slots,
        )
        self._run("note_named", {"object": target.name}, **slots)
        self._run("remember_named", self._names_of(target), **slots)
        self._run("resolve_named", self._names_of(target), **slots)

    def _link(self) -> None:
        references = list(self.references)
        ids = [f"resolved_{name}.id as {name}_id," for name in references]
        tests = [
            f"{self._column(name)} is not null and (resolved_{name}.id is null or resolved_{name}.candidates > 1)"
            for name in references
        ]
        self._run(
            "link",
            references=" ".join(ids),
            bad_field=_first(tests, [str(index + 1) for index in range(len(tests))]),
            bad_value=_first(tests, [self._column(name) for name in references]),
            candidates=_first(tests, [f"resolved_{name}.candidates" for name in references]),
            joins=" ".join(
                f"left join resolved_{name} on resolved_{name}.value = identified.{self._column(name)}"
                for name in references
            ),
        )
        if references:
            self._refuse_unlinked(references)

    def _refuse_unlinked(self, references: list[str]) -> None:
        same = "records.record_number = linked.record_number"
        if not self.write.is_main:
            same = f"records.{self._key()} = linked.key"
        columns = [" + ".join(self.write.fields[name].columns) for name in references]
        targets = [self.references[name] for name in references]
        bound: dict[str, object] = {"names": columns, "objects": targets}
        self._run("refuse_unlinked", bound, records=self.staged.records, same=same)

    # Difference

    def _compare(self) -> None:
        item, pending = self.write.object, f"pending_{self.write.object.name}"
        context = self.merge.context
        stamps: dict[str, object] = {"now": context.now, "batch_id": context.batch_id}
        taken = self._taken()
        fields, bound = self._new_values(taken)
        self._run("insert_new", {**stamps, **bound}, pending=pending, fields=fields)
        self._run(
            "create_changed",
            stamps,
            pending=pending,
            current=f"current_{item.name}",
            fields=", ".join(f"{_kept(name, value)} as {name}" for name, value in taken.items()),
            differs=self._differs(taken),
        )
        self._run("drop_superseded", pending=pending)
        self._run("insert_changed", pending=pending)
        self._note()

    def _taken(self) -> dict[str, str]:
        """Column of core → what the linked record says of it."""
        taken = {self.write.object.column(name): self._linked(name) for name in self.write.fields}
        if self.write.is_main and self.staged.layout.custom:
            taken["custom_fields"] = "linked.custom"
        return taken

    def _linked(self, name: str) -> str:
        if name in self.references:
            return f"linked.{name}_id"
        if name == "name" and not self.write.is_main:
            return f"coalesce(linked.{self._column(name)}, linked.key)"
        return f"linked.{self._column(name)}"

    def _new_values(self, taken: dict[str, str]) -> tuple[str, dict[str, object]]:
        defaults = self.write.object.defaults
        fields = [
            f"coalesce({value}, $default_{name}) as {name}" if name in defaults else f"{value} as {name}"
            for name, value in taken.items()
        ]
        fields += [f"$default_{name} as {name}" for name in defaults if name not in taken]
        return ", ".join(fields), {f"default_{name}": value for name, value in defaults.items()}

    def _differs(self, taken: dict[str, str]) -> str:
        """A test for known records; what is made by the way is left alone once it is known."""
        if not (self.write.is_main or self.write.is_part):
            return "false"
        return " or ".join(f"{_kept(name, value)} is distinct from was.{name}" for name, value in taken.items())

    def _note(self) -> None:
        if self.write.is_main:
            self._run("note_outcome")
            return
        self._run("note_made", {"object": self.write.object.name})
        if self.write.is_part:
            self._run("note_parts", {"object": self.write.object.name})


def _kept(name: str, value: str) -> str:
    """The value as it will stand: a blank cell leaves what is there, custom fields are added to the others."""
    if name == "custom_fields":
        return f"json_merge_patch(coalesce(was.custom_fields, '{{}}'), coalesce({value}, '{{}}'))"
    return f"coalesce({value}, was.{name})"


def _first(tests: list[str], values: list[str]) -> str:
    """The value that belongs to the first test that holds; null where none does."""
    if not tests:
        return "null"
    return "case " + " ".join(f"when {test} then {value}" for test, value in zip(tests, values, strict=True)) + " end"
