"""Columns of files that fill the custom fields of this company: those that are called as a field is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from crm.custom_fields import CustomField
from pipelines.expressions import word_key
from pipelines.layout import Layout, Use
from pipelines.words import normal


def with_custom_fields(
    layout: Layout, known: Sequence[CustomField], header: Sequence[str], sample: Sequence[Sequence[str]]
) -> Layout:
    """The layout whose columns that nothing is made of fill the custom fields which they are called after.

    What a person said of the columns stays.
    """
    if not (layout.is_automatic or layout.keeps_rest):
        return layout
    fields = [each for each in known if each.object == layout.main.object.name and not each.is_archived]
    taken = dict(_taken(layout, fields, header, sample))
    if not taken:
        return layout
    uses = {field: Use((column,)) for field, column in taken.items() if field not in layout.main.fields}
    gone = set(taken.values())
    writes = tuple(
        replace(write, fields={**write.fields, **uses}) if write.is_main else write for write in layout.writes
    )
    return replace(
        layout,
        writes=writes,
        custom=tuple(name for name in layout.custom if name not in gone),
        ignored=tuple(name for name in layout.ignored if name not in gone),
    )


def _taken(
    layout: Layout, fields: Sequence[CustomField], header: Sequence[str], sample: Sequence[Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """(column of core, column of the file); of two columns for one field, the first."""
    read = {column for write in layout.writes for use in write.uses.values() for column in use.reads}
    free = [name for name in header if name and name in {*layout.custom, *layout.ignored} - read]
    for field in fields:
        called = {normal(name) for name in _names(field)}
        for name in free:
            if normal(name) in called and _can_be(field, name, header, sample):
                yield field.column, name
                break


def _names(field: CustomField) -> Iterator[str]:
    yield from filter(None, (field.code, field.column, field.title, field.title_zh, field.source_name))


def _can_be(field: CustomField, name: str, header: Sequence[str], sample: Sequence[Sequence[str]]) -> bool:
    """Whether some of a column's words are those of a choice; other kinds say themselves what they refuse."""
    place = list(header).index(name)
    said = {word_key(record[place]) for record in sample if place < len(record) and (record[place] or "").strip()}
    return field.kind != "choice" or not said or not said.isdisjoint(map(word_key, field.choices))


def words_of(choices: Sequence[str]) -> dict[str, str]:
    """Word as files may write it → word of a choice."""
    return {word: word for word in choices} | {word.lower().replace("_", " "): word for word in choices}


Choices = Mapping[tuple[str, str], Sequence[str]]
"""(object, column) → the words of which a field is one."""
