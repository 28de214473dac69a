"""A record as it stood in its file, as far as a viewer may see: through the mapping and the viewer's masks.

A column is seen where all that the mapping makes of it is: a field that is not masked, of the record itself or of one
that the viewer sees as well. What nothing was made of may be anything, so only who sees everything sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm import access, changes
from crm.access import Viewer
from crm.db import Database
from crm.fields import REFERENCES

JOB = "source record"
"""What is registered to read a record of a kept file: of `batch` and `record` it makes what `understood` takes."""
ADDRESSES = frozenset({"email", "phone"})
"""Fields by which a file may also name a record."""


@dataclass(frozen=True)
class Place:
    """Where the mapping sent a column."""

    table: str
    write: str
    """Tells two records of that table apart which the file brings."""
    column: str | None
    """None for the key by which a record is known again."""
    names: str | None = None
    """Table whose record the text names, where it does."""


@dataclass(frozen=True)
class Cell:
    """A column of a file with its text in one record."""

    column: str
    text: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class SourceRecord:
    """A record as it stands in a kept file."""

    file: str
    sheet: str | None
    cells: tuple[Cell, ...]


def understood(found: Mapping[str, Any]) -> SourceRecord:
    """What the job found."""
    cells = (
        Cell(cell["column"], cell["text"], tuple(Place(**place) for place in cell["places"])) for cell in found["cells"]
    )
    return SourceRecord(found["file"], found["sheet"], tuple(cells))


def came_from(database: Database, viewer: Viewer, record: str) -> list[tuple[int, int]]:
    """(load, number in it) of each record of a file that a record came from, the latest first; none of a record that
    the viewer does not see."""
    found = changes.of(database, viewer, record).select("batch_id", "record_number").drop_nulls()
    return found.unique(maintain_order=True).rows()


def shown(database: Database, viewer: Viewer, record: str, source: SourceRecord) -> list[Cell]:
    """The cells that the viewer may see, of one of the source records that the record came from."""
    known = changes.key_of(record)
    if known is None:
        return []
    reach = _reach(database, viewer, *known, source)
    return [cell for cell in source.cells if _is_seen(viewer, cell, reach)]


@dataclass(frozen=True)
class _Reach:
    """Which of the records that a source record speaks of are such that the viewer sees."""

    table: str
    references: frozenset[str]
    """Columns of that table which led to nothing else."""
    objects: frozenset[str]


def _reach(database: Database, viewer: Viewer, table: str, key: int, source: SourceRecord) -> _Reach:
    seen = changes.references_seen(database, viewer, table, key)
    hidden = {REFERENCES[column] for column, is_seen in seen.items() if not is_seen}
    beside = {REFERENCES[column] for column in seen} - hidden
    writes = {place.write for cell in source.cells for place in cell.places if place.table == table}
    own = {table} if len(writes) < 2 else set()  # else it may be any of several
    objects = {name for name, scope in viewer.scopes if scope.everything or name in access.EVERYONE}
    return _Reach(
        table,
        frozenset(column for column, is_seen in seen.items() if is_seen),
        frozenset(objects | set(map(access.object_of, own | beside - {table}))),
    )


def _is_seen(viewer: Viewer, cell: Cell, reach: _Reach) -> bool:
    if not cell.places:
        return viewer.sees_everything
    return all(_is_seen_as(viewer, place, cell.text, reach) for place in cell.places)


def _is_seen_as(viewer: Viewer, place: Place, text: str, reach: _Reach) -> bool:
    """Whether the viewer sees what became of a text at a place."""
    scope = viewer.scope(access.object_of(place.table))
    if scope is None or place.column in scope.masked or access.object_of(place.table) not in reach.objects:
        return False
    if place.names is None:
        return True
    if place.column and not _is_reference_seen(viewer, place.names, place, reach):
        return False
    return not _may_be_hidden_address(viewer, place.names, text)


def _is_reference_seen(viewer: Viewer, named: str, place: Place, reach: _Reach) -> bool:
    """Whether a record that is named is one that the viewer sees."""
    scope = viewer.scope(access.object_of(named))
    if scope is None:
        return False
    is_own = place.table == reach.table and place.column in reach.references
    return is_own or scope.everything or access.object_of(named) in access.EVERYONE


def _may_be_hidden_address(viewer: Viewer, table: str, text: str) -> bool:
    """Whether a text that names a record may be an e-mail or a phone that is withheld from the viewer."""
    scope = viewer.scope(access.object_of(table))
    if access.object_of(table) in access.EVERYONE:
        return False
    if scope is not None and ADDRESSES & set(scope.masked):
        return True
    return "@" in text and any(ADDRESSES & set(each.masked) for _name, each in viewer.scopes)
