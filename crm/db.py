"""Opens the database file, migrates it, hands out cursors, runs transactions: the only importer of duckdb.

One process owns the file. A cursor is never shared or kept: it lives inside one `with`, its results
are drained frames, and it is closed at the end, because an open result blocks checkpoints.
"""

import random
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
import polars as pl

from crm import sql
from crm.errors import BadDatabase, DatabaseBusy
from crm.settings import ROOT

warnings.filterwarnings("ignore", message="Arrow output on a DB-API result makes an extra copy")
T = TypeVar("T")
SCHEMA = ROOT / "data" / "schema"
WRITE_ATTEMPTS = 8
BATCH_ROWS = 1 << 19
UNWRITTEN = {"": 0}
"""The versions of a table that nobody wrote since the program began."""

Collision = duckdb.TransactionException
"""What a `Cursor` raises when another writer was faster."""
EngineError = duckdb.Error
"""What a `Cursor` raises when the engine cannot do as told."""


def now() -> datetime:
    """The time, as every `_at` column keeps it: UTC without zone, to the microsecond."""
    return datetime.now(UTC).replace(tzinfo=None)


def files_of(path: Path) -> Path:
    """The folder beside a database file with its landing, inbox, backups and socket; each file has its own."""
    return path.with_name((path.stem if path.suffix == ".duckdb" else path.name) + ".files")


class Cursor:
    """A connection for one piece of work. SQL comes as text, values as named parameters."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def frame(self, statement: str, **values: object) -> pl.DataFrame:
        """All rows of a query as a frame. The engine plans it once; as a relation it would do so twice."""
        frame = pl.from_arrow(self._connection.execute(statement, values or None).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """All rows of a query as tuples."""
        return self._connection.execute(statement, values or None).fetchall()

    def batches(self, statement: str, **values: object) -> Iterator[dict[str, np.ndarray]]:
        """The rows of a query of numbers without nulls, piece by piece, in no particular order."""
        for batch in self._connection.sql(statement, params=values or None).to_arrow_reader(BATCH_ROWS):
            yield {name: batch.column(name).to_numpy() for name in batch.schema.names}

    def value(self, statement: str, **values: object) -> Any:
        """The first value of the first row, or None without rows."""
        rows = self.rows(statement, **values)
        return rows[0][0] if rows else None

    def run(self, statement: str, **values: object) -> int:
        """Run a statement; the number of rows it wrote, or 0 where it has none."""
        rows = self.rows(statement, **values)
        return int(rows[0][0]) if rows and isinstance(rows[0][0], int) else 0

    def interrupt(self) -> None:
        """Break off the statement that runs on this cursor; for another thread to call."""
        self._connection.interrupt()

    @contextmanager
    def table(self, name: str, frame: pl.DataFrame) -> Iterator[None]:
        """A frame as a table of that name, for the time of the `with`."""
        self._connection.register(name, frame)
        try:
            yield
        finally:
            with suppress(duckdb.Error):  # refused in an aborted transaction; what aborted it is what counts
                self._connection.unregister(name)


@dataclass(frozen=True)
class Versions:
    """How often tables, and columns of them, were written since the program began."""

    counts: Mapping[str, Mapping[str, int]]
    """Table → column → its count; that of the table as a whole stands under no name."""

    def of(self, parts: Iterable[tuple[str, Collection[str] | None]]) -> tuple[int, ...]:
        """The versions of tables and of some columns of each, or of all."""
        return tuple(
            count
            for table, columns in parts
            for column, count in self.counts.get(table, UNWRITTEN).items()
            if columns is None or not column or column in columns
        )


class Database:
    """The open file. Use as a context manager, or call `close()`."""

    def __init__(self, path: Path, *, threads: int = 0, memory_limit: str = "60%") -> None:
        self.path = path.resolve()
        self.files = files_of(self.path)
        for folder in ("landing", "inbox", "backups", "artifacts", "spill"):
            (self.files / folder).mkdir(parents=True, exist_ok=True)
        self._versions: dict[str, dict[str, int]] = {}
        self._versions_lock = threading.Lock()
        self._editing = threading.RLock()
        self._root = _connect(self.path)
        try:
            _settle(self._root, self.files, threads, memory_limit)
            migrate(self)
            _lock(self._root)
        except BaseException:
            self._root.close()
            raise

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write everything into the file and let go of it."""
        self._root.close()

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A cursor that sees all schemas, for pipelines and record keeping; never for a page."""
        connection = self._root.cursor()
        try:
            yield Cursor(connection)
        finally:
            connection.close()

    @contextmanager
    def snapshot(self, variables: Mapping[str, object]) -> Iterator[Cursor]:
        """A cursor in one READ ONLY transaction, with variables bound once; see `access.cursor_for`."""
        with self.cursor() as cursor:
            for name, value in variables.items():
                cursor.run(f"set variable {sql.identifier(name)} = $value", value=value)
            cursor.run("begin transaction read only")
            cursor.value("select count(*) from ops.migration")  # the engine takes its snapshot with the first look
            try:
                yield cursor
            finally:
                cursor.run("rollback")

    def write(self, work: Callable[[Cursor], T], *, touches: Iterable[str]) -> T:
        """Run `work` in a transaction, again when another writer was faster; then bump `touches`.

        Raises DatabaseBusy when writers kept colliding.
        """
        with self.cursor() as cursor:
            for attempt in range(WRITE_ATTEMPTS):
                try:
                    with transaction(cursor):
                        result = work(cursor)
                except duckdb.TransactionException:
                    time.sleep(random.uniform(0.002, 0.01) * 2**attempt)
                else:
                    self.touch(touches)
                    return result
        raise DatabaseBusy("Others kept changing the same records. Nothing was written; try again in a moment.")

    @contextmanager
    def editing(self) -> Iterator[None]:
        """The right to change records that others may change as well: one thread at a time, for moments only.

        Writers collide without it and try again; with it, none has to try forever.
        """
        with self._editing:
            yield

    def touch(self, parts: Iterable[str]) -> None:
        """Grow the versions of what a transaction changed. Call after its commit.

        A part is a table (`core.account`), of which anything may be different, or a column (`core.account.phone`), of
        rows that were there and are there still.
        """
        with self._versions_lock:
            for part in parts:
                schema, table, *column = part.split(".")
                counts = self._versions.setdefault(f"{schema}.{table}", dict(UNWRITTEN))
                name = column[0] if column else ""
                counts[name] = counts.get(name, 0) + 1

    def versions(self, tables: Sequence[str]) -> tuple[int, ...]:
        """The versions of tables with all columns; read them before the data that a cache keeps under them.

        One process owns the file, so counters in its memory are enough: a new process has empty caches.
        """
        with self._versions_lock:
            return Versions(self._versions).of((table, None) for table in tables)

    def written(self) -> Versions:
        """The versions of everything, as they are now."""
        with self._versions_lock:
            return Versions({table: dict(counts) for table, counts in self._versions.items()})

    def backup(self, name: str) -> Path:
        """Copy the whole database to `<name>.files/backups/<name>.duckdb`, checked in another process."""
        target = self.files / "backups" / f"{name}.duckdb"
        unchecked = target.with_suffix(".unchecked")
        unchecked.unlink(missing_ok=True)
        with self.cursor() as cursor:
            home = sql.identifier(str(cursor.value("select current_database()")))
            cursor.run(f"attach {sql.literal(str(unchecked))} as backup")
            try:
                cursor.run(f"copy from database {home} to backup")
            finally:
                cursor.run("detach backup")
        check_file(unchecked)
        unchecked.replace(target)
        return target


@contextmanager
def transaction(cursor: Cursor) -> Iterator[None]:
    """Commit at the end of the `with`, roll back when it raises."""
    cursor.run("begin transaction")
    try:
        yield
    except BaseException:
        cursor.run("rollback")
        raise
    cursor.run("commit")


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise DatabaseBusy(
                "{path} is open in another process. Stop that process, or send the command to the running server.",
                path=path,
            ) from error
        raise BadDatabase("{path} is no database that Pintail can open. Restore a backup of it.", path=path) from error
    except duckdb.Error as error:
        raise BadDatabase("{path} is damaged. Restore a backup of it.", path=path) from error


def _settle(connection: duckdb.DuckDBPyConnection, files: Path, threads: int, memory_limit: str) -> None:
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set allowed_directories = [$files]", {"files": str(files)})
    connection.execute("set temp_directory = $spill", {"spill": str(files / "spill")})
    if threads:
        connection.execute("set threads = $threads", {"threads": threads})
    connection.execute("set memory_limit = $limit", {"limit": memory_limit})


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def migrations() -> list[tuple[int, str, str]]:
    """(number, name, text) of each migration that the program knows, in order."""
    found = sorted(SCHEMA.glob("[0-9]*.sql"))
    return [(int(path.stem[:4]), path.stem[5:], sql.read(path)) for path in found]


def migrate(database: Database) -> None:
    """Bring the file to the program's schema, each step in a transaction after a backup.

    Raises BadDatabase when the file is newer than the program, or holds other tables.
    """
    from crm import access  # the views belong to the schema and are made with it

    with database.cursor() as cursor:
        applied = _applied(cursor, database.path)
        pending = [step for step in migrations() if step[0] > applied]
        if applied > migrations()[-1][0]:
            raise BadDatabase(
                "{path} was written by a newer version of Pintail (schema {found}, this program knows {known}). "
                "Start that version, or restore a backup.",
                path=database.path,
                found=applied,
                known=migrations()[-1][0],
            )
    if pending and applied:
        database.backup(f"before-{pending[0][0]:04d}")
    record_columns = sql.read(SCHEMA / "record_columns.sql").rstrip()
    with database.cursor() as cursor:
        for number, name, text in pending:
            with transaction(cursor):
                apply_migration(cursor, number, name, sql.compose(text, record=record_columns))
        with transaction(cursor):
            access.create_views(cursor)


def _applied(cursor: Cursor, path: Path) -> int:
    tables = cursor.rows("select schema_name || '.' || table_name from duckdb_tables()")
    if not tables:
        return 0
    if ("ops.migration",) not in tables:
        raise BadDatabase("{path} holds tables that are not Pintail's. Name another file with --db.", path=path)
    return int(cursor.value("select max(number) from ops.migration"))


def apply_migration(cursor: Cursor, number: int, name: str, text: str) -> None:
    """Run one migration with the comments beside its definitions, and record it."""
    for statement in sql.statements(text):
        cursor.run(statement)
    for table, column, comment in sql.comments(text):
        kind, target = ("column", f"{table}.{column}") if column else ("table", table)
        cursor.run(f"comment on {kind} {sql.identifier(target)} is {sql.literal(comment)}")
    for table, column, comment in cursor.rows(sql.read(SCHEMA / "uncommented_history.sql")):
        cursor.run(f"comment on column {sql.identifier(f'{table}.{column}')} is {sql.literal(comment)}")
    cursor.run(
        "insert into ops.migration values ($number, $name, $applied_at)", number=number, name=name, applied_at=now()
    )


def check_file(path: Path) -> None:
    """Read every table of a database file in a process of its own.

    Never in this one: closing a second handle on an open file would drop the engine's lock on it.
    Raises BadDatabase with the engine's words.
    """
    program = "import sys; from crm.db import scan; scan(sys.argv[1])"
    result = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise BadDatabase("{path} cannot be read: {reason}", path=path, reason=result.stderr.strip().splitlines()[-1])


def scan(path: str) -> None:
    """Read every table of a closed database file; raises the engine's error at the first damaged block."""
    with duckdb.connect(path, read_only=True) as connection:
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            connection.execute(f"select count(columns(*)) from {sql.identifier(f'{schema}.{table}')}").fetchall()
