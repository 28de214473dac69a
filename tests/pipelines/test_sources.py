"""Kinds of files besides text and workbooks: archives, Parquet, JSON; and what a load leaves behind."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from crm.db import Database
from crm.errors import BadSource
from pipelines import sources
from pipelines.__main__ import main
from pipelines.load import finish_killed
from pipelines.sources import archive, documents
from pipelines.sources.sheet import Reading, Sheet
from tests.pipelines.conftest import Load, Rows, counts

Read = Callable[[str, bytes], list[Sheet]]
ACCOUNTS = "Account ID,Account\n1,Acme\n2,Bolt\n"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read("a.json", b"…")` gives the sheets of a file."""

    def run(name: str, content: bytes) -> list[Sheet]:
        path = tmp_path / name
        path.write_bytes(content)
        return list(sources.sheets_of(path, name, Reading(tmp_path)))

    return run


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()


def lines(*records: object) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def parquet(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target)
    return target.getvalue()


# Archives


def test_the_files_of_a_zip_are_loaded_under_their_own_names(load: Load, rows: Rows) -> None:
    files = {
        "export/accounts.csv": ACCOUNTS,
        "export/orders.json": '[{"Order number": 7, "Ordered at": "2024-01-05", "Account": "Acme"}]',
        "__MACOSX/export/._accounts.csv": "x",
        ".DS_Store": "x",
        "read me.pdf": "x",
    }
    report = load({"all.zip": zipped(files)})
    assert [(file["file"], counts(report, at)[:2]) for at, file in enumerate(report["files"])] == [
        ("all.zip/export/accounts.csv", (2, 2)), ("all.zip/export/orders.json", (1, 1))
    ]  # fmt: skip
    assert [note["values"] for note in report["files"][0]["notes"]] == [
        {"file": "all.zip", "members": "__MACOSX/export/._accounts.csv, .DS_Store, read me.pdf"}
    ]
    assert rows("select number, name from core.sales_order join core.account on account.id = account_id") == [
        ("7", "Acme")
    ]


def test_what_an_archive_held_is_known_again_however_it_comes(load: Load, rows: Rows, database: Database) -> None:
    load({"all.zip": zipped({"a/accounts.csv": ACCOUNTS, "b/accounts.csv": "Account ID,Account\n3,Cog\n"})})
    before = rows("select * from core.account")
    for name, content in {
        "again.zip": zipped({"accounts.csv": ACCOUNTS, "read.me": "x"}),
        "accounts.csv.gz": gzip.compress(ACCOUNTS.encode()),
        "accounts.csv": ACCOUNTS.encode(),
    }.items():
        assert counts(load({name: content})) == (2, 0, 0, 2, 0, 0)
    assert rows("select * from core.account") == before
    kept = {path.name for path in (database.files / "landing").iterdir()}
    assert kept == {name for (name,) in rows("select kept_as from landing.file")} and len(kept) == 4


def test_a_gz_is_the_file_in_it(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv.gz": gzip.compress("Account\n公司\n".encode("gb18030"))})
    assert report["files"][0]["file"] == "accounts.csv.gz"
    assert rows("select name from core.account") == [("公司",)]


def test_names_in_an_archive_may_be_in_gb18030(read: Read) -> None:
    written = zipped({"客户.csv": ACCOUNTS})
    renamed = written.replace("客户.csv".encode(), "客户xx.csv".encode("gb18030")).replace(b"\x00\x08\x08", b"\0\0\x08")
    assert [sheet.file for sheet in read("all.zip", renamed)] == ["all.zip/客户xx.csv"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.csv": ACCOUNTS, "../b.csv": ACCOUNTS}, r"names a file outside of itself \(../b.csv\)"),
        ({"a/../../b.csv": ACCOUNTS}, "outside of itself"),
        ({"..\\b.csv": ACCOUNTS}, "outside of itself"),
        ({"/etc/b.csv": ACCOUNTS}, "outside of itself"),
        ({"C:\\b.csv": ACCOUNTS}, "outside of itself"),
        ({"b.zip": b""}, "holds another archive"),
        ({"b.csv.gz": b""}, "holds another archive"),
        ({"b.pdf": b""}, "holds no file of a known kind"),
        ({}, "holds no file of a known kind"),
        ({"b.csv": b"a" * (archive.HARMLESS + 1)}, "more than 200 times its own size"),
        ({"b.csv": b""}, "all.zip/b.csv is empty"),
    ],
)
def test_a_zip_that_is_unsafe_or_of_no_use_is_refused(read: Read, files: dict[str, str | bytes], sentence: str) -> None:
    with pytest.raises(BadSource, match=sentence):
        read("all.zip", zipped(files))


def test_an_encrypted_zip_is_refused(read: Read) -> None:
    content = bytearray(zipped({"a.csv": ACCOUNTS}))
    content[content.index(b"PK\x01\x02") + 8] |= archive.ENCRYPTED
    with pytest.raises(BadSource, match=r"a\.csv in all\.zip is encrypted"):
        read("all.zip", bytes(content))


PACKED = gzip.compress(ACCOUNTS.encode(), mtime=0)
ZIPPED = zipped({"a.csv": ACCOUNTS})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", b""),
        ("a.zip", ZIPPED[:-9]),
        ("a.zip", ZIPPED[:40] + b"\xff\xff" + ZIPPED[42:]),
        ("a.csv.gz", b"hello"),
        ("a.csv.gz", PACKED[:-6]),
        ("a.csv.gz", PACKED[:20] + b"\xff\xff" + PACKED[22:]),
    ],
    ids=["empty zip", "cut zip", "broken zip", "no gzip", "cut gzip", "broken gzip"],
)
def test_a_damaged_archive_is_refused(read: Read, name: str, content: bytes) -> None:
    with pytest.raises(BadSource, match="cannot be unpacked"):
        read(name, content)


def test_a_gz_is_not_unpacked_without_end(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSource, match="more than 200 times its own size"):
        read("a.csv.gz", gzip.compress(b"a" * 3 * archive.HARMLESS))
    monkeypatch.setattr(archive, "LARGEST", 10)
    with pytest.raises(BadSource, match="more than"):
        read("a.csv.gz", PACKED)


# Parquet


def test_parquet_of_any_types(read: Read) -> None:
    moment = datetime(2024, 1, 5, 10, 30, 1)
    frame = pl.DataFrame(
        {
            "whole": [1.0, None],
            "float": [2.5, float("nan")],
            "text": ['é, "x"\n', None],
            "day": [date(2024, 1, 5), None],
            "moment": [moment, None],
            "zoned": [moment.replace(tzinfo=UTC), None],
            "time": [time(1, 2), None],
            "span": [timedelta(hours=30), None],
            "money": [Decimal("1.50"), None],
            "flag": [True, None],
            "list": [[1, 2], None],
            "struct": [{"a": 1, "名": "x"}, None],
            "bytes": ["é".encode(), b"\xff"],
            "word": pl.Series(["a", None], dtype=pl.Categorical),
            "nothing": [None, None],
        }
    )
    (sheet,) = read("a.parquet", parquet(frame))
    assert list(sheet.header) == frame.columns and sheet.has_zones
    first, second = sheet.sample
    assert first == [
        "1", "2.5", 'é, "x"\n', "2024-01-05", "2024-01-05 10:30:01.000000", "2024-01-05T10:30:01.000000+00:00",
        "01:02:00", "P1DT6H", "1.50", "true", "[1,2]", '{"a":1,"名":"x"}', "é", "a", "",
    ]  # fmt: skip
    assert [cell for cell in second if cell] == ["\\xff"]


def test_parquet_is_loaded_with_its_types(load: Load, rows: Rows) -> None:
    frame = pl.DataFrame({"Order number": [17850.0, 17851.0], "Ordered at": [datetime(2024, 1, 5, 10, 30)] * 2})
    load({"orders.parquet": parquet(frame)})
    assert rows("select number, ordered_at from core.sales_order order by number") == [
        ("17850", datetime(2024, 1, 5, 10, 30)), ("17851", datetime(2024, 1, 5, 10, 30))
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"hello", parquet(pl.DataFrame({"a": [1, 2]}))[:-20]])
def test_damaged_parquet_is_refused(read: Read, content: bytes) -> None:
    with pytest.raises(BadSource, match="cannot be read as Parquet"):
        read("a.parquet", content)


# JSON


RECORDS: list[dict[str, Any]] = [
    {"id": 1, "name": "é\n", "is": True, "tags": ["a", "文"], "at": {"city": "Rome"}},
    {"id": 2.0, "price": 1.5, "name": None},
    {"id": 12345678901234567890},
]
TABLE = [
    ["1", "é\n", "true", '["a", "文"]', '{"city": "Rome"}', ""],
    ["2", "", "", "", "", "1.5"],
    ["12345678901234567890", "", "", "", "", ""],
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(RECORDS).encode()),
        ("a.json", json.dumps({"count": 3, "next": [], "results": RECORDS}).encode("utf-16")),
        ("a.ndjson", lines(*RECORDS)),
        ("a.jsonl", b"\xef\xbb\xbf\n" + lines(*RECORDS) + b"\n\n"),
        ("a.json", lines(*RECORDS)),
    ],
)
def test_json_is_a_table_of_all_fields(read: Read, name: str, content: bytes) -> None:
    (sheet,) = read(name, content)
    assert sheet.header == ("id", "name", "is", "tags", "at", "price")
    assert sheet.sample == TABLE


def test_one_object_is_one_record(read: Read) -> None:
    (sheet,) = read("a.json", b'{"id": 1, "tags": ["a"]}')
    assert (sheet.header, sheet.sample) == (("id", "tags"), [["1", '["a"]']])


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.json", b" ", "is empty"),
        ("a.json", b"[]", "is empty"),
        ("a.json", b"3", "is no list of records"),
        ("a.json", b"[[1, 2]]", "is no list of records"),
        ("a.json", b'{"x": [{"a": 1}], "y": [{"a": 1}]}', "several lists of records"),
        ("a.json", b'{"a":\n oops}', r"line 2 cannot be understood \(Expecting value\)"),
        ("a.json", b"[" * 100_000, "cannot be read as JSON"),
        ("a.json", b'[{"a": ' + b"1" * 5_000 + b"}]", "cannot be read as JSON"),
        ("a.ndjson", b'{"a": 1}\n[2]\n', "line 2 is no record"),
        ("a.ndjson", b'{"a": 1}\n\n{"a":\n', "line 3 is no record"),
        ("a.ndjson", b'{"a": ' * 100_000, "line 1 is no record"),
    ],
)
def test_what_is_no_table_in_json_says_why(read: Read, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(BadSource, match=sentence):
        read(name, content)


def test_large_json_has_to_come_in_lines(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST", 10)
    with pytest.raises(BadSource, match="Save it as NDJSON"):
        read("a.json", json.dumps(RECORDS).encode())
    assert len(read("a.ndjson", lines(*RECORDS))) == 1


# What a load leaves behind


@pytest.mark.parametrize("content", [ACCOUNTS.encode("utf-16"), b"\xff\xfe1\x00", "Foo\nx\n".encode("utf-16")])
def test_copies_are_gone_after_a_load(load: Load, database: Database, content: bytes) -> None:
    spill = database.files / "spill"
    with suppress(BadSource):
        load({"accounts.csv": content})
    assert list(spill.iterdir()) == []


def test_copies_of_a_killed_load_are_removed(database: Database) -> None:
    left = database.files / "spill" / "load-x"
    left.mkdir()
    (left / "a.csv").write_text("a")
    finish_killed(database)
    assert not left.exists()


def test_what_was_found_out_is_printed(capsys: pytest.CaptureFixture[str], migrated: Path, tmp_path: Path) -> None:
    db = tmp_path / "company.duckdb"
    db.write_bytes(migrated.read_bytes())
    (tmp_path / "accounts.csv").write_bytes("Account;;\n公司;x;\n".encode("gb18030"))
    assert main(["load", str(tmp_path / "accounts.csv"), "--dry-run", "--db", str(db)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert "  Its encoding was found to be GB18030. If texts look wrong, save it in UTF-8." in printed
    assert "  Columns without a name are called column 2, column 3." in printed
