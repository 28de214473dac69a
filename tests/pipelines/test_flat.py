"""Flat sales files: orders, customers and products are made of the lines that name them."""

from datetime import datetime
from decimal import Decimal

import pytest

from tests.pipelines.conftest import Load, Rows, counts, rejects

D = Decimal
SALES = """Order number,Order date,Customer,Product,Quantity,Unit price,Channel
A-1,2024-01-05 20:30,Acme,Lamp,2,10.00,web
A-1,2024-01-05 20:30,Acme,Chair,1,99.50,web
A-2,2024-01-06,Bolt,Lamp,-1,10.00,shop
"""
LINES = """
    select sale.number, account.name, sale.channel, product.name, quantity, unit_price, happened_at, is_return
    from core.order_line as line
    join core.sales_order as sale on sale.id = line.order_id
    left join core.account on account.id = sale.account_id
    left join core.product on product.id = line.product_id
    order by all
"""
FOUND = [
    ("A-1", "Acme", "web", "Chair", D(1), D("99.50"), datetime(2024, 1, 5, 20, 30), False),
    ("A-1", "Acme", "web", "Lamp", D(2), D(10), datetime(2024, 1, 5, 20, 30), False),
    ("A-2", "Bolt", "shop", "Lamp", D(-1), D(10), datetime(2024, 1, 6), True),
]


@pytest.mark.parametrize("name", ["orders.csv", "sales.csv", "export 2024.csv"])
def test_one_file_brings_orders_customers_and_products(name: str, load: Load, rows: Rows) -> None:
    report = load({name: SALES})
    assert counts(report) == (3, 3, 0, 0, 0, 0)
    assert rows(LINES) == FOUND
    assert report["files"][0]["created"] == {"account": 2, "product": 2, "sales_order": 2}


def test_the_same_sales_again_are_known(load: Load, rows: Rows) -> None:
    load({"sales.csv": SALES})
    again = load({"sales copy.csv": SALES + "\n"})
    assert counts(again) == (3, 0, 0, 3, 0, 0)
    assert rows(LINES) == FOUND


def test_chinese_headers(load: Load, rows: Rows) -> None:
    load({"订单.csv": "订单号,下单时间,客户,产品,数量,单价\nA-1,2024-01-05 20:30,北京天安,台灯,2,10.00\n"})
    assert rows(LINES) == [
        ("A-1", "北京天安", None, "台灯", D(2), D(10), datetime(2024, 1, 5, 20, 30), False),
    ]


def test_keys_beside_names_are_the_keys(load: Load, rows: Rows) -> None:
    """Two customers of one name, and a product that is called otherwise the second time."""
    header = "Invoice No,Invoice Date,Customer ID,Customer Name,SKU,Product Name,Category,Qty,Unit Price\n"
    lines = "1,2024-01-05,C1,Acme,S1,Lamp,Light,1,5\n2,2024-01-05,C2,Acme,S1,Lamp!,Light,1,5\n"
    assert counts(load({"sales.csv": header + lines})) == (2, 2, 0, 0, 0, 0)
    assert rows("select name from core.account") == [("Acme",), ("Acme",)]
    assert rows("select sku, name, category from core.product") == [("S1", "Lamp", "Light")]
    assert rows("select count(distinct account_id) from core.sales_order") == [(2,)]


def test_lines_alone_name_the_orders_of_others(load: Load, rows: Rows) -> None:
    lines = "Order number,SKU,Quantity,Unit price,Order date\nA-1,S1,1,5,2024-01-05\n"
    report = load({"lines.csv": lines})
    assert counts(report) == (1, 0, 0, 0, 0, 1)
    assert rejects(report)[0][1:3] == ("Order number", "A-1")
    assert rows("select count(*) from core.sales_order") == [(0,)]


def test_orders_without_lines_stay_orders(load: Load, rows: Rows) -> None:
    assert counts(load({"orders.csv": "Order number,Order date,Customer,Quantity\nA-1,2024-01-05,Acme,3\n"})) == (
        1, 1, 0, 0, 0, 0
    )  # fmt: skip
    assert rows("select number from core.sales_order") == [("A-1",)]
