"""Columns of texts become values: what is decided over the whole column, and that nothing is read as something else."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.db import Cursor, Database
from pipelines.conventions import Conventions
from pipelines.expressions import Field, manner_of, value_of
from pipelines.layout import Layout, Use

D = Decimal
MONEY = "DECIMAL(18,2)"
Columns = dict[str, Sequence[str | None]]
Read = Callable[..., tuple[list[Any], list[str]]]
quick = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def _read(cursor: Cursor, columns: Columns, kinds: Sequence[str], zone: str | None, layout: Layout, use: Use | None):  # type: ignore[no-untyped-def]
    frame = pl.DataFrame({f"c{index}": list(texts) for index, texts in enumerate(columns.values())})
    with cursor.table("given", frame.cast(pl.String)):
        cursor.run("create or replace temp table raw as select * from given")
    fields = [
        Field(name, use or Use((name,)), kind, manner_of(name, use or Use((name,))), None, None)
        for name, kind in zip(columns, kinds, strict=True)
    ]
    found = Conventions(cursor, fields, layout, tuple(columns))
    values = [
        value_of(field, f"t{index}", found.forms[field.name], found.values, zone) for index, field in enumerate(fields)
    ]
    rows = cursor.rows(f"select {', '.join(values)} from ({found.texts}) order by place", **found.values.bound)
    read = [list(column) for column in zip(*rows, strict=True)]
    return read, [note.message.format(**note.values) for note in found.notes]


@pytest.fixture
def read(database: Database) -> Iterator[Read]:
    """`read(texts, kind)` gives the values of a column called x, and what was stated."""
    with database.cursor() as cursor:

        def column(
            texts: Sequence[str | None], kind: str, name: str = "x", zone: str | None = None,
            use: Use | None = None, **known: Any,
        ) -> tuple[list[Any], list[str]]:  # fmt: skip
            found, notes = _read(cursor, {name: texts}, [kind], zone, Layout("mine", "shop", (), **known), use)
            return found[0], notes

        yield column


@pytest.fixture
def read_all(database: Database) -> Iterator[Read]:
    """`read_all(columns, kinds)` gives the values of several columns of one file, and what was stated."""
    with database.cursor() as cursor:
        yield lambda columns, kinds: _read(cursor, columns, kinds, None, Layout("mine", "shop", ()), None)


# Numbers

NUMBERS = {
    "$22,700.00": "22700",
    "(1,200)": "-1200",
    "($1,200.50)": "-1200.50",
    "1,200-": "-1200",
    "−5": "-5",
    "+$5": "5",
    "-$5": "-5",
    "USD 22 700.00": "22700",
    "22\u00a0700.00": "22700",
    "1'234.50": "1234.50",
    "1’234": "1234",
    "12 eur": "12",
    "HK$12": "12",
    "１２．５": "12.5",
    "￥100": "100",
    "3.5万元": "35000",
    "2亿": "200000000",
    "5千": "5000",
    "3k": "3000",
    "1.2M": "1200000",
    "1.5e3": "1500",
    "1,234,567": "1234567",
}  # fmt: skip
NO_NUMBERS = (
    "--5",
    "(-5)", "(5", "5)", "-5-", "12%", "12x", "12 34", "1,2345.0", "12.3.4", "$5 EUR", "1e3k", "nan", "0x10", "5m",
    "1,23,456", "$", "(", "12 abc",
)  # fmt: skip


def test_numbers_in_many_forms(read: Read) -> None:
    assert read(list(NUMBERS), MONEY)[0] == [D(value) for value in NUMBERS.values()]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_has_no_meaning_or_two_is_no_number(read: Read, text: str) -> None:
    assert read([text, "12.50", "1,000.00"], MONEY)[0] == [None, D("12.50"), D(1000)]


def test_the_comma_before_decimals_is_found_out_and_holds_for_the_column(read: Read) -> None:
    values, notes = read(["1.234,56", "1.234", "22.700 EUR", "12,5", "1.234.567", "1 234,5", "-7", "12.50"], MONEY)
    assert values == [D("1234.56"), D(1234), D(22700), D("12.5"), D(1234567), D("1234.5"), D(-7), None]
    assert notes[1:] == ["x: most numbers have a comma before the decimals. Written otherwise: 1."]


@pytest.mark.parametrize("texts", [("1,234", "2,500"), ("1.234", "2.500"), ("1,234", "-2.500")])
def test_a_column_of_two_meanings_is_read_plainly_and_says_so(read: Read, texts: tuple[str, str]) -> None:
    values, notes = read(texts, "DECIMAL(18,3)")
    assert values == [D(text.replace(",", "")) for text in texts]
    assert notes == [
        "x: 1,234 and 1.234 have two meanings, and no number tells which. Read with a point before the decimals."
    ]


def test_another_column_tells_what_a_column_of_two_meanings_means(read_all: Read) -> None:
    columns = {"x": ["1.234", "2.500"], "y": ["12,50", "3"], "z": ["1,234", "5"]}
    values, notes = read_all(columns, [MONEY] * 3)
    assert values == [[D(1234), D(2500)], [D("12.5"), D(3)], [D("1.23"), D(5)]]
    assert [note.partition(":")[0] for note in notes] == ["x", "y", "z"]


def test_whole_numbers_need_no_word(read: Read) -> None:
    assert read(["5", "12.50", "1e3", "-.5"], MONEY) == ([D(5), D("12.5"), D(1000), D("-0.5")], [])


def test_currencies_beside_numbers_are_stated(read: Read, read_all: Read) -> None:
    notes = read(["$5", "5 EUR", "€1"], MONEY)[1]
    (note,) = notes
    assert note.startswith("x: numbers carry $, EUR, €, which is passed over: neither a column nor a mapping says")
    notes = read_all({"d__amount": ["$5"], "d__currency": ["EUR"]}, [MONEY, "VARCHAR"])[1]
    assert notes == ["d__amount: numbers carry $. Their currency is still that of its column or the mapping."]


def _written(value: Decimal, group: str, decimal: str) -> str:
    return f"{value:,.2f}".translate(str.maketrans({",": group, ".": decimal}))


amounts = st.lists(st.decimals(-9_999_999, 9_999_999, places=2), min_size=1, max_size=8)
styles = st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("\u00a0", ","), ("", ","), ("", ".")])


@quick
@given(amounts, styles, st.sampled_from(["{}", "€{}", "{} EUR", " {} "]))
def test_numbers_written_one_way_read_back(
    read: Read, values: list[Decimal], style: tuple[str, str], form: str
) -> None:
    texts = [form.format(_written(value, *style)) for value in values]
    assert read(texts, MONEY)[0] == values


@quick
@given(amounts, amounts, st.sampled_from([((",", "."), (".", ",")), ((".", ","), (",", "."))]))
def test_no_number_is_read_against_the_column(
    read: Read, most: list[Decimal], few: list[Decimal], styles: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    """Of two ways of writing, the more common holds; what is written in the other is read right or not at all."""
    most = most * (len(few) + 1)
    texts = [_written(value, *styles[0]) for value in most] + [_written(value, *styles[1]) for value in few]
    values = read(texts, MONEY)[0]
    assert values[: len(most)] == most
    assert all(value in (None, right) for value, right in zip(values[len(most) :], few, strict=True))


# Dates

FIFTH = (
    "2024-01-05", "2024-1-5", "2024/01/05", "2024.1.5", "20240105", "2024年1月5日", "2024年一月5日", "5-1月-2024",
    "45296",
    "45296.0", "5 Jan 2024", "05-Jan-2024", "5. January 2024", "Jan 5, 2024", "January 5th, 2024", "2024-Jan-05",
    "Fri, 05 Jan 2024", "2024-01-05T10:00:00Z", "2024/1/5 10:30", "2024年1月5日 星期五", "２０２４-01-05",
    "5 jan, 2024 00:02:00",
)  # fmt: skip


def test_days_in_many_forms(read: Read) -> None:
    assert read(FIFTH, "DATE")[0] == [date(2024, 1, 5)] * len(FIFTH)


def test_days_of_a_spreadsheet_are_stated(read: Read) -> None:
    assert read(["45631.0", "2024-01-05"], "DATE") == (
        [date(2024, 12, 5), date(2024, 1, 5)],
        ["x: numbers read as the days of a spreadsheet: 1."],
    )


MOMENTS = {
    "15 Apr, 2021 00:02:00": datetime(2021, 4, 15, 0, 2),
    "2024/1/5 上午10:30": datetime(2024, 1, 5, 10, 30),
    "2024年1月5日 下午2点05分": datetime(2024, 1, 5, 14, 5),
    "2024-01-05 14时30分15秒": datetime(2024, 1, 5, 14, 30, 15),
    "3/15/2024 2:30 PM": datetime(2024, 3, 15, 14, 30),
    "3/15/2024 12:00:00am": datetime(2024, 3, 15),
    "3/15/2024 2:30 p.m.": datetime(2024, 3, 15, 14, 30),
    "20240105103015": datetime(2024, 1, 5, 10, 30, 15),
    "2024-01-05 10:00:00.123": datetime(2024, 1, 5, 10, 0, 0, 123000),
    "45296.5": datetime(2024, 1, 5, 12),
}


def test_moments_in_many_forms(read: Read) -> None:
    assert read(list(MOMENTS), "TIMESTAMP")[0] == list(MOMENTS.values())


def test_moments_are_those_of_the_zone_unless_they_say_their_own(read: Read) -> None:
    texts = ["5 Jan 2024 10:00", "2024-01-05T10:00:00Z", "5 Jan 2024 10:00 +0200", "2024-01-05 10:00:00 Europe/Berlin"]
    assert [moment.hour for moment in read(texts, "TIMESTAMP", zone="Asia/Shanghai")[0]] == [2, 10, 8, 9]


@pytest.mark.parametrize(
    "text",
    ["2024-01-05 10:00 CST", "2024-01-05 10:00 foo", "2024-01-05 25:00", "2024-01-05 13:00 PM",
     "2024-01-05 晚上12:00", "2024-13-05", "30 Feb 2024", "5 Foo 2024", "202401", "1700000000"],
)  # fmt: skip
def test_what_has_no_meaning_or_two_is_no_moment(read: Read, text: str) -> None:
    assert read([text, "2024-01-01"], "TIMESTAMP")[0] == [None, datetime(2024, 1, 1)]


@pytest.mark.parametrize(("text", "unit"), [("1704450600", "seconds"), ("1704450600000", "milliseconds")])
def test_a_column_of_counts_since_1970(read: Read, text: str, unit: str) -> None:
    values, notes = read([text, None], "TIMESTAMP", zone="Asia/Shanghai")
    assert values == [datetime(2024, 1, 5, 10, 30), None]
    assert notes == [f"x: numbers are read as {unit} since 1970."]
    assert read([text], "DATE", zone="Asia/Shanghai")[0] == [date(2024, 1, 5)]


FIRST = {
    ("31/12/2026", "01/02/2026"): (date(2026, 2, 1), "dates are read with the day first."),
    ("12/31/2026", "01/02/2026"): (date(2026, 1, 2), "dates are read with the month first."),
    ("5/5/2026", "01/02/2026"): (
        date(2026, 1, 2), "no date tells day from month. Read with the month first; a mapping can say otherwise."
    ),
    ("5.5.2026", "01.02.2026"): (
        date(2026, 2, 1), "no date tells day from month. Read with the day first; a mapping can say otherwise."
    ),
}  # fmt: skip


@pytest.mark.parametrize("texts", FIRST)
def test_day_or_month_first_is_decided_over_the_column(read: Read, texts: tuple[str, str]) -> None:
    values, notes = read(texts, "DATE")
    assert (values[1], notes) == (FIRST[texts][0], [f"x: {FIRST[texts][1]}"])


def test_the_majority_holds_where_a_column_is_against_itself(read: Read) -> None:
    values, notes = read(["31/12/2026", "30/11/2026", "12/31/2026", "01/02/2026"], "DATE")
    assert values == [date(2026, 12, 31), date(2026, 11, 30), None, date(2026, 2, 1)]
    assert notes == ["x: most dates have the day first. Written otherwise: 1."]


def test_a_mapping_says_which_stands_first(read: Read) -> None:
    assert read(["01/02/2026"], "DATE", day_first=True) == ([date(2026, 2, 1)], [])
    assert read(["01/13/2026"], "DATE", day_first=True)[0] == [None]


def test_another_column_tells_day_from_month(read_all: Read) -> None:
    values, _ = read_all({"x": ["01/02/2026"], "y": ["31/12/2026"]}, ["DATE", "TIMESTAMP"])
    assert values == [[date(2026, 2, 1)], [datetime(2026, 12, 31)]]


def test_a_given_form_wins(read: Read) -> None:
    assert read(["5/6/24"], "DATE", use=Use(("x",), format="%d/%m/%y"))[0] == [date(2024, 6, 5)]


DATE_STYLES = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%d %b %Y",
    "%B %d, %Y",
    "%Y年%m月%d日",
    "%d-%b-%Y",
    "%Y/%m/%d",
)
days = st.lists(st.dates(date(1950, 1, 1), date(2100, 1, 1)), min_size=1, max_size=8)


@quick
@given(days, st.sampled_from(DATE_STYLES))
def test_days_written_one_way_read_back(read: Read, values: list[date], style: str) -> None:
    values = [*values, date(2024, 1, 31)]
    assert read([value.strftime(style) for value in values], "DATE")[0] == values


@quick
@given(days, days, st.permutations(["%d/%m/%Y", "%m/%d/%Y"]))
def test_no_day_that_tells_its_order_is_read_against_the_column(
    read: Read, most: list[date], few: list[date], styles: list[str]
) -> None:
    most = [*most, *[date(2024, 1, 31)] * (len(few) + 1)]
    few = [day for day in few if day.day > 12]
    texts = [day.strftime(styles[0]) for day in most] + [day.strftime(styles[1]) for day in few]
    assert read(texts, "DATE")[0] == [*most, *[None] * len(few)]


@quick
@given(
    st.integers(0, 2_000_000_000), st.sampled_from(["%Y-%m-%dT%H:%M:%SZ", "%d %b %Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"])
)
def test_moments_written_one_way_read_back(read: Read, seconds: int, style: str) -> None:
    moments = [datetime(1970, 1, 1) + timedelta(seconds=seconds), datetime(2024, 1, 31, 23, 59, 59)]
    assert read([moment.strftime(style) for moment in moments], "TIMESTAMP")[0] == moments


# Words and texts


def test_yes_and_no_in_many_words(read: Read) -> None:
    texts = ["Yes", "否", "TRUE", "N/A", "maybe", "0", "１", "on"]
    assert read(texts, "BOOLEAN")[0] == [True, False, True, None, None, False, True, True]


def test_words_are_known_without_case_width_and_marks(read: Read) -> None:
    use = Use(("x",), words=(("in progress", "open"), ("none", "nothing")), strict=True)
    texts = ["In-Progress", "IN_PROGRESS", "inprogress", "ｉｎ progress", "none", "n/a", "bogus"]
    assert read(texts, "VARCHAR", use=use)[0] == ["open", "open", "open", "open", "nothing", None, None]


def test_words_for_nothing(read: Read) -> None:
    texts = ["NULL", "n/a", "-", "无", "None", "Null", "NA", "Nothing"]
    assert read(texts, "VARCHAR")[0] == [None, None, None, None, None, "Null", "NA", "Nothing"]
    assert read([*texts[:5], "NA", "keine", "5"], MONEY, null_words=("Keine",))[0] == [*[None] * 7, D(5)]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", " Ann \u00a0 Lee\u200b", "Ann Lee"),
        ("name", "ＡＢＣ　１", "ABC 1"),
        ("name", "上海（中国）公司", "上海（中国）公司"),
        ("description", "two  blanks，ＡＢ", "two  blanks，ＡＢ"),
        ("email", "mailto:Ann＠Example.COM", "ann@example.com"),
        ("phone", "Tel: +49  30 １２", "+49 30 12"),
        ("phone", "13800000000.0", "13800000000"),
        ("phone", "1.3812345678E+10", "13812345678"),
        ("phone", "1.38E+10", None),
        ("phone", "1-800-FLOWERS", "1-800-FLOWERS"),
    ],
)
def test_texts_are_standardised_by_what_they_are(read: Read, name: str, text: str, value: str | None) -> None:
    assert read([text], "VARCHAR", name=name)[0] == [value]


@pytest.mark.parametrize(
    "use",
    [
        Use(("x",), constant="none"),
        Use(("x",), before=";"),
        Use(("x",), where=(("x", ("a;b", "b")),)),
        Use((), otherwise=("x",)),
    ],
)
def test_parts_and_conditions(read: Read, use: Use) -> None:
    found = {"constant": ["a;b", "b", None], "before": ["a", "b", None]}
    expected = found["before"] if use.before else found["constant"]
    assert read(["a;b", "B".lower(), None], "VARCHAR", use=use)[0] == expected
