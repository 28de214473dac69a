"""Saved views: what a person asks of a list again and again, under a name, for itself or for everybody.

A view keeps an address, not records: who picks a shared one sees its own rows and fields through it. Everybody may
pick what is shared; only its owner or an admin changes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from crm import sql
from crm.access import Viewer
from crm.db import Cursor, Database, now
from crm.errors import InvalidRecord, NotAllowed, NotFound
from crm.list_address import KEYS

_statement = sql.room(Path(__file__).parent / "statements" / "view")
TABLE = "ops.saved_view"
LONGEST = 60
"""Letters of a name."""


@dataclass(frozen=True)
class View:
    """A saved view, as its viewer may pick it."""

    id: int
    name: str
    owner: str | None
    """Who saved it, where that is somebody else."""
    is_shared: bool
    may_change: bool
    address: Mapping[str, str]
    """What it asks for, by the keys of an address."""


def views(database: Database, viewer: Viewer, object_name: str) -> list[View]:
    """The views of a list that the viewer may pick, its own first. Raises NotAllowed."""
    viewer.require("read", object_name)
    found = _known(database, object_name, viewer.user_id, *database.versions((TABLE, "ops.user")))
    return [
        View(
            key,
            name,
            None if user_id == viewer.user_id else owner,
            is_shared,
            _may_change(viewer, user_id, is_shared=is_shared),
            dict(parse_qsl(address)),
        )
        for key, name, user_id, owner, is_shared, address in found
    ]


@lru_cache(maxsize=1024)
def _known(database: Database, object_name: str, user_id: int | None, *_versions: int) -> list[tuple[Any, ...]]:
    """They stay until somebody writes one, or has another name."""
    with database.cursor() as cursor:
        return cursor.rows(_statement("list"), object=object_name, user_id=user_id)


def save(
    database: Database,
    viewer: Viewer,
    object_name: str,
    name: str,
    address: Mapping[str, str],
    *,
    is_shared: bool = False,
) -> int:
    """Keep what is asked of a list under a name; its key. Raises NotAllowed, and InvalidRecord for the name."""
    viewer.require("read", object_name)

    def write(cursor: Cursor) -> int:
        _check_free(cursor, None, object_name, viewer.user_id, _name(name))
        kept = {"object": object_name, "user_id": viewer.user_id, "name": _name(name), "is_shared": is_shared}
        return int(cursor.value(_statement("save"), **kept, address=_text(address), now=now()))

    return database.write(write, touches=[TABLE])


def rename(database: Database, viewer: Viewer, view_id: int, name: str, *, is_shared: bool) -> None:
    """Give a view another name, and say whether it is shared. Raises NotAllowed, NotFound and InvalidRecord."""

    def write(cursor: Cursor) -> None:
        object_name, user_id = _changeable(cursor, viewer, view_id)
        _check_free(cursor, view_id, object_name, user_id, _name(name))
        cursor.run(_statement("rename"), id=view_id, name=_name(name), is_shared=is_shared, now=now())

    database.write(write, touches=[TABLE])


def replace(database: Database, viewer: Viewer, view_id: int, address: Mapping[str, str]) -> None:
    """Let a view ask for something else. Raises NotAllowed and NotFound."""

    def write(cursor: Cursor) -> None:
        _changeable(cursor, viewer, view_id)
        cursor.run(_statement("replace"), id=view_id, address=_text(address), now=now())

    database.write(write, touches=[TABLE])


def delete(database: Database, viewer: Viewer, view_id: int) -> None:
    """Drop a view; what it showed stays. Raises NotAllowed and NotFound."""

    def write(cursor: Cursor) -> None:
        _changeable(cursor, viewer, view_id)
        cursor.run(_statement("delete"), id=view_id)

    database.write(write, touches=[TABLE])


def _may_change(viewer: Viewer, user_id: int | None, *, is_shared: bool) -> bool:
    return viewer.user_id == user_id or (viewer.role == "admin" and is_shared)


def _changeable(cursor: Cursor, viewer: Viewer, view_id: int) -> tuple[str, int | None]:
    """The list of a view and its owner, where the viewer may change it; a view that is not seen is not there."""
    found = cursor.rows(_statement("find"), id=view_id)
    if not found or not (found[0][3] or found[0][2] == viewer.user_id):
        raise NotFound("There is no such view any more. Pick another.")
    object_name, name, user_id, is_shared = found[0]
    if not _may_change(viewer, user_id, is_shared=is_shared):
        raise NotAllowed("Only who saved the view {name}, or an administrator, may change it.", name=name)
    return object_name, user_id


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST:
        raise InvalidRecord("A view needs a name of at most {longest} letters.", longest=LONGEST)
    return name


def _check_free(cursor: Cursor, view_id: int | None, object_name: str, user_id: int | None, name: str) -> None:
    if cursor.value(_statement("is_taken"), id=view_id, object=object_name, user_id=user_id, name=name):
        raise InvalidRecord("There is a view {name} already. Give this one another name, or replace that.", name=name)


def _text(address: Mapping[str, str]) -> str:
    return urlencode({key: address[key] for key in KEYS if address.get(key)})
