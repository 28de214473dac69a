"""Online Retail (UCI) day by day: the same as all at once, and each day can be taken back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from crm.db import Database
from pipelines import landing
from pipelines.load import load
from pipelines.undo import undo

pytestmark = pytest.mark.reference
BUSINESS = {
    "account": "select name, country, kind, archived_at from core.account",
    "product": "select sku, name from core.product",
    "sales_order": "select number, account.name, ordered_at, sale.country from core.sales_order as sale "
    "left join core.account as account on account.id = sale.account_id",
    "order_line": "select sale.number, sku, account.name, happened_at, quantity, unit_price, is_return, "
    "is_possible_repeat from core.order_line as line join core.sales_order as sale on sale.id = line.order_id "
    "left join core.product as product on product.id = line.product_id "
    "left join core.account as account on account.id = line.account_id",
    "record_key": "select object, source, key from core.record_key",
}


@pytest.fixture(scope="module")
def days(reference_data: Path) -> list[Path]:
    return sorted((reference_data / "online_retail").glob("*.csv"))


def _business(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.cursor() as cursor:
        return {name: cursor.rows(f"select * from ({text}) order by all") for name, text in BUSINESS.items()}


def _load(database: Database, paths: Sequence[Path]) -> int:
    report = load(database, landing.bring(list(paths), database.files / "landing"))
    assert report.batch_id is not None
    return report.batch_id


def _same_day_by_day(folder: Path, days: Sequence[Path]) -> None:
    with Database(folder / "one by one.duckdb", threads=2) as database:
        for day in days:
            _load(database, [day])
        one_by_one = _business(database)
    with Database(folder / "at once.duckdb", threads=2) as database:
        _load(database, days)
        assert _business(database) == one_by_one


def test_day_by_day_is_all_at_once(days: list[Path], tmp_path: Path) -> None:
    _same_day_by_day(tmp_path, days[:14])


@pytest.mark.slow
def test_day_by_day_is_all_at_once_over_all_days(days: list[Path], tmp_path: Path) -> None:
    _same_day_by_day(tmp_path, days)


def test_a_day_is_taken_back(days: list[Path], tmp_path: Path) -> None:
    with Database(tmp_path / "days.duckdb", threads=2) as database:
        batches = []
        for day in days[:6]:
            before = _business(database)
            batches.append(_load(database, [day]))
        assert undo(database, batches[5]).kept == []
        assert _business(database) == before


def test_a_middle_day_is_taken_back_and_later_days_stay(days: list[Path], tmp_path: Path) -> None:
    of_day = "select count(*) from core.order_line where batch_id = $batch"
    with Database(tmp_path / "days.duckdb", threads=2) as database:
        batches = [_load(database, [day]) for day in days[:6]]
        with database.cursor() as cursor:
            before = [cursor.value(of_day, batch=batch) for batch in batches]
        undone = undo(database, batches[2])
        with database.cursor() as cursor:
            assert [cursor.value(of_day, batch=batch) for batch in batches] == [*before[:2], 0, *before[3:]]
            stay = {name for (name,) in cursor.rows("select distinct object from landing.kept_by_undo")}
            lost = cursor.value(
                "select count(*) from core.order_line where product_id not in (select id from core.product) "
                "or order_id not in (select id from core.sales_order) "
                "or account_id not in (select id from core.account)"
            )
        assert lost == 0
        assert undone.removed["order_line"] == before[2]
        assert {kept[0] for kept in undone.kept} == stay >= {"product"}  # sold again on later days
        assert {kept[2] for kept in undone.kept} == {"needed", "changed_by_load"}  # a later day knew its name
        again = _load(database, [days[2]])
        with database.cursor() as cursor:
            assert cursor.value(of_day, batch=again) == before[2]
