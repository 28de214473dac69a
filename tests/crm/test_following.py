"""What a change says it may touch is all that it touches, as answers about the rest are kept."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from crm import following, records, rules
from crm.access import RECORDS, owner_of_file
from crm.db import Database
from crm.errors import InvalidRecord
from crm.fields import NOT_EDITABLE, REFERENCES
from tests import company
from tests.records import add

OWNER = owner_of_file()
VALUES = {
    "varchar": ("other", "low", "call", "EUR", "web", "a@example.com", "de"),
    "date": (date(2024, 3, 9),),
    "timestamp": (datetime(2024, 3, 9, 10),),
    "boolean": (True, False),
    "bigint": (2, 1),
    "integer": (2, 1),
}
TABLES = (*(f"core.{name}" for name in RECORDS), "core.opportunity_event", "core.ticket_event", "ops.touched_account")


def _state(database: Database) -> dict[str, pl.DataFrame]:
    with database.cursor() as cursor:
        return {table: cursor.frame(f"from {table} order by all") for table in TABLES}


def _changed(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame]) -> set[str]:
    """The tables of which rows came or went, and the columns that differ."""
    found = set()
    for table, was in before.items():
        now = after[table]
        if was.height != now.height or "id" not in was.columns:
            found |= {table} if not was.equals(now) else set()
            continue
        was, now = was.sort("id"), now.sort("id")
        found |= {f"{table}.{column}" for column in was.columns if not was[column].equals(now[column])}
    return found


def _change(database: Database, name: str, field: str, kind: str) -> bool:
    """Give the first record another value of the field; whether one was taken."""
    with database.cursor() as cursor:
        record_id, version, stands = cursor.rows(f'select id, version, "{field}" from core.{name} order by id limit 1')[
            0
        ]
    values = (Decimal("7.5"),) if kind.startswith("decimal") else VALUES.get(kind, ())
    for value in (2, 1, 3) if field in REFERENCES else values:
        if value != stands:
            try:
                return records.edit(database, OWNER, name, record_id, {field: value}, version, reason="why") > version
            except InvalidRecord:
                continue
    return False


@pytest.mark.parametrize("name", ["account", "contact", "lead", "opportunity", "ticket", "task", "sales_order"])
def test_a_change_touches_no_more_than_it_says(database: Database, name: str) -> None:
    company.found(database)
    add(database, "contact", name="Roe", account_id=1)
    add(database, "lead", name="Roe")
    add(database, "task", subject="Call", account_id=1)
    fields = {field: column.type.lower() for field, column in rules.columns(database, name).items()}
    taken = []
    for field, kind in fields.items():
        before = _state(database)
        if field in NOT_EDITABLE or not _change(database, name, field, kind):
            continue
        taken.append(field)
        said = following.touches(name, [field])
        changed = _changed(before, _state(database))
        assert f"core.{name}.{field}" in changed
        assert {part for part in changed if part not in said and part.rpartition(".")[0] not in said} == set(), field
    assert len(taken) >= len(fields.keys() - NOT_EDITABLE) * 2 // 3, taken


def test_a_telephone_number_touches_itself_alone() -> None:
    stamps = {"core.account.version", "core.account.updated_at", "core.account.updated_by"}
    assert set(following.touches("account", ["phone"])) == {"core.account.phone"} | stamps
    assert {"core.account", "core.contact"} <= set(following.touches("account", ["owner_id"]))
    assert "core.account" in following.touches("account", ["id", "phone"])  # a new one
