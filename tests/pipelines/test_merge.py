"""Which records they are, what they refer to, what of them changed."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crm.db import Database
from pipelines.refresh import refresh
from pipelines.undo import undo
from tests.pipelines.conftest import Load, Rows, counts, notes, rejects

D = Decimal
RATES = "Currency,Valid on,Rate\nUSD,2024-01-01,0.9\nUSD,2024-02-01,0.8\n"

# References


def test_references_by_key_then_by_normalised_name(load: Load, rows: Rows) -> None:
    load({"products.csv": "Product ID,SKU,Product\nP1,GP,GTX Pro\nP2,MB,MG-Basic\n"})
    tickets = "Ticket ID,Subject,Status,Product\n1,a,open,GTXPro\n2,b,open,P2\n3,c,open,gtx  pro\n4,d,open,MB\n"
    assert counts(load({"tickets.csv": tickets})) == (4, 4, 0, 0, 0, 0)
    found = rows("select product.name from core.ticket join core.product on product.id = product_id order by subject")
    assert found == [("GTX Pro",), ("MG-Basic",), ("GTX Pro",), ("MG-Basic",)]


def test_a_name_that_nobody_has_is_a_reject_or_a_new_record(load: Load, rows: Rows) -> None:
    tickets = (
        "Ticket ID,Subject,Status,Product,Account,Assignee\n"
        "1,a,open,,Acme,Ann\n2,b,open,Lamp,Bolt,\n3,c,open,,ACME,ann\n"
    )
    report = load({"tickets.csv": tickets})
    assert rejects(report) == [(2, "Product", "Lamp", "unknown", "product")]
    assert report["files"][0]["created"]["staff"] == 1
    assert rows("select name, kind from core.account where name <> 'Bolt'") == [("Acme", "company")]
    assert rows("select count(distinct account_id), count(distinct owner_id), count(*) from core.ticket") == [(1, 1, 2)]


def test_several_candidates_are_a_reject(load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account ID,Account\n1,Acme\n2,ACME!\n3,Bolt\n"})
    deals = "Deal ID,Deal,Stage,Account\nA,a,Won,acme\nB,b,Won,Bolt\nC,c,Won,2\n"
    report = load({"opportunities.csv": deals})
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert rejects(report) == [(1, "Account", "acme", "ambiguous", "2")]
    found = rows(
        "select deal.name, account.name from core.opportunity as deal join core.account on account.id = account_id"
    )
    assert sorted(found) == [("b", "Bolt"), ("c", "ACME!")]


def test_a_file_that_had_rejects_can_be_mended_and_loaded_again(load: Load, rows: Rows) -> None:
    """A record that did not get in leaves no key behind by which it would be taken for known."""
    tickets = {"tickets.csv": "Ticket ID,Subject,Status,Product\n1,a,open,Lamp\n2,b,open,\n"}
    assert counts(load(tickets)) == (2, 1, 0, 0, 0, 1)
    assert rows("select key from core.record_key") == [("2",)]
    load({"products.csv": "SKU,Product\nL,Lamp\n"})
    assert counts(load(tickets)) == (2, 1, 0, 1, 0, 0)
    assert rows("select subject, product_id is null from core.ticket order by subject") == [("a", False), ("b", True)]
    assert counts(load(tickets)) == (2, 0, 0, 2, 0, 0)


def test_accounts_name_parents_before_and_behind_them(load: Load, rows: Rows) -> None:
    accounts = "Account ID,Account,Parent\n1,Kid,Mother\n2,Mother,Granny\n3,Late,1\n4,Orphan,Nobody\n"
    report = load({"accounts.csv": accounts})
    assert counts(report) == (4, 4, 0, 0, 0, 0)
    assert report["files"][0]["created"] == {"account": 2}
    found = rows(
        "select child.name, parent.name from core.account as child "
        "join core.account as parent on parent.id = child.parent_id"
    )
    assert sorted(found) == [("Kid", "Mother"), ("Late", "Kid"), ("Mother", "Granny"), ("Orphan", "Nobody")]


def test_a_record_may_be_named_as_its_file_renames_it(load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account ID,Account,Parent\n1,Old,\n"})
    report = load({"accounts.csv": "Account ID,Account,Parent\n1,New,\n2,Kid,New\n"})
    assert counts(report) == (2, 1, 1, 0, 0, 0)
    assert rows("select count(*) from core.account") == [(2,)]
    assert rows(
        "select parent_id = (select id from core.account where name = 'New') from core.account where name = 'Kid'"
    ) == [(True,)]


def test_who_names_a_record_that_does_not_get_in_does_not_get_in(load: Load, rows: Rows) -> None:
    load({"staff.csv": "Staff ID,Name\n1,Ann\n2,Ann\n"})
    report = load(
        {"accounts.csv": "Account ID,Account,Parent,Owner\n1,Grandkid,Kid,\n2,Kid,Mother,\n3,Mother,,Ann\n4,Free,,\n"}
    )
    assert counts(report) == (4, 1, 0, 0, 0, 3)
    assert rejects(report) == [
        (1, "Parent", "Kid", "unknown", "account"),
        (2, "Parent", "Mother", "unknown", "account"),
        (3, "Owner", "Ann", "ambiguous", "2"),
    ]
    assert rows("select name, parent_id from core.account") == [("Free", None)]


def test_spellings_of_a_new_name_make_one_record(load: Load, rows: Rows) -> None:
    deals = (
        "Deal ID,Deal,Stage,Account\n1,a,Won,Acme Inc\n2,b,Won,ACME Inc.\n3,c,Won,äcme-inc\n4,d,Won,***\n5,e,Won,***\n"
    )
    report = load({"opportunities.csv": deals})
    assert report["files"][0]["created"]["account"] == 2
    assert rows("select name from core.account order by name") == [("***",), ("Acme Inc",)]
    assert counts(load({"opportunities.csv": deals + "6,f,Won,acme inc\n7,g,Won,***\n"})) == (7, 2, 0, 5, 0, 0)
    assert rows("select count(*) from core.account") == [(2,)]


# Duplicates


def test_the_same_key_twice_is_a_duplicate(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": "Account ID,Account\n1,Acme\n2,Bolt\n1,Other\n1,Acme\n"})
    assert counts(report) == (4, 2, 0, 0, 2, 0)
    assert rows("select name from core.account order by name") == [("Acme",), ("Bolt",)]
    assert notes(report) == ["2 records repeat a key that stood in this load before; the first counts."]
    assert rows("select record_number, column_name, value from landing.reject where is_duplicate order by 1") == [
        (3, "Account ID", "1"), (4, "Account ID", "1")
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["Account ID,Account", "Account,Account ID"])
def test_the_same_key_in_two_files_of_a_load_is_a_duplicate(load: Load, rows: Rows, header: str) -> None:
    """Whether or not the files have their columns in the same order."""
    second = {"Account ID,Account": "1,Other", "Account,Account ID": "Other,1"}[header]
    report = load({"a accounts.csv": "Account ID,Account\n1,Acme\n", "b accounts.csv": f"{header}\n{second}\n"})
    assert (counts(report, 0), counts(report, 1)) == ((1, 1, 0, 0, 0, 0), (1, 0, 0, 0, 1, 0))
    assert notes(report, 0) == []
    assert notes(report, 1) == [
        "1 records repeat a key that stood in this load before; the first counts. Load the files one after the other, "
        "oldest first, if the later ones are newer."
    ]
    assert rows("select name from core.account") == [("Acme",)]


def test_the_same_file_twice_in_a_load_counts_once(load: Load, rows: Rows) -> None:
    accounts = "Account ID,Account\n1,Acme\n2,Bolt\n"
    report = load({"accounts.csv": accounts, "copy of accounts.csv": accounts})
    assert (counts(report, 0), counts(report, 1)) == ((2, 2, 0, 0, 0, 0), (2, 0, 0, 0, 2, 0))
    assert notes(report, 1) == ["The same file stood in this load before; it counts once."]
    assert counts(load({"accounts.csv": accounts, "copy.csv": accounts}), 1) == (2, 0, 0, 2, 0, 0)
    assert rows("select count(*) from core.account") == [(2,)]


def test_records_without_key_are_known_by_all_that_they_say(load: Load, rows: Rows) -> None:
    header = "Subject,Status,Channel,Category\n"
    tickets = "Help,open,mail,\nHelp,open,,mail\nHelp,open,mail,\n"
    assert counts(load({"tickets.csv": header + tickets})) == (3, 3, 0, 0, 0, 0)
    report = load(
        {"tickets.csv": header + "Help,open,,mail\nHelp,open,mail,\nNew,open,,\nHelp,open,mail,\nHelp,open,mail,\n"}
    )
    assert counts(report) == (5, 2, 0, 3, 0, 0)
    assert report["files"][0]["is_keyless"] is True
    assert rows("select count(*) from core.ticket") == [(5,)]
    keyed = load({"tickets.csv": "Ticket ID," + header + "1,Help,open,mail,\n"})
    assert keyed["files"][0]["is_keyless"] is False


# Changes


def test_what_changes_and_what_is_kept(load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account ID,Account,City,Phone,Zodiac\n1,Acme,Rome,5,\n2,Bolt,Oslo,6,Leo\n3,Cog,Bern,7,\n"})
    before = rows("select id, created_at, updated_at from core.account where name = 'Acme'")[0]
    keys = rows("select * from core.record_key")
    report = load({"accounts.csv": "Account ID,Account,City,Phone,Zodiac\n3,Cog,Bern,7,\n1,Acme,Pisa,,\n2,Bolt,,,\n"})
    assert counts(report) == (3, 0, 1, 2, 0, 0)
    changed = rows(
        "select id, created_at, city, phone, version, batch_id, record_number from core.account where name = 'Acme'"
    )
    assert changed == [(before[0], before[1], "Pisa", "5", 2, report["batch"], 2)]
    assert rows("select updated_at > created_at from core.account where name = 'Acme'") == [(True,)]
    assert rows("select city, phone, version, batch_id from core.account where name = 'Bolt'") == [("Oslo", "6", 1, 1)]
    assert rows("select name, city, version, replaced_by_batch_id from history.account") == [
        ("Acme", "Rome", 1, report["batch"])
    ]
    assert rows("select * from core.record_key") == keys


def test_custom_fields_are_added_to_those_that_are_there(load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account ID,Account,Zodiac,Colour\n1,Acme,Leo,red\n"})
    assert counts(load({"accounts.csv": "Account ID,Account,Colour,Shoe size\n1,Acme,blue,\n"})) == (1, 0, 1, 0, 0, 0)
    assert rows(
        "select custom_fields->>'Zodiac', custom_fields->>'Colour', custom_fields::varchar from core.account"
    ) == [("Leo", "blue", '{"Zodiac":"Leo","Colour":"blue"}')]
    assert counts(load({"accounts.csv": "Account ID,Account,Colour\n1,Acme,\n"})) == (1, 0, 0, 1, 0, 0)


def test_every_row_knows_its_file_and_record(load: Load, rows: Rows) -> None:
    first = {"a.csv": "Account ID,Account\n1,Acme\n2,Bolt\n"}
    load(first)
    report = load(first | {"b.csv": "Account ID,Account\n3,Cog\n4,Dot\n", "c.csv": "Deal ID,Deal,Stage\nA,a,Won\n"})
    origin = """
        select file.file, record.record_number - file.first_record + 1
        from {table} as record
        join landing.file as file
            on file.batch_id = record.batch_id
            and record.record_number >= file.first_record and record.record_number < file.first_record + file.count_read
        where record.batch_id = $batch order by 1, 2
    """
    assert rows(origin.format(table="core.account"), batch=1) == [("a.csv", 1), ("a.csv", 2)]
    assert rows(origin.format(table="core.account"), batch=report["batch"]) == [("b.csv", 1), ("b.csv", 2)]
    assert rows(origin.format(table="core.opportunity"), batch=report["batch"]) == [("c.csv", 1)]
    assert rows(origin.format(table="core.opportunity_event"), batch=report["batch"]) == [("c.csv", 1)]


# What belongs to an account


def test_what_belongs_to_an_account_follows_its_owner(load: Load, rows: Rows) -> None:
    files = {
        "accounts.csv": "Account ID,Account,Owner\n1,Acme,Ann\n2,Bolt,Ann\n",
        "contacts.csv": "Contact ID,Contact,Account,Job title\n1,Eve,Acme,Boss\n2,Bob,Bolt,\n",
        "opportunities.csv": "Deal ID,Deal,Stage,Account\n1,a,Won,Acme\n2,b,Won,Bolt\n",
        "orders.csv": "Order number,Ordered at,Account\n1,2024-01-01,Acme\n2,2024-01-01,Bolt\n",
        "order_lines.csv": "Order number,Qty,Price,Sold at\n1,1,1,2024-01-01\n2,1,1,2024-01-01\n",
        "tickets.csv": "Ticket ID,Subject,Status,Account\n1,a,open,Acme\n2,b,open,Bolt\n",
    }
    load(files)
    load({"accounts.csv": "Account ID,Account,Owner\n1,Acme,Ben\n"})
    for table in ("contact", "opportunity", "sales_order", "order_line", "ticket"):
        found = rows(
            f"select account.name, owner.name from core.{table} as record join core.account on account.id = account_id "
            "join core.staff as owner on owner.id = record.account_owner_id order by 1"
        )
        assert found == [("Acme", "Ben"), ("Bolt", "Ann")], table
    credited = rows("select staff.name from core.sales_order join core.staff on staff.id = credited_owner_id")
    assert credited == [("Ann",), ("Ann",)], "credit stays where it was earned"


def test_lines_follow_their_order_to_another_account(load: Load, rows: Rows) -> None:
    load(
        {
            "accounts.csv": "Account ID,Account,Owner\n1,Acme,Ann\n2,Bolt,Ben\n",
            "orders.csv": "Order number,Ordered at,Account\n1,2024-01-01,Acme\n2,2024-01-01,\n",
            "order_lines.csv": "Order number,Qty,Price,Sold at\n1,1,1,2024-01-01\n2,1,1,2024-01-01\n",
        }
    )
    load({"orders.csv": "Order number,Ordered at,Account\n1,2024-01-01,Bolt\n2,2024-01-01,Acme\n"})
    found = rows(
        "select account.name, owner.name from core.order_line as line "
        "join core.account on account.id = line.account_id "
        "join core.staff as owner on owner.id = line.account_owner_id order by line.record_number"
    )
    assert found == [("Bolt", "Ben"), ("Acme", "Ann")]


# Deals


def events(rows: Rows, deal: str) -> list[tuple[object, ...]]:
    return rows(
        "select sequence, stage.code, happened_at, event.amount, staff.name from core.opportunity_event as event "
        "join core.opportunity as deal on deal.id = opportunity_id "
        "left join core.stage as stage on stage.id = event.stage_id "
        "left join core.staff as staff on staff.id = event.owner_id where deal.name = $deal order by sequence",
        deal=deal,
    )


HEADER = "Deal ID,Deal,Stage,Amount,Owner,Start date,Expected close,Close date\n"


def test_new_deals_have_events_of_what_is_known(load: Load, rows: Rows) -> None:
    rows("update ops.company set time_zone = 'Asia/Shanghai'")
    text = (
        "1,won,Won,50,Ann,2024-01-01,,2024-02-01\n2,open,Engaging,7,,2024-01-01,,\n"
        "3,dateless,Prospecting,,,,,\n4,lost,Lost,,,,,2024-02-01\n"
    )
    report = load({"opportunities.csv": HEADER + text})
    assert report["files"][0]["created"] == {"opportunity_event": 6, "staff": 1}
    begun, closed = datetime(2023, 12, 31, 16), datetime(2024, 1, 31, 16)
    assert events(rows, "won") == [(1, None, begun, None, "Ann"), (2, "won", closed, D(50), "Ann")]
    assert events(rows, "open") == [(1, None, begun, None, None), (2, "engaging", None, D(7), None)]
    assert events(rows, "dateless") == [(1, "prospecting", None, None, None)]
    assert events(rows, "lost") == [(1, "lost", closed, None, None)]


def test_a_change_of_a_deal_is_a_new_event(load: Load, rows: Rows) -> None:
    base = "1,deal,Engaging,50,Ann,2024-01-01,2024-03-01,\n"
    load({"opportunities.csv": HEADER + base})
    count = len(events(rows, "deal"))
    steps = [
        ("1,deal,Negotiation,50,Ann,2024-01-01,2024-03-01,\n", 1),
        ("1,deal,Negotiation,60,Ann,2024-01-01,2024-03-01,\n", 1),
        ("1,deal,Negotiation,60,Ben,2024-01-01,2024-03-01,\n", 1),
        ("1,deal,Negotiation,60,Ben,2024-01-01,2024-04-01,\n", 1),
        ("1,deal,Negotiation,60,Ben,2024-01-02,2024-04-01,\n", 0),
        ("1,deal,,60,Ben,,,\n".replace(",,60", ",Negotiation,60"), 0),
        ("1,deal,Won,60,Ben,,,2024-02-02\n", 1),
    ]
    for text, more in steps:
        load({"opportunities.csv": HEADER + text})
        count += more
        assert len(events(rows, "deal")) == count, text
    assert [event[0] for event in events(rows, "deal")] == list(range(1, count + 1))
    assert events(rows, "deal")[-1][1:] == ("won", datetime(2024, 2, 2), D(60), "Ben")
    assert rows(
        "select credited.name, opportunity.version from core.opportunity "
        "join core.staff as credited on credited.id = credited_owner_id"
    ) == [("Ben", 7)]


def test_events_of_a_first_load_are_known_when_they_happened(load: Load, rows: Rows) -> None:
    load({"opportunities.csv": HEADER + "1,deal,Engaging,50,Ann,2024-01-01,,\n"})
    load({"opportunities.csv": HEADER + "1,deal,Won,50,Ann,2024-01-01,,2024-02-01\n"})
    found = rows("select happened_at, known_at from core.opportunity_event order by sequence")
    assert found[0] == (datetime(2024, 1, 1), datetime(2024, 1, 1))
    assert found[-1][0] == datetime(2024, 2, 1)
    assert (datetime.now(UTC).replace(tzinfo=None) - found[-1][1]).total_seconds() < 600
    assert rows("select is_history from landing.batch order by id") == [(True,), (False,)]


def test_a_deal_has_a_line_where_its_file_names_a_product(load: Load, rows: Rows) -> None:
    deals = "Deal ID,Deal,Stage,Amount,SKU\nA,a,Won,50,L\nB,b,Won,60,\nC,c,Won,,Lamp\nD,d,Won,5,Nope\n"
    report = load({"products.csv": "SKU,Product\nL,Lamp\n", "opportunities.csv": deals})
    assert counts(report, 1) == (4, 3, 0, 0, 0, 1)
    assert rejects(report, 1) == [(4, "SKU", "Nope", "unknown", "product")]
    assert report["files"][1]["created"] == {"opportunity_event": 3, "opportunity_line": 2}
    lines = (
        "select deal.name, quantity, unit_price, line.amount from core.opportunity_line as line "
        "join core.opportunity as deal on deal.id = opportunity_id order by 1"
    )
    assert rows(lines) == [("a", D(1), D(50), D(50)), ("c", D(1), None, None)]
    report = load({"opportunities.csv": deals.replace("A,a,Won,50", "A,a,Won,70").replace("Nope", "L")})
    assert counts(report) == (4, 1, 1, 2, 0, 0)
    assert report["files"][0]["changed"] == {"opportunity_line": 1}
    assert rows(lines) == [("a", D(1), D(70), D(70)), ("c", D(1), None, None), ("d", D(1), D(5), D(5))]


# Money of the company


def test_the_first_money_gives_the_company_its_currency(load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account\nAcme\n"})
    assert rows("select currency from ops.company") == [(None,)]
    load({"opportunities.csv": "Deal ID,Deal,Stage,Amount,Currency\nA,a,Won,5,\nB,b,Won,6,EUR\nC,c,Won,7,USD\n"})
    assert rows("select currency from ops.company") == [("EUR",)]
    load({"more opportunities.csv": "Deal ID,Deal,Stage,Amount,Currency\nD,d,Won,8,USD\n"})
    assert rows("select currency from ops.company") == [("EUR",)]
    assert rows("select name, amount_company from core.opportunity order by name") == [
        ("a", D(5)), ("b", D(6)), ("c", None), ("d", None)
    ]  # fmt: skip


def test_foreign_money_is_valued_at_the_rate_of_its_day(load: Load, rows: Rows) -> None:
    rows("update ops.company set currency = 'EUR'")
    load({"rates.csv": RATES})
    deals = (
        "Deal ID,Deal,Stage,Amount,Currency,Close date\nA,a,Won,10,USD,2024-01-31\n"
        "B,b,Won,10,USD,2024-02-01\nC,c,Won,10,USD,2023-12-31\nD,d,Won,10,EUR,2023-12-31\n"
    )
    load({"opportunities.csv": deals})
    assert rows("select amount_company from core.opportunity order by name") == [(D(9),), (D(8),), (None,), (D(10),)]


def test_what_changed_is_noted_with_the_load_itself(
    load: Load, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that neither an end before the count of the marts loses it, nor a load that does not wait."""
    touched = "select distinct account_id from ops.touched_account order by all"
    load({"accounts.csv": "Account ID,Account\n1,Acme\n2,Bolt\n", "products.csv": "SKU,Product,Cost\nA,Tent,40\n"})
    with database.cursor() as cursor:
        accounts = cursor.rows("select id from core.account order by id")
        assert cursor.rows(touched) == accounts
    refresh(database)
    load({"more.csv": "Account ID,Account,Country\n2,Bolt,DE\n"})
    with database.cursor() as cursor:
        assert cursor.rows(touched) == accounts[1:]
    load({"costs.csv": "SKU,Product,Cost\nA,Tent,90\n"})
    with database.cursor() as cursor:
        assert cursor.rows(touched) == [*accounts[1:], (None,)]  # all lines are counted by it
    refresh(database)
    monkeypatch.setattr("pipelines.load.MANY", 0)
    load({"again.csv": "Account ID,Account,Country\n2,Bolt,FR\n"})
    with database.cursor() as cursor:
        assert cursor.rows(touched) == [(None,)]


def test_a_rate_that_comes_late_counts_with_the_next_refresh(load: Load, rows: Rows, database: Database) -> None:
    rows("update ops.company set currency = 'EUR'")
    load({"rates.csv": RATES})
    lines = (
        "Line ID,Order number,Qty,Price,Sold at,Currency\n1,1,3,3.335,2024-01-31,USD\n"
        "2,1,1,10,2024-02-01,USD\n3,1,1,10,2023-12-31,USD\n4,1,1,10,2023-12-31,\n"
    )
    load({"orders.csv": "Order number,Ordered at\n1,2024-01-01\n", "order_lines.csv": lines})
    revenue = "select revenue from mart.sale_line order by order_line_id"
    refresh(database)
    assert rows(revenue) == [(D("9.01"),), (D(8),), (None,), (D(10),)]
    load({"more rates.csv": "Currency,Valid on,Rate\nUSD,2023-12-01,0.7\n"})
    refresh(database)
    assert rows(revenue) == [(D("9.01"),), (D(8),), (D(7),), (D(10),)]


def test_deals_are_valued_when_their_rate_comes(load: Load, rows: Rows, database: Database) -> None:
    rows("update ops.company set currency = 'EUR'")
    deals = "Deal ID,Deal,Stage,Amount,Currency,Close date\nA,a,Won,10,USD,2024-01-31\nB,b,Won,10,EUR,2024-01-31\n"
    value = "select amount_company from core.{} order by amount_company"
    load({"opportunities.csv": deals, "rates.csv": RATES})
    for table in ("opportunity", "opportunity_event"):
        assert rows(value.format(table)) == [(D(9),), (D(10),)], table
    batch = load({"rates.csv": RATES.replace("0.9", "0.5")})["batch"]
    assert rows(value.format("opportunity")) == [(D(5),), (D(10),)]
    undo(database, batch)
    for table in ("opportunity", "opportunity_event"):
        assert rows(value.format(table)) == [(D(9),), (D(10),)], table


def test_dates_of_accounts_are_days(load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account,Created at\nAcme,2024-01-05 23:59\n"})
    assert rows("select since_on from core.account") == [(date(2024, 1, 5),)]


def test_the_marts_follow_the_owner_before_they_are_counted_anew(load: Load, rows: Rows, database: Database) -> None:
    accounts = "Account ID,Account,Owner\n1,Acme,Ann\n"
    load({"accounts.csv": accounts, "products.csv": "SKU,Product\nL,Lamp\n"})
    load({"orders.csv": "Order number,Ordered at,Account\n1,2024-01-01,1\n"})
    load({"order_lines.csv": "Order number,SKU,Quantity,Unit price,Sold at\n1,L,1,100,2024-01-01\n"})
    refresh(database)
    load({"accounts.csv": accounts.replace("Ann", "Bob")})
    for mart in ("sale_line", "account_profile"):
        found = rows(f"select staff.name from mart.{mart} join core.staff on staff.id = account_owner_id")
        assert found == [("Bob",)], mart


def test_a_load_waits_for_another_writer(load: Load, rows: Rows, database: Database) -> None:
    load({"accounts.csv": "Account ID,Account,City\n1,Acme,Rome\n"})
    with database.cursor() as other:
        other.run("begin transaction")
        other.run("update core.account set phone = '5', version = version + 1")
        done = threading.Timer(0.3, lambda: other.run("commit"))
        done.start()
        load({"accounts.csv": "Account ID,Account,City\n1,Acme,Oslo\n"})
        done.join()
    assert rows("select phone, city from core.account") == [("5", "Oslo")]


def test_what_is_no_currency_does_not_become_the_companys(load: Load, rows: Rows) -> None:
    load({"orders.csv": "Order number,Ordered at,Currency\n1,2024-01-01,n/a\n2,2024-01-01,eur\n"})
    assert rows("select currency from ops.company") == [("EUR",)]


def test_a_record_that_does_not_get_in_makes_nothing(load: Load, rows: Rows) -> None:
    """What it names by the way is made only where something that gets in names it, too."""
    load({"contacts.csv": "Contact ID,Contact,Account\n1,Ann,Acme\n2,Ann,Acme\n"})
    interactions = (
        "Interaction ID,Type,Date,Subject,Account,Contact,Owner\n"
        "1,call,2026-01-05,Ambiguous,Nowhere,Ann,Nobody\n"
        "2,call,2026-01-05,Fine,Somewhere,,Somebody\n"
        "3,call,2026-01-05,Ambiguous too,Somewhere,Ann,Somebody\n"
    )
    report = load({"interactions.csv": interactions})
    assert counts(report) == (3, 1, 0, 0, 0, 2)
    assert rows("select name from core.account order by 1") == [("Acme",), ("Somewhere",)]
    assert rows("select name from core.staff order by 1") == [("Somebody",)]


def test_a_record_is_no_duplicate_of_one_that_does_not_get_in(load: Load, rows: Rows) -> None:
    load({"contacts.csv": "Contact ID,Contact,Account\n1,Ann,Acme\n2,Ann,Acme\n"})
    header = "Interaction ID,Type,Date,Subject,Contact\n"
    lines = "1,call,2026-01-05,First,Ann\n1,call,2026-01-05,Second,\n1,call,2026-01-05,Third,\n"
    report = load({"interactions.csv": header + lines})
    assert counts(report) == (3, 1, 0, 0, 1, 1)
    assert rows("select subject from core.interaction") == [("Second",)]


@pytest.mark.parametrize(
    "files",
    [
        {
            "orders.csv": "Order number,Ordered at,Account\n1,2026-01-05,Acme\n1,2026-01-05,Bolt\n",
            "order_lines.csv": "Order number,Qty,Price,Sold at\n1,2,5,2026-01-05\n",
        },
        {
            "contacts.csv": "Contact ID,Contact,Account\n1,Ann,Acme\n1,Ann,Bolt\n",
            "interactions.csv": "Interaction ID,Type,Date,Subject,Contact\n1,call,2026-01-05,Hello,Ann\n",
        },
        {"accounts.csv": "Account ID,Account,Parent\n1,Bolt,Acme\n1,Bolt,\n2,Grandkid,Kid\n3,Kid,Bolt\n"},
    ],
    ids=["lines", "objects", "same object"],
)
def test_who_names_a_record_in_place_of_one_that_does_not_get_in_gets_in(load: Load, files: dict[str, str]) -> None:
    """At once: else loading the same again would find that record, and bring more."""
    load({"accounts.csv": "Account ID,Account\n8,Acme\n9,Acme\n"})
    report = load(files)
    assert [reject[2:] for reject in rejects(report)] == [("Acme", "ambiguous", "2")]
    assert sum(file["rejected"] for file in report["files"]) == 1
    again = load({name: text + "\n" for name, text in files.items()})
    assert [(file["inserted"], file["updated"]) for file in again["files"]] == [(0, 0)] * len(files)


def test_a_dry_run_takes_no_number(load: Load) -> None:
    load({"accounts.csv": "Account\nAcme\n"}, is_dry_run=True)
    assert load({"accounts.csv": "Account\nAcme\n"})["batch"] == 1
