"""Fixtures that most tests share."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from crm import users
from crm.db import Database, files_of
from tests import company

CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")  # a busy machine is no defect


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed, empty database file; `database` copies it, which is faster than migrating anew."""
    path = tmp_path_factory.mktemp("migrated") / "empty.duckdb"
    Database(path, threads=2).close()
    return path


@pytest.fixture(scope="session")
def founded(migrated: Path) -> Path:
    """A closed database file with the small company, whose passwords cost a millisecond each."""
    path = migrated.with_name("kestrel.duckdb")
    shutil.copy(migrated, path)
    with pytest.MonkeyPatch.context() as patch, Database(path, threads=2) as database:
        patch.setattr(users, "_hasher", CHEAP_HASHER)
        company.found(database)
    return path


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An open database of the test's own: empty, or with the small company where the test asks for `kestrel`."""
    path = tmp_path / "test.duckdb"
    shutil.copy(request.getfixturevalue("founded" if "kestrel" in request.fixturenames else "migrated"), path)
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
