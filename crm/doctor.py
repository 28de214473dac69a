"""Looks a database over: is all of it readable, does it add up, is there room to go on?"""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crm import db, sql
from crm.db import Cursor, Database, EngineError
from crm.fields import REFERENCES
from crm.server.client import Progress

_statement = sql.room(Path(__file__).parent / "statements" / "doctor")
ROOM = 2
"""A backup and a refresh need about as much free space again as the file has, each."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    check: str
    is_well: bool
    detail: str


def examine(database: Database, _args: dict[str, Any], progress: Progress) -> list[dict[str, Any]]:
    """All findings, well or not, as JSON has them."""
    found = []
    with database.cursor() as cursor:
        for finding in _findings(database, cursor):
            progress(f"Checked {finding.check}")
            found.append(asdict(finding))
    return found


def _findings(database: Database, cursor: Cursor) -> Iterator[Finding]:
    yield _schema(cursor)
    damaged = _tables(cursor)
    yield damaged
    if damaged.is_well:
        columns = cursor.rows(_statement("columns"))
        yield _adding("references", cursor, _lost_references(columns))
        owned = [table for table, column in columns if column == "account_owner_id"]
        yield _adding("owners", cursor, [_statement("owners_out_of_step", table=table) for table in owned])
        yield _adding("loads", cursor, [_statement("loads_that_do_not_add_up")])
        yield _kept_files(database, cursor)
        yield _marts(cursor)
    yield _room(database)


def _schema(cursor: Cursor) -> Finding:
    found, known = cursor.value(_statement("schema")), db.migrations()[-1][0]
    return Finding("schema", found == known, f"migration {found} of {known}")


def _tables(cursor: Cursor) -> Finding:
    names = [name for (name,) in cursor.rows(_statement("tables"))]
    for name in names:
        try:
            cursor.rows(f"select count(columns(*)) from {sql.identifier(name)}")
        except EngineError as error:
            return Finding("tables", False, f"{name} cannot be read, restore a backup: {str(error).splitlines()[0]}")
    return Finding("tables", True, f"{len(names)} can be read")


def _lost_references(columns: list[tuple[str, str]]) -> list[str]:
    return [
        _statement("lost_references", table=table, column=column, parent=REFERENCES[column])
        for table, column in columns
        if column in REFERENCES
    ]


def _adding(check: str, cursor: Cursor, statements: list[str]) -> Finding:
    rows = [row for statement in statements for row in cursor.rows(statement)]
    wrong = [f"{reference} ({count})" for reference, count in rows if count]
    return Finding(check, not wrong, ", ".join(wrong) or "all right")


def _kept_files(database: Database, cursor: Cursor) -> Finding:
    names = [name for (name,) in cursor.rows(_statement("kept_files"))]
    lost = [name for name in names if not (database.files / "landing" / name).exists()]
    return Finding("kept files", not lost, f"{len(lost)} missing, such as {lost[0]}" if lost else f"{len(names)} there")


def _marts(cursor: Cursor) -> Finding:
    as_of, failed_check, count_newer = cursor.rows(_statement("marts"))[0]
    if failed_check:
        return Finding("marts", False, f"the last refresh failed at {failed_check}")
    if count_newer:
        return Finding("marts", False, f"{count_newer} loads are newer, run: python -m pipelines refresh")
    return Finding("marts", True, f"as of {as_of}" if as_of else "nothing to count yet")


def _room(database: Database) -> Finding:
    free = shutil.disk_usage(database.files).free
    needed = ROOM * database.path.stat().st_size
    detail = f"{free / 1e9:.1f} GB free, {needed / 1e9:.1f} GB wanted"
    return Finding("disk", free >= needed, detail)
