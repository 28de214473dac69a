"""Forms of records, as far as they need no page: what they ask for, what a person typed, how it is saved and kept.

What is typed is text by the name of a field, whatever its kind, as an address, a draft and a comparison have it: days
as 2026-03-31, times as 2026-03-31 14:30 in the company's zone, true and false, keys of other records, codes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from crm import changes, lists, queries, records, rules, sql
from crm.access import Viewer
from crm.conditions import Field
from crm.custom_values import PREFIX, TAGS
from crm.db import Cursor, Database, now
from crm.errors import NotAllowed, NotFound
from crm.fields import MERGEABLE, NOT_EDITABLE, REASSIGNED

_statement = sql.room(Path(__file__).parent / "statements" / "form")
HITS = 20
"""Records that a search for one offers."""
LEAST = 2
"""Letters from which on it searches."""
DETAILS = {
    "account": "record.city",
    "contact": "(select account.name from visible.account where account.id = record.account_id)",
    "opportunity": "(select account.name from visible.account where account.id = record.account_id)",
    "ticket": "(select account.name from visible.account where account.id = record.account_id)",
}
"""Object → what tells apart records that are called the same."""
OF_ACCOUNT = ("contact", "opportunity")
"""Objects of which those of the account come first that the form names."""
KEPT = timedelta(days=30)
"""How long a draft waits."""

Typed = Mapping[str, str]
"""Field → text."""


@dataclass(frozen=True)
class Record:
    """A record as it was read for a form."""

    id: int
    version: int
    is_archived: bool
    typed: Typed
    """Its fields as texts."""


@dataclass(frozen=True)
class Draft:
    """What somebody typed and did not save."""

    typed: Typed
    """What differs from what stood."""
    began: Typed
    """What stood in these fields when they were typed."""
    version: int | None
    """Of the record as it was read; None of a new one."""
    kept_at: datetime


@dataclass(frozen=True)
class Saved:
    """What became of a form."""

    record_id: int
    action_id: int | None = None
    """By which it can be taken back; None where nothing changed."""
    version: int | None = None
    """Of the record now."""
    overtaken: Mapping[str, str] = field(default_factory=dict)
    """Field → what somebody else wrote there meanwhile, as typed text; then nothing was saved."""


def groups(database: Database, viewer: Viewer, object_name: str, verb: str = "edit") -> tuple[tuple[Field, ...], ...]:
    """The fields of a form, in groups, as far as the viewer sees and writes them; the first group is the quick form.

    The last one are tags and the company's own fields.
    """
    known = lists.fields(database, viewer, object_name)
    withheld = NOT_EDITABLE | set(getattr(viewer.acting(verb).scope(object_name), "masked", ()))
    wanted = [[known[name] for name in group if name in known] for group in lists.definition(object_name).form]
    wanted.append([each for name, each in known.items() if name == TAGS or name.startswith(PREFIX)])
    shown = [tuple(each for each in group if each.column not in withheld) for group in wanted]
    return tuple(group for group in shown if group)


def may_give(viewer: Viewer, object_name: str, column: str) -> bool:
    """Whether a record may get another value in a field, which for the owner of an account is a right of its own."""
    return (object_name, column) not in REASSIGNED or viewer.may("reassign", object_name)


def read(database: Database, viewer: Viewer, object_name: str, record_id: int) -> Record:
    """A record as a form shows it. Raises NotFound for one that the viewer does not see, NotAllowed for another's."""
    fields = [each for group in groups(database, viewer, object_name) for each in group]
    columns = "".join(f", {sql.identifier(each.column)}" for each in fields)
    text = _statement("read", object=object_name, columns=columns)
    found, own = (
        queries.answer(database, who, f"form of {object_name}", text, {"id": record_id})
        for who in (viewer, viewer.acting("edit"))
    )
    if found.is_empty():
        raise NotFound("There is no {object} {id}.", object=object_name, id=record_id)
    if own.is_empty():
        raise NotAllowed("You may look at this record, but not change it. Ask whose it is.")
    row = found.row(0, named=True)
    zone = queries.clock(database, viewer).zone
    typed = {each.name: as_text(row[each.column], zone) for each in fields}
    return Record(record_id, row["version"], row["is_archived"], typed)


def as_text(value: object, zone: str) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal):
        whole, _, places = f"{value:f}".partition(".")
        return f"{whole}.{places.rstrip('0').ljust(2, '0')}" if places else whole
    return str(value)


def standing_text(each: Field, stands: str | None, zone: str) -> str:
    """What the engine says of a field, as it is typed."""
    if stands is None:
        return ""
    if each.kind == "moment":
        return as_text(datetime.fromisoformat(stands), zone)
    return as_text(Decimal(stands), zone) if each.kind == "number" else stands


def begun(database: Database, viewer: Viewer, object_name: str, given: Mapping[str, str]) -> dict[str, str]:
    """What stands in the form of a new record; `given` are values by field or column: what cannot be is left out."""
    clock = queries.clock(database, viewer)
    known = {
        "own": clock.currency or "",
        "first": next(iter(map(str, stages(database, viewer))), ""),
        "me": "" if viewer.staff_id is None else str(viewer.staff_id),
        "now": as_text(now(), clock.zone),
        "today": clock.today.isoformat(),
    }
    fields = [each for group in groups(database, viewer, object_name, "create") for each in group]
    begins = lists.definition(object_name).begins
    typed = {each.name: known.get(begins.get(each.name, ""), begins.get(each.name, "")) for each in fields}
    told = {each.name: given[name] for each in fields for name in (each.name, each.column) if name in given}
    _, wrong = rules.read(database, object_name, values_of({each.name: each for each in fields}, told, clock.zone))
    return typed | {each.name: told[each.name] for each in fields if each.name in told and each.column not in wrong}


def values_of(fields: Mapping[str, Field], typed: Typed, zone: str) -> dict[str, object]:
    """What was typed, by column; times become those of UTC."""
    return {fields[name].column: _value(fields[name], text, zone) for name, text in typed.items() if name in fields}


def _value(each: Field, text: str, zone: str) -> object:
    if each.kind == "moment" and text:
        try:
            local = datetime.fromisoformat(text)
        except ValueError:
            return text  # the rules say what is wrong with it
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    return text


def save(
    database: Database,
    viewer: Viewer,
    object_name: str,
    record: Record | None,
    values: Mapping[str, object],
    reason: str | None = None,
) -> Saved:
    """Make a record, or give fields of one other values, and what follows from a stage or status.

    `reason` says why an account changes hands. Raises NotAllowed, NotFound, and InvalidRecord, which names the
    `field` where it is of one.
    """
    known = lists.fields(database, viewer, object_name)
    stands = {known[name].column: text or None for name, text in record.typed.items()} if record else {}
    wanted = dict(values) | rules.implied(
        object_name,
        stands,
        values,
        today=queries.clock(database, viewer).today,
        closed=[key for key, stage in stages(database, viewer).items() if stage.is_over],
    )
    if record is None:
        made = records.create(database, viewer, object_name, wanted)
        return Saved(made, _made_by(database, object_name, made), 1)
    written = records.edit_many(database, viewer, object_name, {record.id: record.version}, wanted, reason=reason)
    outcome = written.outcomes[record.id]
    if outcome.version is None:
        raise NotFound("There is no {object} {id}.", object=object_name, id=record.id)
    zone = queries.clock(database, viewer).zone
    by_column = {each.column: each for each in known.values()}
    stood = {
        by_column[name].name: standing_text(by_column[name], stand.value, zone)
        for name, stand in (outcome.stands or {}).items()
        if name in by_column
    }
    return Saved(record.id, written.action_id, outcome.version, stood)


def _made_by(database: Database, object_name: str, record_id: int) -> int:
    with database.cursor() as cursor:
        return int(cursor.value(_statement("made_by"), object=object_name, id=record_id))


# Records to choose from


@dataclass(frozen=True)
class Stage:
    """A step of a pipeline."""

    name: str
    is_over: bool
    """A deal in it is won or lost."""


def stages(database: Database, viewer: Viewer) -> dict[int, Stage]:
    """The stages, in their order."""
    found = queries.query(database, viewer, "record/stages")
    return {key: Stage(name, is_over) for key, name, is_over in found.rows()}


def hits(
    database: Database, viewer: Viewer, object_name: str, text: str, account_id: int | None = None
) -> dict[int, str]:
    """Key → name of the records that a text may mean, those first that begin with it.

    With an account, and no text, those of that account. None for a text of less than two letters.
    """
    wanted = text.strip()
    narrowed = account_id if object_name in OF_ACCOUNT else None
    if len(wanted) < LEAST and narrowed is None:
        return {}
    statement = _statement(
        "hits",
        object=object_name,
        name=sql.identifier(changes.CALLED.get(object_name, "name")),
        detail=DETAILS.get(object_name, "null"),
        narrowed="record.account_id = $account_id" if narrowed is not None else "true",
        stands=f"record.merged_into_{object_name}_id is null" if object_name in MERGEABLE else "true",
    )
    values: dict[str, queries.Value] = {"text": wanted.lower(), "most": HITS}
    if narrowed is not None:
        values["account_id"] = narrowed
    found = queries.answer(database, viewer, f"hits of {object_name}", statement, values)
    return {key: f"{name} · {detail}" if detail else name for key, name, detail in found.rows()}


# Records that may be the same


def alike(
    database: Database, viewer: Viewer, object_name: str, values: Mapping[str, object], but: int | None = None
) -> dict[int, str]:
    """Key → name of the records that may be the same: by name, e-mail or phone as people write them."""
    if object_name not in MERGEABLE:
        return {}
    known = lists.fields(database, viewer, object_name)
    given = {name: str(values.get(name) or "").strip() for name in ("name", "email", "phone") if name in known}
    tests = " or ".join(_statement(f"same_{name}") for name, text in given.items() if text)
    if not tests:
        return {}
    statement = _statement("alike", object=object_name, tests=f"({tests})", detail=DETAILS.get(object_name, "null"))
    bound: dict[str, queries.Value] = {name: text for name, text in given.items() if text}
    found = queries.answer(database, viewer, f"alike {object_name}", statement, bound | {"but": but, "most": HITS})
    return {key: f"{name} · {detail}" if detail else name for key, name, detail in found.rows()}


# Drafts


def draft(database: Database, viewer: Viewer, form: str) -> Draft | None:
    """What the viewer typed into a form and did not save."""
    with database.cursor() as cursor:
        found = cursor.rows(_statement("draft"), user_id=viewer.user_id, form=form, since=now() - KEPT)
    if not found:
        return None
    content, version, kept_at = found[0]
    kept = json.loads(content)
    return Draft(kept["typed"], kept["began"], version, kept_at)


def keep_draft(
    database: Database, user_id: int | None, form: str, typed: Typed, began: Typed, version: int | None
) -> None:
    """Keep what a person typed until it is saved; nothing typed drops it, and so do thirty days for anybody's."""
    if not typed:
        drop_draft(database, user_id, form)
        return
    content = json.dumps({"typed": typed, "began": {name: began.get(name, "") for name in typed}}, ensure_ascii=False)

    def write(cursor: Cursor) -> None:
        cursor.run(_statement("drop_old_drafts"), before=now() - KEPT)
        cursor.run(
            _statement("keep_draft"), user_id=user_id, form=form, content=content, version=version, kept_at=now()
        )

    if user_id is not None:
        database.write(write, touches=["ops.draft"])


def drop_draft(database: Database, user_id: int | None, form: str) -> None:
    """Forget what a person typed."""

    def write(cursor: Cursor) -> None:
        cursor.run(_statement("drop_draft"), user_id=user_id, form=form)

    if user_id is not None:
        database.write(write, touches=["ops.draft"])
