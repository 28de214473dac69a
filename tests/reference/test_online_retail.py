"""Online Retail (UCI): 226 daily files, against figures counted from them."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm import access, metrics
from crm.db import Database
from pipelines import landing
from pipelines.load import load
from pipelines.refresh import refresh

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def folder(reference_data: Path) -> Path:
    return reference_data / "online_retail"


@pytest.fixture(scope="module")
def loaded(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, dict[str, Any]]]:
    """The database with all files, and the report of the load."""
    path = tmp_path_factory.mktemp("retail") / "retail.duckdb"
    with Database(path, threads=2) as database:
        report = load(database, landing.bring([folder], database.files / "landing")).as_json()
        yield database, json.loads(json.dumps(report))


def _rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(statement)


def _sum(report: dict[str, Any], what: str) -> int:
    return sum(file[what] for file in report["files"])


def test_every_line_is_accounted_for(loaded: tuple[Database, dict[str, Any]]) -> None:
    _, report = loaded
    assert len(report["files"]) == 226
    assert (_sum(report, "read"), _sum(report, "inserted"), _sum(report, "rejected")) == (332_447, 332_447, 0)
    assert _sum(report, "possible_repeats") > 0


def test_lines(loaded: tuple[Database, dict[str, Any]]) -> None:
    database, report = loaded
    assert _rows(database, "select count(*) from core.order_line where account_id is null") == [(91_641,)]
    assert _rows(database, "select count(*) from core.order_line where is_return") == [(5_984,)]
    net = "select sum(quantity::decimal(38, 3) * unit_price::decimal(38, 6)) from core.order_line"
    assert round(_rows(database, net)[0][0], 3) == Decimal("5983721.852")
    repeats = "select count(*) from core.order_line where is_possible_repeat"
    assert _rows(database, repeats) == [(_sum(report, "possible_repeats"),)]


def test_equal_lines_of_an_invoice_are_the_repeats(loaded: tuple[Database, dict[str, Any]]) -> None:
    database, report = loaded
    equal = """
        select coalesce(sum(number - 1), 0)
        from (
            select count(*) as number
            from core.order_line
            group by order_id, product_id, quantity, unit_price, happened_at
        )
    """
    assert _rows(database, equal) == [(_sum(report, "possible_repeats"),)]


def test_lines_have_the_account_of_their_order(loaded: tuple[Database, dict[str, Any]]) -> None:
    database, _ = loaded
    astray = """
        select count(*)
        from core.order_line as line
        join core.sales_order as sale on sale.id = line.order_id
        where line.account_id is distinct from sale.account_id
    """
    assert _rows(database, astray) == [(0,)]


def test_revenue_is_the_net_amount(loaded: tuple[Database, dict[str, Any]]) -> None:
    database, _ = loaded
    refresh(database)
    found = metrics.number(database, access.owner_of_file(), "revenue")
    assert found.currency == "GBP"
    assert found.value == _rows(database, "select sum(round(quantity * unit_price, 2)) from core.order_line")[0][0]
    assert abs(Decimal(found.value or 0) - Decimal("5983721.852")) < 1


def test_a_second_load_changes_nothing(loaded: tuple[Database, dict[str, Any]], folder: Path) -> None:
    database, _ = loaded
    tables = ("account", "product", "sales_order", "order_line")
    sums = {table: f"select count(*), sum(hash(record)::hugeint) from core.{table} as record" for table in tables}
    before = {table: _rows(database, statement) for table, statement in sums.items()}
    report = load(database, landing.bring([folder], database.files / "landing")).as_json()
    assert (_sum(report, "read"), _sum(report, "unchanged")) == (332_447, 332_447)
    assert {table: _rows(database, statement) for table, statement in sums.items()} == before
