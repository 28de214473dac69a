"""Fields that admins make: columns like any other, for people, lists, history, masks and undo."""

import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm import access, changes, custom, custom_fields, lists, merging, records, undo
from crm.access import Viewer, owner_of_file
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed, NotFound
from crm.lists import Condition, Wanted
from crm.merging import Read
from tests.company import add_person, email_of
from tests.records import add

OWNER = owner_of_file()


@pytest.fixture
def account(database: Database) -> int:
    return add(database, "account", name="Acme")


def viewer(database: Database, role: str) -> Viewer:
    add_person(database, role)
    with database.cursor() as cursor:
        return access.viewer_of(cursor, email_of(role))


def shown(database: Database, *columns: str, who: Viewer = OWNER, **wanted: Any) -> list[tuple[Any, ...]]:
    found = lists.page(database, who, "account", Wanted(**{"sort": "name"} | wanted), columns=["name", *columns])
    return found.select("name", *columns).rows()


@pytest.mark.parametrize(
    ("kind", "choices", "typed", "expected"),
    [
        ("text", (), "Leo", "Leo"),
        ("number", (), "12.5", Decimal("12.5")),
        ("date", (), "2025-03-01", date(2025, 3, 1)),
        ("flag", (), "true", True),
        ("choice", ("Gold", "Silver"), "gold", "Gold"),
    ],
)
def test_a_field_of_each_kind_is_written_shown_and_taken_back(
    database: Database, account: int, kind: str, choices: tuple[str, ...], typed: str, expected: object
) -> None:
    made = custom.create(database, OWNER, "account", "New thing", kind, choices=choices)
    assert made.column == "custom_new_thing"
    assert shown(database, made.column) == [("Acme", None)]
    written = records.edit_many(database, OWNER, "account", {account: 1}, {made.column: typed})
    assert shown(database, made.column, sort=f"-{made.column}") == [("Acme", expected)]
    found = changes.of(database, OWNER, f"account:{account}").row(0, named=True)
    assert (found["field"], found["before"]) == (made.column, None)
    undo.undo(database, OWNER, written.action_id or 0)
    assert shown(database, made.column) == [("Acme", None)]


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("number", "many", "custom_x: many is no number"),
        ("date", "2025-02-31", "custom_x: 2025-02-31 is no day"),
        ("flag", "perhaps", "custom_x: perhaps is neither"),
        ("choice", "Iron", "Choose one of: Gold, Silver"),
    ],
)
def test_what_a_field_cannot_hold_is_refused(
    database: Database, account: int, kind: str, value: str, message: str
) -> None:
    custom.create(database, OWNER, "account", "X", kind, choices=("Gold", "Silver"))
    with pytest.raises(InvalidRecord, match=message):
        records.edit(database, OWNER, "account", account, {"custom_x": value}, 1)
    with pytest.raises(InvalidRecord, match=message):
        records.create(database, OWNER, "account", {"name": "Bolt", "custom_x": value})
    assert shown(database, "custom_x") == [("Acme", None)]


@pytest.mark.usefixtures("account")
def test_a_record_is_made_with_a_custom_field_and_found_by_it(database: Database) -> None:
    custom.create(database, OWNER, "account", "Seats", "number")
    records.create(database, OWNER, "account", {"name": "Bolt", "custom_seats": "7"})
    assert shown(database, conditions=(Condition("custom_seats", "at_least", ("5",)),)) == [("Bolt",)]
    assert shown(database, conditions=(Condition("custom_seats", "is_empty"),)) == [("Acme",)]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"title": "  "}, "needs a title"),
        ({"title": "x" * 61}, "at most 60"),
        ({"title": "a\u202eb"}, "nobody sees"),
        ({"title": "TIER"}, "There is a field TIER already"),
        ({"title": "Other", "title_zh": "等级"}, "There is a field 等级 already"),
        ({"title": "Other", "code": "tier"}, "belongs to the field Tier"),
        ({"title": "Other", "code": "fields"}, "uses itself"),
        ({"title": "Other", "code": "crm_id"}, "uses itself"),
        ({"title": "Other", "code": "X; drop"}, "is no code"),
        ({"title": "Other", "code": "ä"}, "is no code"),
        ({"title": "Other", "kind": "money"}, "There is no kind money"),
        ({"title": "Other", "kind": "choice"}, "needs words"),
        ({"title": "Other", "kind": "choice", "choices": ("A b", "a-B")}, "stands there twice"),
        ({"title": "Other", "kind": "choice", "choices": [str(n) for n in range(201)]}, "at most 200"),
        ({"title": "Other", "object_name": "staff"}, "cannot have custom fields"),
    ],
)
def test_what_a_field_cannot_be_is_said(database: Database, wanted: dict[str, Any], message: str) -> None:
    custom.create(database, OWNER, "account", "Tier", "text", title_zh="等级")
    with pytest.raises(InvalidRecord, match=message):
        custom.create(database, OWNER, **{"object_name": "account", "kind": "text", **wanted})
    assert len(custom_fields.of(database)) == 1


def test_codes_are_made_of_titles_and_belong_to_one_field(database: Database) -> None:
    made = [
        custom.create(database, OWNER, name, title, "text").code
        for name, title in (
            ("account", "Tier / Rank"), ("contact", "Tier Rank"), ("account", "等级"), ("contact", "等级"),
            ("lead", "CRM id"), ("lead", "Fields"), ("ticket", "7 days"),
        )
    ]  # fmt: skip
    assert made == [
        "tier_rank", "contact_tier_rank", "field", "contact_field", "crm", "lead_field", "ticket_field",
    ]  # fmt: skip


def test_an_object_has_so_many_fields_at_most(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom, "MOST", 2)
    custom.archive(database, OWNER, custom.create(database, OWNER, "lead", "A", "text").code)
    custom.create(database, OWNER, "lead", "B", "text")
    with pytest.raises(InvalidRecord, match="2 custom fields"):
        custom.create(database, OWNER, "lead", "C", "text")
    custom.create(database, OWNER, "account", "C", "text")


def test_a_field_that_is_put_away_is_nowhere_and_comes_back_whole(database: Database, account: int) -> None:
    custom.create(database, OWNER, "account", "Tier", "text")
    records.edit(database, OWNER, "account", account, {"custom_tier": "A"}, 1)
    custom.archive(database, OWNER, "tier")
    assert "custom_tier" not in lists.fields(database, OWNER, "account")
    assert changes.of(database, OWNER, f"account:{account}")["field"].to_list() == [None]
    with pytest.raises(InvalidRecord, match="no field custom_tier"):
        records.edit(database, OWNER, "account", account, {"custom_tier": "B"}, 2)
    custom.create(database, OWNER, "account", "Tier", "text")  # the title is free again
    with pytest.raises(InvalidRecord, match="There is a field Tier already"):
        custom.restore(database, OWNER, "tier")
    custom.rename(database, OWNER, "account_tier", "Rank", "排名")
    custom.restore(database, OWNER, "tier")
    assert shown(database, "custom_tier", "custom_account_tier") == [("Acme", "A", None)]
    assert changes.of(database, OWNER, f"account:{account}")["field"].to_list() == ["custom_tier", None]
    assert custom_fields.title(database, "custom_account_tier", "zh_CN") == "排名"
    assert custom_fields.title(database, "custom_account_tier", "en") == "Rank"


def test_words_that_records_have_stay_among_the_choices(database: Database, account: int) -> None:
    custom.create(database, OWNER, "account", "Tier", "choice", choices=("Gold", "Silver"))
    records.edit(database, OWNER, "account", account, {"custom_tier": "Gold"}, 1)
    with pytest.raises(InvalidRecord, match=r"Gold stands in records \(1\)"):
        custom.set_choices(database, OWNER, "tier", ("Iron",))
    custom.set_choices(database, OWNER, "tier", ("Iron", "Gold"))
    assert lists.choices(database, "account")["custom_tier"] == ("Iron", "Gold")
    with pytest.raises(InvalidRecord, match="Choose one of: Iron, Gold"):
        records.edit(database, OWNER, "account", account, {"custom_tier": "Silver"}, 2)


def test_personal_fields_are_withheld_with_the_custom_fields(database: Database, account: int) -> None:
    custom.create(database, OWNER, "account", "Tier", "text")
    custom.create(database, OWNER, "product", "Tier", "text")
    records.edit(database, OWNER, "account", account, {"custom_tier": "secret", "phone": "1"}, 1)
    manager = viewer(database, "management")
    assert "custom_tier" not in lists.fields(database, manager, "account")
    assert "custom_product_tier" not in lists.fields(database, manager, "product")
    with access.cursor_for(database, manager) as cursor:
        assert cursor.rows("select custom_tier from visible.account") == [(None,)]
        assert cursor.rows("select id from visible.account where custom_tier = 'secret'") == []
        assert cursor.rows("select field from visible.edit") == [("phone",)]
    for ask in ({"sort": "custom_tier"}, {"conditions": (Condition("custom_tier", "is_filled"),)}):
        if "conditions" in ask:
            with pytest.raises(InvalidRecord, match="no field custom_tier"):
                shown(database, who=manager, **ask)
        else:
            assert shown(database, who=manager, **ask) == [("Acme",)]
    assert "secret" not in str(changes.of(database, manager, f"account:{account}").to_dicts())
    custom.set_personal(database, OWNER, "tier", is_personal=False)
    with database.cursor() as cursor:
        manager = access.viewer_of(cursor, email_of("management"))
    assert shown(database, "custom_tier", who=manager) == [("Acme", "secret")]


def test_only_admins_make_and_change_fields(database: Database) -> None:
    custom.create(database, OWNER, "account", "Tier", "choice", choices=("A",))
    for role in access.ROLES[1:]:
        who = viewer(database, role)
        for act in (
            lambda who=who: custom.create(database, who, "account", "X", "text"),
            lambda who=who: custom.rename(database, who, "tier", "X"),
            lambda who=who: custom.set_choices(database, who, "tier", ("B",)),
            lambda who=who: custom.set_personal(database, who, "tier", is_personal=False),
            lambda who=who: custom.archive(database, who, "tier"),
            lambda who=who: custom.restore(database, who, "tier"),
            lambda who=who: custom.suggestions(database, who, "account"),
            lambda who=who: custom.take_over(database, who, "tier"),
        ):
            with pytest.raises(NotAllowed):
                act()
    with pytest.raises(NotFound):
        custom.rename(database, OWNER, "nope", "X")


def test_what_files_had_brought_becomes_a_field_and_can_be_taken_back(database: Database) -> None:
    for name, seats, sign in (
        ("Acme", "12", "Leo"),
        ("Bolt", " 7.5 ", "leo"),
        ("Cup", "many", "Fish"),
        ("Dot", "", ""),
    ):
        add(database, "account", name=name, custom_fields=f'{{"Seats": "{seats}", "Star sign": "{sign}"}}')
    add(database, "account", name="Eve")
    assert [(each.name, each.count_records, each.kind) for each in custom.suggestions(database, OWNER, "account")] == [
        ("Seats", 3, "text"), ("Star sign", 3, "text"),
    ]  # fmt: skip
    custom.create(database, OWNER, "account", "Places", "number", source_name="Seats")
    custom.create(database, OWNER, "account", "Sign", "choice", choices=("Leo",), source_name="Star sign")
    action, count = custom.take_over(database, OWNER, "places")
    assert (count, custom.take_over(database, OWNER, "places")) == (2, (None, 0))
    assert custom.take_over(database, OWNER, "sign")[1] == 2
    assert custom.suggestions(database, OWNER, "account") == []
    expected = [("Acme", Decimal(12), "Leo"), ("Bolt", Decimal("7.5"), "Leo"), ("Cup", None, None)]
    assert shown(database, "custom_places", "custom_sign")[:3] == expected
    undo.undo(database, OWNER, action or 0)
    assert shown(database, "custom_places")[:2] == [("Acme", None), ("Bolt", None)]


def test_kinds_are_guessed_from_what_files_brought(database: Database) -> None:
    words = (
        '"n": "1", "d": "2025-01-02", "f": "yes", "c": "Gold"',
        '"n": "2.5", "d": "2024-12-31", "f": "No", "c": "Gold"',
    )
    for each in words:
        add(database, "contact", name="A", custom_fields="{" + each + "}")
    found = {each.name: (each.kind, each.choices) for each in custom.suggestions(database, OWNER, "contact")}
    assert found == {"n": ("number", ()), "d": ("date", ()), "f": ("flag", ()), "c": ("choice", ("Gold",))}
    assert custom.suggestions(database, OWNER, "product") == []


def test_a_merge_takes_a_custom_field(database: Database, account: int) -> None:
    custom.create(database, OWNER, "account", "Tier", "text")
    other = records.create(database, OWNER, "account", {"name": "Acme 2", "custom_tier": "A"})
    action = merging.merge(database, OWNER, "account", Read(account, 1), Read(other, 1), ["custom_tier"])
    assert shown(database, "custom_tier") == [("Acme", "A")]
    merging.part(database, OWNER, action)
    assert shown(database, "custom_tier") == [("Acme", None), ("Acme 2", "A")]


def test_fields_are_made_while_people_edit(database: Database) -> None:
    ids = [add(database, "account", name=f"A{n}") for n in range(3)]
    acknowledged = dict.fromkeys(ids, 1)
    failures: list[Exception] = []
    is_over = threading.Event()

    def edit(record_id: int) -> None:
        while not is_over.is_set():
            try:
                version = acknowledged[record_id]
                values = {"phone": str(version)}
                acknowledged[record_id] = records.edit(database, OWNER, "account", record_id, values, version)
                shown(database)
            except Exception as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=edit, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for number in range(4):
        custom.create(database, OWNER, "account", f"Field {number}", "number")
    is_over.set()
    for thread in threads:
        thread.join()
    assert not failures
    with database.cursor() as cursor:
        assert dict(cursor.rows("select id, version from core.account")) == acknowledged
        edits = cursor.value("select count(*) from history.edit")
    assert edits == sum(acknowledged.values()) - len(ids)
    assert shown(database, *(f"custom_field_{number}" for number in range(4)))[0][1:] == (None,) * 4


def test_fields_come_with_backups_and_reopening(database: Database, account: int) -> None:
    custom.create(database, OWNER, "account", "Tier", "choice", choices=("A",))
    custom.archive(database, OWNER, custom.create(database, OWNER, "account", "Gone", "date").code)
    records.edit(database, OWNER, "account", account, {"custom_tier": "A"}, 1)
    copy: Path = database.backup("copy")
    with Database(copy, threads=2) as opened:
        assert shown(opened, "custom_tier") == [("Acme", "A")]
        assert [each.title for each in custom_fields.of(opened)] == ["Tier"]
        assert "custom_gone" not in lists.fields(opened, OWNER, "account")
        custom.restore(opened, OWNER, "gone")
        assert shown(opened, "custom_gone") == [("Acme", None)]
