"""From a record back to the file and record that made it what it is, within what the viewer may see."""

from typing import Any

import pytest

from crm import ask, queries, records
from crm.access import Scope, Viewer, objects, owner_of_file
from crm.db import Database
from crm.errors import NotFound, PintailError, WrongUse
from pipelines.undo import undo
from tests.pipelines.conftest import Load

OWNER = owner_of_file()
ACCOUNTS = "Account ID,Account,Phone\n2,Bolt,222\n1,Acme,111\n"


def lineage(database: Database, record: str, viewer: Viewer = OWNER) -> list[dict[str, Any]]:
    return queries.query(database, viewer, "lineage", record=record).to_dicts()


def key(database: Database, text: str) -> int:
    with database.cursor() as cursor:
        return int(cursor.value(text))


@pytest.fixture
def acme(load: Load, database: Database) -> int:
    load({"products.csv": "SKU,Product\nL,Lamp\nC,Chair\n", "accounts.csv": ACCOUNTS})
    return key(database, "select id from core.account where name = 'Acme'")


def test_a_record_leads_to_its_file(database: Database, acme: int) -> None:
    (state,) = lineage(database, f"account:{acme}")
    assert (state["version"], state["batch_id"], state["file"], state["record_number"]) == (1, 1, "accounts.csv", 2)
    assert (database.files / "landing" / state["kept_as"]).is_file()


def test_each_state_has_its_line(load: Load, database: Database, acme: int) -> None:
    load({"more.csv": "Account ID,Account,Phone\n1,Acme,119\n"})
    records.edit(database, OWNER, "account", acme, {"phone": "777"}, 2)
    load({"city.csv": "Account ID,Account,City\n1,Acme,Rome\n"})
    found = [
        (s["version"], s["file"], s["record_number"], s["field"], s["after"])
        for s in lineage(database, f"account:{acme}")
    ]
    assert found == [
        (4, "city.csv", 1, None, None),
        (3, None, None, "phone", "777"),
        (2, "more.csv", 1, None, None),
        (1, "accounts.csv", 2, None, None),
    ]


@pytest.mark.usefixtures("acme")
def test_lines_lead_to_their_file(load: Load, database: Database) -> None:
    load({"orders.csv": "Order number,Ordered at,Account\n7,2024-01-01,1\n"})
    load({"order_lines.csv": "Order number,SKU,Qty,Price,Sold at\n7,L,1,1,2024-01-01\n7,C,1,1,2024-01-01\n"})
    line = key(
        database, "select id from core.order_line where product_id = (select id from core.product where sku = 'C')"
    )
    (state,) = lineage(database, f"order_line:{line}")
    assert (state["file"], state["record_number"]) == ("order_lines.csv", 2)


def test_a_load_that_was_undone_says_so(load: Load, database: Database, acme: int) -> None:
    batch = load({"more.csv": "Account ID,Account,Phone\n1,Acme,119\n"})["batch"]
    undo(database, batch)
    states = [
        (state["version"], state["file"], state["undone_at"] is None) for state in lineage(database, f"account:{acme}")
    ]
    assert states == [(3, "accounts.csv", True), (2, "more.csv", False), (1, "accounts.csv", True)]


def test_what_a_viewer_does_not_see_has_no_lineage(database: Database, acme: int) -> None:
    stranger = Viewer(7, "Bob", "sales", 2, scopes=tuple((name, Scope(owners=(2,))) for name in objects()))
    assert lineage(database, f"account:{acme}", stranger) == []


@pytest.mark.parametrize("record", ["account:99", "nothing:1", "account:x", "account", ""])
def test_a_record_that_is_not_there_has_none(database: Database, record: str) -> None:
    assert lineage(database, record) == []


def test_taking_back_a_load_is_a_step(load: Load, database: Database, acme: int) -> None:
    batch = load({"more.csv": "Account ID,Account,Phone\n1,Acme,119\n"})["batch"]
    undo(database, batch)
    records.edit(database, OWNER, "account", acme, {"city": "Rome"}, 3)
    steps = [(s["version"], s["step"], s["undoes"]) for s in lineage(database, f"account:{acme}")]
    assert steps[0] == (4, "edit", None) and steps[-1] == (1, "load", None)
    other = load({"most.csv": "Account ID,Account,Industry\n1,Acme,Toys\n"})["batch"]
    undo(database, other)
    steps = [(s["version"], s["step"], s["undoes"]) for s in lineage(database, f"account:{acme}")]
    assert steps[0] == (6, "undo", other)


@pytest.mark.parametrize(
    ("record", "error", "sentence"),
    [
        ("accont:1", WrongUse, "names no kind of record.*such as account:17"),
        ("account:x", WrongUse, "has no key"),
        ("account", WrongUse, "has no key"),
        ("account:99", NotFound, "There is no record account:99"),
    ],
)
def test_a_record_that_cannot_be_is_said(
    database: Database, record: str, error: type[PintailError], sentence: str
) -> None:
    args = {"name": "lineage", "params": {"record": record}}
    with pytest.raises(error, match=sentence):
        ask.as_owner(database, args, lambda _: None)
