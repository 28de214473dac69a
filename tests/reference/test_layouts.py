"""Exports of other systems, loaded as they came: every record accounted for, every column in its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm.db import Database
from pipelines import landing
from pipelines.load import load
from tests.pipelines.conftest import COUNTS

pytestmark = pytest.mark.reference

Loaded = tuple[Database, dict[str, Any]]
Open = Callable[..., Loaded]


@pytest.fixture(scope="module")
def load_folder(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """`load_folder("a/b.csv", …)` loads files and folders into a database of their own."""

    def run(*names: str) -> Loaded:
        database = Database(tmp_path_factory.mktemp("layouts") / "layouts.duckdb", threads=2)
        kept = landing.bring([reference_data / name for name in names], database.files / "landing")
        return database, load(database, kept).as_json()

    return run


@pytest.fixture(scope="module")
def zoho(load_folder: Open) -> Loaded:
    return load_folder("zoho_crm_export")


@pytest.fixture(scope="module")
def helpdesk(load_folder: Open) -> Loaded:
    return load_folder("helpdesk_italian")


@pytest.fixture(scope="module")
def kaggle(load_folder: Open) -> Loaded:
    return load_folder("support_tickets_kaggle")


def ask(loaded: Loaded, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a query of a loaded database."""
    with loaded[0].cursor() as cursor:
        return cursor.rows(statement)


def counts(file: dict[str, Any]) -> tuple[int, ...]:
    """(read, inserted, updated, unchanged, duplicate, rejected) of a file."""
    return tuple(file[what] for what in COUNTS)


def test_zoho_files_are_accounted_for(zoho: Loaded) -> None:
    assert {file["object"]: counts(file) for file in zoho[1]["files"]} == {
        "account": (2229, 2229, 0, 0, 0, 0),
        "contact": (1265, 1265, 0, 0, 0, 0),
        "lead": (3900, 3900, 0, 0, 0, 0),
        "opportunity": (3632, 3632, 0, 0, 0, 0),
        "product": (2000, 2000, 0, 0, 0, 0),
        "staff": (11, 11, 0, 0, 0, 0),
    }
    assert {file["layout"].partition("/")[0] for file in zoho[1]["files"]} == {"zoho_crm"}


def test_zoho_deals_have_stages_and_keep_the_word_of_the_source(zoho: Loaded) -> None:
    found = ask(
        zoho,
        """select stage.code, count(*), count(closed_on), count(expected_close_on), count(amount), count(begun_on)
        from core.opportunity join core.stage as stage on stage.id = stage_id group by stage.code""",
    )
    assert {code: rest for code, *rest in found} == {
        "won": [1425] * 5,
        "lost": [485] * 5,
        "prospecting": [943, 0, 943, 943, 943],  # 698 Qualification, 245 Prospect
        "engaging": [296, 0, 296, 296, 296],
        "proposal": [419, 0, 419, 419, 419],  # 283 Initial Offer, 136 Proposal/Price Quote
        "negotiation": [64, 0, 64, 64, 64],
    }
    words = "select count(*) from core.opportunity where custom_fields->>'Stage' = 'Needs Analysis'"
    assert ask(zoho, words) == [(296,)]


def test_zoho_values_have_their_types(zoho: Loaded) -> None:
    assert ask(
        zoho,
        """select amount::varchar, begun_on::varchar, closed_on::varchar, staff.name from core.opportunity as deal
        join core.staff on staff.id = owner_id where deal.name = 'Stricklin, James' and begun_on = '2021-04-11'""",
    ) == [("26200.00", "2021-04-11", "2021-05-13", "Santa Cruz Clara")]
    assert ask(zoho, "select name, sku, cost::varchar, is_active from core.product where sku = 'P5'") == [
        ("A/C condenser", "P5", "1715.330000", False)
    ]
    assert ask(zoho, "select since_at::varchar, is_converted from core.lead where email ilike 'GaryLDenson@%'") == [
        ("2021-04-15 00:03:00", True)
    ]
    assert ask(zoho, "select count(*) filter (is_converted) from core.lead") == [(3632,)]


def test_zoho_owners_are_the_users_whether_by_name_or_by_id(zoho: Loaded) -> None:
    assert ask(zoho, "select count(*), count(email) from core.staff") == [(11, 11)]
    for name in ("account", "lead", "opportunity"):
        assert ask(zoho, f"select count(*) from core.{name} where owner_id is null") == [(0,)]


def test_zoho_accounts_that_share_a_name_stay_apart(zoho: Loaded) -> None:
    assert ask(zoho, "select count(*) - count(distinct name) > 1000 from core.account") == [(True,)]
    assert ask(
        zoho,
        """select account_key.key from core.contact
        join core.record_key as known on known.object = 'contact' and known.record_id = contact.id
        join core.record_key as account_key on account_key.object = 'account' and account_key.record_id = account_id
        where known.key = '2585'""",
    ) == [("386",)]


def test_the_help_desk_keeps_its_equal_events_and_flags_them(helpdesk: Loaded) -> None:
    (file,) = helpdesk[1]["files"]
    assert (file["object"], counts(file), file["possible_repeats"]) == ("ticket_event", (13710, 13710, 0, 0, 0, 0), 91)
    assert file["created"] == {"ticket": 3804}
    assert ask(helpdesk, "select count(distinct ticket_id), count(distinct activity) from core.ticket_event") == [
        (3804, 9)
    ]
    assert ask(helpdesk, "select count(*) from core.ticket_event where is_possible_repeat") == [(91,)]
    first = "select opened_at::varchar, status from core.ticket where subject = '2'"
    assert ask(helpdesk, first) == [("2012-04-03 14:55:38", "closed")], "Rome is two hours ahead in summer"


def test_the_tickets_of_kaggle(kaggle: Loaded) -> None:
    (file,) = kaggle[1]["files"]
    assert (file["layout"], counts(file)) == ("support_tickets_kaggle/tickets", (8469, 8469, 0, 0, 0, 0))
    assert file["created"] == {"contact": 8320, "product": 42}
    assert ask(kaggle, "select status, count(*) from core.ticket group by status order by status") == [
        ("closed", 2769), ("open", 2819), ("pending", 2881)
    ]  # fmt: skip
    priorities = "select priority, count(*) from core.ticket group by priority order by priority"
    assert ask(kaggle, priorities) == [("high", 2085), ("low", 2063), ("medium", 2192), ("urgent", 2129)]
    assert ask(kaggle, "select count(satisfaction), count(contact_id), count(product_id) from core.ticket") == [
        (2769, 8469, 8469)
    ]
    assert ask(kaggle, "select count(*) > 1000 from core.ticket where resolved_at < first_reply_at") == [(True,)]
    assert ask(kaggle, "select count(*) from core.ticket where custom_fields->>'Customer Name' is null") == [(0,)]


HEADERS = {
    "cn_crm_customers_export.csv": ("chinese_customers/customers", "account"),
    "freshdesk_tickets.csv": ("freshdesk/tickets", "ticket"),
    "hubspot_companies.csv": ("hubspot/companies", "account"),
    "hubspot_contacts.csv": ("hubspot/contacts", "contact"),
    "hubspot_deals.csv": ("hubspot/deals", "opportunity"),
    "hubspot_notes.csv": ("hubspot/activities", "interaction"),
    "pipedrive_import_sample.csv": ("pipedrive/people", "contact"),
    "pipedrive_import_sample_with_products.csv": ("pipedrive/people", "contact"),
    "salesforce_contact_report.csv": ("salesforce/contact_report", "contact"),
}


@pytest.fixture(scope="module")
def exports(load_folder: Open) -> Loaded:
    return load_folder("crm_exports")


def test_every_header_is_known_and_every_column_has_a_place(exports: Loaded) -> None:
    files = {file["file"]: file for file in exports[1]["files"]}
    assert {name: (file["layout"], file["object"]) for name, file in files.items()} == HEADERS
    for file in files.values():
        assert {column["confidence"] for column in file["columns"]} <= {"exact", "custom"}


def test_what_gets_in_and_what_does_not(exports: Loaded) -> None:
    files = {file["file"]: file for file in exports[1]["files"]}
    assert {name: counts(file) for name, file in files.items() if file["read"]} == {
        "hubspot_companies.csv": (3, 3, 0, 0, 0, 0),
        "hubspot_contacts.csv": (5, 4, 0, 0, 0, 1),
        "hubspot_deals.csv": (2, 1, 0, 0, 0, 1),
        "hubspot_notes.csv": (1, 0, 0, 0, 0, 1),
        "pipedrive_import_sample.csv": (1, 1, 0, 0, 0, 0),
    }
    rejects = {name: [tuple(reject.values())[1:4] for reject in file["first_rejects"]] for name, file in files.items()}
    assert rejects["hubspot_contacts.csv"] == [("First Name + Last Name + Email", None, "missing")]
    assert rejects["hubspot_deals.csv"] == [("Deal Stage", "Contract Sent (old stage)", "unknown")]
    assert rejects["hubspot_notes.csv"] == [("Activity date", "not a date", "unreadable")]


def test_a_deal_of_hubspot_finds_its_company_by_id(exports: Loaded) -> None:
    assert ask(
        exports,
        """select deal.name, account.name, staff.name, stage.code, deal.custom_fields->>'Associated Contact IDs'
        from core.opportunity as deal join core.account on account.id = account_id
        join core.stage on stage.id = stage_id join core.staff on staff.id = deal.owner_id
        where deal.name like 'Bluebay%'""",
    ) == [("Bluebay – Casino", "Bluebay Gaming Ltd", "Sam Sales", "proposal", "8001;8002")]
    assert ask(exports, "select name from core.contact where email = 'noname@example.com'") == [("noname@example.com",)]


def test_a_line_of_pipedrive_is_a_person_with_all_that_is_planned(exports: Loaded) -> None:
    assert ask(
        exports,
        """select contact.name, account.name, contact.email, task.subject, task.due_on::varchar, deal.name,
            deal.amount::varchar, stage.code, contact.custom_fields->>'Person - Email (Home)'
        from core.task
        join core.contact on contact.id = task.contact_id join core.account on account.id = contact.account_id
        join core.opportunity as deal on deal.id = task.opportunity_id and deal.account_id = account.id
        join core.stage on stage.id = deal.stage_id""",
    ) == [
        (
            "Tony Turner", "Moveer Limited", "tony.turner@moveer.com", "First pitch", "2024-12-05", "Moveer Deal",
            "100.00", "prospecting", "tony.turner@gmial.com",
        )
    ]  # fmt: skip
