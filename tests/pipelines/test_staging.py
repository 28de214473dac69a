"""Texts become typed values; what cannot be one is a reject that says where and why."""

from datetime import date, datetime
from decimal import Decimal
from unittest.mock import ANY

import pytest

from crm.db import Database
from pipelines.raw import read_raw
from pipelines.sources.sheet import Sheet
from tests.pipelines.conftest import Load, Rows, counts, rejects

D = Decimal


def amounts(rows: Rows) -> list[Decimal]:
    return [amount for (amount,) in rows("select amount from core.opportunity order by batch_id, record_number")]


def deals(*values: str, column: str = "Amount") -> dict[str, str]:
    lines = [f'D{number},Deal,Won,"{value}"' for number, value in enumerate(values)]
    return {"opportunities.csv": "\n".join([f"Deal ID,Deal,Stage,{column}", *lines]) + "\n"}


# Money


MONEY = {
    "22700": "22700",
    "$22,700.00": "22700",
    "(1,200)": "-1200",
    "-1,200.50": "-1200.50",
    "$-5": "-5",
    "€ 12.30": "12.30",
    "3.5万": "35000",
    " 7 ": "7",
    ".5": "0.50",
    "1e3": "1000",
    "0": "0",
    "10.005": "10.01",
    "9999999999999999.99": "9999999999999999.99",
}
NO_MONEY = ("12x", "1.234,56", "--5", "inf", "1e400", "99999999999999999")


def test_money_is_read(load: Load, rows: Rows) -> None:
    load(deals(*MONEY))
    assert amounts(rows) == [D(value) for value in MONEY.values()]


def test_what_is_no_money_is_a_reject(load: Load, rows: Rows) -> None:
    assert counts(load(deals("5.00", "6.00", *NO_MONEY))) == (8, 2, 0, 0, 0, 6)
    found = rows("select record_number, column_name, value, reason from landing.reject order by record_number")
    assert found == [(number, "Amount", text, "unreadable") for number, text in enumerate(NO_MONEY, start=3)]


def test_clean_and_dirty_files_give_the_same_values(load: Load, rows: Rows) -> None:
    texts = ["5", "6.50", "1e3", "", "10.005"]
    load(deals(*texts))
    load({"opportunities.csv": deals(*texts, "$8")["opportunities.csv"].replace("\nD", "\nE")})
    values = amounts(rows)
    assert values[:5] == values[5:10] == [D(5), D("6.50"), D(1000), None, D("10.01")]


def test_a_column_that_is_two_fields_is_checked_as_well(load: Load) -> None:
    """The price of the deal's line and its amount are of different types, so that the reader types neither."""
    text = "Deal ID,Deal,Stage,Amount,SKU\nD1,a,Won,12x,P\n"
    report = load({"products.csv": "SKU,Product\nP,Lamp\n", "opportunities.csv": text})
    assert rejects(report, 1) == [(1, "Amount", "12x", "unreadable", None)]


# Dates and times


FIFTH_OF_JANUARY = (
    "2024-01-05", "2024-1-5", "2024/01/05", "2024/1/5 10:30", "5 Jan 2024", "05-Jan-2024", "Jan 5, 2024",
    "2024年1月5日", "2024-01-05 10:00:00", " 2024-01-05 ",
)  # fmt: skip


def test_dates_of_one_meaning_are_read(load: Load, rows: Rows) -> None:
    assert counts(load(deals(*FIFTH_OF_JANUARY, column="Close date")))[1] == len(FIFTH_OF_JANUARY)
    assert rows("select distinct closed_on from core.opportunity") == [(date(2024, 1, 5),)]


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("31/12/026", "2024-02-30", "yesterday", "99999-01-01", "2024-01-05 (BC)", "2024"), "unreadable"),
        (("infinity", "-infinity", "24-01-05", "31/12/26"), "out_of_range"),
    ],
)
def test_what_is_no_date_is_a_reject(load: Load, rows: Rows, texts: tuple[str, ...], reason: str) -> None:
    load(deals(*texts, column="Close date"))
    found = rows("select record_number, column_name, value, reason from landing.reject order by record_number")
    assert found == [(number, "Close date", text, reason) for number, text in enumerate(texts, start=1)]


@pytest.mark.parametrize(
    ("text", "detail"), [("infinity", None), ("24-01-05", "short_year"), ("31/12/26 10:00", "short_year")]
)
def test_dates_that_the_reader_takes_are_looked_at_as_well(load: Load, text: str, detail: str | None) -> None:
    report = load({"accounts.csv": f"Account,Customer since\nAcme,{text}\n"})
    assert rejects(report) == [(1, "Customer since", text, ANY, detail)]


def orders(*moments: str) -> dict[str, str]:
    lines = [f'{number},"{moment}"' for number, moment in enumerate(moments)]
    return {"orders.csv": "\n".join(["Order number,Ordered at", *lines]) + "\n"}


def ordered(rows: Rows) -> list[datetime]:
    return [moment for (moment,) in rows("select ordered_at from core.sales_order order by record_number")]


def test_times_are_those_of_the_company_where_a_mapping_is_silent(load: Load, rows: Rows) -> None:
    rows("update ops.company set time_zone = 'Asia/Shanghai'")
    load(orders("2024-01-05 10:00", "2024-01-05"))
    assert ordered(rows) == [datetime(2024, 1, 5, 2), datetime(2024, 1, 4, 16)]


def test_times_are_those_of_the_mapping(load: Load, rows: Rows) -> None:
    rows("update ops.company set time_zone = 'Asia/Shanghai'")
    layout = """
        source: shop
        zone: Europe/London
        layouts:
          - name: orders
            writes: [{object: sales_order, main: true, key: Order number, fields: {ordered_at: Ordered at}}]
    """
    load(orders("2024-01-05 10:00", "2024-07-05 10:00"), layout=layout)
    assert ordered(rows) == [datetime(2024, 1, 5, 10), datetime(2024, 7, 5, 9)]


def test_a_time_that_says_its_zone_is_in_that(load: Load, rows: Rows) -> None:
    rows("update ops.company set time_zone = 'Asia/Shanghai'")
    said = ("10:00:00Z", "10:00:00+02:00", "10:00:00-0500", "10:00:00.0 UTC", "10:00 Europe/Berlin", "10:00:00")
    load(orders(*(f"2024-01-05 {text}" for text in said)))
    assert [moment.hour for moment in ordered(rows)] == [10, 8, 15, 10, 9, 2]


def test_a_form_of_times_can_be_given(load: Load, rows: Rows) -> None:
    layout = """
        source: shop
        layouts:
          - name: orders
            writes:
              - {object: sales_order, main: true, key: Order number,
                 fields: {ordered_at: {column: Ordered at, format: "%d/%m/%Y %H:%M"}}}
    """
    report = load(orders("01/02/2024 10:00", "13/13/2024 10:00"), layout=layout)
    assert ordered(rows) == [datetime(2024, 2, 1, 10)]
    assert rejects(report) == [(2, "Ordered at", "13/13/2024 10:00", "unreadable", None)]


# Words


def test_words_become_codes(load: Load, rows: Rows) -> None:
    text = "Ticket ID,Subject,Status,Priority\n1,a,Solved,CRITICAL\n2,b,In Progress,normal\n3,c,on_hold,\n"
    load({"tickets.csv": text})
    assert rows("select status, priority from core.ticket order by record_number") == [
        ("resolved", "urgent"), ("open", "medium"), ("pending", None)
    ]  # fmt: skip


def test_a_word_that_nothing_stands_for_is_a_reject(load: Load, rows: Rows) -> None:
    layout = """
        source: shop
        layouts:
          - name: accounts
            writes: [{object: account, main: true, key: Account ID, fields: {name: Account, kind: Kind}}]
    """
    report = load({"a.csv": "Account ID,Account,Kind\n1,Acme,martian\n2,Ann,Person\n3,Bolt,\n"}, layout=layout)
    assert rejects(report) == [(1, "Kind", "martian", "unreadable", "company, person")]
    assert rows("select name, kind from core.account order by batch_id, record_number") == [
        ("Ann", "person"),
        ("Bolt", "company"),
    ]


def test_yes_and_no(load: Load, rows: Rows) -> None:
    lines = "".join(
        f"{number},1,1,1,2024-01-01,{word}\n" for number, word in enumerate(["Yes", "f", "是", "", "maybe"])
    )
    report = load(
        {
            "orders.csv": "Order number,Ordered at\n1,2024-01-01\n",
            "order_lines.csv": "Line ID,Order number,Qty,Price,Sold at,Returned\n" + lines,
        }
    )
    assert rejects(report, 1) == [(5, "Returned", "maybe", "unreadable", None)]
    found = rows("select is_return from core.order_line order by line_key")
    assert found == [(True,), (False,), (True,), (False,)]


WORDS = "Account ID,Account,Country,City\n1,Acme,{first},Rome\n2,Bolt,德国,{second}\n3,Cog,Narnia,Oslo\n"


@pytest.mark.parametrize(("first", "second"), [("USA", "Bonn"), (" U.S. ", "Bonn")], ids=["clean", "to understand"])
def test_countries_have_one_name(load: Load, rows: Rows, first: str, second: str) -> None:
    load({"accounts.csv": WORDS.format(first=first, second=second)})
    found = rows("select country from core.account order by record_number")
    assert found == [("United States",), ("Germany",), ("Narnia",)]


@pytest.mark.parametrize("nothing", ["NULL", "n/a", "-", "无", ""])
def test_a_word_for_nothing_is_nothing(load: Load, rows: Rows, nothing: str) -> None:
    load({"accounts.csv": WORDS.format(first="USA", second=nothing)})
    assert rows("select city from core.account order by record_number") == [("Rome",), (None,), ("Oslo",)]


@pytest.mark.parametrize(
    "text", ["Acme  Ltd", "Acme Ltd ", "\u200bAcme Ltd", "Acme\u00a0Ltd", "Ａｃｍｅ　Ltd", "Acme Ltd\t"]
)
def test_names_are_written_one_way(load: Load, rows: Rows, text: str) -> None:
    load({"accounts.csv": f"Account,City\n{text},Rome\n"})
    assert rows("select name from core.account") == [("Acme Ltd",)]


def test_what_was_decided_about_columns_is_stated(load: Load, rows: Rows) -> None:
    text = 'Deal ID,Deal,Stage,Amount,Close date\n1,a,Won,"1.234,56",31/12/2025\n2,b,Won,2.500,01/02/2026\n'
    report = load({"opportunities.csv": text})
    assert rows("select amount, closed_on from core.opportunity order by record_number") == [
        (D("1234.56"), date(2025, 12, 31)),
        (D("2500"), date(2026, 2, 1)),
    ]
    stated = [(note["message"], note["values"]) for note in report["files"][0]["notes"]]
    assert stated == [
        ("{column}: numbers are read with a comma before the decimals.", {"column": "Amount"}),
        ("{column}: dates are read with the day first.", {"column": "Close date"}),
    ]


def test_a_contact_is_not_lost_for_a_bad_address(load: Load, rows: Rows) -> None:
    text = "Contact ID,Contact,E-mail,Phone\n1,Ann,MAILTO:Ann@Example.com,1.3800138000E+10\n2,Bob,ask Ann,tel:12\n"
    report = load({"contacts.csv": text})
    assert rows("select email, phone from core.contact order by record_number") == [
        ("ann@example.com", "13800138000"),
        ("ask ann", "12"),
    ]
    assert [note["values"] for note in report["files"][0]["notes"]] == [{"column": "E-mail", "count": 1}]


def test_a_number_out_of_its_range_is_a_reject(load: Load, rows: Rows) -> None:
    report = load({"tickets.csv": "Ticket ID,Subject,Status,CSAT\n1,a,open,7\n2,b,open,5\n3,c,open,0\n4,d,open,\n"})
    assert rejects(report) == [(1, "CSAT", "7", "out_of_range", None), (3, "CSAT", "0", "out_of_range", None)]
    assert rows("select satisfaction from core.ticket order by record_number") == [(D(5),), (None,)]


def test_what_is_missing_is_a_reject(load: Load) -> None:
    report = load({"accounts.csv": "Account ID,Account\n,Acme\n2,\n3,Bolt\n"})
    assert counts(report) == (3, 1, 0, 0, 0, 2)
    assert rejects(report) == [
        (1, "Account ID", None, "missing", None), (2, "Account", None, "missing", None)
    ]  # fmt: skip


# Records of broken form


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_have_their_numbers_where_broken_ones_and_blank_lines_stand_together(
    load: Load, rows: Rows, end: str
) -> None:
    lines = [
        "Account,City",
        "A,Rome",
        "",
        "broken",
        "B,Oslo",
        "",
        "",
        "x,y,z",
        '"C',
        "",
        'c",Bonn',
        "D,Bern",
        "",
        "bad",
    ]
    report = load({"accounts.csv": end.join(lines) + end})
    assert counts(report) == (7, 4, 0, 0, 0, 3)
    assert [(number, text) for number, _, text, *_ in rejects(report)] == [(2, "broken"), (4, "x,y,z"), (7, "bad")]
    assert rows("select name[1], record_number from core.account order by record_number") == [
        ("A", 1), ("B", 3), ("C", 5), ("D", 6)
    ]  # fmt: skip


def test_nothing_is_lost_where_the_reader_begins_anew(database: Database) -> None:
    """It reads in stretches of 8,000,000 bytes, and dropped the last one where that began with a broken record."""
    path = database.files / "spill" / "lines.csv"
    path.write_text("a,b\n" + "1,2\n" * 2_000_000 + "broken\n" + "3,4\n" * 10)
    with database.cursor() as cursor:
        broken = read_raw(cursor, Sheet("lines.csv", path, ("a", "b")))
        assert cursor.value("select count(*) from raw") == 2_000_010
    assert broken["position"].to_list() == [2_000_001]


def test_a_clean_looking_file_is_read_to_its_end(load: Load, rows: Rows) -> None:
    """The same of a file that the reader types: its last stretch begins with a record that it would drop."""
    start, good = "Order number,Qty,Price,Sold at\n", "S1,1,1,2024-01-05\n"
    count, rest = divmod(8_000_009 - len(start), len(good))
    first = good.replace("1,1,1", f"1,{'1'.zfill(1 + rest)},1")
    text = start + first + good * (count - 1) + "S1,1\n" + good * 5
    load({"orders.csv": "Order number,Ordered at\nS1,2024-01-05\n"})
    assert text.index("S1,1\n") == 8_000_009
    report = load({"order_lines.csv": text})
    assert (report["files"][0]["read"], report["files"][0]["rejected"]) == (count + 6, 1)
    assert rows("select count(*) from core.order_line") == [(count + 5,)]
