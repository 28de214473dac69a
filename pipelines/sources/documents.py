"""JSON and NDJSON: each record an object, whose values become texts; what is nested stays JSON."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from crm.errors import BadSource
from pipelines.sources import cells, encoding, head
from pipelines.sources.encoding import SAMPLE, Encoding
from pipelines.sources.sheet import Reading, Sheet

LARGEST = 256 << 20
"""Bytes of a JSON document, which has to be in memory as a whole."""
Records = Callable[[], Iterator[dict[str, Any]]]


def sheets(path: Path, name: str, reading: Reading) -> Iterator[Sheet]:
    """The records of a JSON document: a list of objects, or an object with one such list in it.

    Raises BadSource where it is neither, or no JSON.
    """
    found = _encoding(path, name)
    if path.stat().st_size > LARGEST:
        raise BadSource(
            "{file} is larger than {limit} MB. Save it as NDJSON, one record a line, with the ending .ndjson.",
            file=name,
            limit=LARGEST >> 20,
        )
    try:
        records = _list_in(json.loads(path.read_text(encoding=found.codec)), name)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            yield from lines(path, name, reading)
            return
        raise BadSource(
            "{file} is no JSON: line {line} cannot be understood ({reason}). Export it anew.",
            file=name,
            line=error.lineno,
            reason=error.msg,
        ) from error
    except (ValueError, RecursionError) as error:  # a wrong letter, a number or a nesting without end
        raise BadSource("{file} cannot be read as JSON. Export it anew in UTF-8.", file=name) from error
    yield _sheet(lambda: iter(records), found, name, reading)


def lines(path: Path, name: str, reading: Reading) -> Iterator[Sheet]:
    """The records of NDJSON, an object a line. Raises BadSource with the line that is none."""
    found = _encoding(path, name)
    yield _sheet(lambda: _of_lines(path, found, name), found, name, reading)


def _encoding(path: Path, name: str) -> Encoding:
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if not start.strip():
        raise BadSource("{file} is empty. There is nothing to load from it.", file=name)
    return encoding.find(path, start, name)


def _list_in(document: Any, name: str) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list) and value]
        objects = [value for value in lists if all(isinstance(item, dict) for item in value)]
        if len(objects) > 1:
            raise BadSource(
                "{file} holds several lists of records. Save each in a file of its own.",
                file=name,
            )
        document = objects[0] if objects else [document]
    if not (isinstance(document, list) and all(isinstance(item, dict) for item in document)):
        raise BadSource(
            "{file} is no list of records. Save it as a list of objects, each with the same fields.", file=name
        )
    return document


def _of_lines(path: Path, found: Encoding, name: str) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        with path.open(encoding=found.codec) as file:
            for line in file:
                number += 1
                if line.strip():
                    record = json.loads(line)
                    if not isinstance(record, dict):
                        raise ValueError("it is no object")
                    yield record
    except (ValueError, RecursionError) as error:  # a wrong letter and wrong JSON are ValueErrors, too
        raise BadSource(
            "{file}: line {line} is no record in JSON. Put one object on each line.",
            file=name,
            line=number + isinstance(error, UnicodeDecodeError),
        ) from error


def _sheet(records: Records, found: Encoding, name: str, reading: Reading) -> Sheet:
    """The records as a table of all fields that any of them has, in the order in which they come."""
    fields = list(dict.fromkeys(field for record in records() for field in record))
    if not fields:
        raise BadSource("{file} is empty. There is nothing to load from it.", file=name)
    names, notes = head.named(fields)
    target = reading.new_file()
    cells.write(_table(names, fields, records()), target)
    return Sheet(file=name, path=target, header=names, notes=(*found.notes, *notes))


def _table(names: tuple[str, ...], fields: list[str], records: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    yield list(names)
    for record in records:
        yield [cells.text(record.get(field)) for field in fields]
