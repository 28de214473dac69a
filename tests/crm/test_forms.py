"""Forms without a page: what stands in them, what is saved, who is alike, and drafts."""

from datetime import datetime, timedelta

import pytest

from crm import access, forms, lists, records, rules, undo
from crm.access import Scope, Viewer
from crm.db import Database, now
from crm.errors import NotAllowed, NotFound
from crm.fields import TAGGED
from tests.records import add, add_deal, add_ticket, set_company, stage

ADMIN = access.owner_of_file()
ANN = Viewer(7, "Ann", "sales", 1, scopes=tuple((name, Scope(owners=(1,))) for name in access.objects()))


def value(database: Database, text: str) -> object:
    with database.cursor() as cursor:
        return cursor.value(text)


@pytest.mark.parametrize("name", lists.NAMES)
def test_every_form_names_fields_that_are_there(database: Database, name: str) -> None:
    definition = lists.definition(name)
    told = [each for group in definition.form for each in group]
    groups = forms.groups(database, ADMIN, name)
    tags = ["tags"] if name in TAGGED else []
    assert [each.name for group in groups for each in group] == [*told, *tags] and len(set(told)) == len(told)
    assert len(groups[0]) == 3
    assert set(definition.begins) <= set(told)
    begun = forms.begun(database, ADMIN, name, {})
    fields = {each.name: each for group in groups for each in group}
    values = forms.values_of(fields, begun, "UTC")
    _, wrong = rules.read(database, name, values)
    assert not any(values[column] for column in wrong)


def test_what_is_given_and_cannot_be_is_left_out(database: Database) -> None:
    given = {"account_id": "7", "kind": "dog", "happened_at": "soon", "subject": "Hello", "version": "9"}
    begun = forms.begun(database, ADMIN, "interaction", given)
    assert (begun["account"], begun["kind"], begun["subject"]) == ("7", "call", "Hello")
    assert begun["happened_at"] != "soon" and "version" not in begun


def test_masked_fields_are_not_there(database: Database) -> None:
    scopes = (("contact", Scope(everything=True, masked=("email",))), ("account", Scope(everything=True)))
    viewer = Viewer(1, "M", "management", scopes=scopes, verbs=frozenset({("read", "contact")}))
    assert not {"email"} & {each.name for group in forms.groups(database, viewer, "contact") for each in group}


def test_a_form_reads_times_in_the_zone_of_the_company(database: Database) -> None:
    set_company(database, time_zone="Europe/Berlin")
    ticket = add_ticket(database, "open", datetime(2024, 7, 1, 12, 30))
    record = forms.read(database, ADMIN, "ticket", ticket)
    assert record.typed["opened_at"] == "2024-07-01 14:30"
    fields = {each.name: each for group in forms.groups(database, ADMIN, "ticket") for each in group}
    told = forms.values_of(fields, {"opened_at": "2024-07-01 14:30"}, "Europe/Berlin")
    assert told == {"opened_at": datetime(2024, 7, 1, 12, 30)}


def test_a_record_out_of_sight_has_no_form(database: Database) -> None:
    account = add(database, "account", name="Acme", owner_id=2)
    with pytest.raises(NotFound):
        forms.read(database, _reading(ANN), "account", account)


def _reading(viewer: Viewer) -> Viewer:
    verbs = frozenset(("read", name) for name in access.objects())
    return Viewer(viewer.user_id, viewer.name, viewer.role, viewer.staff_id, scopes=viewer.scopes, verbs=verbs)


def test_a_new_record_is_made_and_taken_back(database: Database) -> None:
    saved = forms.save(database, ADMIN, "account", None, {"name": "Acme"})
    assert saved.action_id is not None
    undo.undo(database, ADMIN, saved.action_id)
    assert value(database, "select archived_at is not null from core.account") is True


def test_a_deal_that_is_won_closes_today_and_its_event_knows(database: Database) -> None:
    set_company(database, currency="EUR", as_of=datetime(2024, 3, 31).date())
    deal = add_deal(database, "engaging", "5.00", begun_on=datetime(2024, 2, 1).date(), owner_id=3)
    record = forms.read(database, ADMIN, "opportunity", deal)
    saved = forms.save(database, ADMIN, "opportunity", record, {"stage_id": stage(database, "won")})
    assert saved.version == 2
    with database.cursor() as cursor:
        told = cursor.rows(
            "select closed_on::varchar, credited_owner_id, amount_company::varchar from core.opportunity"
        )
        assert told == [("2024-03-31", 3, "5.00")]
        assert cursor.value("select max(sequence) from core.opportunity_event") == 1
    assert saved.action_id is not None
    undo.undo(database, ADMIN, saved.action_id)
    assert value(database, "select closed_on from core.opportunity") is None


def test_what_somebody_changed_meanwhile_is_told_with_what_stands(database: Database) -> None:
    account = add(database, "account", name="Acme", phone="1", city="Ulm")
    record = forms.read(database, ADMIN, "account", account)
    records.edit(database, ADMIN, "account", account, {"phone": "theirs"}, 1)
    same = forms.save(database, ADMIN, "account", record, {"phone": "mine"})
    assert (same.overtaken, same.action_id, same.version) == ({"phone": "theirs"}, None, 2)
    other = forms.save(database, ADMIN, "account", record, {"city": "Bonn"})
    assert other.overtaken == {} and other.version == 3
    assert value(database, "select phone || city from core.account") == "theirsBonn"


def test_a_search_finds_those_first_that_begin_so(database: Database) -> None:
    for name in ("Big Acme", "Acme", "acme two", "Bolt"):
        add(database, "account", name=name, city="Ulm" if name == "Acme" else None)
    add(database, "account", name="Acme gone", archived_at=datetime(2024, 1, 1))
    assert list(forms.hits(database, ADMIN, "account", "aCm").values()) == ["Acme · Ulm", "acme two", "Big Acme"]
    assert forms.hits(database, ADMIN, "account", "a") == {}
    assert forms.hits(database, ADMIN, "account", "%' or true") == {}


def test_a_search_shows_the_people_of_the_account_and_no_others(database: Database) -> None:
    acme, bolt = (add(database, "account", name=name, owner_id=owner) for name, owner in (("Acme", 1), ("Bolt", 2)))
    own = add(database, "contact", name="Ida", account_id=acme, account_owner_id=1)
    add(database, "contact", name="Ivo", account_id=bolt, account_owner_id=2)
    assert forms.hits(database, ADMIN, "contact", "", acme) == {own: "Ida · Acme"}
    assert forms.hits(database, _reading(ANN), "contact", "Ivo") == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": "ACME, Ltd."}, ["Acme Ltd"]),
        ({"name": "Bolt", "phone": "0049 (30) 123-4567"}, ["Acme Ltd"]),
        ({"name": "Bolt", "phone": "67"}, []),
        ({"name": "Acme"}, []),
        ({"name": ""}, []),
        ({"name": "上海和卓集团éTé."}, ["上海和卓（集团）Été"]),
        ({"name": "上海卓和集团éTé"}, []),
    ],
)
def test_records_that_may_be_the_same(database: Database, values: dict[str, object], expected: list[str]) -> None:
    acme = add(database, "account", name="Acme Ltd", phone="+49 30 1234567")
    add(database, "account", name="Acme Ltd", archived_at=datetime(2024, 1, 1))
    add(database, "account", name="上海和卓（集团）Été")
    assert list(forms.alike(database, ADMIN, "account", values).values()) == expected
    assert acme not in forms.alike(database, ADMIN, "account", values, acme)


def test_the_same_address_is_alike(database: Database) -> None:
    contact = add(database, "contact", name="Ida", email="Ida@example.com")
    assert list(forms.alike(database, ADMIN, "contact", {"name": "I", "email": "ida@EXAMPLE.com"})) == [contact]
    assert forms.alike(database, ADMIN, "ticket", {"name": "x"}) == {}


def test_a_draft_waits_for_whom_it_is_and_no_longer_than_thirty_days(database: Database) -> None:
    anybody = Viewer(8, "Bob", "sales")
    forms.keep_draft(database, 7, "account:1", {"name": "A \U0001f600"}, {"name": "B", "city": "C"}, 3)
    kept = forms.draft(database, ANN, "account:1")
    assert kept and (kept.typed, kept.began, kept.version) == ({"name": "A \U0001f600"}, {"name": "B"}, 3)
    assert forms.draft(database, anybody, "account:1") is None
    forms.keep_draft(database, 7, "account:1", {}, {}, 3)
    assert forms.draft(database, ANN, "account:1") is None
    forms.keep_draft(database, 7, "account:1", {"name": "A"}, {}, 3)
    with database.cursor() as cursor:
        cursor.run("update ops.draft set kept_at = $past", past=now() - timedelta(days=31))
    assert forms.draft(database, ANN, "account:1") is None
    forms.keep_draft(database, 8, "account:2", {"name": "A"}, {}, 3)
    assert value(database, "select count(*) from ops.draft") == 1


def test_who_may_look_but_not_change_is_told(database: Database) -> None:
    account = add(database, "account", name="Acme", owner_id=1)
    with pytest.raises(NotAllowed):
        forms.read(database, _reading(ANN), "account", account)
