"""Two people at the same record: other fields go together, the same field asks."""

import pytest

from crm import records
from crm.access import owner_of_file
from crm.db import Database
from crm.errors import StaleRecord
from tests.pipelines.conftest import load_files
from tests.records import add

OWNER = owner_of_file()


@pytest.fixture
def account(database: Database) -> int:
    return add(database, "account", name="Acme", phone="1", city="Leeds")


def standing(database: Database) -> tuple[object, ...]:
    with database.cursor() as cursor:
        return cursor.rows("select phone, city, version from core.account order by id limit 1")[0]


def test_different_fields_go_together(database: Database, account: int) -> None:
    records.edit(database, OWNER, "account", account, {"phone": "2"}, 1)
    assert records.edit(database, OWNER, "account", account, {"city": "York"}, 1) == 3
    assert standing(database) == ("2", "York", 3)


def test_the_same_field_asks_and_says_what_stands(database: Database, account: int) -> None:
    records.edit(database, OWNER, "account", account, {"phone": "2"}, 1)
    outcome = records.edit_many(database, OWNER, "account", {account: 1}, {"phone": "3", "city": "York"}).outcomes[
        account
    ]
    assert (outcome.code, outcome.version, outcome.stands) == ("overtaken", 2, {"phone": "2"})
    with pytest.raises(StaleRecord, match="meanwhile"):
        records.edit(database, OWNER, "account", account, {"phone": "3"}, 1)
    assert standing(database) == ("2", "Leeds", 2)  # a record is changed as a whole or not at all


def test_the_same_value_is_no_conflict(database: Database, account: int) -> None:
    records.edit(database, OWNER, "account", account, {"phone": "2"}, 1)
    assert records.edit(database, OWNER, "account", account, {"phone": "2"}, 1) == 2


def test_a_field_that_went_and_came_back_asks(database: Database, account: int) -> None:
    for version, phone in ((1, "2"), (2, "1")):
        records.edit(database, OWNER, "account", account, {"phone": phone}, version)
    with pytest.raises(StaleRecord):
        records.edit(database, OWNER, "account", account, {"phone": "9"}, 1)


def test_a_load_is_somebody_too(database: Database) -> None:
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account,Phone,City\nA,Acme,1,Leeds\n"}, folder)
    load_files(database, {"accounts.csv": "Account ID,Account,Phone,City\nA,Acme,2,Leeds\n"}, folder)
    assert standing(database) == ("2", "Leeds", 2)
    with pytest.raises(StaleRecord):
        records.edit(database, OWNER, "account", 1, {"phone": "3"}, 1)
    assert records.edit(database, OWNER, "account", 1, {"city": "York"}, 1) == 3


def test_of_many_records_those_that_were_overtaken_stay(database: Database, account: int) -> None:
    other = add(database, "account", name="Bolt", phone="1", city="Leeds")
    records.edit(database, OWNER, "account", account, {"phone": "2"}, 1)
    outcomes = records.edit_many(database, OWNER, "account", {account: 1, other: 1, 99: 1}, {"phone": "3"}).outcomes
    assert {key: outcome.code for key, outcome in outcomes.items()} == {
        account: "overtaken",
        other: "changed",
        99: "gone",
    }
