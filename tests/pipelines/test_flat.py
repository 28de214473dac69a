"""Flat sales files: orders, customers and products are made of the lines that name them."""

from datetime import datetime
from decimal import Decimal

import pytest

from crm.db import Database
from pipelines.recognition import by_synonyms
from pipelines.undo import undo
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


HEADERS = {
    "orders.csv": "Order ID,Order Number,Order Date,Customer,Status\n5001,#1,2024-01-05,Acme,cancelled\n",
    "products.csv": "Product ID,SKU,Product name,Category\nP1,L-1,Lamp,Light\n",
}
BESIDE_HEADERS = "Order Number,Order Date,Customer,SKU,Quantity,Unit price\n#1,2024-01-05,Acme,L-1,2,10\n"


@pytest.mark.parametrize("at_once", [True, False])
def test_lines_beside_files_of_orders_and_products_name_theirs(load: Load, rows: Rows, *, at_once: bool) -> None:
    if at_once:
        load({**HEADERS, "order_lines.csv": BESIDE_HEADERS})
    else:
        load(HEADERS)
        load({"order_lines.csv": BESIDE_HEADERS})
    assert rows("select number, status from core.sales_order") == [("#1", "cancelled")]
    assert rows("select sku, name, category from core.product") == [("L-1", "Lamp", "Light")]
    assert [line[:4] for line in rows(LINES)] == [("#1", "Acme", None, "Lamp")]


def test_what_a_later_file_says_of_an_order_counts(load: Load, rows: Rows) -> None:
    sales = "Order number,Order date,Customer,Product,Quantity,Unit price,Status\nA-1,2024-01-05,{},Lamp,2,10,{}\n"
    load({"orders.csv": sales.format("Acme", "pending")})
    report = load({"orders.csv": sales.format("Bolt", "cancelled")})
    assert counts(report) == (1, 0, 0, 1, 0, 0)  # the line itself
    assert report["files"][0]["changed"] == {"sales_order": 1}
    assert rows(
        "select sale.status, account.name from core.sales_order as sale join core.account on account.id = account_id"
    ) == [("cancelled", "Bolt")]
    assert rows(
        "select count(*), max(account.name) from core.order_line join core.account on account.id = account_id"
    ) == [(1, "Bolt")]


def test_without_a_number_what_a_customer_buys_at_a_time_is_an_order(load: Load, rows: Rows) -> None:
    sales = "2024-01-05,Acme,Lamp,1,5\n2024-01-05,Acme,Chair,1,9\n2024-01-06,Acme,Lamp,1,5\n"
    assert counts(load({"sales.csv": "Date,Customer,Product,Qty,Price\n" + sales})) == (3, 3, 0, 0, 0, 0)
    assert rows("select number from core.sales_order order by 1") == [("2024-01-05 Acme",), ("2024-01-06 Acme",)]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("sales by product.csv", "Order number,Order date,Customer,Product,Qty,Price"),
        ("sales.csv", "Invoice,Date,Customer,Product,Qty,Price,Total"),
        ("orders.csv", "Document No.,Posting Date,Sell-to Customer Name,Item No.,Quantity,Unit Price Excl. VAT"),
        ("销售.csv", "订单编号,日期,客户名称,产品名称,数量,单价,金额"),
        ("出库.csv", "单据编号,日期,客户,物料编码,物料名称,销售数量,单价,金额"),
    ],
)
def test_usual_exports_are_lines_with_orders_and_products(name: str, header: str) -> None:
    writes = {write.object.name for write in by_synonyms(tuple(header.split(",")), name).writes}
    assert writes == {"product", "sales_order", "order_line"}


def test_what_a_company_buys_is_no_sale() -> None:
    header = ("Order number", "Order date", "Supplier", "Product", "Quantity", "Unit price", "Status")
    assert by_synonyms(header, "purchase_orders.csv").main.object.name == "sales_order"


def test_undo_takes_all_of_it_out(load: Load, rows: Rows, database: Database) -> None:
    load({"sales.csv": SALES})
    undo(database, 1)
    for table in ("order_line", "sales_order", "product", "account"):
        assert rows(f"select count(*) from core.{table}") == [(0,)]
