"""Two people at the same record: other fields go together, the same field asks."""

import pytest

from crm import merging, records, undo, writing
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
    assert (outcome.code, outcome.version) == ("overtaken", 2)
    assert outcome.stands == {"phone": writing.Stand("2", before="1")}
    with pytest.raises(StaleRecord, match="meanwhile") as stale:
        records.edit(database, OWNER, "account", account, {"phone": "3"}, 1)
    told = {name: stale.value.values[name] for name in ("yours", "theirs", "before")}
    assert told == {"yours": {"phone": "3"}, "theirs": {"phone": "2"}, "before": {"phone": "1"}}
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
    with pytest.raises(StaleRecord) as stale:
        records.edit(database, OWNER, "account", 1, {"phone": "3"}, 1)
    assert (stale.value.values["theirs"], stale.value.values["before"]) == ({"phone": "2"}, {"phone": "1"})
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


def test_what_stood_before_is_what_was_read_whoever_came_in_between(database: Database) -> None:
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,1\n"}, folder)
    records.edit(database, OWNER, "account", 1, {"city": "York"}, 1)
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,2\n"}, folder)
    records.edit(database, OWNER, "account", 1, {"phone": "3"}, 3)
    for version, before in ((1, "1"), (2, "1"), (3, "2")):
        written = records.edit_many(database, OWNER, "account", {1: version}, {"phone": "9"})
        assert written.outcomes[1].stands == {"phone": writing.Stand("3", before)}, version


# What a load brought against a person's word


def accepted(database: Database) -> None:
    """A person wrote 3, a load brought 4, and the person took it."""
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,1\n"}, folder)
    records.edit(database, OWNER, "account", 1, {"phone": "3"}, 1)
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,4\n"}, folder)
    with database.cursor() as cursor:
        records.decide(database, OWNER, cursor.value("select id from landing.conflict"), accept=True)
    assert standing(database)[0] == "4"


def test_a_load_that_was_taken_may_write_again(database: Database) -> None:
    accepted(database)
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,5\n"}, folder)
    assert standing(database)[0] == "5"


def test_what_was_taken_and_taken_back_is_the_persons_word_again(database: Database) -> None:
    accepted(database)
    with database.cursor() as cursor:
        undo.undo(database, OWNER, cursor.value("select max(id) from history.action"))
        assert cursor.rows("select value, decided_at, is_accepted from landing.conflict") == [("4", None, None)]
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,5\n"}, folder)
    assert standing(database)[0] == "3"


def test_what_a_person_wrote_into_a_new_record_holds(database: Database) -> None:
    own = records.create(database, OWNER, "account", {"name": "Acme", "phone": "7", "city": None})
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,1\n"}, folder)
    merging.merge(database, OWNER, "account", merging.Read(own, 1), merging.Read(2, 1))
    load_files(database, {"accounts.csv": "Account ID,Account,Phone,City\nA,Acme,2,Leeds\n"}, folder)
    assert standing(database)[:2] == ("7", "Leeds")
    with database.cursor() as cursor:
        assert cursor.rows("select field, value, standing from landing.conflict") == [("phone", "2", "7")]


def test_what_waits_for_a_decision_goes_to_the_record_that_stays_and_back(database: Database) -> None:
    folder = database.path.parent / "files"
    one = "Account ID,Account,Phone,City\nA,Acme,1,Leeds\nB,Bolt,2,York\n"
    load_files(database, {"accounts.csv": one}, folder)
    records.edit(database, OWNER, "account", 2, {"phone": "8", "city": "Bath"}, 1)
    load_files(database, {"accounts.csv": "Account ID,Account,Phone,City\nB,Bolt,9,Leeds\n"}, folder)
    waits = "select record_id, field from landing.conflict where decided_at is null order by field"
    with database.cursor() as cursor:
        assert cursor.rows(waits) == [(2, "city"), (2, "phone")]
        action = merging.merge(database, OWNER, "account", merging.Read(1, 1), merging.Read(2, 2))
        assert cursor.rows(waits) == [(1, "phone")]  # the other says Leeds already
        merging.part(database, OWNER, action)
        assert cursor.rows(waits) == [(2, "city"), (2, "phone")]
