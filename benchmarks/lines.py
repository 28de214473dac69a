"""First load of a clean file of order lines, against the bare `read_csv` with explicit types into a table.

    python -m benchmarks lines [--lines 5000000] [--runs 3] [--folder DIR]

Orders and products are loaded before and not counted. Keeping the compressed file is reported apart.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from benchmarks import measure
from crm.db import Database
from pipelines import landing
from pipelines import load as loading

TYPES = {
    "Line ID": "VARCHAR",
    "Order number": "VARCHAR",
    "SKU": "VARCHAR",
    "Quantity": "DECIMAL(18,3)",
    "Unit price": "DECIMAL(18,6)",
    "Sold at": "TIMESTAMP",
    "Shipped at": "TIMESTAMP",
}
LINES_AN_ORDER = 2.75
PRODUCTS = 3000
MEMORY = "2GB"
"""Limit of the engine in both ways of loading."""


def main(arguments: list[str]) -> None:
    """Make the files, load them both ways in turn, print the ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks lines")
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        make_files(folder, options.lines)
        prepare(folder)
        bare, ours, kept = [], [], []
        for _ in range(options.runs):
            bare.append(measure.of_child("benchmarks.lines", "bare", name))
            ours.append(measure.of_child("benchmarks.lines", "ours", name))
            kept.append(ours[-1].parts["keeping"])
    ratios = [(one.cpu - keep) / plain.cpu for one, keep, plain in zip(ours, kept, bare, strict=True)]
    print(f"{options.lines:,} lines, {options.runs} pairs of runs")
    print(f"  bare read_csv      CPU s {measure.spread([cost.cpu for cost in bare])}")
    print(f"  load               CPU s {measure.spread([cost.cpu - k for cost, k in zip(ours, kept, strict=True)])}")
    print(f"  keeping the file   CPU s {measure.spread(kept)}")
    print(f"  load / bare              {measure.spread(ratios)}")
    print(f"  peak memory of load  GiB {measure.spread([cost.peak for cost in ours])}")


def make_files(folder: Path, count: int) -> None:
    """products.csv, orders.csv and order_lines.csv with text keys, lines in the order of their orders."""
    random = np.random.default_rng(7)
    orders = int(count / LINES_AN_ORDER)
    begin = np.datetime64("2022-01-01T00:00:00")
    ordered = begin + np.sort(random.integers(0, 3 * 365 * 86400, orders)).astype("timedelta64[s]")
    of_line = np.sort(random.integers(0, orders, count))
    _write(
        folder / "products.csv",
        {"SKU": _keys("SKU-", np.arange(PRODUCTS)), "Name": _keys("Product ", np.arange(PRODUCTS))},
    )
    _write(
        folder / "orders.csv",
        {
            "Order number": _keys("SO-", np.arange(orders)),
            "Account": _keys("Customer ", random.integers(0, orders // 7, orders)),
            "Ordered at": ordered.astype("datetime64[us]"),
        },
    )
    sold = ordered[of_line].astype("datetime64[us]")
    _write(
        folder / "order_lines.csv",
        {
            "Line ID": _keys("L-", np.arange(count)),
            "Order number": _keys("SO-", of_line),
            "SKU": _keys("SKU-", random.integers(0, PRODUCTS, count)),
            "Quantity": random.integers(1, 9, count),
            "Unit price": np.round(random.uniform(1, 400, count), 2),
            "Sold at": sold,
            "Shipped at": sold + np.timedelta64(86400, "s"),
        },
    )


def _keys(prefix: str, numbers: np.ndarray) -> pl.Series:
    return prefix + pl.Series(numbers).cast(pl.String)


def _write(path: Path, columns: dict[str, object]) -> None:
    pl.DataFrame(columns).write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")


def prepare(folder: Path) -> None:
    """A database with the products and orders, which each counted run copies."""
    with Database(folder / "before.duckdb") as database:
        for name in ("products.csv", "orders.csv"):
            loading.load(database, landing.bring([folder / name], database.files / "landing"))


def bare(folder: Path) -> None:
    """Read the lines with explicit types into a table of an empty file."""
    path = folder / "bare.duckdb"
    path.unlink(missing_ok=True)
    since = measure.cpu()
    with duckdb.connect(str(path), config={"memory_limit": MEMORY}) as connection:
        connection.execute(
            "create table line as select * from read_csv($path, auto_detect = false, header = true, columns = $types)",
            {"path": str(folder / "order_lines.csv"), "types": TYPES},
        )
        connection.execute("checkpoint")
    measure.report(since)


def ours(folder: Path) -> None:
    """Load the lines into a copy of the prepared database, all of it on disk at the end."""
    path = folder / "ours.duckdb"
    path.unlink(missing_ok=True)
    shutil.rmtree(folder / "ours.files", ignore_errors=True)
    shutil.copy(folder / "before.duckdb", path)
    keeping = time_keeping()
    with Database(path, memory_limit=MEMORY) as database:
        since = measure.cpu()
        report = loading.load(database, landing.bring([folder / "order_lines.csv"], database.files / "landing"))
        with database.cursor() as cursor:
            cursor.run("checkpoint")
        assert report.files[0].counts["inserted"] == report.files[0].read, report.as_json()
        measure.report(since, keeping=keeping[0])


def time_keeping() -> list[float]:
    """From now on, the CPU seconds that compressing kept files takes, as the one entry of a list."""
    keeping = [0.0]
    compress = landing.compress

    def timed(kept: landing.Kept) -> None:
        begin = measure.cpu()
        compress(kept)
        keeping[0] += measure.cpu() - begin

    landing.compress = timed
    return keeping


if __name__ == "__main__":
    {"bare": bare, "ours": ours}[sys.argv[1]](Path(sys.argv[2]))
