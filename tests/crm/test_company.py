"""What the company counts by, and what follows when it is changed."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from crm import access, company, metrics, users
from crm.company import Company
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed, StaleRecord
from crm.periods import month
from pipelines.refresh import catch_up, refresh
from pipelines.undo import undo
from tests.pipelines.conftest import load_files
from tests.records import add_line, add_order

ADMIN = access.owner_of_file()
SEEDED = Company(
    name=None, currency=None, time_zone="UTC", silent_after_days=None, work_days=(1, 2, 3, 4, 5),
    work_begins=time(9), work_ends=time(17), hours_urgent=Decimal(8), hours_high=Decimal(24),
    hours_medium=Decimal(72), hours_low=Decimal(120),
)  # fmt: skip


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(statement)


def test_a_new_company_stands_as_it_was_seeded(database: Database) -> None:
    assert company.read(database, ADMIN) == SEEDED


def test_what_is_changed_stands_and_is_in_the_history(database: Database) -> None:
    wanted = replace(SEEDED, name="Acme", work_days=(1, 7), work_ends=time(18, 30), hours_high=Decimal("12.5"))
    changed = company.change(database, ADMIN, SEEDED, wanted)
    assert changed == ("name", "work_days", "work_ends", "hours_high")
    assert company.read(database, ADMIN) == wanted
    kept = rows(database, "select field, before, after, version from history.edit where object = 'company' order by id")
    assert kept == [
        ("name", None, "Acme", 1),
        ("work_days", "1, 2, 3, 4, 5", "1, 7", 1),
        ("work_ends", "17:00:00", "18:30:00", 1),
        ("hours_high", "24", "12.50", 1),
    ]
    assert company.change(database, ADMIN, wanted, replace(SEEDED, name="Acme"))
    assert company.read(database, ADMIN) == replace(SEEDED, name="Acme")
    assert rows(database, "select max(version) from history.edit") == [(2,)]


def test_nothing_is_written_where_nothing_differs(database: Database) -> None:
    assert company.change(database, ADMIN, SEEDED, SEEDED) == ()
    assert rows(database, "select count(*) from history.edit") == [(0,)]


def test_who_read_old_settings_changes_none(database: Database) -> None:
    company.change(database, ADMIN, SEEDED, replace(SEEDED, time_zone="Asia/Shanghai"))
    with pytest.raises(StaleRecord):
        company.change(database, ADMIN, SEEDED, replace(SEEDED, name="Acme", time_zone="Europe/Berlin"))
    company.change(database, ADMIN, SEEDED, replace(SEEDED, name="Bolt"))  # a setting that nobody else changed
    assert company.read(database, ADMIN) == replace(SEEDED, name="Bolt", time_zone="Asia/Shanghai")


@pytest.mark.parametrize("role", [role for role in access.ROLES if role != "admin"])
def test_only_who_may_edit_the_company_changes_it(database: Database, role: str) -> None:
    users.add(database, "someone@example.com", role)
    with database.cursor() as cursor:
        viewer = access.viewer_of(cursor, "someone@example.com")
    with pytest.raises(NotAllowed):
        company.change(database, viewer, SEEDED, replace(SEEDED, name="Mine"))
    assert company.read(database, ADMIN) == SEEDED


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "x" * 101},
        {"name": "two\nlines"},
        {"currency": "XYZ"},
        {"time_zone": "Mars/Base"},
        {"silent_after_days": 365},
        {"silent_after_days": 0},
        {"work_days": ()},
        {"work_days": (0,)},
        {"work_begins": time(17)},
        {"hours_low": Decimal("0.24")},
        {"hours_low": Decimal("NaN")},
        {"hours_low": Decimal(10000)},
    ],
)
def test_what_a_company_cannot_have_is_said(database: Database, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRecord):
        company.change(database, ADMIN, SEEDED, replace(SEEDED, **wrong))  # type: ignore[arg-type]
    assert company.read(database, ADMIN) == SEEDED


def test_settings_are_stored_tidily(database: Database) -> None:
    company.change(
        database, ADMIN, SEEDED, replace(SEEDED, name=" Acme ", work_days=(7, 1, 1), hours_low=Decimal("1.005"))
    )
    assert company.read(database, ADMIN) == replace(SEEDED, name="Acme", work_days=(1, 7), hours_low=Decimal("1.00"))


def test_two_who_set_the_same_agree(database: Database) -> None:
    wanted = replace(SEEDED, name="Acme")
    company.change(database, ADMIN, SEEDED, wanted)
    assert company.change(database, ADMIN, SEEDED, wanted) == ("name",)


def test_the_zone_stays_while_loads_stand_that_were_read_in_it(database: Database, tmp_path: Path) -> None:
    """Else the same file would bring all its lines once more, at other times."""
    load_files(database, {"orders.csv": "Order number,Order date\n1,2025-02-01\n"}, tmp_path)
    with pytest.raises(InvalidRecord, match="time zone UTC, by 1 loads"):
        company.change(database, ADMIN, SEEDED, replace(SEEDED, name="Acme", time_zone="Asia/Shanghai"))
    assert company.read(database, ADMIN) == SEEDED
    undo(database, 1)
    company.change(database, ADMIN, SEEDED, replace(SEEDED, time_zone="Asia/Shanghai"))
    load_files(database, {"orders.csv": "Order number,Order date\n1,2025-02-01\n"}, tmp_path)
    assert rows(database, "select ordered_at from core.sales_order") == [(datetime(2025, 1, 31, 16),)]


def test_the_currency_is_set_once(database: Database) -> None:
    in_euro = replace(SEEDED, currency="EUR")
    company.change(database, ADMIN, SEEDED, in_euro)
    with pytest.raises(InvalidRecord, match="EUR"):
        company.change(database, ADMIN, in_euro, replace(in_euro, currency="CNY"))


def test_all_that_is_offered_can_be_had(database: Database) -> None:
    """The engine knows each zone, too."""
    assert {"EUR", "CNY", "USD"} <= set(company.currencies()) and "DEM" not in company.currencies()
    assert {"UTC", "Europe/Berlin", "Asia/Shanghai", "America/Argentina/Ushuaia"} <= set(company.zones())
    with database.cursor() as cursor:
        for zone in company.zones():
            assert cursor.value(
                "select cast($at::timestamptz at time zone $zone as date)", at=datetime(2025, 1, 1), zone=zone
            )


def test_orders_move_to_the_days_of_another_zone(database: Database) -> None:
    """An order of the last evening of January in Greenwich is one of February in Shanghai."""
    order = add_order(database, datetime(2025, 1, 31, 20))
    add_line(database, order, datetime(2025, 1, 31, 20), "10")
    refresh(database, as_of=date(2025, 12, 31))
    assert metrics.number(database, ADMIN, "revenue", month(date(2025, 1, 1))).value == 10
    company.change(database, ADMIN, SEEDED, replace(SEEDED, time_zone="Asia/Shanghai"))
    assert catch_up(database) is not None
    assert metrics.number(database, ADMIN, "revenue", month(date(2025, 1, 1))).value == 0
    assert metrics.number(database, ADMIN, "revenue", month(date(2025, 2, 1))).value == 10
    assert catch_up(database) is None


def test_the_silence_that_is_set_is_counted_by(database: Database) -> None:
    refresh(database, as_of=date(2025, 12, 31))
    company.change(database, ADMIN, SEEDED, replace(SEEDED, silent_after_days=30))
    catch_up(database)
    with database.cursor() as cursor:
        assert cursor.value("select max_by(silent_days, id) from ops.refresh") == 30
