"""Texts become typed values; what cannot be one is a reject that says where and why."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from crm.errors import BadSource
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
    "-$5": "-5",
    "€ 12.30": "12.30",
    " 7 ": "7",
    ".5": "0.50",
    "1e3": "1000",
    "0": "0",
    "10.005": "10.01",
    "9999999999999999.99": "9999999999999999.99",
}
NO_MONEY = (
    "12x",
    "1.234,56",
    "1,23",
    "12.3.4",
    "--5",
    "(-5)",
    "nan",
    "inf",
    "1e400",
    "99999999999999999",
    "(",
    "$",
    "１２",
)


def test_money_is_read(load: Load, rows: Rows) -> None:
    load(deals(*MONEY))
    assert amounts(rows) == [D(value) for value in MONEY.values()]


def test_what_is_no_money_is_a_reject(load: Load, rows: Rows) -> None:
    assert counts(load(deals("5", *NO_MONEY))) == (14, 1, 0, 0, 0, 13)
    found = rows("select record_number, column_name, value, reason from landing.reject order by record_number")
    assert found == [(number, "Amount", text, "unreadable") for number, text in enumerate(NO_MONEY, start=2)]


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
        (("01/02/2024", "2024-02-30", "yesterday", "20240105", "45296", "2024"), "unreadable"),
        (("infinity", "-infinity", "99999-01-01", "24-01-05", "2024-01-05 (BC)"), "out_of_range"),
    ],
)
def test_dates_of_several_or_no_meanings_are_rejects(
    load: Load, rows: Rows, texts: tuple[str, ...], reason: str
) -> None:
    load(deals(*texts, column="Close date"))
    found = rows("select record_number, column_name, value, reason from landing.reject order by record_number")
    assert found == [(number, "Close date", text, reason) for number, text in enumerate(texts, start=1)]


@pytest.mark.parametrize("text", ["infinity", "24-01-05"])
def test_dates_that_the_reader_takes_are_looked_at_as_well(load: Load, text: str) -> None:
    report = load({"accounts.csv": f"Account,Customer since\nAcme,{text}\n"})
    assert rejects(report) == [(1, "Customer since", text, "out_of_range", None)]


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
    report = load({"accounts.csv": "Account ID,Account,Kind\n1,Acme,martian\n2,Ann,Person\n3,Bolt,\n"})
    assert rejects(report) == [(1, "Kind", "martian", "unreadable", None)]
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


# Forms of text files


def names(rows: Rows) -> list[str]:
    return [name for (name,) in rows("select name from core.account order by record_number")]


@pytest.mark.parametrize(("delimiter", "quote"), [(",", '"'), (";", '"'), (";", ""), ("\t", ""), ("|", '"')])
def test_delimiters(load: Load, rows: Rows, delimiter: str, quote: str) -> None:
    records = [("Account ID", "Account", "City"), ("1", "Acme", "Rome"), ("2", "Bolt", "Oslo")]
    text = "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in record) + "\n" for record in records)
    assert counts(load({"accounts.csv": text})) == (2, 2, 0, 0, 0, 0)
    assert rows("select name, city from core.account order by batch_id, record_number") == [
        ("Acme", "Rome"),
        ("Bolt", "Oslo"),
    ]


@pytest.mark.parametrize(
    ("end", "mark", "last"), [("\n", "\ufeff", False), ("\r\n", "", True), ("\r\n", "\ufeff", False), ("\r", "", True)]
)
def test_line_ends_and_byte_order_mark(load: Load, rows: Rows, end: str, mark: str, last: bool) -> None:
    text = mark + end.join(["Account,City", "Acme,Rome", "Bolt,Oslo"]) + (end if last else "")
    assert counts(load({"accounts.csv": text})) == (2, 2, 0, 0, 0, 0)
    assert names(rows) == ["Acme", "Bolt"]


def test_quotes_delimiters_and_line_ends_within_quotes(load: Load, rows: Rows) -> None:
    text = (
        'Ticket ID,Subject,Status,Description\n1,"a ""b"", c",open,"two\n'
        'lines"\n2,d,open,"x\r\ny"\n3,e,bogus,z\n4,f,open,""\n'
    )
    report = load({"tickets.csv": text})
    assert rejects(report) == [(3, "Status", "bogus", "unreadable", None)]
    assert rows("select record_number, subject, description from core.ticket order by record_number") == [
        (1, 'a "b", c', "two\nlines"), (2, "d", "x\r\ny"), (4, "f", None)
    ]  # fmt: skip


def test_ragged_records_are_rejects_and_keep_their_place(load: Load, rows: Rows) -> None:
    text = 'Account,City,Phone\nAcme,Rome,1\nshort,\nBolt,Oslo,2\n"q\nr",Bonn,3\nlong,a,b,c\nCog,Bern,4\n'
    report = load({"accounts.csv": text})
    assert counts(report) == (6, 4, 0, 0, 0, 2)
    assert [(reject[0], reject[3], reject[4]) for reject in rejects(report)] == [
        (2, "broken", "missing columns"), (5, "broken", "too many columns")
    ]  # fmt: skip
    assert rejects(report)[0][2].strip() == "short,"
    assert rows("select name, record_number from core.account order by batch_id, record_number") == [
        ("Acme", 1), ("Bolt", 3), ("q\nr", 4), ("Cog", 6)
    ]  # fmt: skip


def test_broken_quotes_are_rejects(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": 'Account,City\nAcme,Rome\n"Bolt"x,Oslo\nCog,Bern\n'})
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert rejects(report)[0][0] == 2 and rejects(report)[0][3] == "broken"
    assert names(rows) == ["Acme", "Cog"]


def test_a_quote_that_never_ends_is_no_silent_loss(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": 'Account,City\nAcme,Rome\n"Bolt,Oslo\nCog,Bern\n'})
    assert counts(report)[1] == 1 and counts(report)[5] >= 1
    assert names(rows) == ["Acme"]


def test_blank_lines_are_no_records(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": "Account,City\nAcme,Rome\n\nBolt,Oslo\n\n"})
    assert counts(report) == (2, 2, 0, 0, 0, 0)
    assert names(rows) == ["Acme", "Bolt"]


def test_a_header_alone_is_a_file_of_no_records(load: Load) -> None:
    assert counts(load({"accounts.csv": "Account,City\n"})) == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\n\nAccount\nAcme\n", "no header"),
        (b"Account,City,City\nAcme,Rome,Rome\n", "column City stands twice"),
        (b"Foo,Bar\n1,2\n", "fit no object"),
        (b'"Account,City\nAcme,Rome\n', "header cannot be read"),
        ("Account\nCafé".encode("latin-1"), "not in UTF-8 (line 2)"),
        ("Account,City\nCafé,Rome\nBolt,Oslo\nCog,Bern\n".encode("latin-1"), "not in UTF-8 (line 2)"),
        ("Account\n公司\n".encode("gb18030"), "not in UTF-8"),
        ("Account\nAcme\n".encode("utf-16"), "no text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(load: Load, rows: Rows, content: bytes, sentence: str) -> None:
    with pytest.raises(BadSource) as raised:
        load({"good.csv": "Account\nAcme\n", "accounts.csv": content})
    assert sentence in str(raised.value) and "accounts.csv" in str(raised.value)
    assert rows("select count(*) from landing.batch") == [(0,)]


def test_other_encodings_far_inside_a_file_are_rejects(load: Load) -> None:
    filler = "".join(f"Company {number},Rome\n" for number in range(70_000))
    assert len(filler) > 1 << 20
    report = load({"accounts.csv": f"Account,City\n{filler}".encode() + "Café,Rome\nZed,Oslo\n".encode("latin-1")})
    assert counts(report) == (70_002, 70_001, 0, 0, 0, 1)
    assert rejects(report)[0][3] == "broken"


def test_columns_of_any_number_and_order(load: Load, rows: Rows) -> None:
    load(
        {"a accounts.csv": "City,Account,Customer ID\nRome,Acme,1\n", "b accounts.csv": "Customer ID,Account\n2,Bolt\n"}
    )
    assert rows("select name, city from core.account order by batch_id, record_number") == [
        ("Acme", "Rome"),
        ("Bolt", None),
    ]
