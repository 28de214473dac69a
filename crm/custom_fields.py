"""Which custom fields there are, and what they are called: asked by whatever shows or writes records."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crm import sql
from crm.custom_values import PREFIX
from crm.db import Cursor, Database

_statement = sql.room(Path(__file__).parent / "statements" / "custom")
TABLE = "ops.custom_field"


@dataclass(frozen=True)
class CustomField:
    """A field that an admin made."""

    code: str
    """Unique over all objects."""
    object: str
    title: str
    title_zh: str | None
    kind: str
    """text, number, date, choice or flag."""
    choices: tuple[str, ...]
    is_personal: bool
    """Withheld from the roles from which custom fields are withheld."""
    source_name: str | None
    """Column of files that fills it besides those that are called as it is."""
    position: int
    is_archived: bool

    @property
    def column(self) -> str:
        """The column that holds it."""
        return PREFIX + self.code

    def called(self, language: str) -> str:
        """Its title in a language."""
        return (self.title_zh if language.startswith("zh") else None) or self.title


def of(database: Database, object_name: str | None = None, *, with_archived: bool = False) -> list[CustomField]:
    """The custom fields of an object, or of all, in their order."""
    return [
        each
        for each in _all(database, *database.versions((TABLE,)))
        if object_name in (None, each.object) and (with_archived or not each.is_archived)
    ]


@lru_cache(maxsize=16)
def _all(database: Database, _version: int) -> tuple[CustomField, ...]:
    with database.cursor() as cursor:
        return tuple(read(cursor))


def read(cursor: Cursor) -> list[CustomField]:
    """All custom fields, as a cursor sees them."""
    return [
        CustomField(**row | {"choices": tuple(row["choices"])})
        for row in cursor.frame(_statement("all")).iter_rows(named=True)
    ]


def title(database: Database, column: str, language: str) -> str | None:
    """What the field of a column is called; None for a column that no admin made."""
    found = _of_column(database, column)
    return found.called(language) if found else None


def kind(database: Database, column: str) -> str | None:
    """What the field of a column holds; None for a column that no admin made."""
    found = _of_column(database, column)
    return found.kind if found else None


def _of_column(database: Database, column: str) -> CustomField | None:
    if not column.startswith(PREFIX):
        return None
    return next((each for each in of(database, with_archived=True) if each.column == column), None)


def choices(database: Database, object_name: str) -> dict[str, tuple[str, ...]]:
    """Column → the words of which it is one, of the choices among the custom fields of an object."""
    return {each.column: each.choices for each in of(database, object_name) if each.kind == "choice"}


# Making and changing
