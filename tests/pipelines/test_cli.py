"""`python -m pipelines`: what it prints, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm import records
from crm.access import owner_of_file
from crm.db import Database
from crm.settings import ROOT
from pipelines.__main__ import main

ACCOUNTS = "Account ID,Account\n1,Acme\n2,Bolt\n2,Again\n3,\n"


@pytest.fixture
def db(migrated: Path, tmp_path: Path) -> Path:
    path = tmp_path / "company.duckdb"
    path.write_bytes(migrated.read_bytes())
    return path


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.csv"
    path.write_text(ACCOUNTS)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """(exit status, what was printed, what was said on the way)."""
    status = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_the_report_as_json(capsys: pytest.CaptureFixture[str], db: Path, accounts: Path) -> None:
    status, printed, _ = run(capsys, "load", accounts, "--db", db, "--json")
    report: dict[str, Any] = json.loads(printed)
    assert status == 0
    assert report["batch"] == 1 and set(report) >= {"batch", "files"}
    expected = {
        "file": "accounts.csv", "sheet": None, "object": "account", "read": 4, "inserted": 2, "updated": 0,
        "unchanged": 0, "duplicate": 1, "rejected": 1, "created": {}, "changed": {},
    }  # fmt: skip
    assert {key: report["files"][0][key] for key in expected} == expected


def test_the_report_for_people(capsys: pytest.CaptureFixture[str], db: Path, accounts: Path) -> None:
    status, printed, said = run(capsys, "load", accounts, "--db", db)
    assert status == 0
    assert printed.splitlines() == [
        "Batch 1",
        "accounts.csv: 4 account read: 2 inserted, 1 duplicate, 1 rejected",
        "  1 records repeat a key that stood in this load before; the first counts.",
        "  record 4: Account = None: missing",
        "python -m pipelines rejects 1 writes what did not get in to files to mend and load again.",
    ]
    assert "Reading accounts.csv" in said


def test_what_was_passed_over_is_said(capsys: pytest.CaptureFixture[str], db: Path, accounts: Path) -> None:
    (accounts.parent / "letter.pdf").write_bytes(b"%PDF")
    (accounts.parent / "old").mkdir()
    (accounts.parent / "~$accounts.xlsx").write_bytes(b"lock")
    db = db.rename(accounts.parent / "old" / db.name)
    assert "passed over: letter.pdf, old/" in run(capsys, "load", accounts.parent, "--db", db)[1].splitlines()


def test_rejects_are_counted_and_lead_on(capsys: pytest.CaptureFixture[str], db: Path, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("SKU,Product\nGTX-1,GTX Basic\nGTX-2,GTX Pro\nM,MG Special\n")
    (tmp_path / "orders.csv").write_text("Order number,Order date\n1,2026-10-01\n")
    lines = "1,GTXBasc,1,1,2026-10-01\n1,zzz,1,1,2026-10-01\n" + "1,,,1,2026-10-01\n" * 6
    (tmp_path / "order_lines.csv").write_text("Order number,SKU,Qty,Price,Date\n" + lines)
    printed = run(capsys, "load", tmp_path, "--db", db)[1].splitlines()
    assert "  record 1: SKU = 'GTXBasc': unknown (no such product); do you mean GTX Basic?" in printed
    assert "  record 2: SKU = 'zzz': unknown (no such product)" in printed
    assert "  and 3 more" in printed
    assert printed[-1].startswith("python -m pipelines rejects 1 writes")
    printed = run(capsys, "load", tmp_path / "order_lines.csv", "--db", db, "--dry-run")[1].splitlines()
    assert not any(line.startswith("python -m pipelines rejects") for line in printed)


def test_a_dry_run_has_no_batch(capsys: pytest.CaptureFixture[str], db: Path, accounts: Path) -> None:
    status, printed, _ = run(capsys, "load", accounts, "--db", db, "--dry-run", "--json")
    assert status == 0 and json.loads(printed)["batch"] is None
    assert run(capsys, "status", "--db", db)[1] == "Nothing was loaded yet.\n"


def test_a_load_of_rejects_only_was_applied(capsys: pytest.CaptureFixture[str], db: Path, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("Account ID,Account\n1,\n")
    assert run(capsys, "load", tmp_path / "accounts.csv", "--db", db)[0] == 0


def test_what_cannot_be_loaded_ends_with_1_and_a_sentence(
    capsys: pytest.CaptureFixture[str], db: Path, tmp_path: Path, accounts: Path
) -> None:
    (tmp_path / "notes.csv").write_text("Foo,Bar\n1,2\n")
    for arguments in (
        [tmp_path / "absent.csv"],
        [accounts, tmp_path / "notes.csv"],
        [accounts, "--mapping", "nothing"],
    ):
        status, printed, said = run(capsys, "load", *arguments, "--db", db)
        assert (status, printed) == (1, "")
        assert said.strip() and "Traceback" not in said
    assert run(capsys, "status", "--db", db, "--json")[1] == "[]\n"


@pytest.mark.parametrize(
    "arguments", [[], ["load"], ["dance"], ["load", "x.csv", "--fast"], ["refresh", "--as-of", "soon"]]
)
def test_wrong_use_ends_with_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_an_unreadable_setting_is_wrong_use(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, accounts: Path
) -> None:
    monkeypatch.setenv("PINTAIL_THREADS", "many")
    assert run(capsys, "load", accounts)[0] == 2


def test_status_lists_the_loads(capsys: pytest.CaptureFixture[str], db: Path, accounts: Path) -> None:
    run(capsys, "load", accounts, "--db", db, "--no-refresh")
    run(capsys, "load", accounts, "--db", db, "--no-refresh")
    _, printed, _ = run(capsys, "status", "--db", db, "--json")
    loads = json.loads(printed)
    assert [(load["batch"], load["file"], load["inserted"], load["unchanged"]) for load in loads] == [
        (2, "accounts.csv", 0, 2), (1, "accounts.csv", 2, 0)
    ]  # fmt: skip


def test_a_mapping_can_be_a_file(capsys: pytest.CaptureFixture[str], db: Path, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("A\nAcme\n")
    layout = "source: s\nlayouts: [{name: a, writes: [{object: account, main: true, key: A, fields: {name: A}}]}]"
    (tmp_path / "mine.yml").write_text(layout)
    status, printed, _ = run(
        capsys, "load", tmp_path / "x.csv", "--mapping", tmp_path / "mine.yml", "--db", db, "--json"
    )
    assert status == 0 and json.loads(printed)["files"][0]["layout"] == "mine/a"


# Killed


class Kills:
    """A database that loads are killed on: what stood there before has to stand there after, or the whole load."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "killed.duckdb"
        self.files = folder / "exports"
        self.files.mkdir()
        orders = "".join(f"S{number},2024-01-01,Customer {number % 999}\n" for number in range(20_000))
        lines = "".join(f"{number},S{number % 20_000},{number % 7 + 1},2.50,2024-01-01\n" for number in range(100_000))
        (self.files / "orders.csv").write_text("Order number,Ordered at,Account\n" + orders)
        (self.files / "order_lines.csv").write_text("Line ID,Order number,Qty,Price,Sold at\n" + lines)
        Database(self.db, threads=2).close()

    def command(self) -> list[str]:
        return [sys.executable, "-m", "pipelines", "load", str(self.files), "--no-refresh", "--db", str(self.db)]

    def load(self) -> float:
        """Load to the end; how long it took."""
        began = time.monotonic()
        subprocess.run(self.command(), cwd=ROOT, check=True, capture_output=True)
        return time.monotonic() - began

    def kill_after(self, seconds: float) -> None:
        process = subprocess.Popen(
            self.command(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def state(self) -> tuple[int, ...]:
        """(accounts, orders, lines, keys, batches, files)."""
        tables = (
            "core.account",
            "core.sales_order",
            "core.order_line",
            "core.record_key",
            "landing.batch",
            "landing.file",
        )
        with Database(self.db, threads=2) as database, database.cursor() as cursor:
            return tuple(int(cursor.value(f"select count(*) from {table}")) for table in tables)

    def empty(self) -> None:
        """Begin anew with an empty database."""
        self.db.unlink()
        Path(f"{self.db}.wal").unlink(missing_ok=True)
        Database(self.db, threads=2).close()


EMPTY = (0, 0, 0, 0, 0, 0)
WHOLE = (999, 20_000, 100_000, 20_999, 1, 2)


@pytest.fixture
def kills(tmp_path: Path) -> Iterator[Kills]:
    yield Kills(tmp_path)


def _survives(kills: Kills, moments: list[float]) -> None:
    took = kills.load()
    assert kills.state() == WHOLE
    for moment in moments:
        kills.empty()
        kills.kill_after(took * moment)
        state = kills.state()
        assert state in (EMPTY, WHOLE), moment
        kills.load()
        after = kills.state()
        assert after[:4] == WHOLE[:4]
        assert after[4] == state[4] + 1


def test_a_killed_load_leaves_the_state_before_or_the_whole_load(kills: Kills) -> None:
    _survives(kills, [0.5, 0.85])


@pytest.mark.slow
def test_ten_killed_loads(kills: Kills) -> None:
    _survives(kills, [0.3, 0.45, 0.55, 0.65, 0.72, 0.78, 0.84, 0.9, 0.95, 0.99])


def test_a_load_is_mended_decided_on_and_taken_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db, accounts = tmp_path / "test.duckdb", tmp_path / "accounts.csv"
    accounts.write_text("Account ID,Account,Phone\n1,Acme,111\n2,,222\n", encoding="utf-8")
    assert run(capsys, "load", accounts, "--db", db)[0] == 0
    status, printed, _ = run(capsys, "rejects", "1", "--to", tmp_path / "mend", "--db", db)
    assert (status, printed) == (0, f"{tmp_path / 'mend' / 'accounts.refused.csv'}\n")
    assert "2,,222,2,Account: missing" in (tmp_path / "mend" / "accounts.refused.csv").read_text(encoding="utf-8")
    (tmp_path / "mend" / "accounts.refused.csv").write_text("half mended", encoding="utf-8")
    printed = run(capsys, "rejects", "1", "--to", tmp_path / "mend", "--db", db)[1]
    assert printed == f"{tmp_path / 'mend' / 'accounts.refused-2.csv'}\n"
    assert (tmp_path / "mend" / "accounts.refused.csv").read_text(encoding="utf-8") == "half mended"
    with Database(db) as database:
        records.edit(database, owner_of_file(), "account", 1, {"phone": "777"}, 1)
    accounts.write_text("Account ID,Account,Phone\n1,Acme,119\n", encoding="utf-8")
    assert "stand against what people wrote, who win" in run(capsys, "load", accounts, "--db", db)[1]
    printed = run(capsys, "conflicts", "--db", db)[1]
    assert printed == "1\taccount:1 Acme\tphone: '777' stands, load 2 brought '119' (accounts.csv, record 1)\n"
    status, printed, said = run(capsys, "accept", "1", "99", "--db", db)
    assert (status, printed) == (1, "1\taccount:1 Acme\tphone: '777' → '119'\n")
    assert "There is no open conflict 99" in said
    status, _, said = run(capsys, "refuse", "1", "--db", db)
    assert status == 1 and "There is no open conflict 1" in said
    assert run(capsys, "undo", "1", "--db", db)[1].startswith("Load 1 is taken back.\n")
    assert "taken back" in run(capsys, "status", "--db", db)[1]
    assert run(capsys, "undo", "1", "--db", db)[0] == 2
