"""What a record can say, and what is said of what it cannot."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from crm import access, records, rules
from crm.db import Database, now
from crm.errors import InvalidRecord
from tests.records import add, add_deal, set_company, stage

OWNER = access.owner_of_file()
RIGHT_TO_LEFT = "\u0634\u0631\u0643\u0629 \u0627\u0644\u0646\u0648\u0631"


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("name", "  Acme  ", "Acme"),
        ("name", "Ac\x07me\u2028Ltd", "Acme Ltd"),
        ("name", "a\r\nb", "a b"),
        ("body", " a\r\nb\x00 ", "a\nb"),
        ("name", "\t \n", None),
        ("name", "\ud800x", "x"),
        ("name", "<b>**Acme**</b>", "<b>**Acme**</b>"),
        ("name", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("name", "\U0001f469\u200d\U0001f680 Rocket", "\U0001f469\u200d\U0001f680 Rocket"),
        ("name", RIGHT_TO_LEFT, RIGHT_TO_LEFT),
        ("amount", 5, 5),
    ],
)
def test_texts_are_stored_tidy_and_else_as_they_are(name: str, typed: object, stored: object) -> None:
    assert rules.tidy(name, typed) == stored


@pytest.mark.parametrize(
    ("object_name", "values", "sentence"),
    [
        ("account", {"name": "x" * 251}, "251 letters, and 250 are the most"),
        ("account", {"name": "   "}, "a value is needed"),
        ("account", {"kind": "dog"}, "company, person"),
        ("account", {"website": "javascript:alert(1)"}, "no web address"),
        ("account", {"website": "ftp://x.example"}, "no web address"),
        ("account", {"since_on": "2025-02-31"}, "no day"),
        ("account", {"since_on": "1499-01-01"}, "years 1900 to 2199"),
        ("account", {"owner_id": "x"}, "no number of a record"),
        ("contact", {"email": "ann at example.com"}, "no e-mail address"),
        ("contact", {"email_consent": "perhaps"}, "neither yes nor no"),
        ("opportunity", {"amount": "-1"}, "below zero"),
        ("opportunity", {"amount": "12,5"}, "no number"),
        ("opportunity", {"amount": "NaN"}, "no number"),
        ("opportunity", {"amount": "1.005"}, "2 digits"),
        ("opportunity", {"amount": "1" * 17}, "too large"),
        ("opportunity", {"currency": "XYZ"}, "no currency"),
        ("ticket", {"satisfaction": "6"}, "between 1 and 5"),
        ("ticket", {"resolved_at": "soon"}, "no time"),
        ("ticket", {"resolved_at": now() + timedelta(days=3)}, "still to come"),
        ("interaction", {"body": "x" * 20_001}, "20000 are the most"),
    ],
)
def test_what_cannot_be_is_said_and_names_its_field(
    database: Database, object_name: str, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InvalidRecord, match=sentence) as refused:
        rules.check(database, object_name, values)
    assert refused.value.values["field"] == next(iter(values))


def test_texts_become_what_the_record_holds(database: Database) -> None:
    read, wrong = rules.read(
        database,
        "opportunity",
        {"amount": "1,234,567.5", "begun_on": "2026-03-31", "owner_id": "7", "currency": "eur", "source": ""},
    )
    assert wrong == {}
    assert read == {
        "amount": Decimal("1234567.5"), "begun_on": date(2026, 3, 31), "owner_id": 7, "currency": "EUR", "source": None,
    }  # fmt: skip


def test_all_that_is_wrong_is_told_at_once(database: Database) -> None:
    _, wrong = rules.read(database, "opportunity", {"amount": "x", "begun_on": "y"}, is_new=True)
    assert sorted(wrong) == ["amount", "begun_on", "name", "stage_id"]


def test_what_a_load_accepted_is_looked_at_only_where_it_is_touched(database: Database) -> None:
    account = add(database, "account", name="x" * 300, website="not a web address")
    assert records.edit(database, OWNER, "account", account, {"phone": "1"}, 1) == 2
    with pytest.raises(InvalidRecord, match="300 letters"):
        records.edit(database, OWNER, "account", account, {"name": "x" * 300}, 2)


@pytest.mark.parametrize(
    ("values", "field"), [({"closed_on": "2024-01-31"}, "closed_on"), ({"begun_on": "2024-03-01"}, "begun_on")]
)
def test_no_deal_closes_before_it_begins(database: Database, values: dict[str, object], field: str) -> None:
    set_company(database, currency="EUR")
    deal = add_deal(database, "won", "5.00", begun_on=date(2024, 2, 1), closed_on=date(2024, 2, 9))
    with pytest.raises(InvalidRecord, match="cannot be earlier") as refused:
        records.edit(database, OWNER, "opportunity", deal, values, 1)
    assert refused.value.values["field"] == field
    with database.cursor() as cursor:
        assert cursor.rows("select version, begun_on from core.opportunity") == [(1, date(2024, 2, 1))]


def test_what_stood_out_of_order_waits_until_it_is_touched(database: Database) -> None:
    deal = add_deal(database, "won", "5.00", begun_on=date(2024, 2, 1), closed_on=date(2024, 1, 9))
    assert records.edit(database, OWNER, "opportunity", deal, {"source": "fair"}, 1) == 2


def test_a_deal_has_what_its_stage_needs(database: Database) -> None:
    with database.cursor() as cursor:
        cursor.run("update core.stage set required_fields = ['lost_reason'] where code = 'lost'")
    deal = add_deal(database, "engaging", "5.00")
    with pytest.raises(InvalidRecord, match="needs it in the stage Lost") as refused:
        records.edit(database, OWNER, "opportunity", deal, {"stage_id": stage(database, "lost")}, 1)
    assert refused.value.values["field"] == "lost_reason"
    lost = {"stage_id": stage(database, "lost"), "lost_reason": "price"}
    assert records.edit(database, OWNER, "opportunity", deal, lost, 1) == 2


def test_a_stage_and_a_status_tell_when_it_was_over() -> None:
    today = date(2026, 3, 31)
    won = rules.implied("opportunity", {}, {"stage_id": 5}, today=today, closed=[5, 6])
    assert won == {"closed_on": today}
    assert rules.implied("opportunity", {}, {"stage_id": 5, "closed_on": "2026-03-01"}, today=today, closed=[5]) == {}
    stood = {"closed_on": today, "lost_reason": "price"}
    again = rules.implied("opportunity", stood, {"stage_id": 1}, today=today, closed=[5, 6])
    assert again == {"closed_on": None, "lost_reason": None}
    solved = rules.implied("ticket", {}, {"status": "resolved"}, today=today, closed=[])
    assert isinstance(solved["resolved_at"], datetime)
    assert rules.implied("ticket", {"resolved_at": "x"}, {"status": "closed"}, today=today, closed=[]) == {}
    assert rules.implied("ticket", {"resolved_at": "x"}, {"status": "open"}, today=today, closed=[]) == {
        "resolved_at": None
    }
    assert rules.implied("account", {}, {"status": "closed"}, today=today, closed=[]) == {}
