"""Refused records come back as a file that can be mended and loaded again."""

import codecs
import gzip
import io
import zipfile
from decimal import Decimal

import pytest

from crm.db import Database
from crm.errors import NotFound
from pipelines import rejects
from tests.pipelines.conftest import Load, Rows, counts

HEADER = "Account ID,Account,Customer since,Note\n"
ACCOUNTS = (
    HEADER + '1,Acme,2024-01-05,"two\nlines"\n2,,2024-01-06,"a ""note"""\nbroken\n4,Dot,soon,x\n5,Eve,2024-01-07,\n'
)


def test_what_was_refused_stands_under_its_header(load: Load, database: Database) -> None:
    report = load({"accounts.csv": ACCOUNTS})
    assert counts(report) == (5, 2, 0, 0, 0, 3)
    (written,) = rejects.texts(database, report["batch"]).items()
    assert written[0] == "accounts.refused.csv"
    lines = written[1].splitlines()
    assert lines[0] == HEADER.rstrip() + ",pintail_record,pintail_reason"
    assert lines[1].startswith('2,,2024-01-06,"a ""note""",2,Account: missing')
    assert lines[2].startswith("4,Dot,soon,x,4,Customer since: unreadable")
    assert lines[3].startswith("broken,3,broken (")


@pytest.mark.parametrize("kind", ["csv", "gz", "zip", "latin"])
def test_mended_records_load(load: Load, rows: Rows, database: Database, kind: str) -> None:
    files: dict[str, tuple[str, bytes]] = {
        "csv": ("accounts.csv", ACCOUNTS.encode()),
        "gz": ("accounts.csv.gz", gzip.compress(ACCOUNTS.encode())),
        "zip": ("all.zip", _zipped({"in/accounts.csv": ACCOUNTS})),
        "latin": ("accounts.csv", ACCOUNTS.replace("Dot", "Dött").encode("cp1252")),
    }
    name, content = files[kind]
    report = load({name: content})
    (text,) = rejects.texts(database, report["batch"]).values()
    mended = text.replace("2,,", "2,Bolt,").replace("soon", "2024-02-01").partition("broken,")[0]
    assert counts(load({"mended.csv": mended})) == (2, 2, 0, 0, 0, 0)
    found = rows("select name, custom_fields::varchar from core.account order by since_on")
    assert found[1] == ("Bolt", '{"Note":"a \\"note\\""}')
    assert len(found) == 4


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ",", "||"])
def test_of_a_broken_line_only_what_is_broken_has_to_be_mended(load: Load, database: Database, delimiter: str) -> None:
    text = 'Account ID;Account;City;Note\n1;Acme;"Ro"me;x\n2;;Bonn;"a;b"\n3;Dot;Kiel;c\n4;Eve;Oslo\n'.replace(
        ";", delimiter
    )
    report = load({"accounts.csv": text})
    assert counts(report) == (4, 1, 0, 0, 0, 3)
    (written,) = rejects.texts(database, report["batch"]).values()
    mended = written.replace('"Ro"me', "Rome").replace(f"Oslo{delimiter}", f"Oslo{delimiter}d{delimiter}")
    assert counts(load({"mended.csv": mended})) == (3, 2, 0, 0, 0, 1)


def test_an_archive_is_read_by_spreadsheets(load: Load, database: Database) -> None:
    batch = load({"客户.csv": "客户编号,客户名称\n1,\n2,青岛\n"})["batch"]
    with zipfile.ZipFile(io.BytesIO(rejects.archive(database, batch))) as packed:
        assert packed.read("客户.refused.csv").decode("utf-8-sig").startswith("客户编号,客户名称,")
        assert packed.read("客户.refused.csv").startswith(codecs.BOM_UTF8)


PRICES = """Line ID;Order number;SKU;Quantity;Unit price;Date
1;O1;L;1;0,50;31/10/2026
2;O9;L;1;1,234;10/11/2026
3;O1;L;1;1.200,75;01/10/2026
4;O1;L;x;2,5;09/11/2026
"""


def test_mended_records_are_read_as_the_file_was_that_they_came_from(
    load: Load, rows: Rows, database: Database
) -> None:
    load({"products.csv": "SKU,Product\nL,Lamp\n", "orders.csv": "Order number,Order date\nO1,2026-10-01\n"})
    batch = load({"order_lines.csv": PRICES})["batch"]
    (text,) = rejects.texts(database, batch).values()
    again = load({"still.csv": text})["batch"]
    (twice,) = rejects.texts(database, again).values()
    assert twice.splitlines()[0] == text.splitlines()[0]
    assert counts(load({"mended.csv": twice.replace("O9", "O1").replace("x", "7")})) == (2, 2, 0, 0, 0, 0)
    assert rows("select quantity, unit_price, happened_at::date::varchar from core.order_line order by 3") == [
        (1, Decimal("1200.75"), "2026-10-01"),
        (1, Decimal("0.5"), "2026-10-31"),
        (7, Decimal("2.5"), "2026-11-09"),
        (1, Decimal("1.234"), "2026-11-10"),
    ]


@pytest.mark.parametrize("said", ["", "{", "[1]", '{"decimal": ","}', '{"decimal": {"Amount": 7}}'])
def test_a_damaged_word_on_the_form_says_nothing(load: Load, rows: Rows, said: str) -> None:
    quoted = said.replace('"', '""')
    load({"deals.csv": f'Deal ID,Deal,Amount,"pintail_form {quoted}"\n1,A,"1,234",\n'})
    assert rows("select amount from core.opportunity") == [(1234,)]


def test_an_archive_holds_the_file_of_each(load: Load, database: Database) -> None:
    batch = load({"accounts.csv": ACCOUNTS, "more accounts.csv": ACCOUNTS.replace("broken", "worse")})["batch"]
    with zipfile.ZipFile(io.BytesIO(rejects.archive(database, batch))) as packed:
        assert packed.namelist() == ["accounts.refused.csv", "more accounts.refused.csv"]


def test_files_of_one_name_are_numbered(load: Load, database: Database) -> None:
    report = load({"all.zip": _zipped({"d1/accounts.csv": HEADER + "1,,,\n", "d2/Accounts.csv": HEADER + "2,,,\n"})})
    found = rejects.texts(database, report["batch"])
    assert list(found) == ["accounts.refused.csv", "Accounts.refused-2.csv"]
    assert [text.splitlines()[1][0] for text in found.values()] == ["1", "2"]


def test_a_load_without_refused_records_has_no_file(load: Load, database: Database) -> None:
    batch = load({"accounts.csv": HEADER + "1,Acme,,\n"})["batch"]
    for number in (batch, 99):
        with pytest.raises(NotFound):
            rejects.texts(database, number)


def _zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return out.getvalue()
