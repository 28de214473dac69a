"""Later loads of order lines and their undoing, against the bare read of the clean file into a table.

    python -m benchmarks again [--lines 5000000] [--runs 3] [--folder DIR]

Each case works on a copy of a database that holds the clean file, but for `dirty`, which is a first load.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks import lines, measure
from crm.db import Database
from pipelines import landing
from pipelines import load as loading
from pipelines.undo import undo

CASES = {
    "dirty": "1.2 % bad or repeated, first load",
    "same": "the same bytes again",
    "bytes": "the same lines in other bytes",
    "changed": "5 % changed, 0.5 % new",
    "undo": "undo of 5 % changed, 0.5 % new",
}
LIMITS = {"dirty": 2.0, "same": 0.1, "bytes": 1.0, "changed": 1.3, "undo": 0.3}


def main(arguments: list[str]) -> None:
    """Make the files, run every case against the bare read in turn, print the ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks again")
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        lines.make_files(folder, options.lines)
        make_variants(folder)
        lines.prepare(folder)
        prepare(folder)
        ratios: dict[str, list[float]] = {case: [] for case in CASES}
        for _ in range(options.runs):
            bare = measure.of_child("benchmarks.lines", "bare", name)
            for case, found in ratios.items():
                cost = measure.of_child("benchmarks.again", case, name)
                found.append((cost.cpu - cost.parts.get("keeping", 0)) / bare.cpu)
    print(f"{options.lines:,} lines, {options.runs} runs; CPU seconds against the bare read")
    for case, found in ratios.items():
        print(f"  {CASES[case]:<36} {measure.spread(found)}, limit {LIMITS[case]}")


def make_variants(folder: Path) -> None:
    """dirty.csv, bytes.csv and changed.csv, made of order_lines.csv."""
    frame = pl.read_csv(folder / "order_lines.csv", infer_schema=False)
    count = frame.height
    random = np.random.default_rng(11)
    kind = random.permutation(count) / count
    price, sku = pl.col("Unit price"), pl.col("SKU")
    dirty = frame.with_columns(kind=pl.Series(kind)).with_columns(
        pl.when(pl.col("kind") < 0.005).then(pl.lit("n/k")).otherwise(price).alias("Unit price"),
        pl.when(pl.col("kind").is_between(0.005, 0.010)).then(pl.lit("SKU-none")).otherwise(sku).alias("SKU"),
    )
    repeated = dirty.filter(pl.col("kind").is_between(0.010, 0.012))
    pl.concat([dirty, repeated]).drop("kind").write_csv(folder / "dirty.csv")
    frame.select(reversed(frame.columns)).write_csv(folder / "bytes.csv", quote_style="always")
    new = frame.head(count // 200).with_columns(pl.concat_str(pl.lit("N-"), "Line ID").alias("Line ID"))
    changed = pl.when(pl.Series(kind) < 0.05).then(pl.lit("9")).otherwise(pl.col("Quantity")).alias("Quantity")
    pl.concat([frame.with_columns(changed), new]).write_csv(folder / "changed.csv")


def prepare(folder: Path) -> None:
    """loaded.duckdb with the clean file, and twice.duckdb with the changed one after it."""
    for target, source, name in (
        ("loaded", "before", "order_lines.csv"),
        ("twice", "loaded", "changed.csv"),
    ):
        shutil.copy(folder / f"{source}.duckdb", folder / f"{target}.duckdb")
        with Database(folder / f"{target}.duckdb", memory_limit=lines.MEMORY) as database:
            loading.load(database, landing.bring([_named(folder, name)], database.files / "landing"))


def _named(folder: Path, name: str) -> Path:
    """The file under the name by which its layout is known; all variants are of one kind."""
    place = folder / Path(name).stem
    place.mkdir(exist_ok=True)
    target = place / "order_lines.csv"
    if not target.exists():
        target.hardlink_to(folder / name)
    return target


def case(folder: Path, name: str) -> None:
    """Run one case on a copy of its database."""
    base = {"dirty": "before", "undo": "twice"}.get(name, "loaded")
    path = folder / "case.duckdb"
    path.unlink(missing_ok=True)
    shutil.rmtree(folder / "case.files", ignore_errors=True)
    shutil.copy(folder / f"{base}.duckdb", path)
    keeping = lines.time_keeping()
    with Database(path, memory_limit=lines.MEMORY) as database:
        since = measure.cpu()
        if name == "undo":
            with database.cursor() as cursor:
                batch = int(cursor.value("select max(id) from landing.batch"))
            undo(database, batch)
        else:
            file = {"same": "order_lines.csv"}.get(name, f"{name}.csv")
            loading.load(database, landing.bring([_named(folder, file)], database.files / "landing"))
        with database.cursor() as cursor:
            cursor.run("checkpoint")
        measure.report(since, keeping=keeping[0])


if __name__ == "__main__":
    case(Path(sys.argv[2]), sys.argv[1])
