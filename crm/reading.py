"""Which tables and columns does a statement read? An answer stays true until one of them is written.

No parser: the words of a statement are held against the views that it names. Where it is not clear to what a word
belongs it counts for every table, so that an answer may be thought outdated that is not, and never the other way
around. Statements read `visible.*` alone.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from crm import access, sql

_VISIBLE = re.compile(r'\bvisible"?\."?(\w+)', re.IGNORECASE)
_CALLED = re.compile(r'\bvisible"?\."?(\w+)"?(?:\s+(?:as\s+)?"?(\w+)"?)?')
"""A view and the name by which the statement calls it."""
_MADE = re.compile(r"\b(\w+)\s+as\s+(?:(?:not\s+)?materialized\s+)?\(|\)\s*as\s+(\w+)")
"""The name of a subquery."""
_WORD = re.compile(r'(?:"?(\w+)"?\.)?"?(\w+)"?')
"""A name, and before it that of what it belongs to."""
_STAR = re.compile(r"(?:\bselect|[,.])\s*\*")
"""All columns; not the star of count(*) or of a product."""
_WHOLE = re.compile(r"\bdistinct\b(?!\s+from\b)|\b(?:union|except|intersect)\b|\bby\s+all\b")
"""What goes by all columns of a subquery, be they named or not."""
_UNNAMED = re.compile(r"\b(?:columns\s*\(|natural\b|pivot\b|unpivot\b|(?:all|union)\s+from\b)")
"""Where columns are read that nobody names."""
_RENAMED = re.compile(r"\w\s*\(\)\s*as\s*\(\)|\)\s*as\s+\w+\s*\(\)")
"""Columns of a subquery that get other names."""


@lru_cache(maxsize=1024)
def parts_of(text: str) -> tuple[tuple[str, frozenset[str] | None], ...]:
    """The tables behind the views that a statement reads, each with the columns on which its answer may depend.

    With them are those that tell whose a row is. None stands for all columns.
    """
    named = sql.bare(text, with_names=True).lower()
    levels = list(_levels(sql.bare(text).lower()))
    stars = [own for own in levels if _STAR.search(own)]
    words = _words_by_table(named, is_starred=bool(stars))
    is_whole = (
        _UNNAMED.search(named)
        or any(own.strip().startswith("from") for own in levels)
        or (stars and (_STAR.search(levels[-1]) or any(_WHOLE.search(own) for own in stars) or _is_renamed(levels)))
    )
    return tuple((table, None if is_whole else access.DECIDING | own) for table, own in words.items())


def tables_of(text: str) -> tuple[str, ...]:
    """The tables behind the views that a statement reads."""
    return tuple(table for table, _columns in parts_of(text))


@lru_cache(maxsize=1024)
def is_personal(text: str) -> bool:
    """Whether a statement reads a view that shows people what they did themselves."""
    return any((view.name or "") in _views_of(text) for view in access.VIEWS if view.of_actions)


def _views_of(text: str) -> set[str]:
    return {name.lower() for name in _VISIBLE.findall(text)}


@cache
def _tables_by_view() -> Mapping[str, tuple[str, ...]]:
    return {view.name or view.table.partition(".")[2]: access.tables_behind(view) for view in access.VIEWS}


def _levels(text: str) -> Iterator[str]:
    """What stands in each pair of parentheses but in others within it; the last is what stands in none."""
    open_ones: list[list[str]] = [[]]
    for piece in re.split(r"([()])", text):
        if piece == "(":
            open_ones.append([])
        elif piece == ")" and len(open_ones) > 1:
            yield "".join(open_ones.pop())
            open_ones[-1].append("()")
        else:
            open_ones[-1].append(piece)
    yield "".join(open_ones[0])


def _is_renamed(levels: list[str]) -> bool:
    return any(_RENAMED.search(own) for own in levels)


def _words_by_table(text: str, *, is_starred: bool) -> Mapping[str, frozenset[str]]:
    """Table → words that may name a column of it.

    What a subquery is made of has its name where it is made, but for the columns that a star lets through.
    """
    tables = {view: _tables_by_view()[view] for view in _views_of(text)}
    called: dict[str, set[str]] = {}
    for view, alias in _CALLED.findall(text):
        for name in {view, alias} - {""}:
            called.setdefault(name, set()).update(tables[view])
    made = {name for pair in _MADE.findall(text) for name in pair}
    if is_starred:  # what a subquery lets through has its name outside of it alone, also where it is called as a view
        called, made = {name: behind for name, behind in called.items() if name not in made}, set()
    made -= called.keys() | {""}
    words: dict[str, set[str]] = {table: set() for behind in tables.values() for table in behind}
    for prefix, word in _WORD.findall(text):
        if prefix in made or prefix == "visible":
            continue
        for table in called.get(prefix, words):
            words[table] |= {word} if prefix in called else {prefix, word}
    return {
        table: frozenset(each | {"archived_at"} if "is_archived" in each else each)
        for table, each in sorted(words.items())
    }
