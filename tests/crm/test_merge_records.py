"""Two records that are one, and parted again: nothing is lost, and all numbers but counts of accounts stay."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crm import changes, merging, metrics, records
from crm.access import Scope, Viewer, owner_of_file
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed, NotFound, StaleRecord, WrongUse
from crm.merging import Read
from crm.periods import month, quarter, year
from pipelines import refresh
from pipelines.undo import undo
from tests.pipelines.conftest import load_files
from tests.random_company import TODAY, Chance, fill
from tests.records import add, add_deal, add_event, add_order, add_ticket, refresh_up_to

OWNER = owner_of_file()
OF_ACCOUNTS = {
    "new_accounts", "active_accounts", "repeat_purchase_rate", "net_retained_revenue", "gross_retained_revenue",
    "churned_accounts", "high_value_share",
}  # fmt: skip
"""KPIs that count accounts, or are ratios of what is counted by account."""


@pytest.fixture
def pair(database: Database) -> tuple[Read, Read]:
    for name in ("Ann", "Bob"):
        add(database, "staff", name=name)
    winner = add(database, "account", name="Acme", city="Leeds", phone="1", owner_id=1)
    loser = add(database, "account", name="Acme Ltd", city="York", phone="2", website="acme.example", owner_id=2)
    return Read(winner, 1), Read(loser, 1)


def rows(database: Database, text: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(text)


def business(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All that core and the marts hold, but for versions and who changed what when."""
    with database.cursor() as cursor:
        tables = cursor.rows(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where schema_name = 'core' or table_name in ('sale_line', 'sale_order', 'account_profile') order by all"
        )
        found = {}
        for (table,) in tables:
            columns = [row[0] for row in cursor.rows(f"select column_name from (describe {table})")]
            kept = [name for name in columns if name not in ("version", "updated_at", "updated_by")]
            found[table] = cursor.rows(f"select {', '.join(kept)} from {table} order by all")
        return found


def children(database: Database, account: int, owner: int) -> None:
    own = {"account_id": account, "account_owner_id": owner}
    add(database, "contact", name="Cy", **own)
    deal = add_deal(database, "proposal", "7", **own)
    add_event(database, deal, 1, "proposal", "7", datetime(2025, 3, 1))
    add_order(database, datetime(2025, 3, 1), "5.00", **own)
    add_ticket(database, "open", datetime(2025, 3, 2), **own)
    add(database, "account", name="Branch", parent_id=account)
    with database.cursor() as cursor:
        cursor.run("insert into core.record_key values ('account', 'erp', $key, $id, 1)", key=f"K{account}", id=account)


def test_all_that_named_the_loser_names_the_winner(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    children(database, loser.id, 2)
    merging.merge(database, OWNER, "account", winner, loser)
    for table in ("contact", "opportunity", "sales_order", "order_line", "ticket"):
        found = rows(database, f"select account_id, account_owner_id from core.{table}")
        assert found == [(winner.id, 1)], table
    assert rows(database, "select parent_id from core.account where name = 'Branch'") == [(winner.id,)]
    assert rows(database, "select key, record_id from core.record_key") == [("K2", winner.id)]
    gone = rows(
        database,
        f"select archived_at is not null, merged_into_account_id, version from core.account where id = {loser.id}",
    )
    assert gone == [(True, winner.id, 2)]
    assert rows(database, "select name, city, version from core.account where id = 1") == [("Acme", "Leeds", 1)]


def test_fields_are_chosen_one_by_one(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    merging.merge(database, OWNER, "account", winner, loser, take=("phone", "website", "owner_id"))
    found = rows(database, "select name, city, phone, website, owner_id from core.account where id = 1")
    assert found == [("Acme", "Leeds", "2", "acme.example", 2)]


def test_a_new_owner_of_the_winner_owns_all(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    children(database, winner.id, 1)
    children(database, loser.id, 2)
    merging.merge(database, OWNER, "account", winner, loser, take=("owner_id",))
    for table in ("contact", "opportunity", "sales_order", "order_line", "ticket"):
        assert rows(database, f"select distinct account_id, account_owner_id from core.{table}") == [(1, 2)], table


def test_parting_restores_exactly(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    children(database, winner.id, 1)
    children(database, loser.id, 2)
    refresh.refresh(database)
    before = business(database)
    action = merging.merge(database, OWNER, "account", winner, loser, take=("phone", "owner_id"))
    refresh.refresh(database)
    assert business(database) != before
    merging.part(database, OWNER, action)
    refresh.refresh(database)
    assert business(database) == before


def test_parting_leaves_what_came_since(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    children(database, loser.id, 2)
    action = merging.merge(database, OWNER, "account", winner, loser, take=("phone",))
    other = add(database, "account", name="Other")
    records.edit(database, OWNER, "contact", 1, {"account_id": other}, 2)
    records.edit(database, OWNER, "account", winner.id, {"phone": "9"}, 2)
    late = add(database, "contact", name="Late", account_id=winner.id, account_owner_id=1)
    merging.part(database, OWNER, action)
    assert rows(database, "select account_id from core.contact order by id") == [(other,), (winner.id,)]
    assert late == 2
    assert rows(database, "select phone from core.account order by id limit 2") == [("9",), ("2",)]
    assert rows(database, "select account_id, account_owner_id from core.order_line") == [(loser.id, 2)]


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_nobody_stands_above_itself(database: Database, pair: tuple[Read, Read], depth: int) -> None:
    winner, loser = pair
    top = add(database, "account", name="Top")
    above = loser.id
    for _ in range(depth):
        above = add(database, "account", name="Between", parent_id=above)
    with database.cursor() as cursor:
        cursor.run("update core.account set parent_id = $id where id = $winner", id=above, winner=winner.id)
        cursor.run("update core.account set parent_id = $id where id = $loser", id=top, loser=loser.id)
    before = business(database)
    action = merging.merge(database, OWNER, "account", winner, loser)
    parents = dict(rows(database, "select id, parent_id from core.account"))
    assert parents[winner.id] == top
    for account in parents:
        seen = set()
        while account:
            assert account not in seen
            seen.add(account)
            account = parents[account]
    merging.part(database, OWNER, action)
    assert business(database) == before


def test_an_account_that_bought_through_the_other_does_not_buy_through_itself(
    database: Database, pair: tuple[Read, Read]
) -> None:
    winner, loser = pair
    with database.cursor() as cursor:
        cursor.run("update core.account set channel_partner_id = $other where id = $id", id=winner.id, other=loser.id)
    merging.merge(database, OWNER, "account", winner, loser)
    assert rows(database, "select channel_partner_id from core.account where id = 1") == [(None,)]


def test_the_winner_is_a_member_of_a_campaign_once(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    for name in ("both", "one"):
        add(database, "campaign", name=name)
    for campaign, account, arm in ((1, winner.id, "treated"), (1, loser.id, "held_out"), (2, loser.id, "held_out")):
        own = {"account_id": account, "account_owner_id": account}
        add(database, "campaign_member", campaign_id=campaign, arm=arm, **own)
    before = business(database)
    action = merging.merge(database, OWNER, "account", winner, loser)
    found = rows(
        database, "select campaign_id, account_id, arm from core.campaign_member where archived_at is null order by id"
    )
    assert found == [(1, winner.id, "treated"), (2, winner.id, "held_out")]
    merging.part(database, OWNER, action)
    assert business(database) == before


def test_merges_are_parted_from_the_last(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    third = Read(add(database, "account", name="Third"), 1)
    children(database, loser.id, 2)
    before = business(database)
    first = merging.merge(database, OWNER, "account", winner, loser)
    second = merging.merge(database, OWNER, "account", third, winner)
    assert rows(database, f"select merged_into_account_id from core.account where id = {loser.id}") == [(third.id,)]
    with pytest.raises(WrongUse, match="was merged into 3 since"):
        merging.part(database, OWNER, first)
    merging.part(database, OWNER, second)
    merging.part(database, OWNER, first)
    assert business(database) == before
    with pytest.raises(WrongUse, match="taken back already"):
        merging.part(database, OWNER, first)


def test_the_next_file_finds_the_winner_by_key_and_by_name(database: Database) -> None:
    files = {
        "accounts.csv": "Account ID,Account,City\nA1,Acme,Leeds\nA2,Acme Ltd,York\n",
        "contacts.csv": "Contact ID,Name,Account\nC1,Cy,A2\n",
    }
    folder = database.path.parent / "files"
    load_files(database, files, folder)
    winner, loser = (Read(*row) for row in rows(database, "select id, version from core.account order by name"))
    merging.merge(database, OWNER, "account", winner, loser)
    again = {
        "accounts.csv": "Account ID,Account,Phone\nA2,Acme,77\n",
        "contacts.csv": "Contact ID,Name,Account\nC2,Di,A2\nC3,Ed,Acme Ltd\n",
    }
    load_files(database, again, folder)
    assert rows(database, "select name, phone from core.account where archived_at is null") == [("Acme", "77")]
    assert rows(database, "select distinct account_id from core.contact") == [(winner.id,)]
    assert len(rows(database, "select id from core.contact")) == 3


def test_a_load_that_is_taken_back_leaves_what_a_merge_moved(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    folder = database.path.parent / "files"
    batch = load_files(database, {"contacts.csv": "Contact ID,Name,Account\nC1,Cy,Acme Ltd\n"}, folder)["batch"]
    action = merging.merge(database, OWNER, "account", winner, loser)
    merging.part(database, OWNER, action)
    undo(database, batch)
    assert not rows(database, "select id from core.contact")


def test_a_load_that_made_the_winner_is_taken_back_without_it(database: Database) -> None:
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account\nA2,Acme Ltd\n"}, folder)
    batch = load_files(database, {"accounts.csv": "Account ID,Account\nA1,Acme\nA3,Other\n"}, folder)["batch"]
    ids = dict(rows(database, "select name, id from core.account"))
    merging.merge(database, OWNER, "account", Read(ids["Acme"], 1), Read(ids["Acme Ltd"], 1))
    undo(database, batch)
    assert {row[0] for row in rows(database, "select name from core.account")} == {"Acme", "Acme Ltd"}


def test_a_load_that_is_taken_back_names_whom_the_former_one_became(database: Database) -> None:
    folder = database.path.parent / "files"
    files = {"accounts.csv": "Account ID,Account\nW,W\nL,L\nO,O\n", "contacts.csv": "Contact ID,Name,Account\nC,Cy,L\n"}
    load_files(database, files, folder)
    ids = dict(rows(database, "select name, id from core.account"))
    batch = load_files(database, {"contacts.csv": "Contact ID,Name,Account\nC,Cy,O\n"}, folder)["batch"]
    merging.merge(database, OWNER, "account", Read(ids["W"], 1), Read(ids["L"], 1))
    undo(database, batch)
    assert rows(database, "select account_id from core.contact") == [(ids["W"],)]


def test_who_became_one_with_another_is_neither_named_nor_brought_back(
    database: Database, pair: tuple[Read, Read]
) -> None:
    winner, loser = pair
    merging.merge(database, OWNER, "account", winner, loser)
    contact = add(database, "contact", name="Cy")
    with pytest.raises(InvalidRecord, match=f"no account {loser.id}"):
        records.edit(database, OWNER, "contact", contact, {"account_id": loser.id}, 1)
    with pytest.raises(WrongUse, match=f"merged into {winner.id}"):
        records.restore(database, OWNER, "account", {loser.id: 2})


def test_contacts_and_leads_are_merged_as_well(database: Database) -> None:
    first, second = (add(database, "contact", name=name, email=f"{name}@x.example") for name in ("A", "B"))
    ticket = add_ticket(database, "open", datetime(2025, 3, 2), contact_id=second)
    merging.merge(database, OWNER, "contact", Read(first, 1), Read(second, 1), take=("email",))
    assert rows(database, f"select contact_id from core.ticket where id = {ticket}") == [(first,)]
    assert rows(database, "select email from core.contact where archived_at is null") == [("B@x.example",)]
    one, two = (add(database, "lead", name=name, is_converted=False) for name in ("L", "M"))
    action = merging.merge(database, OWNER, "lead", Read(one, 1), Read(two, 1))
    assert rows(database, "select name from core.lead where archived_at is null") == [("L",)]
    merging.part(database, OWNER, action)
    assert len(rows(database, "select name from core.lead where archived_at is null")) == 2


def test_what_cannot_be_merged_says_why_and_changes_nothing(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    before = business(database)
    with pytest.raises(InvalidRecord, match="with itself"):
        merging.merge(database, OWNER, "account", winner, winner)
    with pytest.raises(InvalidRecord, match="cannot be merged"):
        merging.merge(database, OWNER, "ticket", winner, loser)
    with pytest.raises(InvalidRecord, match="no field version"):
        merging.merge(database, OWNER, "account", winner, loser, take=("version",))
    with pytest.raises(NotFound):
        merging.merge(database, OWNER, "account", winner, Read(99, 1))
    with pytest.raises(StaleRecord):
        merging.merge(database, OWNER, "account", winner, Read(loser.id, 7))
    with pytest.raises(NotFound):
        merging.part(database, OWNER, 99)
    assert business(database) == before
    with database.cursor() as cursor:
        cursor.run("update core.account set archived_at = now()::timestamp where id = $id", id=loser.id)
    with pytest.raises(InvalidRecord, match="Restore it"):
        merging.merge(database, OWNER, "account", winner, loser)


def test_merging_takes_the_right_to_and_sight_of_both(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    everything, verbs = (("account", Scope(everything=True)),), frozenset({("merge", "account")})
    reader = Viewer(5, "Rita", "management", 3, scopes=everything)
    with pytest.raises(NotAllowed):
        merging.merge(database, reader, "account", winner, loser)
    half = Viewer(6, "Hal", "sales", 1, scopes=(("account", Scope(owners=(1,))),), verbs=verbs)
    with pytest.raises(NotFound, match="no account 2"):
        merging.merge(database, half, "account", winner, loser)
    masked = Viewer(7, "Mia", "sales", 1, scopes=(("account", Scope(everything=True, masked=("phone",))),), verbs=verbs)
    with pytest.raises(InvalidRecord, match="no field phone"):
        merging.merge(database, masked, "account", winner, loser, take=("phone",))
    action = merging.merge(database, OWNER, "account", winner, loser)
    with pytest.raises(NotAllowed):
        merging.part(database, reader, action)
    with pytest.raises(NotFound, match="no account 2"):
        merging.part(database, half, action)


def test_no_number_moves_but_those_of_accounts(database: Database) -> None:
    chance = Chance(11)
    fill(database, chance)
    refresh_up_to(database, TODAY)
    closed = [month(date(2025, 3, 1)), quarter(date(2024, 8, 1)), year(date(2024, 1, 1))]

    def numbers() -> dict[tuple[str, object], Decimal | None]:
        return {
            (metric_id, period): metrics.number(database, OWNER, metric_id, period).value
            for metric_id in metrics.registry()
            for period in closed
        }

    before = numbers()
    with database.cursor() as cursor:
        found = cursor.rows("select id, version from core.account where archived_at is null order by id")
    actions = []
    for winner, loser in zip(found[::2], found[1::2], strict=False):
        actions.append(merging.merge(database, OWNER, "account", Read(*winner), Read(*loser)))
    refresh_up_to(database, TODAY)
    merged = numbers()
    moved = {metric_id for (metric_id, period), value in merged.items() if value != before[metric_id, period]}
    assert moved <= OF_ACCOUNTS
    assert "new_accounts" in moved
    for action in reversed(actions):
        merging.part(database, OWNER, action)
    refresh_up_to(database, TODAY)
    assert numbers() == before


def test_the_changes_of_a_record_tell_of_the_merge(database: Database, pair: tuple[Read, Read]) -> None:
    winner, loser = pair
    children(database, loser.id, 2)
    action = merging.merge(database, OWNER, "account", winner, loser)
    told = changes.of(database, OWNER, "contact:1").filter(field="account_id").to_dicts()
    assert [(change["before"], change["after"]) for change in told] == [("2", "1")]
    merging.part(database, OWNER, action)
    told = changes.of(database, OWNER, "contact:1").filter(field="account_id").to_dicts()
    assert [(change["before"], change["after"]) for change in told] == [("1", "2"), ("2", "1")]
    assert changes.of(database, OWNER, f"account:{loser.id}")["field"].to_list().count("merged_into_account_id") == 2
