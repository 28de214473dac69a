"""Taking back an import of accounts and a change of as many at once, against the load of the same file.

    python -m benchmarks undo [--rows 50000] [--runs 3] [--folder DIR]

Each case works on a copy of a database in which it was just done. Ratios of CPU seconds; the seconds in which a person
waits stand beside.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import measure
from crm import access, records
from crm import undo as actions
from crm.db import Database
from pipelines import landing
from pipelines import load as loading
from pipelines.undo import undo

CASES = {
    "new": "undo of an import of new accounts",
    "changed": "undo of an import that changes all of them",
    "bulk": "undo of a change of all of them at once",
}
LIMIT = 5.0
"""Seconds in which each is taken back."""


def main(arguments: list[str]) -> None:
    """Make the files, run every case against the load in turn, print the ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks undo")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        _prepare(Path(name), options.rows)
        ratios: dict[str, list[float]] = {case: [] for case in CASES}
        waits: dict[str, list[float]] = {case: [] for case in CASES}
        loads = []
        for _ in range(options.runs):
            bare = measure.of_child("benchmarks.undo", "load", name)
            loads.append(bare.cpu)
            for case in CASES:
                cost = measure.of_child("benchmarks.undo", case, name)
                ratios[case].append(cost.cpu / bare.cpu)
                waits[case].append(cost.parts["seconds"])
    print(f"{options.rows:,} accounts, {options.runs} runs; CPU seconds against the load, and seconds of waiting")
    print(f"  the load itself, CPU seconds                 {measure.spread(loads)}")
    for case, title in CASES.items():
        print(f"  {title:<44} {measure.spread(ratios[case])}   {measure.spread(waits[case])} s, limit {LIMIT} s")


def _prepare(folder: Path, count: int) -> None:
    """empty.duckdb, new.duckdb with the accounts, changed.duckdb with a second file, bulk.duckdb with a change."""
    for name, city in (("first", "Leeds"), ("second", "York")):
        (folder / name).mkdir()
        lines = (f"A{number},Account {number},{city},{number}\n" for number in range(count))
        (folder / name / "accounts.csv").write_text("Account ID,Account,City,Phone\n" + "".join(lines))
    with Database(folder / "empty.duckdb"):
        pass
    for target, source in (("new", "empty"), ("changed", "new"), ("bulk", "new")):
        shutil.copy(folder / f"{source}.duckdb", folder / f"{target}.duckdb")
        with Database(folder / f"{target}.duckdb") as database:
            if target == "bulk":
                _change_all(database)
            else:
                _load(database, folder / ("first" if target == "new" else "second"))


def _load(database: Database, folder: Path) -> None:
    loading.load(database, landing.bring([folder / "accounts.csv"], database.files / "landing"))


def _change_all(database: Database) -> None:
    with database.cursor() as cursor:
        versions = dict(cursor.rows("select id, version from core.account"))
    records.edit_many(database, access.owner_of_file(), "account", versions, {"city": "Bath"})


def case(folder: Path, name: str) -> None:
    """Run one case on a copy of its database."""
    path = folder / "case.duckdb"
    path.unlink(missing_ok=True)
    shutil.rmtree(folder / "case.files", ignore_errors=True)
    shutil.copy(folder / f"{'empty' if name == 'load' else name}.duckdb", path)
    with Database(path) as database:
        with database.cursor() as cursor:
            last = int(cursor.value("select coalesce(max(id), 0) from landing.batch"))
            action = int(cursor.value("select coalesce(max(id), 0) from history.action"))
        since, began = measure.cpu(), time.perf_counter()
        if name == "load":
            _load(database, folder / "first")
        elif name == "bulk":
            actions.undo(database, access.owner_of_file(), action)
        else:
            undo(database, last)
        measure.report(since, seconds=time.perf_counter() - began)


if __name__ == "__main__":
    case(Path(sys.argv[2]), sys.argv[1])
