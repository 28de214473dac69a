"""Tags: words that people and files put on records, to find them again.

A record keeps its tags as one text (see `tag_text`), so each change of them is a change of a field like any other. To
add or remove one is said of the set: two people who add different tags at once lose neither.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from crm import queries, records, sql, tag_text
from crm.access import Viewer, cursor_for
from crm.custom_values import TAGS
from crm.db import Database
from crm.errors import InvalidRecord
from crm.fields import TAGGED
from crm.writing import Written

_statement = sql.room(Path(__file__).parent / "statements" / "tag")


def known(database: Database, viewer: Viewer, object_name: str) -> dict[str, int]:
    """Tag → how many records of an object have it, of those that the viewer sees and that are not put away."""
    if object_name not in TAGGED or TAGS in getattr(viewer.scope(object_name), "masked", (TAGS,)):
        return {}
    text = _statement("known", object=object_name)
    return dict(queries.answer(database, viewer, f"tags of {object_name}", text, {}).rows())


def add(database: Database, viewer: Viewer, object_name: str, ids: Collection[int], tag: str) -> Written:
    """Put a tag on records, as one action, spelled as it is known. Raises NotAllowed and InvalidRecord."""
    spelled = _spelled(database, viewer, object_name, tag)
    return _change(database, viewer, object_name, ids, lambda tags: {*tags, spelled})


def remove(database: Database, viewer: Viewer, object_name: str, ids: Collection[int], tag: str) -> Written:
    """Take a tag off records, as one action. Raises NotAllowed and InvalidRecord."""
    gone = tag_text.named(tag).lower()
    return _change(database, viewer, object_name, ids, lambda tags: {each for each in tags if each.lower() != gone})


def rename(database: Database, viewer: Viewer, object_name: str, tag: str, name: str) -> Written:
    """Call a tag otherwise on all records of an object that the viewer sees, as one action.

    Where there is one of that name already, the two become one. Raises NotAllowed and InvalidRecord.
    """
    old, new = tag_text.named(tag), tag_text.named(name)
    gone = (old.lower(), new.lower())
    ids = _tagged(database, viewer, object_name, old)
    return _change(
        database, viewer, object_name, ids, lambda tags: {new, *(each for each in tags if each.lower() not in gone)}
    )


def drop(database: Database, viewer: Viewer, object_name: str, tag: str) -> Written:
    """Take a tag off all records of an object that the viewer sees, as one action. Raises as `remove` does."""
    return remove(database, viewer, object_name, _tagged(database, viewer, object_name, tag), tag)


def _spelled(database: Database, viewer: Viewer, object_name: str, tag: str) -> str:
    name = tag_text.named(tag)
    return next((each for each in known(database, viewer, object_name) if each.lower() == name.lower()), name)


def _tagged(database: Database, viewer: Viewer, object_name: str, tag: str) -> list[int]:
    _check(viewer, object_name)
    with cursor_for(database, viewer) as cursor:
        return [row[0] for row in cursor.rows(_statement("tagged", object=object_name), tag=tag_text.named(tag))]


def _check(viewer: Viewer, object_name: str) -> None:
    viewer.require("edit", object_name)
    if object_name not in TAGGED:
        raise InvalidRecord("{object} cannot have tags.", object=object_name)


def _change(
    database: Database,
    viewer: Viewer,
    object_name: str,
    ids: Collection[int],
    change: Callable[[tuple[str, ...]], Collection[str]],
) -> Written:
    """Give records other tags. Nobody writes between the look at them and the change, so that none gets lost."""
    _check(viewer, object_name)
    with database.editing():
        with database.cursor() as cursor:
            found = cursor.rows(_statement("tags", object=object_name), ids=list(ids))
        changes = {
            record_id: (version, {TAGS: tag_text.joined(change(tag_text.parted(tags)))})
            for record_id, version, tags in found
        }
        return records.edit_each(database, viewer, object_name, changes)
