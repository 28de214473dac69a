"""Editing of records, by the owner of the file and by roles."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm import access, merging, ownership, records, undo
from crm.access import Scope, Viewer, owner_of_file
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed, NotFound, StaleRecord
from tests.records import add, add_deal, add_event, add_order, add_ticket, set_company, stage

OWNER = owner_of_file()


@pytest.fixture
def account(database: Database) -> int:
    add(database, "staff", name="Ann")
    add(database, "staff", name="Bob")
    return add(database, "account", name="Acme", phone="1", owner_id=1)


def value(database: Database, text: str) -> object:
    with database.cursor() as cursor:
        return cursor.value(text)


def test_an_edit_keeps_what_stood_before(database: Database, account: int) -> None:
    assert records.edit(database, OWNER, "account", account, {"phone": "2", "name": "Acme"}, 1) == 2
    with database.cursor() as cursor:
        assert cursor.rows("select phone, version from core.account") == [("2", 2)]
        assert cursor.rows("select field, before, after, version, is_held from history.edit") == [
            ("phone", "1", "2", 2, True)
        ]


def test_an_edit_that_changes_nothing_leaves_the_version(database: Database, account: int) -> None:
    assert records.edit(database, OWNER, "account", account, {"phone": "1"}, 1) == 1
    assert value(database, "select version from core.account") == 1
    assert value(database, "select count(*) from history.edit") == 0


def test_a_stale_version_is_refused(database: Database, account: int) -> None:
    records.edit(database, OWNER, "account", account, {"phone": "2"}, 1)
    with pytest.raises(StaleRecord):
        records.edit(database, OWNER, "account", account, {"phone": "3"}, 1)
    assert value(database, "select phone from core.account") == "2"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "dog"}, "kind: dog"),
        ({"since_on": "yesterday"}, "since_on: yesterday"),
        ({"owner_id": 99}, "no staff 99"),
        ({"version": 7}, "no field version"),
        ({"account_owner_id": 7}, "no field account_owner_id"),
        ({"nonsense": 7}, "no field nonsense"),
        ({"name": None}, "name: a value is needed"),
    ],
)
def test_what_a_record_cannot_have_is_refused(
    database: Database, account: int, values: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidRecord, match=message):
        records.edit(database, OWNER, "account", account, values, 1, reason="x")
    assert value(database, "select version from core.account") == 1


def test_a_record_out_of_sight_is_not_there(database: Database, account: int) -> None:
    scopes = tuple((name, Scope(owners=(2,))) for name in access.objects())
    other = Viewer(7, "Bob", "sales", 2, scopes=scopes, verbs=frozenset({("edit", "account")}))
    with pytest.raises(NotFound):
        records.edit(database, other, "account", account, {"phone": "2"}, 1)
    with pytest.raises(NotAllowed):
        records.edit(database, other, "contact", 1, {"phone": "2"}, 1)


def test_what_belongs_to_an_account_follows_its_owner(database: Database, account: int) -> None:
    add(database, "contact", name="Cy", account_id=account, account_owner_id=1)
    add_order(database, datetime(2024, 1, 1), "5", account_id=account, account_owner_id=1)
    records.edit(database, OWNER, "account", account, {"owner_id": 2}, 1, reason="new region")
    for table in ("contact", "sales_order", "order_line"):
        assert value(database, f"select account_owner_id from core.{table}") == 2, table


def test_no_account_stands_above_itself(database: Database) -> None:
    for name in "ABC":
        add(database, "account", name=name)
    records.edit(database, OWNER, "account", 1, {"parent_id": 2}, 1)
    records.edit(database, OWNER, "account", 2, {"parent_id": 3}, 1)
    for parent in (1, 3):
        with pytest.raises(InvalidRecord, match="account 3 cannot stand above itself"):
            records.edit(database, OWNER, "account", 3, {"parent_id": parent}, 1)
    assert value(database, "select parent_id from core.account where id = 3") is None


def test_a_change_of_a_deal_is_an_event(database: Database) -> None:
    deal = add_deal(database, "proposal", "10", currency="EUR")
    add_event(database, deal, 1, "proposal", "10", None)
    with database.cursor() as cursor:
        cursor.run("update ops.company set currency = 'EUR'")
    records.edit(database, OWNER, "opportunity", deal, {"amount": "12.50", "stage_id": stage(database, "won")}, 1)
    with database.cursor() as cursor:
        found = cursor.rows("select sequence, amount, amount_company, stage_id from core.opportunity_event order by 1")
    assert found[1] == (2, Decimal("12.50"), Decimal("12.50"), stage(database, "won"))


def test_a_deal_stands_as_its_last_event_from_when_that_happened(database: Database) -> None:
    deal = add_deal(database, "proposal", "10")
    add_event(database, deal, 1, "proposal", "10", datetime(2025, 3, 1))
    records.edit(database, OWNER, "opportunity", deal, {"stage_id": stage(database, "won")}, 1)
    with database.cursor() as cursor:
        first, second = cursor.rows(
            "select valid_from, valid_to, happened_at from core.opportunity_event order by sequence"
        )
        lasts = cursor.rows("select sequence from core.opportunity_event where valid_to = 'infinity'::timestamp")
    assert first[:2] == (datetime(2025, 3, 1), second[0])
    assert second[0] == second[2]
    assert lasts == [(2,)]


def test_events_in_foreign_money_follow_when_a_deal_begun(database: Database) -> None:
    deal = add_deal(database, "proposal", "10", currency="USD", begun_on=date(2025, 3, 1))
    add_event(database, deal, 1, "proposal", "10", None, currency="USD")
    for day, rate in ((date(2025, 2, 1), "0.9"), (date(2025, 4, 1), "0.8")):
        add(database, "fx_rate", currency="USD", valid_on=day, rate=rate)
    with database.cursor() as cursor:
        cursor.run("update ops.company set currency = 'EUR'")
    for version, day, expected in ((1, date(2025, 4, 2), Decimal(8)), (2, date(2025, 3, 2), Decimal(9))):
        records.edit(database, OWNER, "opportunity", deal, {"begun_on": day}, version)
        assert value(database, "select amount_company from core.opportunity") == expected
        assert value(database, "select amount_company from core.opportunity_event") == expected


@dataclass(frozen=True)
class Event:
    """What decides of an event when it stands."""

    day: int | None
    is_voided: bool


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deals=st.lists(
        st.lists(st.builds(Event, st.none() | st.integers(1, 6), st.sampled_from([False, False, True])), max_size=6),
        max_size=4,
    )
)
def test_on_any_day_a_deal_stands_as_the_event_before_the_first_later_one(
    database: Database, deals: list[list[Event]]
) -> None:
    start = datetime(2025, 1, 1)
    with database.cursor() as cursor:
        cursor.run("delete from core.opportunity_event")
        for deal, events in enumerate(deals):
            for sequence, event in enumerate(events, 1):
                cursor.run(
                    "insert into core.opportunity_event (opportunity_id, sequence, happened_at, known_at, voided_at) "
                    "values ($deal, $sequence, $at, $start, $voided)",
                    deal=deal,
                    sequence=sequence,
                    at=event.day and start + timedelta(days=event.day),
                    start=start,
                    voided=start if event.is_voided else None,
                )
        ownership.settle_events(cursor, "(select opportunity_id from core.opportunity_event)")
        for day in range(9):
            found = cursor.rows(
                "select opportunity_id, sequence from core.opportunity_event "
                "where valid_from < $moment and valid_to >= $moment order by all",
                moment=start + timedelta(days=day),
            )
            assert found == [(deal, last) for deal, events in enumerate(deals) if (last := _standing(events, day))]


def _standing(events: list[Event], day: int) -> int | None:
    """The last of the events that count and come before the first that is not before the day."""
    last = None
    for sequence, event in enumerate(events, 1):
        if event.is_voided:
            continue
        if event.day is not None and event.day >= day:
            break
        last = sequence
    return last


@pytest.mark.parametrize(
    "values",
    [
        {"owner_id": "abc"}, {"owner_id": 2**70}, {"custom_fields": "{no"}, {"name": object()}, {"name": "\ud800"},
        {"name": None}, {"nope": 1}, {"name) --": 1},
    ],
)  # fmt: skip
def test_whatever_a_record_cannot_have_is_refused(database: Database, account: int, values: dict[str, object]) -> None:
    with pytest.raises(InvalidRecord):
        records.edit(database, OWNER, "account", account, values, 1, reason="x")
    with pytest.raises(InvalidRecord):
        records.create(database, OWNER, "account", {"name": "New"} | values)
    assert value(database, "select count(*) from core.account") == 1


def test_money_that_is_too_much_in_the_company_s_currency_is_refused(database: Database) -> None:
    set_company(database, currency="EUR")
    add(database, "fx_rate", currency="USD", valid_on=date(2020, 1, 1), rate="1000000000")
    deal = add_deal(database, "proposal", "1", currency="USD")
    with pytest.raises(InvalidRecord, match="amount"):
        records.edit(database, OWNER, "opportunity", deal, {"amount": "1000000000000000"}, 1)


def test_no_field_at_all_changes_nothing(database: Database, account: int) -> None:
    assert records.edit(database, OWNER, "account", account, {}, 1) == 1
    assert value(database, "select count(*) from history.action") == 0
    with pytest.raises(InvalidRecord):
        records.create(database, OWNER, "account", {})
    assert records.create(database, OWNER, "interaction", {"kind": "call", "subject": "Hello"}) == 1


def test_a_merge_takes_no_field_that_is_none(database: Database, account: int) -> None:
    other = add(database, "account", name="Other")
    with pytest.raises(InvalidRecord, match="no field nope"):
        merging.merge(database, OWNER, "account", merging.Read(account, 1), merging.Read(other, 1), take=("nope",))


def test_orders_and_solved_tickets_are_credited_as_those_of_files(database: Database, account: int) -> None:
    records.create(database, OWNER, "sales_order", {"account_id": account, "ordered_at": datetime(2025, 1, 1)})
    ticket = add_ticket(database, "open", datetime(2025, 3, 2), owner_id=2)
    records.edit(database, OWNER, "ticket", ticket, {"resolved_at": datetime(2025, 3, 3), "status": "resolved"}, 1)
    records.edit(database, OWNER, "account", account, {"owner_id": 2}, 1, reason="new region")
    records.edit(database, OWNER, "ticket", ticket, {"owner_id": 1}, 2)
    assert value(database, "select credited_owner_id from core.sales_order") == 1
    assert value(database, "select credited_owner_id from core.ticket") == 2


def test_an_edit_of_a_rate_values_the_deals_anew_and_so_does_its_undo(database: Database) -> None:
    set_company(database, currency="EUR")
    rate = add(database, "fx_rate", currency="USD", valid_on=date(2020, 1, 1), rate="0.5")
    deal = add_deal(database, "proposal", "10", currency="USD", begun_on=date(2024, 1, 1))
    add_event(database, deal, 1, "proposal", "10", None, currency="USD")
    records.edit(database, OWNER, "fx_rate", rate, {"rate": "0.8"}, 1)
    assert value(database, "select amount_company from core.opportunity") == 8
    assert value(database, "select amount_company from core.opportunity_event") == 8
    undo.undo(database, OWNER, int(str(value(database, "select max(id) from history.action"))))
    assert value(database, "select amount_company from core.opportunity") == 5
    records.archive(database, OWNER, "fx_rate", {rate: 3})
    assert value(database, "select amount_company from core.opportunity") is None


def test_rights_and_masks_of_a_table_are_those_of_the_object_that_it_belongs_to(database: Database) -> None:
    rate = add(database, "fx_rate", currency="USD", valid_on=date(2020, 1, 1), rate="0.5")
    campaign = add(database, "campaign", name="Spring")
    account = add(database, "account", name="Acme")
    member = add(database, "campaign_member", campaign_id=campaign, account_id=account, arm="treated")
    masked = Scope(everything=True, masked=("arm", "rate"))
    scopes = (("campaign", masked), ("company", Scope(everything=True)))
    viewer = Viewer(5, "Rita", "marketing", 1, scopes=scopes, verbs=frozenset({("edit", "company")}))
    assert records.edit(database, viewer, "fx_rate", rate, {"rate": "0.8"}, 1) == 2
    with pytest.raises(NotAllowed, match="edit campaign"):
        records.edit(database, viewer, "campaign_member", member, {"arm": "held_out"}, 1)
    allowed = replace(viewer, verbs=frozenset({("edit", "campaign"), ("archive", "campaign")}))
    with pytest.raises(InvalidRecord, match="no field arm"):
        records.edit(database, allowed, "campaign_member", member, {"arm": "held_out"}, 1)
    written = records.archive(database, allowed, "campaign_member", {member: 1})
    assert written.action_id is not None
    with pytest.raises(NotAllowed, match="archive campaign"):
        undo.undo(database, viewer, written.action_id)
    assert undo.undo(database, allowed, written.action_id).is_whole
