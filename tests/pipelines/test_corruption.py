"""A good file that was damaged anywhere is refused, or says which of its records did not get in."""

import random
from collections.abc import Callable

import pytest

from crm.db import Database
from crm.errors import BadSource
from tests.pipelines.conftest import Load, Rows

ORDERS = "Order number,Ordered at,Account\n" + "".join(f"S{number},2024-01-05,Acme\n" for number in range(40))
HEADER = "Line ID,Order number,Qty,Price,Sold at"
GOOD = [f"L{number},S{number % 40},{number % 7 + 1},{number}.25,2024-01-05" for number in range(400)]

Damage = Callable[[list[bytes], int], None]


def _cell(number: int, text: bytes) -> Damage:
    """Another text in a cell."""

    def damage(lines: list[bytes], at: int) -> None:
        cells = lines[at].split(b",")
        cells[number] = text
        lines[at] = b",".join(cells)

    return damage


def _insert(text: bytes) -> Damage:
    """A text in the middle of a line."""

    def damage(lines: list[bytes], at: int) -> None:
        middle = lines[at].index(b",") + 1
        lines[at] = lines[at][:middle] + text + lines[at][middle:]

    return damage


def _repeat(lines: list[bytes], at: int) -> None:
    lines.insert(at, lines[at])


def _cut(lines: list[bytes], at: int) -> None:
    del lines[at + 1 :]
    lines[at] = lines[at][: len(lines[at]) - len(b"2024-01-05") - 2]


DAMAGES: dict[str, Damage] = {
    "a letter in a number": _cell(2, b"1O"),
    "no price": _cell(3, b""),
    "no such day": _cell(4, b"2024-13-45"),
    "an order that is not there": _cell(1, b"S999"),
    "a missing cell": _cell(3, b"1,,"),
    "an extra cell": _insert(b","),
    "a quote that never ends": _insert(b'"'),
    "a NUL byte": _insert(b"\x00"),
    "a byte that is no UTF-8": _insert(b"\xff"),
    "a line twice": _repeat,
    "a file cut short": _cut,
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_never_silent(load: Load, rows: Rows, database: Database, kind: str) -> None:
    load({"orders.csv": ORDERS})
    lines = [line.encode() for line in GOOD]
    DAMAGES[kind](lines, random.Random(kind).randrange(10, len(lines) - 10))
    try:
        report = load({"order_lines.csv": b"\n".join([HEADER.encode(), *lines, b""])})
    except BadSource as error:
        assert "order_lines.csv" in str(error)
        assert rows("select count(*) from core.order_line") == [(0,)]
        return
    (file,) = report["files"]
    assert file["rejected"] + file["duplicate"] > 0
    assert rows("select count(*) from core.order_line") == [(file["inserted"],)]
    assert not list((database.files / "spill").iterdir())
