"""Public data sets through the import page: to the KPIs that are known of them, and back."""

from collections.abc import Callable, Iterator
from concurrent.futures import wait
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from crm import access, metrics
from crm.db import Database
from crm.server import jobs
from pipelines import commands
from tests import company
from tests.pages.conftest import Open

pytestmark = pytest.mark.reference

Import = Callable[[list[Path]], AppTest]
TABLES = ("account", "staff", "team", "product", "opportunity", "sales_order", "order_line", "record_key")


@pytest.fixture
def page(served: Database, open_as: Open) -> Iterator[AppTest]:
    """The import page of an administrator of an empty database."""
    commands.register()
    company.add_person(served, "admin")
    yield open_as("admin", "loads.py")
    jobs.finish()


def settle(page: AppTest) -> None:
    wait([run.future for run in jobs.going_on()], 120)
    page.run()
    assert not page.exception and not page.error


def import_all(page: AppTest, paths: list[Path]) -> None:
    """Upload, check and load; whatever was read got in."""
    for path in paths:
        page.file_uploader[0].upload(path.name, path.read_bytes(), "text/csv")
    page.run()
    settle(page)
    for key in ("import_check", "import_load"):
        page.button(key=key).click().run()
        settle(page)
        read, new, updated, unchanged, duplicate, rejected = (metric.value for metric in page.metric)
        assert (read, updated, unchanged, duplicate, rejected) == (new, "0", "0", "0", "0")


def undo(page: AppTest, database: Database) -> None:
    """Take the load back; nothing of it is left."""
    page.button(key="import_undo_1").click().run()
    settle(page)
    assert page.success[0].value.startswith("Load 1 is taken back.")
    with database.cursor() as cursor:
        assert {table: cursor.value(f"select count(*) from core.{table}") for table in TABLES} == dict.fromkeys(
            TABLES, 0
        )


def value(database: Database, name: str) -> Decimal | None:
    found = metrics.number(database, access.owner_of_file(), name).value
    return None if found is None else Decimal(str(found))


def test_crm_sales_opportunities(page: AppTest, served: Database, reference_data: Path) -> None:
    import_all(page, sorted((reference_data / "crm_sales_opportunities").glob("*.csv")))
    assert page.metric[0].value == "8,927"
    assert value(served, "won_revenue") == 10_005_534
    assert round(value(served, "win_rate") or Decimal(), 2) == Decimal("63.15")
    undo(page, served)
    assert not value(served, "won_revenue")


def test_online_retail(page: AppTest, served: Database, reference_data: Path) -> None:
    paths = sorted((reference_data / "online_retail").glob("*.csv"))[:3]
    lines = pl.concat(pl.read_csv(path, infer_schema=False) for path in paths)
    import_all(page, paths)
    assert page.metric[0].value == f"{lines.height:,}"
    amounts = (
        (Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        for quantity, price in lines.select("Quantity", "UnitPrice").iter_rows()
    )
    assert value(served, "revenue") == sum(amounts)
    undo(page, served)
    assert not value(served, "revenue")
