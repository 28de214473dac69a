"""Cells of a workbook whose formula failed: `#DIV/0!`, `#REF!` and their like, which the reader leaves blank.

An XLSX says them in its XML, from where they are taken; the old XLS does not say them in a form that is read here.
"""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
PIECE = 1 << 20
FAILED = re.compile(rb"""\st=["']e["']""")
"""How the XML says that a cell holds an error."""
PLACE = re.compile(r"([A-Z]+)([0-9]+)")

Failures = Mapping[int, Mapping[int, str]]
"""Row → column, both counted from 0 → what the cell shows."""


def of(path: Path, sheet: str) -> Failures:
    """The failures of a sheet; none where the file is no XLSX."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as book:
        part = _part(book, sheet)
        return _found(book, part) if part and _has_any(book, part) else {}


def _part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The file of a sheet within the workbook."""
    try:
        listed = ElementTree.fromstring(book.read("xl/workbook.xml"))
        related = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    except KeyError:
        return None
    targets = {relation.get("Id"): relation.get("Target", "") for relation in related}
    for entry in listed.iter():
        if entry.tag.endswith("}sheet") and entry.get("name") == sheet:
            target = next((targets.get(value) for key, value in entry.items() if key.endswith("}id")), None)
            name = str(PurePosixPath("xl") / target).lstrip("/") if target else ""
            return name if name in book.namelist() else None
    return None


def _has_any(book: zipfile.ZipFile, part: str) -> bool:
    """A look at the bytes: parsing all of a large sheet would take longer than reading it."""
    with book.open(part) as text:
        before = b""
        while piece := text.read(PIECE):
            if FAILED.search(before + piece):
                return True
            before = piece[-8:]
    return False


def _found(book: zipfile.ZipFile, part: str) -> Failures:
    found: dict[int, dict[int, str]] = {}
    with book.open(part) as text:
        for _, element in ElementTree.iterparse(text):
            if element.tag in (f"{MAIN}c", f"{STRICT}c"):
                value = element.find(element.tag[:-1] + "v")
                place = PLACE.fullmatch(element.get("r", ""))
                if element.get("t") == "e" and place and value is not None and value.text:
                    found.setdefault(int(place[2]) - 1, {})[_column(place[1])] = value.text.strip()
            elif element.tag in (f"{MAIN}row", f"{STRICT}row"):
                element.clear()
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
