"""What was found out about a file, for people."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Note(NamedTuple):
    """A fact about a file that was found out and is stated."""

    message: str
    """The English sentence, by which its translations are known."""
    values: Mapping[str, Any] = {}
