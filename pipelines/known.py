"""Files that need not be read: they were loaded before, and nothing has said otherwise since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from crm import sql
from crm.db import Cursor
from pipelines.layout import Layout, as_json, layout_from_json

statement = sql.room(Path(__file__).parent / "statements" / "landing")
Identity = tuple[str, str, str, str]
"""Digest, sheet, layout and its text, by which a file is known."""


def identity(digest: str, sheet: str | None, layout: Layout) -> Identity:
    """What has to be the same. Records without key would all be new by another layout; the file alone counts then."""
    return digest, sheet or "", layout.name, as_json(layout) if layout.main.key else ""


def followed(layout: Layout) -> frozenset[str]:
    """The objects whose records take what a file says, so that another file can say otherwise.

    Of what is made by the way, only gaps are filled; what has no key is another record if it says something else.
    """
    return frozenset(write.object.name for write in layout.writes if write.key and (write.is_main or write.is_part))


def changes(layout: Layout, is_updated: bool, others: Iterable[str]) -> frozenset[str]:
    """The objects of which a file changed known records: its main one, and of the others those that it leads."""
    return followed(layout) & {*others, *([layout.main.object.name] if is_updated else [])}


@dataclass(frozen=True)
class Loaded:
    """A file in a load that stands."""

    batch_id: int
    position: int
    digest: str
    sheet: str
    name: str
    mapping: str
    source: str
    count_read: int
    count_duplicate: int
    is_updated: bool
    """Records of its main object changed."""
    changed: list[str]
    """Other objects of which records changed."""
    started_at: datetime
    is_whole: bool
    """Everything of it got in, and nothing was taken back since."""

    @property
    def identity(self) -> Identity:
        """By which it is known again."""
        return self.digest, self.sheet, self.name, self.mapping

    @cached_property
    def layout(self) -> Layout:
        """The layout by which it was read."""
        return layout_from_json(self.mapping)

    def is_contradicted(self, other: "Loaded") -> bool:
        """Another file changed what this one had said; or both came at once, and of some records only that counted."""
        if other.source != self.source or other.batch_id < self.batch_id or other.identity == self.identity:
            return False
        if other.batch_id > self.batch_id:
            return bool(followed(self.layout) & changes(other.layout, other.is_updated, other.changed))
        shared = followed(self.layout) & followed(other.layout)
        return bool(shared) and (self.count_duplicate > 0 or shared != {self.layout.main.object.name})


def known(cursor: Cursor, digests: list[str]) -> dict[Identity, int]:
    """Identity → number of records, of the files with these hashes that need not be read.

    A file is read again once a later load that stands changed records of the objects that it writes, a conflict about
    one was accepted, or any load was taken back: it may say otherwise then than what stands.
    """
    loaded = [Loaded(*row) for row in cursor.rows(statement("loaded_files"), digests=digests)]
    latest: dict[Identity, Loaded] = {}
    for one in loaded:
        if one.is_whole and one.digest in digests:
            latest[one.identity] = latest[*one.identity[:3], ""] = one
    accepted: dict[str, datetime] = dict(cursor.rows(statement("accepted"))) if latest else {}
    return {
        name: one.count_read
        for name, one in latest.items()
        if not any(accepted.get(item, one.started_at) > one.started_at for item in followed(one.layout))
        and not any(one.is_contradicted(other) for other in loaded)
    }
