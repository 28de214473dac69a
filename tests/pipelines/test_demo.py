"""The demo company as the command makes it: loaded whole, with clock and sign-ins, and left alone afterwards."""

from datetime import date
from pathlib import Path

import pytest

from crm import access, metrics, users
from crm.db import Database
from crm.errors import Cancelled, NotAllowed, WrongUse
from crm.periods import Period
from crm.progress import Step
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


def test_progress_grows_from_nothing_to_nearly_all(database: Database) -> None:
    told: list[str] = []
    demo.make(database, SMALL, told.append)
    shares = [step.share for step in told if isinstance(step, Step) and step.share is not None]
    assert len(shares) == len(told) and shares == sorted(shares)
    assert shares[0] == 0 and demo.BEFORE_LOAD in shares and 0.95 < shares[-1] < 1


@pytest.mark.parametrize("until", ["Writing its files", "Comparing", "Building"])
def test_what_was_called_off_is_begun_and_the_next_finishes_it(database: Database, rows: Rows, until: str) -> None:
    def call_off(text: str) -> None:
        if text.startswith(until):
            raise Cancelled("off")

    with pytest.raises(Cancelled):
        demo.make(database, SMALL, call_off)
    assert demo.is_begun(database) and not demo.is_complete(database)
    demo.make(database, SMALL, quiet)
    assert demo.is_complete(database) and not demo.is_begun(database)
    assert rows("select count(*) from core.account where archived_at is null")[0][0] > 190


def test_a_company_with_sign_ins_only_is_refused(database: Database) -> None:
    users.add(database, "me@example.com", "admin")
    with pytest.raises(NotAllowed, match="holds a company already"):
        demo.make(database, SMALL, quiet)


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
