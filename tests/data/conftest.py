"""A small demo company that the tests of the simulator look at."""

from pathlib import Path

import polars as pl
import pytest

from data.demo import Company, Plan, simulate, write


@pytest.fixture(scope="session")
def demo() -> Company:
    """A demo company small enough to be looked at as a whole."""
    return simulate(Plan(accounts=600, seed=7))


@pytest.fixture(scope="session")
def demo_folder(demo: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its files."""
    folder = tmp_path_factory.mktemp("demo")
    write(demo, folder)
    return folder


@pytest.fixture(scope="session")
def demo_files(demo_folder: Path) -> dict[str, pl.DataFrame]:
    """Its files as text, without the rows that are to be refused."""
    refused = pl.read_csv(demo_folder / "truth" / "refused.csv", infer_schema=False)["key"]
    files = {path.stem: pl.read_csv(path, infer_schema=False) for path in demo_folder.glob("*.csv")}
    return {name: file.filter(~pl.col(file.columns[0]).is_in(refused.implode())) for name, file in files.items()}


@pytest.fixture(scope="session")
def many() -> Company:
    """A demo company with enough accounts to ask for what was planted in it."""
    return simulate(Plan(accounts=20_000, seed=11))
