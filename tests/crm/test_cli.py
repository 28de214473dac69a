"""python -m crm: what it prints, and with which exit status."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from crm import users
from crm.__main__ import main
from crm.db import Database
from crm.server.control import ControlServer
from crm.settings import ROOT
from tests.records import add, add_order, refresh_up_to, set_company


@dataclass
class Printed:
    status: int
    out: str
    err: str


Run = Callable[..., Printed]


@pytest.fixture(scope="module")
def shop(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed file: lines of 10.00 and 2.50 of Ann in March 2025, one of nobody in April, clock at the end of June."""
    path = tmp_path_factory.mktemp("shop") / "shop.duckdb"
    shutil.copy(migrated, path)
    with Database(path, threads=2) as database:
        set_company(database, currency="EUR", as_of=date(2025, 6, 30))
        ann = add(database, "staff", name="Ann")
        account = add(database, "account", name="Acme", owner_id=ann)
        add_order(database, datetime(2025, 3, 1), "10.00", "2.50", account_id=account, account_owner_id=ann)
        add_order(database, datetime(2025, 4, 1), "100.00")
        users.add(database, "ann@example.com", "sales")
        with database.cursor() as cursor:
            cursor.run("update ops.user set staff_id = $id", id=ann)
        refresh_up_to(database, date(2025, 6, 30))
    return path


@pytest.fixture
def path(shop: Path, tmp_path: Path) -> Path:
    """A copy of the file, of the test's own."""
    return Path(shutil.copy(shop, tmp_path / "shop.duckdb"))


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on the file."""

    def run_it(*arguments: str, db: Path | None = path) -> Printed:
        capsys.readouterr()
        try:
            status = main([*arguments, *(["--db", str(db)] if db else [])])
        except SystemExit as left:
            status = int(str(left.code))
        return Printed(status, *capsys.readouterr())

    return run_it


def test_a_kpi_as_json(run: Run) -> None:
    printed = run("query", "revenue", "--json")
    assert printed.status == 0
    assert json.loads(printed.out) == {
        "name": "revenue",
        "value": 112.5,
        "unit": "money",
        "period": "all",
        "as_of": "2025-06-30",
        "currency": "EUR",
        "note": None,
    }


def test_a_kpi_of_a_period_for_a_person(run: Run) -> None:
    printed = run("query", "revenue", "--as", "ann@example.com", "--param", "period=2025-03", "--json")
    found = json.loads(printed.out)
    assert (found["value"], found["period"]) == (12.5, "2025-03")
    printed = run("query", "orders", "--param", "since=2025-04-01", "--param", "until=2025-04-30", "--json")
    found = json.loads(printed.out)
    assert (found["value"], found["period"], found["currency"]) == (1, "2025-04", None)


def test_a_kpi_without_data_says_why(run: Run) -> None:
    found = json.loads(run("query", "open_tickets", "--json").out)
    assert (found["value"], found["note"]) == (None, "No tickets are loaded.")
    assert run("query", "open_tickets").out == "Open tickets: No tickets are loaded.\n"


def test_counts_in_notes_are_written_out(run: Run, path: Path) -> None:
    with Database(path, threads=2) as database:
        add(database, "account", name="Cold")
        refresh_up_to(database, date(2025, 6, 30))
    found = json.loads(run("query", "new_accounts", "--json").out)
    assert found["note"] == "Accounts of which no date is known are not counted: 1."


def test_a_kpi_as_text(run: Run) -> None:
    assert run("query", "revenue").out == "Revenue: €112.50 (all, as of 2025-06-30)\n"


def test_a_query_as_json(run: Run) -> None:
    printed = run("query", "home/revenue_by_month", "--param", "period=2025-03", "--json")
    assert json.loads(printed.out) == {
        "name": "home/revenue_by_month",
        "rows": [{"month": "2025-03-01", "value": 12.5, "is_partial": False}],
    }


def test_a_query_as_text(run: Run) -> None:
    assert "Prospecting" in run("query", "home/filter_values").out
    assert run("query", "home/won_revenue_by_month").out == "No rows.\n"


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("query", "revnue"), 1, "Did you mean: revenue"),
        (("query", "revenue", "--as", "eve@example.com"), 1, "Nobody signs in as eve@example.com"),
        (("query", "revenue", "--param", "period=soon"), 2, "is no period"),
        (("query", "revenue", "--param", "period=2025", "--param", "since=2025-01-01"), 2, "either period"),
        (("query", "revenue", "--param", "colour=red"), 2, "not colour"),
        (("query", "revenue", "--param", "colour"), 2, "name=value"),
        (("query", "home/filter_values", "--param", "colour=red"), 2, "does not ask for colour"),
        (("query", "home/revenue_by_month", "--param", "today=soon"), 2, "cannot be answered with these values"),
        (("query",), 2, "usage"),
        (("sell",), 2, "usage"),
        (("user", "add", "x@example.com", "--role", "king"), 2, "usage"),
        (("user", "add", "x", "--role", "sales"), 1, "no e-mail"),
        (("user", "disable", "eve@example.com"), 1, "Nobody signs in"),
        (("restore", "nowhere.duckdb"), 1, "There is no file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, arguments: tuple[str, ...], status: int, sentence: str) -> None:
    printed = run(*arguments)
    assert printed.status == status
    assert sentence in printed.err
    assert printed.out == ""


def test_no_file_is_made_by_asking(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing.duckdb"
    for arguments in (("query", "revenue"), ("doctor",), ("backup",), ("user", "list")):
        printed = run(*arguments, db=missing)
        assert (printed.status, printed.out) == (1, "")
        assert "There is no database" in printed.err
    assert not missing.exists()


def test_the_file_may_be_named_before_the_command(run: Run, path: Path) -> None:
    assert run("--db", str(path), "query", "orders", db=None).status == 0


def test_the_environment_may_name_the_file(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTAIL_DB", str(path))
    assert run("query", "orders", db=None).out.startswith("Orders: 2 ")


def test_sign_ins(run: Run) -> None:
    printed = run("user", "add", "Bea@Example.com", "--role", "management", "--name", "Bea")
    assert len(printed.out.strip()) >= 12
    assert "bea@example.com" in printed.err
    assert "bea@example.com\tmanagement\tBea\n" in run("user", "list").out
    assert run("user", "password", "bea@example.com").out != printed.out
    assert run("user", "disable", "bea@example.com").status == 0
    assert "bea@example.com\tmanagement\tBea\tdisabled\n" in run("user", "list").out


def test_a_sign_in_is_linked_to_staff(run: Run) -> None:
    assert run("user", "add", "bo@example.com", "--role", "sales", "--staff", "ann").status == 0
    assert run("query", "orders", "--as", "bo@example.com").out.startswith("Orders: 1 ")
    run("user", "add", "cy@example.com", "--role", "sales")
    assert run("query", "orders", "--as", "cy@example.com").out.startswith("Orders: There is nothing yet")
    assert run("user", "link", "cy@example.com", "Ann").status == 0
    assert run("query", "orders", "--as", "cy@example.com").out.startswith("Orders: 1 ")
    unknown = run("user", "add", "di@example.com", "--role", "sales", "--staff", "Zoe")
    assert (unknown.status, unknown.err) == (1, "Nobody of the staff is called Zoe. Load the staff first.\n")
    assert "di@example.com" not in run("user", "list").out


def test_backup_and_restore(run: Run, path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.duckdb"
    assert run("backup", "--to", str(kept)).out.strip() == str(kept)
    assert "exists already" in run("backup", "--to", str(kept)).err
    made = Path(run("backup").out.strip())
    assert made.parent.name == "backups" and made.exists()
    with Database(path, threads=2) as database:
        add_order(database, datetime(2025, 5, 1), "1000.00")
        refresh_up_to(database, date(2025, 6, 30))
    assert run("query", "revenue").out.startswith("Revenue: €1,112.50")
    printed = run("restore", str(kept))
    assert printed.status == 0
    assert run("query", "revenue").out.startswith("Revenue: €112.50")
    put_away = next(path.parent.rglob("before-restore-*.duckdb"))
    assert run("query", "revenue", db=put_away).out.startswith("Revenue: €1,112.50")


def test_a_damaged_file_can_be_restored(run: Run, path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.duckdb"
    run("backup", "--to", str(kept))
    path.write_bytes(b"not a database")
    assert run("query", "revenue").status == 1
    assert run("restore", str(kept)).status == 0
    assert run("query", "revenue").out.startswith("Revenue: €112.50")


def test_a_damaged_backup_is_not_restored(run: Run, path: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"not a database")
    assert run("restore", str(broken)).status == 1
    assert path.exists()


def test_the_doctor(run: Run, path: Path) -> None:
    printed = run("doctor")
    assert printed.status == 0
    assert all(line.startswith("ok ") for line in printed.out.splitlines())
    assert "marts: as of 2025-06-30" in printed.out
    with Database(path, threads=2) as database:
        add(database, "contact", name="Cy", account_id=999)
        add(database, "contact", name="Di", account_id=1, account_owner_id=77)
    printed = run("doctor")
    assert printed.status == 1
    assert "WRONG  references: contact.account_id (1)" in printed.out
    assert "WRONG  owners: contact.account_owner_id (1)" in printed.out


def test_while_the_server_runs_it_answers(run: Run, path: Path) -> None:
    with Database(path, threads=2) as database, ControlServer(database):
        assert run("query", "revenue", "--as", "ann@example.com").out.startswith("Revenue: €12.50")
        printed = run("query", "revenue")
        assert printed.status == 1
        assert "Stop the server" in printed.err
        assert run("doctor").status == 0
        kept = path.with_name("kept.duckdb")
        assert run("backup", "--to", str(kept)).status == 0
        command = [sys.executable, "-m", "crm", "restore", str(kept), "--db", str(path)]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert refused.returncode == 1
        assert "is open in another process" in refused.stderr
        assert path.exists()


def test_a_foreign_file_is_not_restored(run: Run, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.duckdb"
    program = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table t (i integer)')"
    subprocess.run([sys.executable, "-c", program, str(foreign)], check=True)
    refused = run("restore", str(foreign))
    assert refused.status == 1 and "tables that are not Pintail's" in refused.err
    assert run("query", "orders").out.startswith("Orders: 2 ")
    assert not list(tmp_path.glob("*restoring*"))
