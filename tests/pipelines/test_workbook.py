"""Workbooks: several sheets, dates and numbers as cells, formulas as texts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter

from crm.errors import BadSource
from tests.pipelines.conftest import Load, Rows, counts, rejects

D = Decimal


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], since_1904: bool = False) -> bytes:
    """An XLSX with these cells; a text is written as a text, whatever it looks like."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "date_1904": since_1904}
    book = xlsxwriter.Workbook(target, options)
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for name, records in sheets.items():
        sheet = book.add_worksheet(name)
        for row, record in enumerate(records):
            for column, value in enumerate(record):
                if isinstance(value, datetime):
                    sheet.write_datetime(row, column, value, moment)
                elif isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif value is not None:
                    sheet.write(row, column, value)
    book.close()
    return target.getvalue()


ORDERS = [["Order number", "Ordered at"], [1, datetime(2024, 1, 5, 10, 30)], ["A-2", date(2024, 1, 6)]]


def test_sheets_are_loaded_as_files_are(load: Load, rows: Rows) -> None:
    sheets = {
        "Lines": [
            ["Order number", "Qty", "Price", "Sold at"],
            [1, 2, 1.5, date(2024, 1, 5)],
            ["A-2", -1, 3, date(2024, 1, 7)],
        ],
        "Orders": ORDERS,
        "Empty": [],
    }
    report = load({"book.xlsx": workbook(sheets)})
    assert [(file["file"], file["sheet"], file["object"]) for file in report["files"]] == [
        ("book.xlsx", "Lines", "order_line"), ("book.xlsx", "Orders", "sales_order")
    ]  # fmt: skip
    assert [counts(report, position) for position in (0, 1)] == [(2, 2, 0, 0, 0, 0)] * 2
    assert rows("select number, ordered_at from core.sales_order order by number") == [
        ("1", datetime(2024, 1, 5, 10, 30)), ("A-2", datetime(2024, 1, 6))
    ]  # fmt: skip
    assert rows("select quantity, unit_price from core.order_line order by quantity") == [
        (D(-1), D(3)), (D(2), D("1.5"))
    ]  # fmt: skip


def test_the_same_orders_as_csv_are_unchanged(load: Load) -> None:
    load({"orders.xlsx": workbook({"Orders": ORDERS})})
    report = load({"orders.csv": "Order number,Ordered at\n1,2024-01-05 10:30\nA-2,2024-01-06\n"})
    assert counts(report) == (2, 0, 0, 2, 0, 0)


def test_a_known_workbook_is_unchanged_at_once(load: Load) -> None:
    book = workbook({"Orders": ORDERS, "Accounts": [["Account"], ["Acme"]]})
    load({"book.xlsx": book})
    report = load({"book.xlsx": book})
    assert [counts(report, position) for position in (0, 1)] == [(2, 0, 0, 2, 0, 0), (1, 0, 0, 1, 0, 0)]


def test_numbers_dates_and_blanks(load: Load, rows: Rows) -> None:
    records = [
        ["Deal ID", "Deal", "Stage", "Amount", "Close date"],
        [1, "whole", "Won", 22700, date(2024, 1, 5)],
        [None, None, None, None, None],
        [2, "cents", "Won", 0.1, None],
        [3, "text", "Won", "$1,200.50", "2024-01-05"],
        [4, "large", "Won", 123456789012.34, None],
        [5, "wrong", "Won", "12x", None],
    ]
    report = load({"opportunities.xlsx": workbook({"Deals": records})})
    assert counts(report) == (5, 4, 0, 0, 0, 1)
    assert rejects(report) == [(5, "Amount", "12x", "unreadable", None)]
    assert rows("select name, amount, closed_on from core.opportunity order by name") == [
        ("cents", D("0.1"), None), ("large", D("123456789012.34"), None),
        ("text", D("1200.5"), date(2024, 1, 5)), ("whole", D(22700), date(2024, 1, 5)),
    ]  # fmt: skip


def test_days_are_counted_from_1904_where_the_workbook_says_so(load: Load, rows: Rows) -> None:
    load({"orders.xlsx": workbook({"Orders": ORDERS}, since_1904=True)})
    assert rows("select number, ordered_at from core.sales_order order by number") == [
        ("1", datetime(2024, 1, 5, 10, 30)), ("A-2", datetime(2024, 1, 6))
    ]  # fmt: skip


def test_a_title_above_the_header_and_names_that_stand_twice(load: Load, rows: Rows) -> None:
    records = [["Customers of 2024"], [], ["Account", "City", "City", None], ["Acme", "Rome", "Oslo", "x\ry"]]
    report = load({"accounts.xlsx": workbook({"Accounts": records})})
    assert counts(report) == (1, 1, 0, 0, 0, 0)
    assert [note["values"] for note in report["files"][0]["notes"]] == [
        {"count": 1}, {"columns": "column 4"}, {"columns": "City (2)"}
    ]  # fmt: skip
    assert rows("select name, city, custom_fields->>'City (2)', custom_fields->>'column 4' from core.account") == [
        ("Acme", "Rome", "Oslo", "x\ry")
    ]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_formulas_stay_texts(load: Load, rows: Rows, kind: str) -> None:
    texts = ["=1+1", "=cmd|'/c calc'!A1", "+1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "-2+3"]
    if kind == "xlsx":
        content: str | bytes = workbook({"Accounts": [["Account ID", "Account"], *enumerate(texts)]})
    else:
        lines = [f'{number},"{text.replace(chr(34), chr(34) * 2)}"' for number, text in enumerate(texts)]
        content = "\n".join(["Account ID,Account", *lines])
    load({f"accounts.{kind}": content})
    assert [name for (name,) in rows("select name from core.account order by record_number")] == texts


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Account\nAcme\n", "cannot be read as a workbook"),
        (b"PK\x03\x04 broken", "cannot be read as a workbook"),
        (b"", "cannot be read as a workbook"),
        (workbook({"Empty": []}), "is empty"),
        (workbook({"Accounts": [["Acme", date(2024, 1, 5)], ["Bolt", 7], ["Acme", 8]]}), "has no header"),
        (workbook({"Accounts": [["Account"], ["Acme"]], "Notes": [["read me"]]}), "fit no object"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_why(load: Load, content: bytes, sentence: str) -> None:
    with pytest.raises(BadSource, match=sentence):
        load({"book.xlsx": content})


def test_cells_whose_formula_failed_are_refused_with_what_they_show(load: Load, rows: Rows) -> None:
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet("Empty")
    sheet = book.add_worksheet("Deals & more")
    for row, record in enumerate(
        (["Deal ID", "Deal", "Amount", "Note"], ["1", "A"], ["2"], ["3", "C", 5], ["4", "D", 7])
    ):
        sheet.write_row(row + 2, 1, record)
    sheet.write_formula(3, 3, "=1/0", None, "#DIV/0!")
    sheet.write_formula(4, 2, "=NOPE()", None, "#NAME?")
    sheet.write_formula(5, 4, "=A1!B", None, "#REF!")
    sheet.write_formula(6, 4, "=NA()", None, "#N/A")
    book.close()
    report = load({"deals.xlsx": target.getvalue()})
    assert rejects(report) == [
        (1, "Amount", "#DIV/0!", "unreadable", None), (2, "Deal + Deal ID", "#NAME?", "unreadable", None)
    ]  # fmt: skip
    kinds = "#DIV/0!, #N/A, #NAME?, #REF!"
    assert report["files"][0]["notes"][-1]["values"] == {"count": 4, "kinds": kinds}
    assert rows("select name, amount, custom_fields->>'Note' from core.opportunity order by name") == [
        ("C", 5, "#REF!"), ("D", 7, "#N/A")
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["#REF!", "#VALUE!"])
def test_nobody_is_called_as_a_failed_formula(load: Load, text: str) -> None:
    assert rejects(load({"accounts.csv": f"Account,Owner\nAcme,{text}\n"})) == [(1, "Owner", text, "unreadable", None)]
