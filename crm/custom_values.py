"""What custom fields and tags can be: checked where records are written, whoever writes them."""

from collections.abc import Mapping
from pathlib import Path

from crm import sql, tag_text
from crm.db import Cursor
from crm.errors import InvalidRecord

_statement = sql.room(Path(__file__).parent / "statements" / "custom")
PREFIX = "custom_"
"""Of the columns that hold custom fields."""
TAGS = "tags"


def squeezed(text: str) -> str:
    """A word without case, blanks, `_` and `-`: words that agree in this are one, here and in files."""
    return "".join(sign for sign in text.lower() if not sign.isspace() and sign not in "_-")


def checked(cursor: Cursor, object_name: str, values: Mapping[str, object]) -> dict[str, object]:
    """Values as they are kept: tags in order, choices as their words are written.

    Raises InvalidRecord for a field that is put away, a word that is none of a choice, or what cannot be a tag.
    """
    found = dict(values)
    if TAGS in found:
        found[TAGS] = tag_text.joined(tag_text.parted(found[TAGS]))
    custom = [name for name in found if name.startswith(PREFIX)]
    if custom:
        known = {row[0]: row[1:] for row in cursor.rows(_statement("rules"), object=object_name)}
        for name in custom:
            _title, kind, words = _rule(known, object_name, name)
            found[name] = _chosen(name, words, found[name]) if kind == "choice" else _value(found[name])
    return found


def _rule(known: Mapping[str, tuple[str, str, list[str]]], object_name: str, name: str) -> tuple[str, str, list[str]]:
    if name not in known:
        raise InvalidRecord("{object} has no field {field} to edit.", object=object_name, field=name)
    return known[name]


def _value(value: object) -> object:
    return None if value == "" else value


def _chosen(name: str, words: list[str], value: object) -> str | None:
    if value is None or value == "":
        return None
    by_key = {squeezed(word): word for word in words}
    found = by_key.get(squeezed(str(value)))
    if found is None:
        raise InvalidRecord(
            "{field} cannot be {value}. Choose one of: {words}.", field=name, value=value, words=", ".join(words)
        )
    return found
