"""People win: a load does not write over what a person edited, but keeps what it would have written."""

import threading

import pytest

from crm import conflicts, records
from crm.access import Scope, Viewer, owner_of_file
from crm.db import Database
from crm.errors import NotFound, StaleRecord
from crm.fields import EDITABLE
from pipelines.facts import Facts
from pipelines.undo import undo
from tests.pipelines.conftest import Load, Rows, counts

OWNER = owner_of_file()
ACCOUNTS = "Account ID,Account,Phone,City\n1,Acme,111,Rome\n2,Bolt,222,Oslo\n"
OPEN = "select field, value, standing from landing.conflict where decided_at is null"


@pytest.fixture
def edited(load: Load, database: Database, rows: Rows) -> None:
    """The phone of Acme was edited by a person."""
    load({"accounts.csv": ACCOUNTS})
    acme = rows("select id from core.account where name = 'Acme'")[0][0]
    records.edit(database, OWNER, "account", acme, {"phone": "777"}, 1)


@pytest.mark.usefixtures("edited")
def test_an_edited_value_stays_and_the_other_is_kept(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": ACCOUNTS.replace("111", "119").replace("Rome", "Pisa")})
    assert counts(report) == (2, 0, 1, 1, 0, 0)
    assert report["files"][0]["conflicts"] == 1
    assert rows("select phone, city from core.account where name = 'Acme'") == [("777", "Pisa")]
    assert rows(OPEN) == [("phone", "119", "777")]


@pytest.mark.usefixtures("edited")
def test_the_same_value_again_is_no_other_conflict(load: Load, rows: Rows, database: Database) -> None:
    load({"accounts.csv": ACCOUNTS.replace("111", "119")})
    report = load({"accounts.csv": ACCOUNTS.replace("111", "119") + "3,Cup,3,Bern\n"})
    assert report["files"][0]["conflicts"] == 0
    records.decide(database, OWNER, 1, accept=False)
    assert load({"accounts.csv": ACCOUNTS.replace("111", "119") + "4,Dot,4,Bern\n"})["files"][0]["conflicts"] == 0
    assert rows("select phone from core.account where name = 'Acme'") == [("777",)]
    assert rows(OPEN) == []
    load({"accounts.csv": ACCOUNTS.replace("111", "120")})
    assert rows(OPEN) == [("phone", "120", "777")]


@pytest.mark.usefixtures("edited")
def test_an_accepted_value_stands_and_the_source_leads_again(load: Load, rows: Rows, database: Database) -> None:
    load({"accounts.csv": ACCOUNTS.replace("111", "119")})
    records.decide(database, OWNER, 1, accept=True)
    assert rows("select phone from core.account where name = 'Acme'") == [("119",)]
    load({"accounts.csv": ACCOUNTS.replace("111", "120")})
    assert rows("select phone from core.account where name = 'Acme'") == [("120",)]
    assert rows(OPEN) == []
    with pytest.raises(NotFound):
        records.decide(database, OWNER, 1, accept=True)


@pytest.mark.usefixtures("edited")
def test_a_conflict_whose_value_stands_by_now_is_closed(load: Load, rows: Rows, database: Database) -> None:
    """The person wrote the same meanwhile; it is the person's word, still."""
    load({"accounts.csv": ACCOUNTS.replace("111", "119")})
    _edit(database, rows, "119")
    assert conflicts.listed(database, OWNER).is_empty()
    load({"accounts.csv": ACCOUNTS.replace("111", "120")})
    assert rows(OPEN) == [("phone", "120", "119")]


@pytest.mark.usefixtures("edited")
def test_a_conflict_whose_value_another_load_wrote_is_closed(load: Load, rows: Rows, database: Database) -> None:
    load({"accounts.csv": ACCOUNTS.replace("111", "119")})
    load({"accounts.csv": ACCOUNTS.replace("111", "120")})
    records.decide(database, OWNER, 2, accept=True)
    assert rows(OPEN) == [("phone", "119", "777")]
    load({"more accounts.csv": ACCOUNTS.replace("111", "119")})
    assert rows("select phone from core.account where name = 'Acme'") == [("119",)]
    assert rows(OPEN) == []


def _edit(database: Database, rows: Rows, phone: str) -> None:
    acme, version = rows("select id, version from core.account where name = 'Acme'")[0]
    records.edit(database, OWNER, "account", acme, {"phone": phone}, version)


@pytest.mark.usefixtures("edited")
def test_a_conflict_shows_what_stands_now(load: Load, rows: Rows, database: Database) -> None:
    batch = load({"accounts.csv": ACCOUNTS.replace("111", "119")})["batch"]
    (listed,) = conflicts.listed(database, OWNER).to_dicts()
    assert (listed["standing"], listed["is_moved"]) == ("777", False)
    _edit(database, rows, "888")
    ((acme,),) = rows("select id from core.account where name = 'Acme'")
    expected = {
        "conflict": 1, "object": "account", "record": acme, "name": "Acme", "field": "phone", "standing": "888",
        "value": "119", "standing_before": "777", "is_moved": True, "batch": batch, "file": "accounts.csv",
        "sheet": None, "record_number": 1,
    }  # fmt: skip
    assert conflicts.listed(database, OWNER).to_dicts() == [expected]
    (decided,) = conflicts.decide(database, OWNER, [1], accept=True)
    assert (decided["standing"], decided["value"], decided["error"]) == ("888", "119", None)


def test_a_conflict_shows_names_of_records(load: Load, database: Database) -> None:
    deals = "Deal ID,Deal,Stage,Owner,Account\nA,Big one,{},{},{}\n"
    load({"opportunities.csv": deals.format("Proposal", "Ann", "Acme")})
    load({"opportunities.csv": deals.format("Negotiation", "Bob", "Bolt")})
    values = {"stage_id": 1, "owner_id": 1, "account_id": 1}
    records.edit(database, OWNER, "opportunity", 1, values, 2)
    load({"opportunities.csv": deals.format("Proposal", "Eve", "Cog")})
    found = [
        (row["name"], row["field"], row["standing"], row["value"])
        for row in conflicts.listed(database, OWNER).to_dicts()
    ]
    assert sorted(found) == [
        ("Big one", "account_id", "Acme", "Cog"),
        ("Big one", "owner_id", "Ann", "Eve"),
        ("Big one", "stage_id", "Prospecting", "Proposal"),
    ]


def test_every_record_that_people_edit_is_called_by_a_column_of_it(rows: Rows) -> None:
    query = "select table_name, column_name from duckdb_columns() where schema_name = 'core'"
    known = set(rows(query))
    called = {name: conflicts.CALLED.get(name, "name") for name in EDITABLE if name not in conflicts.NAMELESS}
    assert set(called.items()) <= known


@pytest.mark.usefixtures("edited")
def test_who_may_not_see_a_value_is_shown_that_it_waits(load: Load, rows: Rows, database: Database) -> None:
    load({"accounts.csv": ACCOUNTS.replace("111", "119")})
    ((masked,),) = rows("select masked from ops.access_grant where role = 'management' and object = 'batch'")
    scopes = (("batch", Scope(everything=True, masked=tuple(masked))), ("account", Scope(everything=True)))
    (row,) = conflicts.listed(database, Viewer(1, "Eve", "management", scopes=scopes)).to_dicts()
    assert (row["name"], row["field"], row["standing"], row["value"]) == ("Acme", "phone", "777", None)
    scopes = (scopes[0], ("account", Scope(everything=True, masked=("phone",))))
    (row,) = conflicts.listed(database, Viewer(1, "Eve", "management", scopes=scopes)).to_dicts()
    assert (row["name"], row["standing"], row["value"]) == ("Acme", None, None)
    (row,) = conflicts.listed(database, Viewer(1, "Eve", "management", scopes=scopes[:1])).to_dicts()
    assert (row["name"], row["standing"], row["value"]) == (None, None, None)


@pytest.mark.usefixtures("edited")
def test_each_conflict_has_a_result_of_its_own(load: Load, rows: Rows, database: Database) -> None:
    load({"accounts.csv": ACCOUNTS.replace("111", "119")})
    first, second = conflicts.decide(database, OWNER, [99, 1], accept=True)
    assert "no open conflict 99" in first["error"]
    assert (second["conflict"], second["error"]) == (1, None)
    assert rows("select phone from core.account where name = 'Acme'") == [("119",)]


def test_numbers_and_dates_can_be_accepted(load: Load, rows: Rows, database: Database) -> None:
    deals = "Deal ID,Deal,Stage,Amount,Close date\nA,a,Won,10,2024-02-01\n"
    load({"opportunities.csv": deals})
    records.edit(database, OWNER, "opportunity", 1, {"amount": 5, "closed_on": "2024-03-01"}, 1)
    load({"opportunities.csv": deals.replace("10,2024-02-01", "11.5,2024-02-02")})
    assert rows("select count(*) from landing.conflict") == [(2,)]
    for conflict in (1, 2):
        records.decide(database, OWNER, conflict, accept=True)
    assert rows("select amount::varchar, closed_on::varchar from core.opportunity") == [("11.50", "2024-02-02")]


@pytest.mark.usefixtures("edited")
def test_undo_takes_open_conflicts_along(load: Load, rows: Rows, database: Database) -> None:
    batch = load({"accounts.csv": ACCOUNTS.replace("111", "119")})["batch"]
    undo(database, batch)
    assert rows(OPEN) == []


@pytest.mark.usefixtures("edited")
@pytest.mark.parametrize(("undone", "left"), [(0, 1), (1, 0)])
def test_what_two_loads_bring_is_one_question_of_both(
    load: Load, rows: Rows, database: Database, undone: int, left: int
) -> None:
    batches = [load({"accounts.csv": ACCOUNTS.replace("111", "119") + f"{n},N{n},,\n"})["batch"] for n in (3, 4)]
    assert [row["batch"] for row in conflicts.listed(database, OWNER).to_dicts()] == batches[:1]
    undo(database, batches[undone])
    (row,) = conflicts.listed(database, OWNER).to_dicts()
    assert (row["batch"], row["value"]) == (batches[left], "119")
    records.decide(database, OWNER, row["conflict"], accept=True)
    assert rows("select phone from core.account where name = 'Acme'") == [("119",)]
    assert rows(OPEN) == []


@pytest.mark.usefixtures("edited")
def test_an_accepted_value_stays_when_its_load_is_taken_back(load: Load, rows: Rows, database: Database) -> None:
    batch = load({"accounts.csv": ACCOUNTS.replace("111", "119")})["batch"]
    records.decide(database, OWNER, 1, accept=True)
    undone = undo(database, batch)
    assert rows("select phone from core.account where name = 'Acme'") == [("119",)]
    assert (undone.restored, undone.kept) == ({}, [("account", "phone", "changed_by_person", 1)])


def test_a_load_and_twenty_editors_lose_nothing(load: Load, rows: Rows, database: Database) -> None:
    """Each editor counts its own account's phone up; meanwhile a load changes every city and brings other phones."""
    people = range(1, 21)
    first = "Account ID,Account,Phone,City\n" + "".join(f"{n},A{n},0,Rome\n" for n in people)
    load({"accounts.csv": first})
    done, stop = dict.fromkeys(people, 0), threading.Event()

    def work(number: int) -> None:
        while not stop.is_set():
            key, version = rows(f"select id, version from core.account where name = 'A{number}'")[0]
            try:
                values = {"phone": str(done[number] + 1)}
                records.edit(database, OWNER, "account", key, values, version)
            except StaleRecord:
                continue
            done[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in people]
    for thread in threads:
        thread.start()
    try:
        load({"accounts.csv": first.replace("Rome", "Pisa").replace(",0,", ",x,")})
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert sorted(rows("select name, phone, city from core.account")) == sorted(
        (f"A{number}", str(done[number]) if done[number] else "x", "Pisa") for number in people
    )


def test_an_account_that_changes_hands_during_a_load_takes_its_lines_along(
    load: Load, rows: Rows, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = "Account ID,Account,Owner\n1,Acme,Ann\n2,Bolt,Bob\n"
    load({"accounts.csv": accounts, "products.csv": "SKU,Product\nL,Lamp\n"})
    load({"orders.csv": "Order number,Ordered at,Account\n1,2024-01-01,1\n"})
    prepare = Facts.prepare

    def meanwhile(facts: Facts) -> None:
        prepare(facts)
        acme, version = rows("select id, version from core.account where name = 'Acme'")[0]
        bob = rows("select id from core.staff where name = 'Bob'")[0][0]
        records.edit(database, OWNER, "account", acme, {"owner_id": bob}, version, reason="new region")

    monkeypatch.setattr(Facts, "prepare", meanwhile)
    load({"order_lines.csv": "Order number,SKU,Quantity,Unit price,Sold at\n1,L,1,100,2024-01-01\n"})
    owner = "select staff.name from core.order_line join core.staff on staff.id = account_owner_id"
    assert rows(owner) == [("Bob",)]
