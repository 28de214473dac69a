"""Order lines: with and without keys, again in other bytes, changed, refused."""

import random
from datetime import datetime
from decimal import Decimal

import pytest

from crm.db import Database
from pipelines import staging
from pipelines.undo import undo
from tests.pipelines.conftest import Load, Rows, counts, notes, rejects

D = Decimal
ORDERS = "Order number,Ordered at,Account\n1,2024-01-01,Acme\n2,2024-01-02,Bolt\n"
PRODUCTS = "SKU,Product\nL,Lamp\nC,Chair\n"
KEYED = "Line ID,Order number,SKU,Qty,Price,Sold at\n"
KEYLESS = "Order number,SKU,Qty,Price,Sold at\n"
BUSINESS = """
    select sale.number, product.sku, quantity, unit_price, is_return, is_possible_repeat
    from core.order_line as line
    join core.sales_order as sale on sale.id = line.order_id
    left join core.product as product on product.id = line.product_id
    order by all
"""


@pytest.fixture(autouse=True)
def orders(load: Load) -> None:
    load({"orders.csv": ORDERS, "products.csv": PRODUCTS})


def test_lines_are_written_with_what_they_name(load: Load, rows: Rows) -> None:
    report = load({"order_lines.csv": KEYED + "a,1,L,2,1.255,2024-01-01 10:00\nb,2,,-1,3,2024-01-03\n"})
    assert counts(report) == (2, 2, 0, 0, 0, 0)
    assert rows(BUSINESS) == [
        ("1", "L", D(2), D("1.255"), False, False),
        ("2", None, D(-1), D(3), True, False),
    ]
    found = rows(
        "select account.name, happened_at, line.batch_id, file_position, line.record_number "
        "from core.order_line as line join core.account on account.id = account_id order by line_key"
    )
    assert found[0][:2] == ("Acme", datetime(2024, 1, 1, 10))
    assert found[1][:2] == ("Bolt", datetime(2024, 1, 3))
    assert [line[2:] for line in found] == [(report["batch"], 1, 1), (report["batch"], 1, 2)]


def test_lines_may_name_their_product_as_people_do(load: Load, rows: Rows) -> None:
    load({"order_lines.csv": KEYED + "a,1,lamp,1,1,2024-01-01\n"})
    assert rows(BUSINESS)[0][1] == "L"


def test_lines_whose_order_is_in_the_same_load(load: Load) -> None:
    lines = KEYED + "a,7,L,1,1,2024-01-01\n"
    report = load({"a order_lines.csv": lines, "b orders.csv": "Order number,Ordered at\n7,2024-02-01\n"})
    assert (counts(report, 0), counts(report, 1)) == ((1, 1, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0))


def test_what_is_wrong_with_a_line_is_said(load: Load, rows: Rows) -> None:
    lines = (
        "a,1,L,1,1,2024-01-01\nb,9,L,1,1,2024-01-01\nc,1,X,1,1,2024-01-01\n"
        "d,1,L,1e14,1e9,2024-01-01\ne,1,L,x,1,2024-01-01\n"
    )
    report = load({"order_lines.csv": KEYED + lines + "f,1,L,1,1,1066-10-14\ng,2,L,1,1,2024-01-01\n"})
    assert counts(report) == (7, 2, 0, 0, 0, 5)
    found = rows("select record_number, column_name, value, reason, detail from landing.reject order by record_number")
    assert found == [
        (2, "Order number", "9", "unknown", "sales_order"),
        (3, "SKU", "X", "unknown", "product"),
        (4, "Qty", "100000000000000", "out_of_range", None),
        (5, "Qty", "x", "unreadable", None),
        (6, "Sold at", "1066-10-14", "out_of_range", None),
    ]
    assert rows("select line_key, record_number from core.order_line order by line_key") == [("a", 1), ("g", 7)]


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("9999-10-31,1,1", "Sold at", "9999-10-31"),
        ("9999-10-31 10:30,1,1", "Sold at", "9999-10-31 10:30:00"),
        ("2026-10-31,1000000000000,5", "Qty", "1000000000000"),
        ("2026-10-31,-0.5,20000000000.50", "Price", "20000000000.5"),
    ],
)
def test_of_a_line_out_of_range_the_column_that_is_wrong_is_named(
    line: str, column: str, value: str, load: Load, rows: Rows
) -> None:
    rows("update ops.company set time_zone = 'Europe/Berlin'")
    report = load({"order_lines.csv": f"Order number,SKU,Sold at,Qty,Price\n1,L,{line}\n1,L,2026-10-31,1,1\n"})
    assert rejects(report) == [(1, column, value, "out_of_range", None)]


@pytest.mark.parametrize("broken", [True, False])
def test_lines_of_a_dirty_file_keep_their_orders(load: Load, rows: Rows, *, broken: bool) -> None:
    """A file with anything to refuse takes another way, on which its records lose their order."""
    load({"orders.csv": "Order number,Ordered at\n" + "".join(f"S{number},2024-01-01\n" for number in range(5000))})
    lines = [f"{number},S{number},L,{number + 1},1,2024-01-01" for number in range(5000)]
    for number in (7, 70, 700):
        lines[number] = lines[number].replace("L", "?")
    if broken:
        lines[70] = "broken"
        lines[700] = lines[700].replace(",?,", ",L,x")
    assert counts(load({"order_lines.csv": KEYED + "\n".join(lines) + "\n"})) == (5000, 4997, 0, 0, 0, 3)
    assert rows(
        "select count(*) from core.order_line as line join core.sales_order as sale on sale.id = order_id "
        "where sale.number = 'S' || line_key and line.record_number "
        "= line_key::int + 1 and quantity = line.record_number"
    ) == [(4997,)]


# Again


SHUFFLED = (
    'Sold at;Price;Qty;SKU;Order number;Line ID\n"2024-01-03 00:00:00";"3.0";-1;C;2;b\n2024-01-01;1.50;"2";L;1;"a"\n'
)


def test_the_same_lines_in_other_bytes_are_unchanged(load: Load, rows: Rows) -> None:
    load({"order_lines.csv": KEYED + "a,1,L,2,1.5,2024-01-01\nb,2,C,-1,3,2024-01-03\n"})
    before = rows("select * from core.order_line order by id")
    assert counts(load({"order_lines.csv": SHUFFLED})) == (2, 0, 0, 2, 0, 0)
    assert counts(load({"order_lines.csv": SHUFFLED + "broken\n"})) == (3, 0, 0, 2, 0, 1)
    assert rows("select * from core.order_line order by id") == before


def test_lines_without_key_are_told_apart_by_their_number(load: Load, rows: Rows) -> None:
    lines = [
        "1,L,1,1,2024-01-01",
        "1,C,1,1,2024-01-01",
        "1,L,1,1,2024-01-01",
        "2,L,1,1,2024-01-01",
        "1,L,1,1,2024-01-01",
    ]
    report = load({"order_lines.csv": KEYLESS + "\n".join(lines) + "\n"})
    assert counts(report) == (5, 5, 0, 0, 0, 0)
    assert report["files"][0]["possible_repeats"] == 2
    assert sum(line[-1] for line in rows(BUSINESS)) == 2
    before = rows("select * from core.order_line order by id")
    assert counts(load({"order_lines.csv": KEYLESS + "\n".join(sorted(lines)) + "\n"})) == (5, 0, 0, 5, 0, 0)
    assert rows("select * from core.order_line order by id") == before
    report = load({"order_lines.csv": KEYLESS + "\n".join(sorted([*lines, lines[0]])) + "\n"})
    assert counts(report) == (6, 1, 0, 5, 0, 0)
    assert report["files"][0]["possible_repeats"] == 1


def test_a_changed_line_is_the_same_line(load: Load, rows: Rows) -> None:
    load({"order_lines.csv": KEYED + "a,1,L,2,1.5,2024-01-01\nb,2,C,1,3,2024-01-03\n"})
    ids = dict(rows("select line_key, id from core.order_line"))
    report = load({"order_lines.csv": KEYED + "a,1,C,3,1.5,2024-01-01\nb,2,C,1,3,2024-01-03\nc,1,L,1,1,2024-01-01\n"})
    assert counts(report) == (3, 1, 1, 1, 0, 0)
    found = rows("select line_key, id, quantity, batch_id from core.order_line order by line_key")
    assert found[:2] == [("a", ids["a"], D(3), report["batch"]), ("b", ids["b"], D(1), 2)]
    assert found[2][1] not in ids.values()
    assert rows("select line_key, quantity, replaced_by_batch_id from history.order_line") == [
        ("a", D(2), report["batch"])
    ]


def test_a_changed_line_that_is_refused_stays_as_it_was(load: Load, rows: Rows) -> None:
    load({"order_lines.csv": KEYED + "a,1,L,2,1.5,2024-01-01\n"})
    before = rows("select * from core.order_line")
    report = load({"order_lines.csv": KEYED + "a,1,NOPE,3,1.5,2024-01-01\n"})
    assert counts(report) == (1, 0, 0, 0, 0, 1)
    assert rows("select * from core.order_line") == before
    assert rows("select count(*) from history.order_line") == [(0,)]


def test_the_same_key_twice_is_a_duplicate(load: Load, rows: Rows) -> None:
    report = load({"order_lines.csv": KEYED + "a,1,L,2,1.5,2024-01-01\na,1,L,2,1.5,2024-01-01\na,1,L,9,9,2024-01-01\n"})
    assert counts(report) == (3, 1, 0, 0, 2, 0)
    assert rows("select quantity, is_possible_repeat from core.order_line") == [(D(2), False)]


def test_a_line_that_is_there_and_stands_twice_in_a_later_file_is_not_written_again(load: Load, rows: Rows) -> None:
    """Although the second of them stands where the line stood before."""
    first, second = "z,2,C,1,1,2024-01-01\n", "a,1,L,2,1.5,2024-01-01\n"
    load({"order_lines.csv": KEYED + first + second})
    before = rows(BUSINESS)
    assert counts(load({"order_lines.csv": KEYED + second + second})) == (2, 0, 0, 1, 1, 0)
    assert rows(BUSINESS) == before


def test_the_same_file_twice_in_a_load_counts_once(load: Load, rows: Rows) -> None:
    lines = KEYLESS + "1,L,1,1,2024-01-01\n"
    report = load({"order_lines.csv": lines, "order_lines copy.csv": lines})
    assert (counts(report, 0), counts(report, 1)) == ((1, 1, 0, 0, 0, 0), (1, 0, 0, 0, 1, 0))
    assert rows("select count(*) from core.order_line") == [(1,)]


def test_a_line_without_key_that_two_files_bring_is_one_line(load: Load, rows: Rows) -> None:
    """So files of a day each load alike one by one and all at once."""
    first, second = "1,L,1,1,2024-01-01\n" * 2, "1,L,1,1,2024-01-01\n" * 3
    report = load({"1 order_lines.csv": KEYLESS + first, "2 order_lines.csv": KEYLESS + second})
    assert (counts(report, 0), counts(report, 1)) == ((2, 2, 0, 0, 0, 0), (3, 1, 0, 0, 2, 0))
    assert notes(report, 1) == ["2 records say what another file of this load says; they count once."]
    assert [line[-1] for line in rows(BUSINESS)] == [False, True, True]
    assert counts(load({"3 order_lines.csv": KEYLESS + second + "2,L,1,1,2024-01-01\n"})) == (4, 1, 0, 3, 0, 0)


def test_two_layouts_of_lines_in_a_load(load: Load, rows: Rows) -> None:
    """The same columns in another order, and lines with keys beside lines without."""
    report = load(
        {
            "1 order_lines.csv": KEYLESS + "1,L,1,1,2024-01-01\n",
            "2 order_lines.csv": "Qty,SKU,Order number,Price,Sold at\n7,C,2,1,2024-01-01\n8,C,2,1,2024-01-01\n",
            "3 order_lines.csv": KEYED + "a,1,C,5,1,2024-01-01\n",
        }
    )
    assert [counts(report, position)[:2] for position in range(3)] == [(1, 1), (2, 2), (1, 1)]
    found = rows("select quantity, line_key from core.order_line order by quantity")
    assert found == [(D(1), None), (D(5), "a"), (D(7), None), (D(8), None)]
    assert rows("select count(distinct id) from core.order_line") == [(4,)]


def test_the_order_of_files_does_not_matter(load: Load, rows: Rows) -> None:
    first = {
        "1.csv": KEYED + "a,1,L,1,1,2024-01-01\n",
        "2.csv": "Qty,SKU,Order number,Price,Sold at,Line ID\n7,C,2,1,2024-01-01,b\n",
    }
    load(first)
    report = load({"1.csv": first["2.csv"].replace("7,", "6,"), "2.csv": first["1.csv"].replace("L,1", "L,2")})
    assert [counts(report, position) for position in range(2)] == [(1, 0, 1, 0, 0, 0), (1, 0, 1, 0, 0, 0)]
    assert rows("select line_key, quantity from core.order_line order by 1") == [("a", D(2)), ("b", D(6))]


def test_blanks_around_what_a_line_names_do_not_count(load: Load, rows: Rows) -> None:
    report = load({"order_lines.csv": KEYED + "a, 1 ,L ,2,1,2024-01-01\nb,1,L,3,1,2024-01-01\n"})
    assert counts(report) == (2, 2, 0, 0, 0, 0)
    assert rows("select count(distinct order_id), count(distinct product_id) from core.order_line") == [(1, 1)]


@pytest.mark.parametrize("seed", range(4))
def test_a_few_bad_lines_are_read_as_if_all_were_looked_at(
    load: Load, rows: Rows, database: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """A mostly clean file takes a way of its own: the same lines and rejects come of it, in the same places."""
    chance = random.Random(seed)
    lines = [f"k{number},{number % 2 + 1},L,{number % 9 + 1},{number}.5,2024-01-05" for number in range(400)]
    bad_lines = (
        "x,1,L,?,1,2024-01-05", "y,1,L,1", 'z,1,L,2,"$1,000.00",2024-01-05', "w,1,L,1,1,soon", "v,9,L,1,1,2024-01-05"
    )  # fmt: skip
    for bad in bad_lines:
        lines.insert(chance.randrange(len(lines)), bad)
    lines.insert(chance.randrange(300, len(lines)), lines[chance.randrange(200)])
    found = []
    for few in (staging.FEW, -1):
        monkeypatch.setattr(staging, "FEW", few)
        report = load({"order_lines.csv": KEYED + "\n".join(lines) + "\n"})
        found.append(
            (
                counts(report),
                rows("select line_key, quantity, unit_price, record_number from core.order_line order by 1"),
                rows("select * exclude (batch_id) from landing.reject where batch_id = "
                     f"{report['batch']} order by record_number"),
            )
        )  # fmt: skip
        undo(database, report["batch"])
    assert found[0] == found[1]
    assert found[0][0] == (406, 401, 0, 0, 1, 4)
