"""Custom fields: columns of core and history that admins make, change and put away while people work.

A field is a real, typed column, so that lists, history, undo, merges, loads and masks know it as any other. What the
schema cannot say of it stands in `ops.custom_field`.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crm import access, history, queries, sql, writing
from crm.access import Viewer
from crm.custom_fields import TABLE, CustomField, of, read
from crm.custom_values import squeezed
from crm.db import Cursor, Database, now
from crm.errors import InvalidRecord, NotFound, WrongUse
from crm.fields import LISTED

_statement = sql.room(Path(__file__).parent / "statements" / "custom")
TYPES = {"text": "varchar", "number": "decimal(24, 6)", "date": "date", "choice": "varchar", "flag": "boolean"}
"""Kind → type of the column."""
MOST = 60
"""Custom fields of an object, those that are put away among them."""
LONGEST_TITLE = 60
LONGEST_CODE = 40
MOST_CHOICES = 200
FEW_WORDS = 12
"""So many different words may be those of a choice."""
RESERVED = ("fields",)
_CODE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Suggestion:
    """A column of files that no field took."""

    name: str
    count_records: int
    kind: str
    """Of a field that could hold its values."""
    choices: tuple[str, ...] = ()


def create(
    database: Database,
    viewer: Viewer,
    object_name: str,
    title: str,
    kind: str,
    *,
    code: str | None = None,
    title_zh: str | None = None,
    choices: Sequence[str] = (),
    is_personal: bool = True,
    source_name: str | None = None,
) -> CustomField:
    """Make a field: a column of core and history, in the views at once. Without `code`, one is made of the title.

    Raises NotAllowed, and InvalidRecord for what such a field cannot be.
    """
    if object_name not in LISTED:
        raise InvalidRecord("{object} cannot have custom fields.", object=object_name)
    viewer.require("admin", object_name)
    if kind not in TYPES:
        raise InvalidRecord("There is no kind {kind}. Choose one of: {kinds}.", kind=kind, kinds=", ".join(TYPES))

    def write(cursor: Cursor) -> CustomField:
        known = read(cursor)
        wanted = CustomField(
            _checked_code(known, code) if code else _free_code(known, object_name, title),
            object_name,
            _checked_title(title),
            _checked_title(title_zh) if title_zh and title_zh.strip() else None,
            kind,
            _checked_choices(choices) if kind == "choice" else (),
            is_personal,
            source_name,
            0,
            is_archived=False,
        )
        _check_room(known, object_name)
        _check_titles(known, wanted)
        _add(cursor, wanted, viewer.user_id)
        return next(each for each in read(cursor) if each.code == wanted.code)

    return _written(database, object_name, write)


def _add(cursor: Cursor, wanted: CustomField, user_id: int | None) -> None:
    said = {name: getattr(wanted, name) for name in ("code", "object", "title", "title_zh", "kind", "is_personal")}
    more = {"choices": list(wanted.choices), "source_name": wanted.source_name, "now": now(), "user_id": user_id}
    cursor.run(_statement("insert"), **said, **more)
    for schema in ("core", "history"):
        table = sql.identifier(f"{schema}.{wanted.object}")
        column = sql.identifier(wanted.column)
        cursor.run(_statement("add_column", table=table, column=column, type=TYPES[wanted.kind]))
    _say(cursor, wanted)
    access.create_views(cursor)


def _say(cursor: Cursor, field: CustomField) -> None:
    """Write the title beside the columns, for who looks at the schema."""
    for schema in ("core", "history"):
        column = sql.identifier(f"{schema}.{field.object}.{field.column}")
        cursor.run(_statement("comment", column=column, comment=sql.literal(field.title)))


def rename(database: Database, viewer: Viewer, code: str, title: str, title_zh: str | None = None) -> CustomField:
    """Call a field otherwise; its code stays. Raises NotAllowed, NotFound and InvalidRecord."""

    def changed(cursor: Cursor, field: CustomField) -> CustomField:
        other = _checked_title(title_zh) if title_zh and title_zh.strip() else None
        named = replace(field, title=_checked_title(title), title_zh=other)
        _check_titles([each for each in read(cursor) if each.code != code], named)
        _say(cursor, named)
        return named

    return _change(database, viewer, code, changed)


def set_choices(database: Database, viewer: Viewer, code: str, choices: Sequence[str]) -> CustomField:
    """Give a choice other words. Raises NotAllowed, NotFound, and InvalidRecord where records hold one that goes."""

    def changed(cursor: Cursor, field: CustomField) -> CustomField:
        if field.kind != "choice":
            raise InvalidRecord("{field} is no choice.", field=field.title)
        words = _checked_choices(choices)
        gone = [word for word in field.choices if word not in words]
        column = sql.identifier(field.column)
        used = cursor.rows(_statement("used_words", column=column, object=field.object), words=gone)
        for word, count in used:
            raise InvalidRecord(
                "{word} stands in records ({count}). Give them another word first, or leave it.", count=count, word=word
            )
        return replace(field, choices=words)

    return _change(database, viewer, code, changed)


def set_personal(database: Database, viewer: Viewer, code: str, is_personal: bool) -> CustomField:
    """Say whether a field is withheld with the custom fields. Raises NotAllowed and NotFound."""
    return _change(database, viewer, code, lambda _cursor, field: replace(field, is_personal=is_personal))


def archive(database: Database, viewer: Viewer, code: str) -> CustomField:
    """Put a field away: nobody sees it, and its values stay. Raises NotAllowed and NotFound."""
    return _change(database, viewer, code, lambda _cursor, field: replace(field, is_archived=True))


def restore(database: Database, viewer: Viewer, code: str) -> CustomField:
    """Bring a field back with its values. Raises NotAllowed, NotFound, and InvalidRecord for a title that is taken."""

    def changed(cursor: Cursor, field: CustomField) -> CustomField:
        _check_titles([each for each in read(cursor) if each.code != code], field)
        return replace(field, is_archived=False)

    return _change(database, viewer, code, changed)


def _change(
    database: Database, viewer: Viewer, code: str, changed: Callable[[Cursor, CustomField], CustomField]
) -> CustomField:
    field = _named(of(database, with_archived=True), code)
    viewer.require("admin", field.object)

    def write(cursor: Cursor) -> CustomField:
        said = changed(cursor, _named(read(cursor), code))
        names = ("code", "title", "title_zh", "is_personal", "is_archived")
        values = {name: getattr(said, name) for name in names} | {"choices": list(said.choices) or None}
        cursor.run(_statement("update"), **values, now=now())
        access.create_views(cursor)
        return said

    return _written(database, field.object, write)


def _written(database: Database, object_name: str, write: Callable[[Cursor], CustomField]) -> CustomField:
    """Nobody changes records meanwhile, and what was read of them is read anew."""
    with database.editing():
        return database.write(write, touches=[TABLE, f"core.{object_name}", f"history.{object_name}"])


def _named(known: Collection[CustomField], code: str) -> CustomField:
    for each in known:
        if each.code == code:
            return each
    raise NotFound("There is no custom field {code}.", code=code)


# What a field can be


def _checked_title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise InvalidRecord("A field needs a title. Write one.")
    if len(title) > LONGEST_TITLE:
        raise InvalidRecord("A title has at most {count} letters. Use fewer.", count=LONGEST_TITLE)
    if not title.isprintable():
        raise InvalidRecord("{title} has signs that nobody sees. Write it anew.", title=title)
    return title


def _check_titles(known: Collection[CustomField], wanted: CustomField) -> None:
    taken = {
        squeezed(name)
        for each in known
        if each.object == wanted.object and not each.is_archived
        for name in _titles(each)
    }
    for name in _titles(wanted):
        if squeezed(name) in taken:
            raise InvalidRecord("There is a field {title} already. Choose another title.", title=name)


def _titles(field: CustomField) -> tuple[str, ...]:
    return tuple(filter(None, (field.title, field.title_zh)))


def _check_room(known: Collection[CustomField], object_name: str) -> None:
    if sum(each.object == object_name for each in known) >= MOST:
        raise InvalidRecord(
            "{object} has {count} custom fields, which is as many as there can be. Use one that is put away.",
            object=object_name,
            count=MOST,
        )


def _checked_code(known: Collection[CustomField], code: str) -> str:
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise InvalidRecord(
            "{code} is no code. Use at most {count} small letters, digits and _, with a letter first.",
            code=code,
            count=LONGEST_CODE,
        )
    if code in RESERVED or code.endswith("_id"):
        raise InvalidRecord("{code} is a name that Pintail uses itself. Choose another one.", code=code)
    for each in known:
        if each.code == code:
            raise InvalidRecord(
                "The code {code} belongs to the field {title}. Choose another one.", code=code, title=each.title
            )
    return code


def _free_code(known: Collection[CustomField], object_name: str, title: str) -> str:
    """A code that says the title, where that is in Latin letters, and that nobody has."""
    said = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[: LONGEST_CODE - len(object_name) - 4]
    said = said.strip("_").removesuffix("_id")
    stem = said if _CODE.fullmatch(said) and said not in RESERVED else "field"
    taken = {each.code for each in known}
    names = [stem, f"{object_name}_{stem}", *(f"{object_name}_{stem}_{number}" for number in range(2, MOST + 2))]
    return next(name for name in names if name not in taken)


def _checked_choices(words: Sequence[str]) -> tuple[str, ...]:
    found = [_checked_title(word) for word in words if word.strip()]
    if not found:
        raise InvalidRecord("A choice needs words to choose among. Write at least one.")
    if len(found) > MOST_CHOICES:
        raise InvalidRecord("A choice has at most {count} words. Use a text instead.", count=MOST_CHOICES)
    keys: dict[str, str] = {}
    for word in found:
        if keys.setdefault(squeezed(word), word) != word or found.count(word) > 1:
            raise InvalidRecord("{word} stands there twice. Leave it once.", word=word)
    return tuple(found)


# What files had brought


def suggestions(database: Database, viewer: Viewer, object_name: str) -> list[Suggestion]:
    """The columns of files that no field took and none was made of, with the most records first."""
    viewer.require("admin", object_name)
    with database.cursor() as cursor:
        if "custom_fields" not in dict(cursor.rows(writing.statement("columns"), object=object_name)):
            return []
    text = _statement("of_files", object=object_name)
    found = queries.answer(database, viewer, f"columns of files of {object_name}", text, {}).iter_rows(named=True)
    taken = {squeezed(name) for each in of(database, object_name) for name in (*_titles(each), each.source_name or "")}
    return [_suggested(row) for row in found if squeezed(row["name"]) not in taken]


def _suggested(row: Mapping[str, Any]) -> Suggestion:
    for kind, test in (("flag", "are_flags"), ("number", "are_numbers"), ("date", "are_dates")):
        if row[test]:
            return Suggestion(row["name"], row["count_records"], kind)
    is_choice = row["count_words"] <= FEW_WORDS and row["count_words"] * 2 <= row["count_records"]
    if is_choice and all(len(word) <= LONGEST_TITLE for word in row["words"]):
        return Suggestion(row["name"], row["count_records"], "choice", tuple(row["words"]))
    return Suggestion(row["name"], row["count_records"], "text")


def take_over(database: Database, viewer: Viewer, code: str) -> tuple[int | None, int]:
    """Give records what files had brought for a field before it was there, as one action.

    (action, records): what cannot be such a value is left, as is a record that has a value by now; no action where
    nothing is left to do. It is no person's own word, so loads write over it. Raises NotAllowed, NotFound and WrongUse.
    """
    field = _named(of(database), code)
    viewer.require("admin", field.object)
    viewer.require("edit", field.object)
    if field.source_name is None:
        raise WrongUse("No column of files belongs to {field}.", field=field.title)
    values = {"source_name": field.source_name} | ({"choices": list(field.choices)} if field.kind == "choice" else {})
    slots = {"object": field.object, "column": sql.identifier(field.column)}

    def write(cursor: Cursor) -> tuple[int | None, int]:
        text = _statement("create_difference", **slots | {"column": field.column}, value=_statement(f"as_{field.kind}"))
        cursor.run(text, **values)
        ids = [row[0] for row in cursor.rows(writing.statement("changed"))]
        if not ids:
            return None, 0
        author = {"now": now(), "user_id": viewer.user_id}
        action_id = history.begin(cursor, "edit", field.object, ids[0], user_id=viewer.user_id)
        cursor.run(_statement("take_over", **slots, type=TYPES[field.kind]), **author)
        cursor.run(writing.statement("keep_edits", object=field.object), **author, is_held=False, action_id=action_id)
        return action_id, len(ids)

    with database.editing():
        return database.write(write, touches=writing.touches(field.object))
