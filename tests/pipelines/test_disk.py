"""A disk without room: it is looked at first, and when it fills up meanwhile, everything stands as before."""

import os
import shutil
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.db import Database
from crm.errors import DiskFull
from pipelines import load as loading
from tests.pipelines.conftest import Load, load_files

ACCOUNTS = "Account ID,Account,City\n"


def test_room_is_looked_at_first(load: Load, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(free=40))
    with pytest.raises(DiskFull, match="Nothing was written"):
        load({"accounts.csv": ACCOUNTS + "1,Acme,Rome\n"})
    assert not list((database.files / "landing").iterdir())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own with 60 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(folder)], check=False, capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.slow
def test_a_disk_that_fills_up_leaves_the_state_before(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "ROOM", 0)
    path = small_disk / "small.duckdb"
    many = "".join(f"{number},Company {number * 7919 % 1000003},{number * 104729}\n" for number in range(1_200_000))
    with Database(path) as database:
        load_files(database, {"accounts.csv": ACCOUNTS + "1,Acme,Rome\n"}, tmp_path / "files")
        with pytest.raises(DiskFull, match="Nothing of the load was written"):
            load_files(database, {"accounts.csv": ACCOUNTS + many}, tmp_path / "files")
    with Database(path) as database:
        with database.cursor() as cursor:
            assert cursor.rows("select name from core.account") == [("Acme",)]
            assert cursor.rows("select count(*) from landing.batch") == [(1,)]
        report = load_files(database, {"accounts.csv": ACCOUNTS + "2,Bolt,Oslo\n"}, tmp_path / "files")
        assert report["files"][0]["inserted"] == 1
