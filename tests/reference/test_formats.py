"""Public collections of difficult files: csv-spectrum against its own JSON, and the examples of csvkit."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.db import Database
from crm.errors import BadSource
from pipelines import landing, sources
from pipelines.load import load
from pipelines.raw import read_raw
from pipelines.sources.sheet import Reading, Sheet

pytestmark = pytest.mark.reference

SPECTRUM = ("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf",
            "quotes_and_newlines", "simple", "simple_crlf", "utf8")  # fmt: skip
"""All files of csv-spectrum."""


def sheets(database: Database, path: Path) -> Iterator[Sheet]:
    """The sheets of a file, which is first brought to where the engine may read it."""
    kept = landing.keep(path, path.name, database.files / "landing")
    return sources.sheets_of(kept.path, path.name, Reading(database.files / "spill"))


def records(database: Database, sheet: Sheet) -> list[dict[str, str]]:
    """The records as the engine reads them, blank for none."""
    with database.cursor() as cursor:
        read_raw(cursor, sheet)
        rows = cursor.rows("select * from raw")
    return [dict(zip(sheet.header, (cell or "" for cell in row), strict=True)) for row in rows]


@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum_equals_its_json(database: Database, reference_data: Path, name: str) -> None:
    folder = reference_data / "csv_spectrum"
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    for path in (folder / "csvs" / f"{name}.csv", folder / "json" / f"{name}.json"):
        (sheet,) = sheets(database, path)
        assert records(database, sheet) == expected


def test_csv_spectrum_is_whole(reference_data: Path) -> None:
    assert {path.stem for path in (reference_data / "csv_spectrum" / "csvs").iterdir()} == set(SPECTRUM)


REFUSED = {
    "empty.csv": "is empty",
    "no_header_row.csv": "has no header",
    "no_header_row2.csv": "has no header",
    "no_header_row3.csv": "has no header",
    "null_byte.csv": "has a zero byte",
}
"""What cannot be read, and why."""


def test_every_example_of_csvkit_is_read_or_says_why(database: Database, reference_data: Path) -> None:
    refused = {}
    for path in sorted((reference_data / "csvkit_examples").iterdir()):
        try:
            for sheet in sheets(database, path):
                assert sheet.header and len(set(sheet.header)) == len(sheet.header)
                records(database, sheet)
        except BadSource as error:
            refused[path.name] = str(error)
            assert path.name in str(error)
    assert refused.keys() == REFUSED.keys()
    assert all(REFUSED[name] in sentence for name, sentence in refused.items())


def test_loading_an_example_of_csvkit_never_ends_otherwise(database: Database, reference_data: Path) -> None:
    """They hold nothing that a CRM has, so that a load ends with a sentence, or with records that fit by chance."""
    for path in sorted((reference_data / "csvkit_examples").iterdir()):
        kept = landing.bring([path], database.files / "landing")
        try:
            report = load(database, kept, is_dry_run=True)
        except BadSource as error:
            assert path.name in str(error)
        else:
            for file in report.files:
                assert file.read == sum(file.counts.values())


ABC = [{"a": "1", "b": "2", "c": "3"}]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dummy.csv", ABC),
        ("dummy.csv.gz", ABC),
        ("dummy.tsv", ABC),
        ("dummy.xls", ABC),
        ("dummy.xlsx", ABC),
        ("sniff_limit.csv", ABC),
        ("optional_quote_characters.csv", ABC),
        ("test_skip_lines.csv", ABC),
        ("mac_newlines.csv", [*ABC, {"a": "Once upon\ra time", "b": "5", "c": "6"}]),
        ("test_latin1.csv", [*ABC, {"a": "4", "b": "5", "c": "©"}]),
        ("test_utf16_big.csv", [*ABC, {"a": "4", "b": "5", "c": "ʤ"}]),
        ("test_utf16_little.csv", [*ABC, {"a": "4", "b": "5", "c": "ʤ"}]),
        ("test_utf8_bom.csv", [{"foo": "1", "bar": "2", "baz": "3"}, {"foo": "4", "bar": "5", "baz": "ʤ"}]),
    ],
)
def test_examples_of_csvkit(
    database: Database, reference_data: Path, name: str, expected: list[dict[str, str]]
) -> None:
    (sheet,) = sheets(database, reference_data / "csvkit_examples" / name)
    assert records(database, sheet) == expected


@pytest.mark.parametrize("name", ["test.xls", "test.xlsx", "sheets.xls", "sheets.xlsx"])
def test_days_of_workbooks_are_those_that_csvkit_has(database: Database, reference_data: Path, name: str) -> None:
    """test.xlsx and sheets.xlsx count days from 1904, the others from 1900."""
    found = [sheet for sheet in sheets(database, reference_data / "csvkit_examples" / name) if "date" in sheet.header]
    days = [(record["date"], record["datetime"]) for record in records(database, found[0])]
    assert days[:3] == [
        ("1971-01-01", "1971-01-01 04:14:00"), ("1948-01-01", "1948-01-01 14:57:13"), ("1920-01-01", "1920-01-01"),
    ]  # fmt: skip
