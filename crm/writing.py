"""Other values for fields of records, written with their history and what follows as part of an action.

Set based: a record is the case of one. Who may do that is asked before, see `records`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crm import custom_values, following, history, rules, sql
from crm.access import Viewer, cursor_for
from crm.db import Cursor, Database, EngineError, now
from crm.errors import Given, InvalidRecord, NotFound, StaleRecord
from crm.fields import MERGEABLE, REFERENCES

statement = sql.room(Path(__file__).parent / "statements" / "record")
REFUSED = ("Conversion", "Constraint", "InvalidInput", "OutOfRange", "NotImplemented")
"""What the engine calls it when it does not take a value; the last is one of a type that it does not know."""


@dataclass(frozen=True)
class Outcome:
    """What became of one record of a change."""

    code: str
    """changed, same, overtaken (somebody changed the same field since it was read), or gone (nobody sees it)."""
    version: int | None = None
    """Of the record now; None where it is gone."""
    stands: "Mapping[str, Stand] | None" = None
    """Field → what somebody made of it meanwhile, of those that were overtaken."""


@dataclass(frozen=True)
class Stand:
    """A field that somebody changed since it was read, as texts."""

    value: str | None
    """What stands there now."""
    before: str | None
    """What stood there when it was read."""


@dataclass(frozen=True)
class Written:
    """What became of a change."""

    action_id: int | None
    """By which it can be taken back; None where nothing changed."""
    outcomes: Mapping[int, Outcome]
    """Record → what became of it."""


def write(
    database: Database, viewer: Viewer, kind: str, changes: "Sequence[Change]", reason: str | None = None
) -> Written:
    """Write changes of records of an object, those that the viewer sees as it does that, as one action.

    What it sees is asked while nobody else writes.
    """
    with database.editing():
        return _write_alone(database, viewer, kind, changes, reason)


def _write_alone(
    database: Database, viewer: Viewer, kind: str, changes: "Sequence[Change]", reason: str | None
) -> Written:
    asked = [record_id for change in changes for record_id in change.versions]
    outcomes = dict.fromkeys(asked, Outcome("gone"))
    if not asked:
        return Written(None, outcomes)
    name = changes[0].name
    visible = seen(database, viewer, name, asked)
    known = [change.of(visible) for change in changes]
    outcomes |= {key: Outcome("same", version) for change in known for key, version in change.versions.items()}
    changes = [change for change in known if change.versions and change.values]
    if not changes:
        return Written(None, outcomes)

    def work(cursor: Cursor) -> Written:
        action_id = history.begin(
            cursor, kind, name, asked[0], user_id=viewer.user_id, reason=reason and reason.strip()
        )
        for change in changes:
            outcomes.update(change.write(cursor, action_id))
        if not any(outcome.code == "changed" for outcome in outcomes.values()):
            raise _Unchanged
        return Written(action_id, outcomes)

    fields = {field for change in changes for field in change.values}
    try:
        return database.write(work, touches=touches(name, fields))
    except _Unchanged:
        return Written(None, outcomes)


class _Unchanged(Exception):
    """Rolls back what leaves everything as it was."""


@dataclass(frozen=True)
class Change:
    """Other values for fields of records, to be written in a transaction that `Database.write` may run again."""

    name: str
    versions: Mapping[int, int]
    """Record → its version when it was read."""
    values: Mapping[str, object]
    user_id: int | None
    is_held: bool

    def of(self, record_ids: Collection[int]) -> "Change":
        """The part of it that is for these records."""
        return replace(self, versions={key: self.versions[key] for key in self.versions if key in record_ids})

    def write(self, cursor: Cursor, action_id: int) -> dict[int, Outcome]:
        """Compare, write the rows, their history as part of an action, and what follows; what became of each."""
        types = check_columns(cursor, self.name, self.values)
        checked = custom_values.checked(cursor, self.name, self.values)
        return replace(self, values=checked)._written(cursor, action_id, types)

    def _written(self, cursor: Cursor, action_id: int, types: Mapping[str, str]) -> dict[int, Outcome]:
        check_references(cursor, self.name, self.values)
        self._check_parent(cursor)
        cursor.run(statement("create_chosen"), ids=list(self.versions), versions=list(self.versions.values()))
        with refusing(self.name, self.values):
            self._compare(cursor, types)
            overtaken = self._overtaken(cursor)
            self._update(cursor)
        if self.is_held:
            rules.check_rows(cursor, self.name, self.values, "(select id from difference)")
        author = {"now": now(), "user_id": self.user_id}
        kept = {"is_held": self.is_held, "action_id": action_id}
        changed = {row[0] for row in cursor.rows(statement("changed"))}
        cursor.run(statement("keep_edits", object=self.name), **author, **kept)
        cursor.run(statement("settle", object=self.name), action_id=action_id, **author)
        with refusing(self.name, self.values):  # a sum of money can be too large only in the company's currency
            history.follow(cursor, self.name, "difference", action_id, self.user_id)
        standing = dict(cursor.rows(statement("versions", object=self.name)))
        return {key: _outcome(key, changed, overtaken, standing) for key in self.versions}

    def _check_parent(self, cursor: Cursor) -> None:
        """No account stands above itself."""
        parent = self.values.get("parent_id") if self.name == "account" else None
        if parent is None:
            return
        above = {int(str(parent)), *(row[0] for row in cursor.rows(statement("above"), id=parent))}
        for record_id in above & self.versions.keys():
            raise InvalidRecord("{object} {id} cannot stand above itself.", object=self.name, id=record_id)

    def _compare(self, cursor: Cursor, types: Mapping[str, str]) -> None:
        is_late = bool(cursor.value(statement("are_overtaken", object=self.name)))
        fields = " union all ".join(
            statement(
                "difference_of_field",
                object=self.name,
                field=name,
                type=types[name],
                is_different=statement("is_different", field=name, type=types[name]),
                is_overtaken=statement("is_overtaken", object=self.name, field=name) if is_late else "false",
            )
            for name in self.values
        )
        cursor.run(statement("create_difference", fields=fields), **bound(self.values))

    def _overtaken(self, cursor: Cursor) -> dict[int, dict[str, Stand]]:
        """Record → what stands in its fields that somebody was faster with; those records stay as they are."""
        found: dict[int, dict[str, Stand]] = {}
        overtaken = cursor.rows(statement("overtaken"))
        was = {name: self._was(cursor, name) for name in {name for _, name, _ in overtaken}}
        for record_id, name, value in overtaken:
            found.setdefault(record_id, {})[name] = Stand(value, was[name].get(record_id))
        if found:
            cursor.run(statement("drop_overtaken"))
        return found

    def _was(self, cursor: Cursor, name: str) -> dict[int, str | None]:
        """What a field said of the records that were overtaken when they were read."""
        return dict(cursor.rows(statement("was", object=self.name, field=name)))

    def _update(self, cursor: Cursor) -> None:
        fields = ", ".join(f"{sql.identifier(name)} = $value_{name}" for name in self.values)
        text = statement("update", object=self.name, fields=fields)
        cursor.run(text, now=now(), user_id=self.user_id, **bound(self.values))


def _outcome(
    key: int, changed: set[int], overtaken: Mapping[int, Mapping[str, Stand]], standing: Mapping[int, int]
) -> Outcome:
    if key not in standing:
        return Outcome("gone")
    if key in overtaken:
        return Outcome("overtaken", standing[key], overtaken[key])
    return Outcome("changed" if key in changed else "same", standing[key])


def bound(values: Mapping[str, object]) -> dict[str, object]:
    return {f"value_{name}": value for name, value in values.items()}


@contextmanager
def refusing(object_name: str, values: Mapping[str, object]) -> Iterator[None]:
    """Says of values that the engine does not take which they are."""
    try:
        yield
    except EngineError as error:
        if any(word in type(error).__name__ for word in REFUSED):
            raise InvalidRecord(
                "{object} cannot be saved so: {fields} is not a value that it can have.",
                object=object_name,
                fields=Given(values),
            ) from error
        raise


def check_columns(cursor: Cursor, object_name: str, names: Iterable[str]) -> dict[str, str]:
    """The columns of an object and their types. Raises InvalidRecord where one of the names is none of them."""
    types = dict(cursor.rows(statement("columns"), object=object_name))
    unknown = sorted(set(names) - types.keys())
    if unknown:
        raise InvalidRecord("{object} has no field {field} to edit.", object=object_name, field=unknown[0])
    return types


def check_references(cursor: Cursor, object_name: str, values: Mapping[str, object]) -> None:
    """Raises InvalidRecord where a field names a record that is not there."""
    for name, value in values.items():
        target = REFERENCES.get(name)
        if not target or value is None:
            continue
        with refusing(object_name, {name: value}):
            stands = f"merged_into_{target}_id is null" if target in MERGEABLE else "true"
            found = cursor.rows(statement("exists", object=target, stands=stands), id=value)
        if not found:
            raise InvalidRecord("{field}: there is no {object} {id}.", field=name, object=target, id=value)


def touches(object_name: str, fields: Collection[str] | None = None) -> tuple[str, ...]:
    """The tables that writing fields of an object, or any of its fields, may change."""
    return (*following.touches(object_name, fields), *history.TABLES, "landing.conflict")


def seen(database: Database, viewer: Viewer, object_name: str, record_ids: Iterable[object]) -> set[int]:
    """Which of the records the viewer sees."""
    with cursor_for(database, viewer) as cursor:
        return {row[0] for row in cursor.rows(statement("seen", object=object_name), ids=list(record_ids))}


def check_changed(written: Written, object_name: str, record_id: int, values: Mapping[str, object]) -> None:
    """Raises NotFound and StaleRecord, as `edit` does, for a record of a change of many."""
    version_of(written.outcomes[record_id], object_name, record_id, values)


def version_of(outcome: Outcome, object_name: str, record_id: int, values: Mapping[str, object]) -> int:
    if outcome.version is None:
        raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    if outcome.code == "overtaken":
        raise StaleRecord(
            "Somebody changed {object} {id} meanwhile. Look at it again and repeat your change.",
            object=object_name,
            id=record_id,
            yours={name: values[name] for name in outcome.stands or {}},
            theirs={name: stand.value for name, stand in (outcome.stands or {}).items()},
            before={name: stand.before for name, stand in (outcome.stands or {}).items()},
        )
    return outcome.version


def standing(cursor: Cursor, object_name: str, record_id: int, names: Iterable[str]) -> dict[str, Any]:
    """The version of a record and some of its fields, as texts, as they stand. Raises NotFound."""
    fields = ", ".join(f"{sql.identifier(name)}::varchar as {sql.identifier(name)}" for name in names)
    found = cursor.frame(statement("standing", object=object_name, fields=fields), id=record_id)
    if not found.height:
        raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    return found.row(0, named=True)


def close_settled(cursor: Cursor, names: Collection[str]) -> None:
    """Close the conflicts of objects whose value stands by now, whoever wrote it."""
    for name, field in cursor.rows(statement("open_fields")):
        if name in names:
            cursor.run(statement("close_settled", object=name, field=field), now=now())
