"""Tags of a record as one text: in alphabetical order, parted by semicolons, so that equal tags are equal texts."""

from collections.abc import Iterable

from crm.errors import InvalidRecord

BETWEEN = "; "
SEPARATORS = ";；,，、\n\r\t"
"""What parts tags where people and files write them, so that none of it is part of one."""
LONGEST = 40
"""Letters of a tag."""


def parted(value: object) -> tuple[str, ...]:
    """The tags that a text or a list of texts names: each once, whatever its case, in alphabetical order.

    Raises InvalidRecord for one that cannot be a tag.
    """
    if value is None:
        return ()
    names = _split(value) if isinstance(value, str) else [named(str(each)) for each in _listed(value)]
    once: dict[str, str] = {}
    for name in names:
        once.setdefault(name.lower(), name)
    return tuple(sorted(once.values()))


def joined(names: Iterable[str]) -> str | None:
    """Tags as a record keeps them; None for none."""
    return BETWEEN.join(parted(list(names))) or None


def named(text: str) -> str:
    """The name of one tag as it is kept. Raises InvalidRecord where it cannot be one."""
    name = " ".join(text.split())
    if not name:
        raise InvalidRecord("A tag needs a name. Write one.")
    if len(name) > LONGEST:
        raise InvalidRecord("{tag} is too long for a tag. Use at most {count} letters.", tag=name, count=LONGEST)
    if any(sign in SEPARATORS for sign in name):
        raise InvalidRecord("{tag} cannot be a tag, as commas and semicolons part one tag from the next.", tag=name)
    if not name.isprintable() and any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in name):
        raise InvalidRecord("{tag} cannot be a tag, as it has signs that nobody sees.", tag=name)
    return name


def _split(text: str) -> list[str]:
    for sign in SEPARATORS[1:]:
        text = text.replace(sign, SEPARATORS[0])
    return [named(part) for part in text.split(SEPARATORS[0]) if part.strip()]


def _listed(value: object) -> Iterable[object]:
    if isinstance(value, list | tuple | set | frozenset):
        return value
    raise InvalidRecord("{tag} cannot be a tag. Write a text.", tag=value)
