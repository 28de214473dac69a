"""Writing records: the one way in which people change them.

Each verb checks the grant, the rules and the references, compares the version, and writes the row, its
history and, for a deal, the event in one transaction.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crm import following, history, sql
from crm.access import Viewer, cursor_for
from crm.db import Cursor, Database, EngineError, now
from crm.errors import InvalidRecord, NotFound, StaleRecord, WrongUse
from crm.fields import EDITABLE, MERGEABLE, NOT_EDITABLE, REFERENCES

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
    stands: Mapping[str, str | None] | None = None
    """Field → what somebody made of it meanwhile, of those that were overtaken."""


@dataclass(frozen=True)
class Written:
    """What became of a change."""

    action_id: int | None
    """By which it can be taken back; None where nothing changed."""
    outcomes: Mapping[int, Outcome]
    """Record → what became of it."""


def edit(
    database: Database,
    viewer: Viewer,
    object_name: str,
    record_id: int,
    values: Mapping[str, object],
    version: int,
    *,
    is_held: bool = True,
) -> int:
    """Give fields of a record other values; the version after it, which is the same where nothing differs.

    `version` is that of the record as it was read; what others did to other fields since then stays. `is_held` says
    that it is the person's own word, against which loads do not write. Raises NotAllowed, NotFound for a record that
    the viewer does not see, StaleRecord where somebody was faster, InvalidRecord for a field or value that it cannot
    have.
    """
    written = edit_many(database, viewer, object_name, {record_id: version}, values, is_held=is_held)
    return _version(written.outcomes[record_id], object_name, record_id)


def edit_many(
    database: Database,
    viewer: Viewer,
    object_name: str,
    versions: Mapping[int, int],
    values: Mapping[str, object],
    *,
    is_held: bool = True,
) -> Written:
    """Give the same fields of records other values, as one action.

    `versions` says which records, in which version they were read. A record of which somebody changed one of the fields
    since then stays as it is. Raises NotAllowed and, for all, InvalidRecord.
    """
    viewer.require("edit", object_name)
    check_fields(viewer, object_name, values)
    return _write(database, viewer, "edit", [Change(object_name, versions, values, viewer.user_id, is_held)])


def edit_each(
    database: Database, viewer: Viewer, object_name: str, changes: Mapping[int, tuple[int, Mapping[str, object]]]
) -> Written:
    """Give each of some records its own values, as one action; record → its version as it was read, and the values.

    Raises as `edit_many` does.
    """
    viewer.require("edit", object_name)
    for _, values in changes.values():
        check_fields(viewer, object_name, values)
    each = [
        Change(object_name, {record_id: version}, values, viewer.user_id, is_held=True)
        for record_id, (version, values) in changes.items()
    ]
    return _write(database, viewer, "edit", each)


def archive(database: Database, viewer: Viewer, object_name: str, versions: Mapping[int, int]) -> Written:
    """Put records away, as one action: lists leave them out, numbers of the past do not. Raises NotAllowed."""
    viewer.require("archive", object_name)
    values = {"archived_at": now()}
    return _write(database, viewer, "archive", [Change(object_name, versions, values, viewer.user_id, is_held=False)])


def restore(database: Database, viewer: Viewer, object_name: str, versions: Mapping[int, int]) -> Written:
    """Bring back records that were put away, as one action.

    Raises NotAllowed, and WrongUse where one of them is part of another since a merge.
    """
    viewer.require("archive", object_name)
    if object_name in MERGEABLE:
        with cursor_for(database, viewer) as cursor:
            merged = cursor.rows(statement("merged", object=object_name), ids=list(versions))
        for record_id, other in merged:
            raise WrongUse(
                "{object} {id} was merged into {other}. Take that back instead.",
                object=object_name,
                id=record_id,
                other=other,
            )
    values = {"archived_at": None}
    return _write(database, viewer, "restore", [Change(object_name, versions, values, viewer.user_id, is_held=False)])


def create(database: Database, viewer: Viewer, object_name: str, values: Mapping[str, object]) -> int:
    """Make a record; its id. Raises NotAllowed and InvalidRecord."""
    viewer.require("create", object_name)
    check_fields(viewer, object_name, values)

    def write(cursor: Cursor) -> int:
        check_columns(cursor, object_name, values)
        check_references(cursor, object_name, values)
        names = [sql.identifier(name) for name in values]
        slots = {
            "fields": "".join(f"{name}, " for name in names),
            "values": "".join(f"$value_{name}, " for name in values),
        }
        with _refusing(object_name, values):
            text = statement("insert", object=object_name, **slots)
            record_id = int(cursor.value(text, now=now(), user_id=viewer.user_id, **_bound(values)))
        history.begin(cursor, "create", object_name, record_id, user_id=viewer.user_id)
        fields = ", ".join(map(sql.literal, values))
        changes = f"(select {record_id} as id, unnest([{fields}]::varchar[]) as field)"
        with _refusing(object_name, values):
            following.follow(cursor, object_name, changes, viewer.user_id)
        if object_name == "sales_order":
            cursor.run(statement("credit_order"), id=record_id)
        return record_id

    with database.editing():
        return database.write(write, touches=touches(object_name))


def check_fields(viewer: Viewer, object_name: str, names: Iterable[str]) -> None:
    """Raises InvalidRecord for a field that the viewer cannot write."""
    masked = getattr(viewer.scope(object_name), "masked", ())
    for name in names:
        if object_name not in EDITABLE or name in NOT_EDITABLE or name in masked:
            raise InvalidRecord("{object} has no field {field} to edit.", object=object_name, field=name)


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
        with _refusing(object_name, {name: value}):
            stands = f"merged_into_{target}_id is null" if target in MERGEABLE else "true"
            found = cursor.rows(statement("exists", object=target, stands=stands), id=value)
        if not found:
            raise InvalidRecord("{field}: there is no {object} {id}.", field=name, object=target, id=value)


def touches(object_name: str) -> tuple[str, ...]:
    """The tables that writing an object may change."""
    return (*following.touches(object_name), *history.TABLES, "landing.conflict")


def seen(database: Database, viewer: Viewer, object_name: str, record_ids: Iterable[int]) -> set[int]:
    """Which of the records the viewer sees."""
    with cursor_for(database, viewer) as cursor:
        return {row[0] for row in cursor.rows(statement("seen", object=object_name), ids=list(record_ids))}


def _version(outcome: Outcome, object_name: str, record_id: int) -> int:
    if outcome.version is None:
        raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    if outcome.code == "overtaken":
        raise StaleRecord(
            "Somebody changed {object} {id} meanwhile. Look at it again and repeat your change.",
            object=object_name,
            id=record_id,
        )
    return outcome.version


def _write(database: Database, viewer: Viewer, kind: str, changes: "Sequence[Change]") -> Written:
    """Write changes of records of an object, those that the viewer sees, as one action."""
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

    def write(cursor: Cursor) -> Written:
        action_id = history.begin(cursor, kind, name, asked[0], user_id=viewer.user_id)
        for change in changes:
            outcomes.update(change.write(cursor, action_id))
        if not any(outcome.code == "changed" for outcome in outcomes.values()):
            raise _Unchanged
        return Written(action_id, outcomes)

    try:
        with database.editing():
            return database.write(write, touches=touches(name))
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
        check_references(cursor, self.name, self.values)
        self._check_parent(cursor)
        cursor.run(statement("create_chosen"), ids=list(self.versions), versions=list(self.versions.values()))
        with _refusing(self.name, self.values):
            self._compare(cursor, types)
            overtaken = self._drop_overtaken(cursor)
            self._update(cursor)
        author = {"now": now(), "user_id": self.user_id}
        kept = {"is_held": self.is_held, "action_id": action_id}
        changed = {row[0] for row in cursor.rows(statement("changed"))}
        cursor.run(statement("keep_edits", object=self.name), **author, **kept)
        cursor.run(statement("settle", object=self.name), **author)
        with _refusing(self.name, self.values):  # a sum of money can be too large only in the company's currency
            following.follow(cursor, self.name, "difference", self.user_id)
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
        cursor.run(statement("create_difference", fields=fields), **_bound(self.values))

    def _drop_overtaken(self, cursor: Cursor) -> dict[int, dict[str, str | None]]:
        found: dict[int, dict[str, str | None]] = {}
        for record_id, name, stands in cursor.rows(statement("overtaken")):
            found.setdefault(record_id, {})[name] = stands
        if found:
            cursor.run(statement("drop_overtaken"))
        return found

    def _update(self, cursor: Cursor) -> None:
        fields = ", ".join(f"{sql.identifier(name)} = $value_{name}" for name in self.values)
        text = statement("update", object=self.name, fields=fields)
        cursor.run(text, now=now(), user_id=self.user_id, **_bound(self.values))


def _outcome(
    key: int, changed: set[int], overtaken: Mapping[int, Mapping[str, str | None]], standing: Mapping[int, int]
) -> Outcome:
    if key not in standing:
        return Outcome("gone")
    if key in overtaken:
        return Outcome("overtaken", standing[key], overtaken[key])
    return Outcome("changed" if key in changed else "same", standing[key])


def _bound(values: Mapping[str, object]) -> dict[str, object]:
    return {f"value_{name}": value for name, value in values.items()}


@contextmanager
def _refusing(object_name: str, values: Mapping[str, object]) -> Iterator[None]:
    """Says of values that the engine does not take which they are."""
    try:
        yield
    except EngineError as error:
        if any(word in type(error).__name__ for word in REFUSED):
            raise InvalidRecord(
                "{object} cannot be saved so: {fields} is not a value that it can have.",
                object=object_name,
                fields=", ".join(f"{name} = {value}" for name, value in values.items()),
            ) from error
        raise


def standing(cursor: Cursor, object_name: str, record_id: int, names: Iterable[str]) -> dict[str, Any]:
    """The version of a record and some of its fields, as texts, as they stand. Raises NotFound."""
    fields = ", ".join(f"{sql.identifier(name)}::varchar as {sql.identifier(name)}" for name in names)
    found = cursor.frame(statement("standing", object=object_name, fields=fields), id=record_id)
    if not found.height:
        raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    return found.row(0, named=True)


def decide(database: Database, viewer: Viewer, conflict_id: int, *, accept: bool) -> None:
    """Take what a load brought against a person's word, or refuse it for good, whichever loads brought it.

    Raises NotFound for a conflict that is not there or decided already.
    """
    with cursor_for(database, viewer) as seen:
        found = seen.rows(statement("open_conflict"), id=conflict_id)
    if not found:
        raise NotFound("There is no open conflict {id}. List them with: python -m pipelines conflicts", id=conflict_id)
    object_name, record_id, field, value = found[0]
    viewer.require("edit", object_name)
    if accept:
        with database.cursor() as cursor:
            version = cursor.value(statement("version", object=object_name), id=record_id)
        if version is None:
            raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
        edit(database, viewer, object_name, record_id, {field: value}, int(version), is_held=False)

    def write(cursor: Cursor) -> None:
        same = {"object": object_name, "id": record_id, "field": field}
        if accept:  # even where the value stood there already
            cursor.run(statement("release"), **same)
        cursor.run(statement("decide"), **same, value=value, now=now(), user_id=viewer.user_id, is_accepted=accept)

    database.write(write, touches=["landing.conflict", "history.edit"])


def close_settled(cursor: Cursor, names: Collection[str]) -> None:
    """Close the conflicts of objects whose value stands by now, whoever wrote it."""
    for name, field in cursor.rows(statement("open_fields")):
        if name in names:
            cursor.run(statement("close_settled", object=name, field=field), now=now())
