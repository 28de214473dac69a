"""CRM Sales Opportunities of Maven Analytics: four files in one command, against the published figures."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm import __main__ as crm_command
from crm.db import Database
from pipelines import __main__ as pipelines_command

pytestmark = pytest.mark.reference

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def folder(reference_data: Path) -> Path:
    return reference_data / "crm_sales_opportunities"


@pytest.fixture(scope="module")
def loaded(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The one command: its database, with the marts counted, and its report."""
    db = tmp_path_factory.mktemp("maven") / "maven.duckdb"
    printed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipelines_command, "print", lambda *texts, **_: printed.append(str(texts[0])), raising=False)
        assert pipelines_command.main(["load", str(folder), "--db", str(db), "--json"]) == 0
    return db, json.loads(printed[-1])


@pytest.fixture
def db(loaded: tuple[Path, dict[str, Any]]) -> Path:
    return loaded[0]


@pytest.fixture
def report(loaded: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    return loaded[1]


@pytest.fixture
def rows(db: Path) -> Rows:
    def run(statement: str) -> list[tuple[Any, ...]]:
        with Database(db, threads=2) as database, database.cursor() as cursor:
            return cursor.rows(statement)

    return run


def test_every_record_is_accounted_for(report: dict[str, Any]) -> None:
    read = {"accounts.csv": 85, "products.csv": 7, "sales_pipeline.csv": 8800, "sales_teams.csv": 35}
    assert {file["file"]: file["read"] for file in report["files"]} == read
    assert {file["file"]: file["inserted"] for file in report["files"]} == read
    assert report["refresh"] == "done"


def test_deals(rows: Rows) -> None:
    types = rows(
        "select stage.type, count(*) from core.opportunity "
        "join core.stage on stage.id = stage_id group by all order by all"
    )
    assert types == [("lost", 2473), ("open", 2089), ("won", 4238)]
    assert rows("select count(*) from core.opportunity where account_id is null") == [(1425,)]
    assert rows("select count(*) from core.opportunity where begun_on is null and closed_on is null") == [(500,)]
    without_time = (
        "select count(distinct opportunity_id) from core.opportunity_event "
        "group by opportunity_id having count(happened_at) = 0"
    )
    assert rows(f"select count(*) from ({without_time})") == [(500,)]


def test_products_and_lines(rows: Rows) -> None:
    assert rows("select count(*), count(amount) from core.opportunity_line") == [(8800, 6711)]
    assert rows("select count(*) from core.product where name in ('GTX Pro', 'GTXPro')") == [(1,)]
    pro = (
        "select count(*) from core.opportunity_line "
        "join core.product as product on product.id = product_id where name = 'GTX Pro'"
    )
    assert rows(pro) == [(1480,)]
    assert rows("select count(*) from core.account where industry = 'technolgy'") == [(0,)]
    assert rows("select count(*) from core.account") == [(85,)]


def test_staff_and_teams(rows: Rows) -> None:
    assert rows("select count(*), count(region), count(manager_id), count(team_id) from core.staff") == [
        (41, 41, 35, 35)
    ]
    assert rows("select count(*), count(manager_id), count(distinct region) from core.team") == [(6, 6, 3)]
    in_team = rows(
        "select count(*) from core.staff as agent join core.team as team on team.id = agent.team_id "
        "where team.manager_id = agent.manager_id and team.region = agent.region"
    )
    assert in_team == [(35,)]


@pytest.mark.parametrize(("name", "value"), [("won_revenue", 10_005_534), ("win_rate", 63.15)])
def test_kpis_over_all_time(db: Path, capsys: pytest.CaptureFixture[str], name: str, value: float) -> None:
    assert crm_command.main(["query", name, "--db", str(db), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert round(Decimal(str(answer["value"])), 2) == Decimal(str(value))
    assert answer["note"] is None
    if name == "won_revenue":
        assert (answer["unit"], answer["currency"]) == ("money", "USD")


def test_loading_again_changes_nothing(folder: Path, db: Path, rows: Rows, tmp_path: Path) -> None:
    """The same bytes, then the same records in other bytes."""
    tables = (
        "account",
        "staff",
        "team",
        "product",
        "opportunity",
        "opportunity_line",
        "opportunity_event",
        "record_key",
    )
    before = {table: rows(f"select * from core.{table} order by all") for table in tables}
    for path in folder.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes().replace(b"\r\n", b"\n").rstrip(b"\n"))
    for source in (folder, tmp_path):
        assert pipelines_command.main(["load", str(source), "--db", str(db), "--no-refresh"]) == 0
    assert {table: rows(f"select * from core.{table} order by all") for table in tables} == before
    counted = rows("select sum(count_read), sum(count_unchanged) from landing.file where batch_id > 1")
    assert counted == [(2 * 8927, 2 * 8927)]
