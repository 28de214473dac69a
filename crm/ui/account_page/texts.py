"""What people and files wrote, in a line of the page: safe in markdown, short, and in its own direction."""

from crm.ui import words

FIRST_STRONG, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
SHORT, LONG = 80, 300


def line(text: object, longest: int = SHORT) -> str:
    """A text on one line of markdown; one that reads from right to left does not turn what stands around it."""
    plain = " ".join(str(text).split())
    if len(plain) > longest:
        plain = plain[: longest - 1].rstrip() + "…"
    return f"{FIRST_STRONG}{words.escaped(plain)}{POP}" if plain else ""


def joined(*parts: str | None) -> str:
    """Parts of a line, those that are there."""
    return " · ".join(part for part in parts if part)
