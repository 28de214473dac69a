"""SQL stands in files, one statement each; this reads, composes and splits them."""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

_QUOTED_OR_COMMENT = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_PARAMETER = re.compile(r"(?<![\w$])\$([a-z_]\w*)", re.IGNORECASE)
_SLOT = re.compile(r"\{([a-z_]+)\}")


@cache
def read(path: Path) -> str:
    """The text of an SQL file."""
    return path.read_text(encoding="utf-8")


def room(folder: Path) -> Callable[..., str]:
    """The statements of a folder by name: `statement("verb", slot=…)` is `verb.sql` with its slots filled."""

    def statement(name: str, /, **slots: str) -> str:
        return compose(read(folder / f"{name}.sql"), **slots)

    return statement


@lru_cache(maxsize=1024)
def parameters(text: str) -> frozenset[str]:
    """Names of the `$parameters` of a statement, outside of literals and comments."""
    return frozenset(_PARAMETER.findall(bare(text)))


def bare(text: str, *, with_names: bool = False) -> str:
    """A statement without literals and comments, and without quoted names but where they are wanted."""
    return _QUOTED_OR_COMMENT.sub(lambda each: each[0] if with_names and each[0][0] == '"' else " ", text)


def compose(text: str, **slots: str) -> str:
    """Fill `{slots}` with SQL that was made of whitelisted identifiers; values never go this way."""
    return _SLOT.sub(lambda slot: slots[slot[1]], text)


def identifier(name: str) -> str:
    """Quote a name, each part of a dotted one for itself."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def literal(text: str) -> str:
    """A text as an SQL literal, for the few places that take no parameter (COMMENT, ATTACH)."""
    return "'" + text.replace("'", "''") + "'"


def statements(script: str) -> Iterator[str]:
    """The statements of a migration, which ends each with a semicolon at a line's end."""
    for statement in re.split(r";[ \t]*(?:--[^\n]*)?\n", script + "\n"):
        if bare(statement).strip():
            yield statement


def comments(script: str) -> Iterator[tuple[str, str | None, str]]:
    """(table, column or None, comment) of each `-- comment` that a migration has beside a definition."""
    table = ""
    for line in script.splitlines():
        code, found, comment = line.partition(" -- ")
        words = code.split()
        if words[:2] == ["create", "table"]:
            table = words[2]
            if found:
                yield table, None, comment.strip()
        elif words[:2] == ["alter", "table"] and found:
            yield words[2], words[5], comment.strip()
        elif found and line.startswith("    ") and table:
            yield table, words[0], comment.strip()
        elif code.startswith(")"):
            table = ""
