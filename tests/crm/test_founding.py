"""A company of one's own appears complete, with one administrator, or not at all."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from crm import founding, users
from crm.db import Database, files_of
from crm.errors import InvalidRecord, NotAllowed, PintailError

EMAIL, PASSWORD = "Me@Example.com", "correct horse"


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as the product makes them, but in a millisecond each."""
    monkeypatch.setattr(users, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def test_one_administrator_signs_in_to_an_empty_company(tmp_path: Path) -> None:
    path = tmp_path / "data" / "own.duckdb"
    founding.found(path, EMAIL, PASSWORD, "zh_CN")
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with Database(path, threads=1) as database:
        (user,) = users.list_all(database)
        assert (user.email, user.role, user.is_demo) == ("me@example.com", "admin", False)
        assert users.verify(database, EMAIL, PASSWORD, "192.0.2.1") == user.id
        assert not users.is_demo(database)
        with database.cursor() as cursor:
            assert cursor.rows("select language, must_change_password from ops.user") == [("zh_CN", False)]


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [("me", PASSWORD, "is no e-mail address"), (EMAIL, "short", "at least 10 characters")],
)
def test_what_cannot_be_leaves_nothing(tmp_path: Path, email: str, password: str, sentence: str) -> None:
    with pytest.raises(InvalidRecord, match=sentence):
        founding.found(tmp_path / "own.duckdb", email, password, "en")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["own.duckdb", "own.duckdb.wal"])
def test_what_exists_already_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(NotAllowed, match=r"own\.duckdb exists already"):
        founding.found(tmp_path / "own.duckdb", EMAIL, PASSWORD, "en")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(name, "mine")]


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.duckdb"
    fill = founding._fill

    def slow(*args: object) -> None:
        fill(*args)  # type: ignore[arg-type]
        path.write_text("mine")

    monkeypatch.setattr(founding, "_fill", slow)
    with pytest.raises(NotAllowed, match="exists already"):
        founding.found(path, EMAIL, PASSWORD, "en")
    assert path.read_text() == "mine" and list(tmp_path.iterdir()) == [path]


def test_what_a_killed_founding_left_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / "own.founding.duckdb"
    left.write_text("half")
    files_of(left).mkdir()
    founding.found(tmp_path / "own.duckdb", EMAIL, PASSWORD, "en")
    assert [each.name for each in tmp_path.iterdir()] == ["own.duckdb"]


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_args: object) -> None:
        raise OSError("not here")

    monkeypatch.setattr("os.link", no_links)
    path = tmp_path / "own.duckdb"
    founding.found(path, EMAIL, PASSWORD, "en")
    Database(path, threads=1).close()


def test_two_at_once_make_one(tmp_path: Path) -> None:
    path = tmp_path / "own.duckdb"
    founding.found(path, EMAIL, PASSWORD, "en")
    before = path.read_bytes()
    with pytest.raises(PintailError):
        founding.found(path, "other@example.com", PASSWORD, "en")
    assert path.read_bytes() == before
