"""The demo company as the command makes it: loaded whole, with clock and sign-ins, and left alone afterwards."""

from datetime import date
from pathlib import Path

import pytest

from crm import access, metrics, users
from crm.db import Database
from crm.errors import NotAllowed, WrongUse
from crm.periods import Period
from pipelines import demo
from tests.pipelines.conftest import Load, Rows

SMALL = {"accounts": 200, "seed": 3, "end": "2026-06-30"}


def quiet(_text: str) -> None:
    """Shows no progress."""


def test_the_demo_is_loaded_and_everybody_can_sign_in(database: Database, rows: Rows) -> None:
    assert demo.make(database, SMALL, quiet) == {"as_of": "2026-06-30"}
    assert rows("select name, is_demo, as_of from ops.company") == [("Alder & Pine", True, date(2026, 6, 30))]
    assert [role for _, _, role in users.demo_users(database)] == [role for role, _, _ in demo.SIGN_INS]
    assert rows("select count(*) from landing.batch") == [(1,)]
    assert rows("select count(*) from landing.file where count_read > 0") == [(16,)]
    refused, read = rows("select sum(count_rejected), sum(count_read) from landing.file")[0]
    assert 0 < refused < 0.02 * read


def test_every_kpi_has_a_number(database: Database) -> None:
    demo.make(database, SMALL, quiet)
    year = Period(date(2025, 7, 1), date(2026, 6, 30))
    without = [
        name
        for name in metrics.registry()
        if metrics.number(database, access.owner_of_file(), name, year).value is None
    ]
    assert without == []


def test_a_demo_that_is_complete_stays_as_it_is(database: Database, rows: Rows) -> None:
    demo.make(database, SMALL, quiet)
    assert demo.make(database, {"accounts": 300}, quiet) == {"as_of": "2026-06-30"}
    assert rows("select count(*) from landing.batch") == [(1,)]


def test_a_company_of_one_s_own_is_refused(database: Database, load: Load) -> None:
    load({"accounts.csv": "Account\nAcme\n"})
    with pytest.raises(NotAllowed, match="holds a company already"):
        demo.make(database, SMALL, quiet)


def test_too_small_a_company_is_refused(database: Database) -> None:
    with pytest.raises(WrongUse, match="100 accounts"):
        demo.make(database, {"accounts": 5}, quiet)


def test_the_files_stand_beside_the_truth(tmp_path: Path) -> None:
    demo.write_files(demo.plan(SMALL), tmp_path, quiet)
    assert {"accounts.csv", "order_lines.csv", "surveys.csv"} <= {path.name for path in tmp_path.iterdir()}
    assert {"truth.json", "deal_history.csv"} <= {path.name for path in (tmp_path / "truth").iterdir()}
