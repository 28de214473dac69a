"""The verbs of records: the one way in which people change them.

Each checks the grant, the rules and the references; `writing` then compares the version, and writes the row, its
history and, for a deal, the event in one transaction.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from crm import custom_values, following, history, rules, sql, writing
from crm.access import EVERYONE, Viewer, cursor_for, object_of, sees
from crm.db import Cursor, Database, now
from crm.errors import InvalidRecord, NotAllowed, NotFound, WrongUse
from crm.fields import EDITABLE, MERGEABLE, NOT_EDITABLE, OWNED, OWNED_BY_MAKER, REASSIGNED, REFERENCES
from crm.writing import Change, Written, statement

LONGEST_REASON = 500
WORK = ("account", "opportunity", "ticket", "task", "lead")
"""Objects of which somebody has work that others go on with."""


def edit(
    database: Database,
    viewer: Viewer,
    object_name: str,
    record_id: int,
    values: Mapping[str, object],
    version: int,
    *,
    is_held: bool = True,
    reason: str | None = None,
) -> int:
    """Give fields of a record other values; the version after it, which is the same where nothing differs.

    `version` is that of the record as it was read; what others did to other fields since then stays. `is_held` says
    that it is the person's own word, against which loads do not write. `reason` is needed to give an account another
    owner, see `reassign`, and kept with the action. Raises NotAllowed, NotFound for a record that the viewer does not
    see, StaleRecord where somebody was faster, with `yours`, `theirs` and `before` by field, and InvalidRecord for a
    field or value that it cannot have.
    """
    written = edit_many(database, viewer, object_name, {record_id: version}, values, is_held=is_held, reason=reason)
    return writing.version_of(written.outcomes[record_id], object_name, record_id, values)


def edit_many(
    database: Database,
    viewer: Viewer,
    object_name: str,
    versions: Mapping[int, int],
    values: Mapping[str, object],
    *,
    is_held: bool = True,
    reason: str | None = None,
) -> Written:
    """Give the same fields of records other values, as one action.

    `versions` says which records, in which version they were read. A record of which somebody changed one of the fields
    since then stays as it is. Raises NotAllowed and, for all, InvalidRecord.
    """
    acting = _editing(viewer, object_name, values)
    _check_reason(object_name, values, reason)
    if is_held:  # what a load brought is as it came
        values = rules.check(database, object_name, values)
    check_sight(database, viewer, values)
    change = Change(object_name, versions, values, viewer.user_id, is_held)
    return writing.write(database, acting, "edit", [change], reason)


def reassign(
    database: Database, viewer: Viewer, versions: Mapping[int, int], owner_id: int | None, reason: str
) -> Written:
    """Give accounts another owner, or none, as one action; whoever may see them changes with it at once.

    `versions` says which accounts, in which version they were read. Raises NotAllowed without the right to reassign,
    and InvalidRecord without a reason or for an unknown owner.
    """
    return edit_many(database, viewer, "account", versions, {"owner_id": owner_id}, reason=reason)


def edit_each(
    database: Database,
    viewer: Viewer,
    object_name: str,
    changes: Mapping[int, tuple[int, Mapping[str, object]]],
    *,
    reason: str | None = None,
) -> Written:
    """Give each of some records its own values, as one action; record → its version as it was read, and the values.

    Raises as `edit_many` does.
    """
    names = {name for _, values in changes.values() for name in values}
    acting = _editing(viewer, object_name, names)
    _check_reason(object_name, names, reason)
    checked = {
        record_id: (version, rules.check(database, object_name, values))
        for record_id, (version, values) in changes.items()
    }
    for _, values in checked.values():
        check_sight(database, viewer, values)
    alike: dict[str, list[int]] = {}
    for record_id, (_, values) in checked.items():
        alike.setdefault(repr(sorted(values.items())), []).append(record_id)
    each = [
        Change(
            object_name,
            {key: checked[key][0] for key in ids},
            checked[ids[0]][1],
            viewer.user_id,
            is_held=True,
        )
        for ids in alike.values()
    ]
    return writing.write(database, acting, "edit", each, reason)


def _editing(viewer: Viewer, object_name: str, names: Collection[str]) -> Viewer:
    """The viewer as it edits these fields. Raises NotAllowed, and InvalidRecord for one that it cannot write."""
    acting = acting_on(viewer, "edit", object_name)
    if _reassigns(object_name, names):
        viewer.require("reassign", object_name)
        acting = acting.acting("reassign")
    check_fields(acting, object_name, names)
    return acting


def _reassigns(object_name: str, names: Iterable[str]) -> bool:
    return any((object_name, name) in REASSIGNED for name in names)


def _check_reason(object_name: str, names: Iterable[str], reason: str | None) -> None:
    """Raises InvalidRecord where an account would change hands and nobody says why."""
    if _reassigns(object_name, names) and not (reason or "").strip():
        raise InvalidRecord("Say why the account changes hands. Its changes name the reason.")
    if len(reason or "") > LONGEST_REASON:
        raise InvalidRecord("A reason has at most {most} characters. Say it shorter.", most=LONGEST_REASON)


def acting_on(viewer: Viewer, verb: str, object_name: str) -> Viewer:
    """The viewer as it does something to records of an object, of which it sees those alone. Raises NotAllowed."""
    viewer.require(verb, object_of(object_name))
    return viewer.acting(verb)


def archive(database: Database, viewer: Viewer, object_name: str, versions: Mapping[int, int]) -> Written:
    """Put records away, as one action: lists leave them out, numbers of the past do not. Raises NotAllowed."""
    acting = acting_on(viewer, "archive", object_name)
    values = {"archived_at": now()}
    return writing.write(
        database, acting, "archive", [Change(object_name, versions, values, viewer.user_id, is_held=False)]
    )


def restore(database: Database, viewer: Viewer, object_name: str, versions: Mapping[int, int]) -> Written:
    """Bring back records that were put away, as one action.

    Raises NotAllowed, and WrongUse where one of them is part of another since a merge.
    """
    acting = acting_on(viewer, "archive", object_name)
    change = Change(object_name, versions, {"archived_at": None}, viewer.user_id, is_held=False)
    with database.editing():
        if object_name in MERGEABLE:
            _check_merged(database, viewer, object_name, versions)
        return writing.write(database, acting, "restore", [change])


def _check_merged(database: Database, viewer: Viewer, object_name: str, record_ids: Iterable[int]) -> None:
    with cursor_for(database, viewer) as cursor:
        merged = cursor.rows(statement("merged", object=object_name), ids=list(record_ids))
    for record_id, other in merged:
        raise WrongUse(
            "{object} {id} was merged into {other}. Take that back instead.",
            object=object_name,
            id=record_id,
            other=other,
        )


def create(database: Database, viewer: Viewer, object_name: str, values: Mapping[str, object]) -> int:
    """Make a record; its id. What it says is the person's own word.

    Who sees its own records alone owns what it makes, unless it names another whom it may make records for; what
    belongs to a record that it sees may be left without owner. Raises NotAllowed, also for a record that the viewer
    would not see afterwards, and InvalidRecord.
    """
    acting = acting_on(viewer, "create", object_name)
    check_fields(acting, object_name, values)
    values = rules.check(database, object_name, values, is_new=True)
    check_sight(database, viewer, values)
    try:
        return _create(database, acting, object_name, _with_owner(acting, object_name, values))
    except _Unseen:
        own = {"owner_id": viewer.staff_id}
        if viewer.staff_id is not None and object_name in OWNED and values.get("owner_id") is None:
            with suppress(_Unseen):
                return _create(database, acting, object_name, {**values, **own})
        raise NotAllowed(
            "You would not see this record yourself. Own it, or let it belong to a record that is yours."
        ) from None


def _with_owner(acting: Viewer, object_name: str, values: Mapping[str, object]) -> Mapping[str, object]:
    """The values with the viewer as owner, of a record whose maker works on it and where nobody else is named."""
    scope = acting.scope(object_of(object_name))
    is_own = object_name in OWNED_BY_MAKER and scope is not None and not scope.everything
    if is_own and acting.staff_id is not None and values.get("owner_id") is None:
        return {**values, "owner_id": acting.staff_id}
    return values


class _Unseen(Exception):
    """Rolls back a record that whoever made it would not see."""


def _create(database: Database, acting: Viewer, object_name: str, given: Mapping[str, object]) -> int:
    written = ("id", *given)

    def write(cursor: Cursor) -> int:
        writing.check_columns(cursor, object_name, given)
        values = custom_values.checked(cursor, object_name, given)
        writing.check_references(cursor, object_name, values)
        names = [sql.identifier(name) for name in values]
        slots = {
            "fields": "".join(f"{name}, " for name in names),
            "values": "".join(f"$value_{name}, " for name in values),
        }
        with writing.refusing(object_name, values):
            text = statement("insert", object=object_name, **slots)
            record_id = int(cursor.value(text, now=now(), user_id=acting.user_id, **writing.bound(values)))
        rules.check_rows(cursor, object_name, values, f"({record_id})")
        action_id = history.begin(cursor, "create", object_name, record_id, user_id=acting.user_id)
        _keep_created(cursor, object_name, record_id, values, action_id, acting.user_id)
        fields = ", ".join(map(sql.literal, written))
        changes = f"(select {record_id} as id, unnest([{fields}]::varchar[]) as field)"
        with writing.refusing(object_name, values):
            following.follow(cursor, object_name, changes, acting.user_id)
        if object_name == "sales_order":
            cursor.run(statement("credit_order"), id=record_id)
        if not sees(cursor, acting, object_name, record_id):
            raise _Unseen
        return record_id

    with database.editing():
        return database.write(write, touches=writing.touches(object_name, written))


def _keep_created(
    cursor: Cursor, object_name: str, record_id: int, names: Iterable[str], action_id: int, user_id: int | None
) -> None:
    fields = ", ".join(f"{{'field': {sql.literal(name)}, 'value': {sql.identifier(name)}::varchar}}" for name in names)
    text = statement("keep_created", object=object_name, fields=fields)
    cursor.run(text, id=record_id, now=now(), user_id=user_id, action_id=action_id)


@dataclass(frozen=True)
class HandedOver:
    """What became of the open work of somebody."""

    action_id: int | None
    """By which it can be taken back; None where there was none."""
    moved: Mapping[str, int]
    """Object → how many records have the new owner."""


def hand_over(database: Database, viewer: Viewer, staff_id: int, owner_id: int, reason: str) -> HandedOver:
    """Give all open work of a member of staff to another, as one action: accounts, leads, open deals, tickets, tasks.

    Raises NotAllowed, also for who does not see all of it, and InvalidRecord for an unknown owner or without reason.
    """
    for name in WORK:
        acting = acting_on(viewer, "edit", name)
        if not getattr(acting.scope(name), "everything", False):
            raise NotAllowed("Only who may change all records hands over the work of somebody.")
    viewer.require("reassign", "account")
    _check_reason("account", ["owner_id"], reason)
    if staff_id == owner_id:
        raise InvalidRecord("The work is that person's already. Choose somebody else.")

    def write(cursor: Cursor) -> HandedOver:
        work: dict[str, dict[int, int]] = {name: {} for name in WORK}
        for name, record_id, version in cursor.rows(statement("open_work"), staff_id=staff_id):
            work[name][record_id] = version
        moved = {name: versions for name, versions in work.items() if versions}
        if not moved:
            return HandedOver(None, {})
        first = next(iter(moved))
        action_id = history.begin(
            cursor, "edit", first, min(moved[first]), user_id=viewer.user_id, reason=reason.strip()
        )
        for name, versions in moved.items():
            change = Change(name, versions, {"owner_id": owner_id}, viewer.user_id, is_held=True)
            change.write(cursor, action_id)
        return HandedOver(action_id, {name: len(versions) for name, versions in moved.items()})

    with database.editing():
        return database.write(write, touches=[table for name in WORK for table in writing.touches(name)])


def check_fields(viewer: Viewer, object_name: str, names: Iterable[str]) -> None:
    """Raises InvalidRecord for a field that the viewer, as it does something, cannot write."""
    masked = getattr(viewer.scope(object_of(object_name)), "masked", ())
    for name in names:
        if object_name not in EDITABLE or name in NOT_EDITABLE or name in masked:
            raise InvalidRecord("{object} has no field {field} to edit.", object=object_name, field=name)


def check_sight(database: Database, viewer: Viewer, values: Mapping[str, object]) -> None:
    """Raises InvalidRecord where a field would name a record that the viewer does not see, as for one that is none.

    Without it, who makes a record could find out what others have.
    """
    for name, value in values.items():
        target = REFERENCES.get(name)
        scope = viewer.scope(object_of(target)) if target else None
        if not target or value is None or target in EVERYONE or (scope and scope.everything):
            continue
        with writing.refusing(target, {name: value}):
            if not writing.seen(database, viewer, target, [value]):
                raise InvalidRecord("{field}: there is no {object} {id}.", field=name, object=target, id=value)


def decide(database: Database, viewer: Viewer, conflict_id: int, *, accept: bool) -> None:
    """Take what a load brought against a person's word, or refuse it for good, whichever loads brought it.

    Raises NotFound for a conflict that is not there or decided already.
    """
    with database.editing():
        with cursor_for(database, viewer) as cursor:
            found = cursor.rows(statement("open_conflict"), id=conflict_id)
        if not found:
            raise NotFound(
                "There is no open conflict {id}. List them with: python -m pipelines conflicts", id=conflict_id
            )
        object_name, record_id, field, value = found[0]
        acting = _editing(viewer, object_name, [field])
        if not writing.seen(database, acting, object_name, [record_id]):
            raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
        same = {"object": object_name, "id": record_id, "field": field}

        def write(cursor: Cursor) -> None:
            action_id = _accept(cursor, viewer, object_name, record_id, {field: value}) if accept else None
            if accept and action_id is None:  # the value stood there already
                cursor.run(statement("release"), **same)
            author = {"now": now(), "user_id": viewer.user_id, "action_id": action_id}
            cursor.run(statement("decide"), **same, value=value, is_accepted=accept, **author)

        database.write(write, touches=writing.touches(object_name))


def _accept(
    cursor: Cursor, viewer: Viewer, object_name: str, record_id: int, values: Mapping[str, object]
) -> int | None:
    """Write what a load brought, which nobody's word holds any more; the action, or None where it stood there."""
    version = cursor.value(statement("version", object=object_name), id=record_id)
    if version is None:
        raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    action_id = history.begin(cursor, "edit", object_name, record_id, user_id=viewer.user_id)
    change = Change(object_name, {record_id: int(version)}, values, viewer.user_id, is_held=False)
    if change.write(cursor, action_id)[record_id].code == "changed":
        return action_id
    history.forget(cursor, action_id)
    return None
