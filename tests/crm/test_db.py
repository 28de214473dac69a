"""Opening, migrating, backing up and writing."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crm import db, sql
from crm.db import Cursor, Database
from crm.errors import BadDatabase, DatabaseBusy


def test_migrations_are_numbered_without_gap_and_recorded(database: Database) -> None:
    numbers = [number for number, _, _ in db.migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
    with database.cursor() as cursor:
        assert cursor.rows("select number from ops.migration order by number") == [(number,) for number in numbers]


def test_newer_file_is_refused_with_a_sentence(migrated: Path, tmp_path: Path) -> None:
    path = tmp_path / "newer.duckdb"
    shutil.copy(migrated, path)
    with Database(path) as database, database.cursor() as cursor:
        cursor.run("insert into ops.migration values (9999, 'future', current_timestamp::timestamp)")
    with pytest.raises(BadDatabase, match=r"newer version of Pintail \(schema 9999"):
        Database(path)


def test_foreign_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.duckdb"
    program = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table t (i integer)')"
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)
    with pytest.raises(BadDatabase, match="tables that are not Pintail's"):
        Database(path)


def test_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.duckdb"
    path.write_text("no database at all\n" * 1000)
    with pytest.raises(BadDatabase):
        Database(path)


def test_second_process_is_told_who_holds_the_file(database: Database) -> None:
    program = "import sys; from pathlib import Path; from crm.db import Database; Database(Path(sys.argv[1]))"
    result = subprocess.run(
        [sys.executable, "-c", program, str(database.path)], cwd=db.ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode
    assert f"DatabaseBusy: {database.path} is open in another process" in result.stderr


def test_new_migration_comes_after_a_backup(migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "older.duckdb"
    shutil.copy(migrated, path)
    last = db.migrations()[-1][0]
    newer = (last + 1, "extra", "create table ops.extra ( -- Something new\n    id integer -- Key\n);\n")
    known = db.migrations()
    monkeypatch.setattr(db, "migrations", lambda: [*known, newer])
    with Database(path) as database, database.cursor() as cursor:
        assert cursor.value("select comment from duckdb_columns() where table_name = 'extra'") == "Key"
        assert [file.name for file in (database.files / "backups").iterdir()] == [f"before-{last + 1:04d}.duckdb"]


def test_failing_migration_leaves_the_file_as_it_was(
    migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "older.duckdb"
    shutil.copy(migrated, path)
    last = db.migrations()[-1][0]
    broken = (last + 1, "broken", "create table ops.extra (id integer);\ncreate table ops.extra (id integer);\n")
    with monkeypatch.context() as patch:
        known = db.migrations()
        patch.setattr(db, "migrations", lambda: [*known, broken])
        with pytest.raises(db.EngineError):
            Database(path)
    with Database(path) as database, database.cursor() as cursor:
        assert cursor.value("select count(*) from duckdb_tables() where table_name = 'extra'") == 0


def test_keys_outlast_the_step_that_stores_them_as_they_are(database: Database) -> None:
    step = {name: text for _, name, text in db.migrations()}["record_key"]
    stored = "from pragma_storage_info('core.record_key') where column_name = 'key' and segment_type = 'VARCHAR'"
    with database.cursor() as cursor:
        cursor.run("insert into core.record_key select 'account', 'files', 'A' || id, id, 1 from range(5000) as r (id)")
        for statement in sql.statements(step):
            cursor.run(statement)
        cursor.run("checkpoint")
        assert cursor.rows("select count(distinct key), sum(record_id) from core.record_key") == [(5000, 12_497_500)]
        assert cursor.rows(f"select distinct compression {stored}") == [("Uncompressed",)]


def test_backup_is_a_whole_database(database: Database) -> None:
    with database.cursor() as cursor:
        cursor.run("update ops.company set name = 'Kept'")
    backup = database.backup("mine")
    with Database(backup) as copy, copy.cursor() as cursor:
        assert cursor.value("select name from ops.company") == "Kept"


def test_damaged_file_is_found_in_another_process(database: Database) -> None:
    backup = database.backup("mine")
    data = bytearray(backup.read_bytes())
    data[3 * 4096 :] = os.urandom(len(data) - 3 * 4096)  # all but the headers
    backup.write_bytes(bytes(data))
    with pytest.raises(BadDatabase, match="cannot be read"):
        db.check_file(backup)


def test_writers_of_one_row_all_get_through(database: Database) -> None:
    def work(cursor: Cursor) -> None:
        cursor.run("update ops.company set fiscal_month = fiscal_month % 12 + 1")

    threads = [
        threading.Thread(target=database.write, args=(work,), kwargs={"touches": ["ops.company"]}) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.cursor() as cursor:
        assert cursor.value("select fiscal_month from ops.company") == 7
    assert database.versions(["ops.company", "core.account"]) == (6, 0)


def test_writers_that_keep_colliding_are_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.time, "sleep", lambda _: None)

    def collide(cursor: Cursor) -> None:
        cursor.run("update ops.company set name = 'mine'")
        with database.cursor() as other:
            other.run("update ops.company set name = 'theirs'")

    with database.cursor() as holder:
        holder.run("begin transaction")
        holder.run("update ops.company set name = 'held'")
        with pytest.raises(DatabaseBusy):
            database.write(collide, touches=[])
        holder.run("rollback")


def test_engine_reads_nothing_outside_its_folder(database: Database, tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text("a\n1\n")
    with database.cursor() as cursor:
        for statement in (
            f"select * from read_csv('{outside}')",
            f"copy ops.company to '{tmp_path / 'out.csv'}'",
            "set enable_external_access = true",
            f"attach '{tmp_path / 'other.duckdb'}' as other",
        ):
            with pytest.raises(db.EngineError):
                cursor.rows(statement)
