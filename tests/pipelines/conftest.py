"""Loading small files that tests write as texts."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from crm.db import Database
from pipelines import landing, mapping
from pipelines.load import load as load_kept

Report = dict[str, Any]
Files = Mapping[str, str | bytes]
Load = Callable[..., Report]
Rows = Callable[..., list[tuple[Any, ...]]]

COUNTS = ("read", "inserted", "updated", "unchanged", "duplicate", "rejected")


def load_files(
    database: Database, files: Files, folder: Path, *, layout: str | None = None, is_dry_run: bool = False
) -> Report:
    """Write the files, load them as one batch in the order given; the report as `--json` prints it."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    kept = landing.bring(paths, database.files / "landing")
    layouts = mapping.parsed("mine", layout) if layout else None
    report = load_kept(database, kept, layouts=layouts, is_dry_run=is_dry_run).as_json()
    printed: Report = json.loads(json.dumps(report))
    for file in printed["files"]:
        assert file["read"] == sum(file[what] for what in COUNTS[1:]), "every record is accounted for"
    return printed


def counts(report: Report, position: int = 0) -> tuple[int, ...]:
    """(read, inserted, updated, unchanged, duplicate, rejected) of a file."""
    return tuple(report["files"][position][what] for what in COUNTS)


def notes(report: Report, position: int = 0) -> list[str]:
    """What was found out about a file, in words."""
    return [note["message"].format(**note["values"]) for note in report["files"][position]["notes"]]


def rejects(report: Report, position: int = 0) -> list[tuple[Any, ...]]:
    """(record, column, value, reason, detail) of the first records that did not get in."""
    return [tuple(reject.values()) for reject in report["files"][position]["first_rejects"]]


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Load:
    """`load({"accounts.csv": "Account\\nAcme\\n"})` loads files into the test's database."""

    def run(files: Files, **options: Any) -> Report:
        return load_files(database, files, tmp_path / "files", **options)

    return run


@pytest.fixture
def rows(database: Database) -> Rows:
    """`rows("select …", name=value)` reads the test's database."""

    def run(statement: str, **values: object) -> list[tuple[Any, ...]]:
        with database.cursor() as cursor:
            return cursor.rows(statement, **values)

    return run
