"""Undo of loads: before and after are compared on what the business knows, not on versions and times."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from crm import records
from crm import undo as taking_back
from crm.access import owner_of_file
from crm.db import Database
from crm.errors import NotFound, WrongUse
from pipelines.refresh import refresh
from pipelines.undo import undo
from tests.pipelines.conftest import Load, Rows, counts

D = Decimal
ACCOUNTS = "Account ID,Account,Phone,City,Owner\n1,Acme,111,Rome,Ann\n2,Bolt,222,Oslo,Bob\n"
PRODUCTS = "SKU,Product\nL,Lamp\n"
ORDERS = "Order number,Ordered at,Account\n1,2024-01-01,1\n2,2024-01-02,2\n"
KEYED = "Line ID,Order number,SKU,Qty,Price,Sold at\n"
BUSINESS = {
    "account": "name, phone, city, owner_id, custom_fields::varchar, archived_at, batch_id, record_number",
    "staff": "name, email, archived_at",
    "product": "sku, name",
    "opportunity": "name, stage_id, amount, closed_on, owner_id, account_id, account_owner_id, batch_id",
    "sales_order": "number, ordered_at, account_id, account_owner_id",
    "order_line": "id, quantity, unit_price, order_id, account_id, account_owner_id, row_hash, batch_id, record_number",
    "record_key": "object, source, key, record_id",
}


@pytest.fixture
def state(rows: Rows) -> Any:
    """The business columns of all that these tests load."""

    def read() -> dict[str, list[tuple[Any, ...]]]:
        return {table: rows(f"select {columns} from core.{table} order by all") for table, columns in BUSINESS.items()}

    return read


def test_what_a_load_made_is_gone(load: Load, database: Database, state: Any) -> None:
    before = state()
    batch = load({"accounts.csv": ACCOUNTS, "orders.csv": ORDERS})["batch"]
    undone = undo(database, batch)
    assert state() == before
    assert undone.removed == {"account": 2, "staff": 2, "sales_order": 2}
    assert (undone.restored, undone.kept) == ({}, [])


def test_what_a_load_changed_stands_again(load: Load, database: Database, state: Any) -> None:
    first = load({"accounts.csv": ACCOUNTS})["batch"]
    before = state()
    batch = load({"accounts.csv": ACCOUNTS.replace("111", "119") + "3,Cup,333,Bern,Eve\n"})["batch"]
    undone = undo(database, batch)
    assert state() == before
    assert (undone.restored, undone.removed) == ({"account": 1}, {"account": 1, "staff": 1})
    undo(database, first)
    assert state()["account"] == []


def test_the_file_of_a_load_that_was_undone_is_not_known(load: Load, database: Database, state: Any) -> None:
    batch = load({"accounts.csv": ACCOUNTS})["batch"]
    after = [account[:3] for account in state()["account"]]
    undo(database, batch)
    assert counts(load({"accounts.csv": ACCOUNTS})) == (2, 2, 0, 0, 0, 0)
    assert [account[:3] for account in state()["account"]] == after


def test_values_that_a_later_load_set_stay_and_are_listed(load: Load, database: Database, rows: Rows) -> None:
    load({"accounts.csv": ACCOUNTS})
    second = load({"accounts.csv": ACCOUNTS.replace("111", "119").replace("Rome", "Pisa")})["batch"]
    third = load({"accounts.csv": ACCOUNTS.replace("111", "120").replace("Rome", "Pisa")})["batch"]
    undone = undo(database, second)
    assert undone.kept == [("account", "phone", "changed_by_load", 1)]
    assert rows("select phone, city from core.account where name = 'Acme'") == [("120", "Rome")]
    undo(database, third)
    assert rows("select phone, city from core.account where name = 'Acme'") == [("111", "Rome")]


def test_the_order_of_undoing_does_not_matter(load: Load, database: Database, rows: Rows) -> None:
    load({"accounts.csv": ACCOUNTS})
    second = load({"accounts.csv": ACCOUNTS.replace("111", "119")})["batch"]
    third = load({"accounts.csv": ACCOUNTS.replace("111", "119").replace("Rome", "Pisa")})["batch"]
    undo(database, third)
    undo(database, second)
    assert rows("select phone, city from core.account where name = 'Acme'") == [("111", "Rome")]


INDUSTRIES = "Account ID,Account,Industry,City\n1,Acme,{},{}\n"
INDUSTRY = "select industry, city from core.account"


def _industries(load: Load, *values: tuple[str, str]) -> list[int]:
    return [load({f"{number}.csv": INDUSTRIES.format(*value)})["batch"] for number, value in enumerate(values)]


def test_a_value_belongs_to_the_load_that_set_it_last(load: Load, database: Database, rows: Rows) -> None:
    """The fourth says again what the second said: it stands, and so does its value."""
    values = [("Retail", "Rome"), ("Wholesale", "Rome"), ("Food", "Rome"), ("Wholesale", "Bern")]
    _, second, third, fourth = _industries(load, *values)
    undone = undo(database, second)
    assert (undone.restored, undone.kept) == ({}, [("account", "industry", "changed_by_load", 1)])
    undo(database, third)
    assert rows(INDUSTRY) == [("Wholesale", "Bern")]
    undo(database, fourth)
    assert rows(INDUSTRY) == [("Retail", "Rome")]


def test_a_load_of_which_no_value_is_left_to_put_back_is_taken_back(load: Load, database: Database, rows: Rows) -> None:
    first = load({"accounts.csv": ACCOUNTS})["batch"]
    second = load({"accounts.csv": ACCOUNTS.replace("111", "119")})["batch"]
    with database.cursor() as cursor:
        cursor.run("update core.account set phone = '111' where name = 'Acme'")
    undone = undo(database, second)
    assert (undone.restored, undone.kept) == ({}, [])
    assert rows("select phone, batch_id from core.account where name = 'Acme'") == [("111", first)]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))), ids=str)
def test_what_stands_does_not_depend_on_the_order_of_undoing(
    load: Load, database: Database, rows: Rows, order: tuple[int, ...]
) -> None:
    values = [("Retail", "Rome"), ("Wholesale", "Pisa"), ("Food", "Rome"), ("Wholesale", "Bern")]
    batches = _industries(load, *values)
    standing = {0, 1, 2, 3}
    for number in order:
        undo(database, batches[number])
        standing.remove(number)
        assert rows(INDUSTRY) == [values[max(standing)]]
    assert rows("select batch_id from core.account") == [(batches[0],)]


def test_a_load_that_finds_a_value_there_did_not_set_it(load: Load, database: Database, rows: Rows) -> None:
    _, second, third = _industries(load, ("Retail", "Rome"), ("Wholesale", "Rome"), ("Wholesale", "Pisa"))
    undone = undo(database, second)
    assert rows(INDUSTRY) == [("Retail", "Pisa")]
    assert undone.kept == []
    assert rows("select batch_id from core.account") == [(third,)]


def test_a_person_who_edits_back_and_forth_has_set_the_value(load: Load, database: Database, rows: Rows) -> None:
    _, second = _industries(load, ("Retail", "Rome"), ("Wholesale", "Rome"))
    for version, value in ((2, "Food"), (3, "Wholesale")):
        records.edit(database, owner_of_file(), "account", 1, {"industry": value}, version)
    assert undo(database, second).kept == [("account", "industry", "changed_by_person", 1)]
    assert rows(INDUSTRY) == [("Wholesale", "Rome")]


def test_the_first_edit_of_a_blank_field_knows_what_the_load_left(load: Load, database: Database, rows: Rows) -> None:
    _, second = _industries(load, ("Retail", "Rome"), ("Wholesale", "Rome"))
    for version, value in ((2, None), (3, "Food")):
        records.edit(database, owner_of_file(), "account", 1, {"size": value and 7, "industry": value}, version)
    undone = undo(database, second)
    assert (undone.restored, undone.kept) == ({}, [("account", "industry", "changed_by_person", 1)])
    assert rows("select industry, batch_id, version from core.account") == [("Food", 1, 4)]


def test_what_a_value_named_may_be_gone(load: Load, database: Database, rows: Rows) -> None:
    """The owner whom the first load made went with it, as nothing needed her then."""
    first = load({"accounts.csv": ACCOUNTS})["batch"]
    second = load({"accounts.csv": ACCOUNTS.replace("Ann", "Eve")})["batch"]
    load({"orders.csv": ORDERS})
    undo(database, first)
    undo(database, second)
    assert rows("select name, owner_id from core.account where name = 'Acme'") == [("Acme", None)]


def test_values_that_a_person_set_stay_and_are_listed(load: Load, database: Database, rows: Rows) -> None:
    load({"accounts.csv": ACCOUNTS})
    batch = load({"accounts.csv": ACCOUNTS.replace("111", "119").replace("222", "229")})["batch"]
    acme, version = rows("select id, version from core.account where name = 'Acme'")[0]
    records.edit(database, owner_of_file(), "account", acme, {"phone": "777"}, version)
    undone = undo(database, batch)
    assert undone.kept == [("account", "phone", "changed_by_person", 1)]
    assert undone.restored == {"account": 1}
    assert rows("select phone from core.account order by name") == [("777",), ("222",)]


def test_what_something_later_refers_to_stays(load: Load, database: Database, rows: Rows) -> None:
    batch = load({"accounts.csv": ACCOUNTS})["batch"]
    load({"orders.csv": ORDERS.replace("2,2024-01-02,2\n", "")})
    undone = undo(database, batch)
    assert undone.kept == [("account", None, "needed", 1), ("staff", None, "needed", 1)]
    assert rows("select name from core.account") == [("Acme",)]
    assert rows("select name from core.staff") == [("Ann",)]
    assert counts(load({"more accounts.csv": ACCOUNTS})) == (2, 1, 0, 1, 0, 0)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 1, 2), (2, 0, 3, 1)], ids=str)
def test_nothing_is_left_of_loads_that_need_each_other(
    load: Load, database: Database, rows: Rows, state: Any, order: tuple[int, ...]
) -> None:
    _undo_all(load, database, state, order)
    assert rows("from core.fx_rate") == rows("from core.opportunity_event") == []


@pytest.mark.slow
@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_nothing_is_left_in_any_order(load: Load, database: Database, state: Any, order: tuple[int, ...]) -> None:
    _undo_all(load, database, state, order)


def _undo_all(load: Load, database: Database, state: Any, order: tuple[int, ...]) -> None:
    """Everything; everything changed; a deal that needs some of it; lines as they were and another owner."""
    files = {"accounts.csv": ACCOUNTS, "orders.csv": ORDERS, "products.csv": PRODUCTS}
    files["order_lines.csv"] = KEYED + "a,1,L,1,1,2024-01-01\n"
    files["rates.csv"] = "Currency,Valid on,Rate\nUSD,2024-01-01,2\n"
    changed = {name: text.replace("111", "119").replace(",2\n", ",3\n") for name, text in files.items()}
    changed["order_lines.csv"] = KEYED + "a,1,L,7,1,2024-01-01\nb,2,L,1,1,2024-01-01\n"
    last = {"accounts.csv": ACCOUNTS.replace("Ann", "Eve"), "order_lines.csv": files["order_lines.csv"]}
    batches = [load(files)["batch"], load(changed)["batch"], _deal(load, 1000), load(last)["batch"]]
    assert all(state().values())
    for number in order:
        undo(database, batches[number])
    assert {name: found for name, found in state().items() if found} == {}


def test_what_stayed_goes_with_the_load_that_needed_it(load: Load, database: Database, rows: Rows) -> None:
    first = load({"accounts.csv": ACCOUNTS})["batch"]
    second = load({"orders.csv": ORDERS.replace("2,2024-01-02,2\n", "")})["batch"]
    undo(database, first)
    undone = undo(database, second)
    assert undone.removed == {"account": 1, "staff": 1, "sales_order": 1}
    assert (undone.kept, rows("from core.record_key")) == ([], [])


def test_what_stayed_belongs_to_the_next_load_that_brings_it(load: Load, database: Database, rows: Rows) -> None:
    first = load({"accounts.csv": ACCOUNTS})["batch"]
    second = load({"orders.csv": ORDERS.replace("2,2024-01-02,2\n", "")})["batch"]
    undo(database, first)
    third = load({"accounts.csv": ACCOUNTS})["batch"]
    undo(database, second)
    assert rows("select name from core.account order by 1") == [("Acme",), ("Bolt",)]
    undo(database, third)
    assert rows("from core.account") == rows("from core.staff") == rows("from core.record_key") == []


def test_a_record_of_a_load_taken_back_keeps_its_keys_while_it_stays(
    load: Load, database: Database, rows: Rows
) -> None:
    first = load({"accounts.csv": ACCOUNTS})["batch"]
    load({"orders.csv": ORDERS})
    undo(database, first)
    third = load({"accounts.csv": ACCOUNTS})["batch"]
    undone = undo(database, third)
    assert undone.removed == {}
    assert counts(load({"accounts.csv": ACCOUNTS})) == (2, 0, 0, 2, 0, 0)
    assert len(rows("from core.account")) == 2


def test_what_stayed_and_a_person_changed_stays(load: Load, database: Database, rows: Rows) -> None:
    first = load({"accounts.csv": ACCOUNTS})["batch"]
    second = load({"accounts.csv": ACCOUNTS.replace("111", "119")})["batch"]
    undo(database, first)
    records.edit(database, owner_of_file(), "account", 1, {"city": "Bern"}, 2)
    undo(database, second)
    assert rows("select name, phone, city from core.account") == [("Acme", "111", "Bern")]


def test_records_that_a_later_load_changed_stay(load: Load, database: Database, rows: Rows) -> None:
    batch = load({"accounts.csv": ACCOUNTS})["batch"]
    load({"accounts.csv": ACCOUNTS.replace("111", "119")})
    undone = undo(database, batch)
    assert ("account", None, "changed_by_load", 1) in undone.kept
    assert rows("select name, phone from core.account") == [("Acme", "119")]


def test_lines_stand_again_as_before(load: Load, database: Database, state: Any) -> None:
    load({"products.csv": PRODUCTS, "accounts.csv": ACCOUNTS, "orders.csv": ORDERS})
    load({"order_lines.csv": KEYED + "a,1,L,1,1,2024-01-01\nb,2,L,2,1,2024-01-01\n"})
    before = state()
    batch = load({"order_lines.csv": KEYED + "a,1,L,5,1,2024-01-01\nb,2,L,2,1,2024-01-01\nc,2,L,9,1,2024-01-01\n"})
    undone = undo(database, batch["batch"])
    assert state() == before
    assert (undone.restored, undone.removed) == ({"order_line": 1}, {"order_line": 1})


def test_undo_of_a_middle_load_keeps_later_lines(load: Load, database: Database, rows: Rows) -> None:
    load({"products.csv": PRODUCTS, "accounts.csv": ACCOUNTS, "orders.csv": ORDERS})
    load({"order_lines.csv": KEYED + "a,1,L,1,1,2024-01-01\n"})
    middle = load({"order_lines.csv": KEYED + "a,1,L,2,1,2024-01-01\nb,1,L,2,1,2024-01-01\nc,1,L,2,1,2024-01-01\n"})
    last = load({"order_lines.csv": KEYED + "a,1,L,3,1,2024-01-01\nb,1,L,3,1,2024-01-01\n"})
    undone = undo(database, middle["batch"])
    assert undone.kept == [("order_line", None, "changed_by_load", 2)]
    assert rows("select line_key, quantity from core.order_line order by 1") == [("a", D(3)), ("b", D(3))]
    undo(database, last["batch"])
    assert ("a", D(1)) in rows("select line_key, quantity from core.order_line")


def test_events_of_deals_leave_the_funnel(load: Load, database: Database, rows: Rows, state: Any) -> None:
    deals = "Deal ID,Deal,Stage,Amount,Close date\nA,a,Proposal,10,\n"
    load({"opportunities.csv": deals})
    before = state()
    batch = load({"opportunities.csv": deals.replace("Proposal,10,", "Won,12,2024-02-01") + "B,b,Won,1,2024-02-01\n"})
    undo(database, batch["batch"])
    assert state() == before
    found = rows("select sequence, amount, voided_at is null from core.opportunity_event order by sequence")
    assert found == [(1, D(10), True), (2, D(12), False)]
    refresh(database)


DEALS = "Deal ID,Deal,Stage,Amount,Currency,Account,Owner,Close date\nA,a,Won,{},EUR,{},{},2024-02-01\n"


def _deal(load: Load, amount: int, account: str = "Acme", owner: str = "Ann") -> int:
    return int(load({f"{amount} opportunities.csv": DEALS.format(amount, account, owner)})["batch"])


def test_a_deal_that_a_person_valued_is_counted_so(load: Load, database: Database, rows: Rows) -> None:
    _deal(load, 1000)
    second = _deal(load, 1500, owner="Bob")
    records.edit(database, owner_of_file(), "opportunity", 1, {"amount": 2000}, 2)
    undo(database, second)
    assert rows("select amount, amount_company from core.opportunity") == [(D(2000), D(2000))]
    last = "select amount_company from core.opportunity_event where voided_at is null order by sequence desc limit 1"
    assert rows(last) == [(D(2000),)]


def test_a_deal_whose_conflict_was_accepted_is_counted_so(load: Load, database: Database, rows: Rows) -> None:
    _deal(load, 1000)
    records.edit(database, owner_of_file(), "opportunity", 1, {"amount": 2000}, 1)
    second = _deal(load, 1500, owner="Bob")
    records.decide(database, owner_of_file(), 1, accept=True)
    undo(database, second)
    assert rows("select amount, amount_company from core.opportunity") == [(D(1500), D(1500))]


def test_a_deal_that_goes_back_to_its_account_has_its_owner(load: Load, database: Database, rows: Rows) -> None:
    load({"accounts.csv": ACCOUNTS})
    _deal(load, 1000)
    second = _deal(load, 1500, account="Bolt")
    acme, version = rows("select id, version from core.account where name = 'Acme'")[0]
    eve = rows("select id from core.staff where name = 'Bob'")[0][0]
    records.edit(database, owner_of_file(), "account", acme, {"owner_id": eve}, version, reason="new region")
    undo(database, second)
    assert rows("select account_id, account_owner_id from core.opportunity") == [(acme, eve)]


def test_credit_of_a_deal_goes_back_with_its_stage(load: Load, database: Database, rows: Rows) -> None:
    deals = "Deal ID,Deal,Stage,Owner\nA,a,{},{}\n"
    credited = (
        "select credited.name from core.opportunity left join core.staff as credited on credited.id = credited_owner_id"
    )
    for stage, owner in (("Won", "Ann"), ("Won", "Bob")):
        load({"opportunities.csv": deals.format(stage, owner)})
    third = load({"opportunities.csv": deals.format("Proposal", "Bob")})["batch"]
    assert rows(credited) == [(None,)]
    undo(database, third)
    assert rows(credited) == [("Ann",)]
    fourth = load({"opportunities.csv": deals.format("Proposal", "Eve")})["batch"]
    won = rows("select id from core.stage where code = 'won'")[0][0]
    version = rows("select version from core.opportunity")[0][0]
    records.edit(database, owner_of_file(), "opportunity", 1, {"stage_id": won}, version)
    undo(database, fourth)
    assert rows(credited) == [("Eve",)]


def test_a_deal_between_two_loads_has_an_event_of_its_own(load: Load, database: Database, rows: Rows) -> None:
    deals = "Deal ID,Deal,Stage,Amount\nA,a,Proposal,10\n"
    load({"opportunities.csv": deals})
    second = load({"opportunities.csv": deals.replace("10", "12")})
    load({"opportunities.csv": deals.replace("10", "12").replace("Proposal", "Negotiation")})
    undo(database, second["batch"])
    last = rows(
        "select amount, stage.code, voided_at is null from core.opportunity_event "
        "join core.stage on stage.id = stage_id order by sequence desc limit 1"
    )
    assert last == [(D(10), "negotiation", True)]
    refresh(database)


def test_owners_go_back_with_their_accounts(load: Load, database: Database, state: Any, rows: Rows) -> None:
    load({"products.csv": PRODUCTS, "accounts.csv": ACCOUNTS, "orders.csv": ORDERS})
    load({"order_lines.csv": KEYED + "a,1,L,1,1,2024-01-01\n"})
    refresh(database, as_of=date(2024, 12, 31))
    before = state()
    batch = load({"accounts.csv": ACCOUNTS.replace("Ann", "Eve")})["batch"]
    undo(database, batch)
    assert state() == before
    owner = "select staff.name from mart.sale_line join core.staff on staff.id = account_owner_id"
    assert rows(owner) == [("Ann",)]


COMPANY = "select currency from ops.company"


def test_the_currency_goes_with_the_load_that_gave_it(load: Load, database: Database, rows: Rows) -> None:
    first = _deal(load, 1000)
    undo(database, first)
    assert rows(COMPANY) == [(None,)]
    load({"opportunities.csv": DEALS.format(1, "Acme", "Ann").replace("EUR", "USD")})
    assert rows(COMPANY) == [("USD",)]
    assert rows("select amount_company from core.opportunity") == [(D(1),)]


def test_the_currency_stays_while_there_is_money(load: Load, database: Database, rows: Rows) -> None:
    first = _deal(load, 1000)
    second = load({"products.csv": "SKU,Product,Price,Currency\nL,Lamp,1,USD\n"})["batch"]
    undo(database, first)
    assert rows(COMPANY) == [("EUR",)]
    undo(database, second)
    assert rows(COMPANY) == [(None,)]


def test_a_currency_that_an_admin_set_stays(load: Load, database: Database, rows: Rows) -> None:
    database.write(lambda cursor: cursor.run("update ops.company set currency = 'EUR'"), touches=["ops.company"])
    undo(database, _deal(load, 1000))
    assert rows(COMPANY) == [("EUR",)]
    database.write(lambda cursor: cursor.run("update ops.company set currency = null"), touches=["ops.company"])
    batch = _deal(load, 1200)
    database.write(lambda cursor: cursor.run("update ops.company set currency = 'USD'"), touches=["ops.company"])
    undo(database, batch)
    assert rows(COMPANY) == [("USD",)]


def test_a_load_is_undone_once(load: Load, database: Database) -> None:
    batch = load({"accounts.csv": ACCOUNTS})["batch"]
    undo(database, batch)
    with pytest.raises(WrongUse, match="taken back already"):
        undo(database, batch)
    with pytest.raises(NotFound, match="no load 99"):
        undo(database, 99)


ACME = "Account ID,Account,Phone,City\nA,Acme,{phone},{city}\n"


@pytest.mark.parametrize("taken_back", [1, 2])
def test_what_a_person_took_back_does_not_come_back_with_a_load(
    database: Database, load: Load, rows: Rows, taken_back: int
) -> None:
    batches = [load({"accounts.csv": ACME.format(phone=phone, city="Leeds")})["batch"] for phone in ("0", "1")]
    records.edit(database, owner_of_file(), "account", 1, {"phone": "2"}, 2)
    batches.append(load({"accounts.csv": ACME.format(phone="1", city="York")})["batch"])
    taking_back.undo(database, owner_of_file(), 1)
    batches.append(load({"accounts.csv": ACME.format(phone="5", city="York")})["batch"])
    assert rows("select phone, city from core.account") == [("5", "York")]
    undo(database, batches[3])
    assert rows("select phone, city from core.account") == [("1", "York")]
    undo(database, batches[taken_back])
    assert rows("select phone, city from core.account") == {1: [("0", "York")], 2: [("1", "Leeds")]}[taken_back]
