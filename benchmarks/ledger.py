"""What people saved, as they were told, against what stands in the file: is there a lost update?

Each change writes a text that no other writes, so that it can be found again wherever it went.
"""

import threading
from dataclasses import dataclass, field
from itertools import count

from benchmarks.visitor import Screen
from crm import sql
from crm.db import Cursor, Database
from crm.settings import ROOT

_statement = sql.room(ROOT / "benchmarks" / "statements")


@dataclass
class Ledger:
    """The texts that were sent, and those of which the page said that they are saved, or that they are not."""

    first_edit: int = 0
    """History before it is none of this ledger's."""
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Text → object and field."""
    saved: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, database: Database) -> "Ledger":
        """An empty one, for what is written into the file from now on."""
        with database.cursor() as cursor:
            return cls(int(cursor.value(_statement("last_edit"))))

    def text(self, object_name: str, field_name: str) -> str:
        """A text to send that was never sent before."""
        with self._lock:
            text = f"+00 {next(self._numbers):07}"
        self.sent[text] = (object_name, field_name)
        return text

    def note(self, text: str, screen: Screen) -> None:
        """What the page says after a text was sent to be saved."""
        if any("saved" in said for said in screen.said("success")):
            self.saved.add(text)
        elif screen.is_asked():
            self.refused.add(text)

    def faults(self, database: Database) -> list[str]:
        """What does not agree, in words; empty where nothing was lost and nothing invented.

        Each text that was saved stands in the history once; none that was refused does. In each field of a record a
        change begins with what the one before it made, and the last is what stands there. Each version of a record
        since has its change.
        """
        with database.cursor() as cursor:
            return [*self._lost(cursor), *self._broken(cursor)]

    def _lost(self, cursor: Cursor) -> list[str]:
        written = cursor.rows(_statement("written"), first=self.first_edit)
        found: dict[str, list[tuple[str, str]]] = {}
        for object_name, field_name, text in written:
            found.setdefault(text, []).append((object_name, field_name))
        return [
            *(f"{text} was saved and is lost" for text in sorted(self.saved - found.keys())),
            *(f"{text} was refused and is written" for text in sorted(self.refused & found.keys())),
            *(f"{text} was never sent" for text in sorted(found.keys() - self.sent.keys())),
            *(
                f"{text} was sent to {self.sent[text]} and went to {places}"
                for text, places in sorted(found.items())
                if text in self.sent and places != [self.sent[text]]
            ),
        ]

    def _broken(self, cursor: Cursor) -> list[str]:
        faults = [
            f"{name} {key}: {field_name} was {last!r} and is changed from {before!r}"
            for name, key, field_name, last, before in cursor.rows(_statement("broken_chains"), first=self.first_edit)
        ]
        for name, field_name in sorted(set(self.sent.values())):
            slots = {"object": name, "field": field_name}
            values = {"first": self.first_edit, "object": name, "field": field_name}
            faults += [
                f"{name} {key}: {field_name} is {stands!r} and the last change made it {after!r}"
                for key, stands, after in cursor.rows(_statement("last_differs", **slots), **values)
            ]
        for name in sorted({name for name, _ in self.sent.values()}):
            faults += [
                f"{name} {key}: is version {version} and has {changes} changes, the last of version {last}"
                for key, version, changes, last in cursor.rows(
                    _statement("versions_differ", object=name), first=self.first_edit, object=name
                )
            ]
        return faults
