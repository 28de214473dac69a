"""Preparing one object of a layout: identity, references, difference."""

from dataclasses import dataclass

from crm import sql
from pipelines.layout import Write
from pipelines.merge import Merge, names, statement
from pipelines.objects import OBJECTS, Object
from pipelines.staging import Staged, field_name


def prepare(merge: Merge, staged: Staged) -> None:
    """Prepare all records that a layout writes, but for bulk facts, which `facts` inserts.

    What is made by the way comes first. The main object, its parts and what else names it get in together or not at
    all: all of them are linked before one is compared.
    """
    steps = [Preparation(merge, staged, write) for write in staged.layout.writes if not write.object.is_fact]
    aside = [step for step in steps if not (step.write.is_main or step.write.is_part or step.follows_main)]
    together = sorted((step for step in steps if step not in aside), key=lambda step: not step.write.is_main)
    for group in (*([step] for step in aside), together):
        for step in group:
            step.link()
        for step in group:
            step.compare()


@dataclass(frozen=True)
class Preparation:
    """One write of a layout, from its staged records to the pending rows of its object."""

    merge: Merge
    staged: Staged
    write: Write

    def link(self) -> None:
        """Bring, identify, resolve, link: each step reads the table that the one before left."""
        for name in sorted({self.write.object.name, *self.references.values()} - {"stage"}):
            self.merge.open(name)
        self._bring()
        self._identify()
        for name, target in self.references.items():
            self._resolve(name, OBJECTS[target])
        self._link()

    def compare(self) -> None:
        """Tell what is new or changed of the records that get in, and prepare its rows."""
        self._forget_refused()
        self._insert_new()
        self._insert_changed()
        self._note()

    @property
    def linked(self) -> str:
        """The table of the records with their references as keys."""
        return f"linked_{self.write.name}"

    @property
    def references(self) -> dict[str, str]:
        """The fields of this write that name other records, and whose."""
        return {name: target for name, target in self.write.object.references.items() if name in self.write.fields}

    @property
    def follows_main(self) -> bool:
        """Whether it is made by the way of a record that it names, and that does not name it."""
        main = self.staged.layout.main.object
        named_by_main = main.references.values()
        return (
            not (self.write.is_main or self.write.is_part)
            and main.name in self.references.values()
            and self.write.object.name not in named_by_main
        )

    def _run(self, name: str, bound: dict[str, object] | None = None, /, **slots: str) -> int:
        """Run a statement with those of these values that it asks for."""
        text, context = statement(name, **slots), self.merge.context
        values = self._names_of(self.write.object) | {"now": context.now, "batch_id": context.batch_id} | (bound or {})
        return self.merge.cursor.run(text, **{name: values[name] for name in sql.parameters(text)})

    def _column(self, name: str) -> str:
        return field_name(self.write, name)

    def _names_of(self, item: Object) -> dict[str, object]:
        return {"object": item.name, "source": self.staged.layout.source}

    # Identity

    def _bring(self) -> None:
        names = [self._column(name) for name in self.write.fields]
        slots = {"records": self.staged.records, "key": self._key()}
        if not self.write.is_main:
            needed = self.write.object.required if self.write.is_part else ()
            only = " and ".join(f"{column} is not null" for column in (slots["key"], *map(self._column, needed)))
            first = [f"arg_min({name}, record_number) as {name}" for name in names]
            but = "" if self.write.is_part else "where not is_duplicate"
            self._run("incoming_side", fields=", ".join(first), only=only, but=but, **slots)
            return
        custom = ["custom"] if self.staged.layout.custom else []
        only_first = statement("only_first", key=slots["key"]) if self.write.key else ""
        self._run("incoming_main", fields=", ".join([*names, *custom]), only_first=only_first, **slots)
        if self.write.key:
            self._run("refuse_duplicates", {"column_name": " + ".join(self.write.key.columns)}, **slots)
            self._run("note_seen")

    def _key(self) -> str:
        """The staged key; without one, a record is known by all that it says and its number among its equals."""
        if self.write.key:
            return self._column("key")
        said = ", ".join(self._column(name) for name in self.write.fields)
        number = f"row_number() over (partition by {said} order by record_number)"
        return f"md5(json_array({said})) || ':' || {number}"

    def _identify(self) -> None:
        if self.write.object.creates and self.write.key and "name" in self.write.fields:
            self._run("adopt", name=self._column("name"))
        self._run("identify", sequence=f"core.{self.write.object.name}_id")
        self._run("remember_keys")

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
            parts = names(target, f"current_{target.name}")
        if target is self.write.object:
            known = [column for column in target.known_by if column in self.write.fields]
            parts += [statement("names_incoming", column=self._column(column)) for column in known]
        return " union all ".join(parts)

    def _create_named(self, target: Object, resolved: str) -> None:
        self._run("create_unnamed", resolved=resolved)
        defaults = "".join(f"$default_{name} as {name}, " for name in target.defaults)
        bound: dict[str, object] = {f"default_{name}": value for name, value in target.defaults.items()}
        self._run(
            "create_named",
            bound,
            sequence=f"core.{target.name}_id",
            defaults=defaults,
            pending=f"pending_{target.name}",
        )
        self._run("note_named", {"object": target.name})
        self._run("remember_named", self._names_of(target), pending=f"pending_{target.name}")
        self._run("resolve_named", self._names_of(target), resolved=resolved)

    def _link(self) -> None:
        references = list(self.references)
        ids = [f"resolved_{name}.id as {name}_id," for name in references]
        tests = [
            f"{self._column(name)} is not null and (resolved_{name}.id is null or resolved_{name}.candidates > 1)"
            for name in references
        ]
        self._run(
            "link",
            linked=self.linked,
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
        columns = [self._columns(name) for name in references]
        targets = [self.references[name] for name in references]
        bound: dict[str, object] = {"names": columns, "objects": targets}
        self._run("refuse_unlinked", bound, records=self.staged.records, linked=self.linked, same=same)

    def _columns(self, name: str) -> str:
        return " + ".join(self.write.fields[name].columns)

    def _forget_refused(self) -> None:
        """Take out the records that do not get in, their keys, and those that name one of them."""
        own = [name for name, target in self.references.items() if target == self.write.object.name]
        while sum(self._refuse_orphans(name) for name in own):
            pass
        slots = {"linked": self.linked, "gone": self._gone()}
        self._run("forget_keys", **slots)
        self._run("forget_linked", **slots)

    def _gone(self) -> str:
        """A test for records that do not get in; one whose key stood before may still bring what names that."""
        tests = ["record_number in (select record_number from refused where not is_duplicate)"]
        if self.follows_main:
            main = self.staged.layout.main.object.name
            names = [name for name, target in self.references.items() if target == main]
            tests += [f"{name}_id not in (select id from current_{main})" for name in names]
        return " or ".join(tests)

    def _refuse_orphans(self, name: str) -> int:
        slots = {"linked": self.linked, "field": self._column(name), "id": f"{name}_id"}
        slots |= {"records": self.staged.records, "key": self._key()}
        return self._run("refuse_orphans", {"column_name": self._columns(name)}, **slots)

    # Difference

    def _insert_new(self) -> None:
        fields, bound = self._new_values(self._taken())
        slots = {"pending": f"pending_{self.write.object.name}", "linked": self.linked}
        self._run("insert_new", bound, fields=fields, **slots)

    def _insert_changed(self) -> None:
        name, taken = self.write.object.name, self._taken()
        pending, current = f"pending_{name}", f"current_{name}"
        is_held = bool(self._run("create_held"))
        keep = _kept if self._follows_changes else _filled
        as_kept = {column: keep(column, value) for column, value in taken.items()}
        if is_held:
            brought = ", ".join(_brought(column, value) for column, value in as_kept.items())
            if self._follows_changes:
                self._run("note_conflicts", linked=self.linked, current=current, brought=brought)
            as_kept = {column: _held(column, value) for column, value in as_kept.items()}
        self._run(
            "create_changed",
            linked=self.linked,
            pending=pending,
            current=current,
            join_held="left join held on held.record_id = linked.id" if is_held else "",
            fields=", ".join(f"{value} as {column}" for column, value in as_kept.items()),
            differs=_differs(as_kept),
        )
        self._run("drop_superseded", pending=pending)
        self._run("insert_changed", pending=pending)

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

    @property
    def _follows_changes(self) -> bool:
        """Whether known records take what the file says; of what is made by the way, only gaps are filled."""
        return self.write.is_main or self.write.is_part

    def _note(self) -> None:
        if self.merge.has_undone:
            self._run("note_renewed", linked=self.linked)
        if self.write.is_main:
            self._run("note_outcome", linked=self.linked)
            return
        self._run("note_made", linked=self.linked)
        if self.write.is_part:
            self._run("note_parts")


def _kept(name: str, value: str) -> str:
    """The value as it will stand: a blank cell leaves what is there, custom fields are added to the others."""
    if name == "custom_fields":
        return f"coalesce(json_merge_patch(was.custom_fields, {value}), {value}, was.custom_fields)"
    return f"coalesce({value}, was.{name})"


def _differs(values: dict[str, str]) -> str:
    """A test for records that would stand otherwise."""
    return " or ".join(f"{value} is distinct from was.{name}" for name, value in values.items())


def _held(name: str, value: str) -> str:
    """The value as it will stand where people's own words win."""
    return f"case when list_contains(held.fields, '{name}') then was.{name} else {value} end"


def _brought(name: str, value: str) -> str:
    """What the load brings for a field that is held, as an entry of a list; null where it says the same."""
    is_other = f"list_contains(held.fields, '{name}') and {value} is distinct from was.{name}"
    entry = f"{{'field': '{name}', 'value': ({value})::varchar, 'standing': was.{name}::varchar}}"
    return f"case when {is_other} then {entry} end"


def _filled(name: str, value: str) -> str:
    """The value as it will stand where only gaps are filled; a key that stands for a name is one."""
    if name == "name":
        return f"case when was.name = linked.key then {value} else was.name end"
    return f"coalesce(was.{name}, {value})"


def _first(tests: list[str], values: list[str]) -> str:
    """The value that belongs to the first test that holds; null where none does."""
    if not tests:
        return "null"
    return "case " + " ".join(f"when {test} then {value}" for test, value in zip(tests, values, strict=True)) + " end"
