"""Fixtures that most tests share."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from crm.db import Database, files_of

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")  # a busy machine is no defect


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed, empty database file; `database` copies it, which is faster than migrating anew."""
    path = tmp_path_factory.mktemp("migrated") / "empty.duckdb"
    Database(path, threads=2).close()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """An open, empty database of the test's own."""
    path = tmp_path / "test.duckdb"
    shutil.copy(migrated, path)
    with Database(path, threads=2) as opened:
        yield opened
    shutil.rmtree(files_of(path), ignore_errors=True)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of public data sets; skips where REFERENCE_DATA does not name one."""
    folder = os.environ.get("REFERENCE_DATA", "")
    if not folder:
        pytest.skip("REFERENCE_DATA is not set: the public data sets are not part of the project")
    return Path(folder).resolve()
