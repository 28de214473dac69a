"""What `make run` opens: the company of one's own once there is one, else the demo."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from crm.settings import ROOT

OWN, DEMO = "data/pintail.duckdb", "data/demo.duckdb"


@pytest.mark.parametrize(
    ("there", "arguments", "options"),
    [
        ([], [], f"--db {DEMO} --demo"),
        ([DEMO], [], f"--db {DEMO} --demo"),
        ([OWN, DEMO], [], f"--db {OWN}"),
        ([OWN], ["DEMO=1"], f"--db {DEMO} --demo"),
        ([OWN], ["DB=other.duckdb"], "--db other.duckdb --demo"),
        ([OWN, "other.duckdb"], ["DB=other.duckdb"], "--db other.duckdb"),
        (["mine.duckdb"], ["PINTAIL_DB=mine.duckdb"], "--db mine.duckdb"),
    ],
)
def test_run_opens_what_is_there(tmp_path: Path, there: list[str], arguments: list[str], options: str) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "data").mkdir()
    for name in there:
        (tmp_path / name).touch()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PINTAIL_", "MAKE"))}
    command = ["make", "--dry-run", "run", *arguments]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert printed.splitlines()[-1] == f".venv/bin/python app.py {options}"
