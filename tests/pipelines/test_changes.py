"""What became of a record: values by loads, people and undos, within what the viewer may see."""

from typing import Any

import pytest

from crm import access, changes, records, users
from crm.access import Scope, Viewer, objects, owner_of_file
from crm.db import Database
from pipelines.undo import undo
from tests.pipelines.conftest import Load

OWNER = owner_of_file()
COLUMNS = ("step", "field", "before", "after", "batch_id", "record_number")


def told(database: Database, record: str, viewer: Viewer = OWNER) -> list[tuple[Any, ...]]:
    return changes.of(database, viewer, record).select(COLUMNS).rows()


def key(database: Database, text: str) -> int:
    with database.cursor() as cursor:
        return int(cursor.value(text))


@pytest.fixture
def acme(load: Load, database: Database) -> int:
    """Loaded, loaded again with another phone, then edited to a third one, then loaded with a city."""
    load({"accounts.csv": "Account ID,Account,Phone\n2,Bolt,222\n1,Acme,111\n"})
    account = key(database, "select id from core.account where name = 'Acme'")
    load({"more.csv": "Account ID,Account,Phone\n1,Acme,119\n"})
    users.add(database, "eve@example.com", "sales", "Eve Moss")
    eve = Viewer(
        users.id_of(database, "eve@example.com"), "Eve Moss", "admin", None, "", None, OWNER.scopes, OWNER.verbs
    )
    records.edit(database, eve, "account", account, {"phone": "777"}, 2)
    load({"city.csv": "Account ID,Account,City\n1,Acme,Rome\n"})
    return account


def seller(masked: tuple[str, ...] = ()) -> Viewer:
    """Sees all accounts and no loads."""
    scopes = {"account": Scope(everything=True, masked=masked), "company": Scope()}
    return Viewer(7, "Bob", "sales", 2, scopes=tuple(sorted(scopes.items())))


def test_each_change_has_its_origin(database: Database, acme: int) -> None:
    assert told(database, f"account:{acme}") == [
        ("load", "city", None, "Rome", 3, 1),
        ("edit", "phone", "119", "777", None, None),
        ("load", "phone", "111", "119", 2, 1),
        ("created", None, None, None, 1, 2),
    ]
    found = changes.of(database, OWNER, f"account:{acme}")
    assert found["person"].to_list() == [None, "Eve Moss", None, None]
    assert found["came_by"].to_list() == ["command", None, "command", "command"]
    assert found["changed_at"].null_count() == 0


def test_what_changed_since_somebody_looked_is_seen(load: Load, database: Database, acme: int) -> None:
    assert told(database, f"account:{acme}")[0][1:4] == ("city", None, "Rome")
    load({"city.csv": "Account ID,Account,City\n1,Acme Inc,Bonn\n"})
    assert told(database, f"account:{acme}")[0][1:4] == ("name", "Acme", "Acme Inc")
    assert changes.names(database, OWNER, "account", [acme]) == {acme: "Acme Inc"}


def test_taking_back_a_load_is_a_change(database: Database, acme: int) -> None:
    undo(database, 3)
    assert told(database, f"account:{acme}")[0] == ("undo", "city", "Rome", None, None, None)


def test_who_sees_no_loads_sees_the_changes_of_the_record(database: Database, acme: int) -> None:
    """People's changes among them: else theirs would be taken for those of a load."""
    assert told(database, f"account:{acme}", seller()) == told(database, f"account:{acme}")
    assert changes.of(database, seller(), f"account:{acme}")["came_by"].null_count() == 4


def test_a_masked_field_has_no_changes(database: Database, acme: int) -> None:
    assert [row[1] for row in told(database, f"account:{acme}", seller(("phone",)))] == ["city", None]
    with access.cursor_for(database, seller(("phone",))) as cursor:
        assert cursor.rows("select * from visible.edit") == []


def test_what_a_viewer_does_not_see_has_no_changes(database: Database, acme: int) -> None:
    stranger = Viewer(7, "Bob", "sales", 2, scopes=tuple((name, Scope(owners=(2,))) for name in objects()))
    assert told(database, f"account:{acme}", stranger) == []
    with access.cursor_for(database, stranger) as cursor:
        assert cursor.rows("select * from visible.edit") == []


def test_a_deal_goes_on_by_its_events(load: Load, database: Database) -> None:
    load({"deals.csv": "Deal ID,Deal,Stage,Amount,Start date\nD1,Lamps,Prospecting,500,2026-01-05\n"})
    deal = key(database, "select id from core.opportunity")
    stage = key(database, "select id from core.stage where code = 'proposal'")
    first = key(database, "select id from core.stage where code = 'prospecting'")
    records.edit(database, OWNER, "opportunity", deal, {"stage_id": stage, "source": "Fair"}, 1)
    assert set(told(database, f"opportunity:{deal}")) >= {
        ("created", None, None, None, 1, 1),
        ("edit", "source", None, "Fair", None, None),
        ("event", "amount", None, "500.00", 1, 1),
        ("event", "stage_id", None, str(first), 1, 1),
        ("event", "stage_id", str(first), str(stage), None, None),
    }


def test_lines_have_an_origin(load: Load, database: Database) -> None:
    load({"products.csv": "SKU,Product\nL,Lamp\n"})
    load({"orders.csv": "Order number,Ordered at\n7,2024-01-01\n"})
    load({"order_lines.csv": "Order number,SKU,Qty,Price,Sold at\n7,L,1,1,2024-01-01\n"})
    line = key(database, "select id from core.order_line")
    assert told(database, f"order_line:{line}") == [("created", None, None, None, 3, 1)]


@pytest.mark.parametrize(
    "record", ["account:99", "nothing:1", "account:x", "account", "", "account:²", "account:" + "9" * 30]
)
def test_a_record_that_is_not_there_has_none(database: Database, record: str) -> None:
    assert told(database, record) == []
