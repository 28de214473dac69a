"""Files that fill the fields which admins made, and tags."""

from typing import Any

import pytest

from crm import custom, records, tags
from crm.access import owner_of_file
from crm.db import Database
from crm.errors import BadSource
from pipelines import correction, undo
from pipelines.importing import fields
from tests.pipelines.conftest import Load, Rows, counts, rejects

OWNER = owner_of_file()
TIER = "select name, custom_tier from core.account order by name"


@pytest.fixture
def tier(database: Database) -> Database:
    custom.create(database, OWNER, "account", "Tier", "choice", choices=("Gold", "Very silver"), title_zh="客户等级")
    return database


@pytest.mark.usefixtures("tier")
@pytest.mark.parametrize("title", ["Tier", "TIER", "客户等级", "custom_tier"])
def test_a_column_that_is_called_as_a_field_fills_it(load: Load, rows: Rows, title: str) -> None:
    report = load({"accounts.csv": f"Account,{title},Mood\nAcme,gold,good\nBolt,VERY_SILVER,\nCup,,\n"})
    assert counts(report) == (3, 3, 0, 0, 0, 0)
    assert rows(TIER) == [("Acme", "Gold"), ("Bolt", "Very silver"), ("Cup", None)]
    assert rows("select custom_fields::varchar from core.account where name = 'Acme'") == [('{"Mood":"good"}',)]


@pytest.mark.usefixtures("tier")
def test_a_word_that_is_none_of_a_choice_is_a_reject(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": "Account,Tier\nAcme,Gold\nBolt,Iron\n"})
    assert counts(report) == (2, 1, 0, 0, 0, 1)
    assert rejects(report) == [(2, "Tier", "Iron", "unreadable", "Gold, Very silver")]
    assert rows(TIER) == [("Acme", "Gold")]


@pytest.mark.usefixtures("tier")
def test_a_column_of_other_words_is_no_choice(load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account,Tier\nAcme,1\nBolt,2\n"})
    assert rows("select custom_fields->>'Tier', custom_tier from core.account order by name") == [
        ("1", None),
        ("2", None),
    ]


@pytest.mark.parametrize(
    ("kind", "good", "expected", "bad"),
    [
        ("number", '"1,234.5"', "1234.500000", "many"),
        ("date", "2025-03-01", "2025-03-01", "2025-02-31"),
        ("flag", "Yes", "true", "perhaps"),
        ("text", "Leo", "Leo", None),
    ],
)
def test_values_are_typed_and_refused_by_their_kind(
    database: Database, load: Load, rows: Rows, kind: str, good: str, expected: str, bad: str | None
) -> None:
    custom.create(database, OWNER, "account", "X", kind)
    report = load({"accounts.csv": f"Account,X\nAcme,{good}\nBolt,{bad or ''}\n"})
    assert rows("select custom_x::varchar from core.account where name = 'Acme'") == [(expected,)]
    assert [reject[1:4] for reject in rejects(report)] == ([("X", bad, "unreadable")] if bad else [])


@pytest.mark.usefixtures("tier")
def test_a_mapping_names_custom_fields_and_says_what_words_mean(load: Load, rows: Rows) -> None:
    layout = """
        source: mine
        layouts:
          - name: accounts
            writes:
              - object: account
                main: true
                key: Name
                fields: {name: Name, custom_tier: {column: Level, words: {"1": Gold}}}
    """
    report = load({"a.csv": "Name,Level\nAcme,1\nBolt,very silver\nCup,2\n"}, layout=layout)
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert rows(TIER) == [("Acme", "Gold"), ("Bolt", "Very silver")]
    with pytest.raises(BadSource, match="custom_nope"):
        load({"b.csv": "Name,Level\nDot,1\n"}, layout=layout.replace("custom_tier", "custom_nope"))


def test_the_same_file_fills_a_field_that_was_made_since(database: Database, load: Load, rows: Rows) -> None:
    file = {"accounts.csv": "Account,Places\nAcme,12\n"}
    load(file)
    custom.create(database, OWNER, "account", "Seats", "number", source_name="Places")
    assert counts(load(file)) == (1, 0, 1, 0, 0, 0)
    assert rows("select custom_seats::int from core.account") == [(12,)]
    assert counts(load(file)) == (1, 0, 0, 1, 0, 0)


@pytest.mark.usefixtures("tier")
def test_what_people_wrote_wins_and_loads_are_taken_back(database: Database, load: Load, rows: Rows) -> None:
    first = load({"accounts.csv": "Account,Tier\nAcme,Gold\nBolt,Gold\n"})
    records.edit(database, OWNER, "account", 1, {"custom_tier": "Very silver"}, 1)
    second = load({"accounts.csv": "Account,Tier\nAcme,Gold \nBolt,Very silver\n"})
    assert rows(TIER) == [("Acme", "Very silver"), ("Bolt", "Very silver")]
    assert rows("select field, value from landing.conflict") == [("custom_tier", "Gold")]
    undo.undo(database, second["batch"])
    assert rows(TIER) == [("Acme", "Very silver"), ("Bolt", "Gold")]
    undo.undo(database, first["batch"])
    assert rows(TIER) == [("Acme", "Very silver")]


def test_a_field_made_between_two_loads_does_not_hinder_taking_back(database: Database, load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account,City,Tags\nAcme,Ulm,a\n"})
    second = load({"accounts.csv": "Account,City,Tags\nAcme,Bonn,b\n"})
    custom.create(database, OWNER, "account", "Seats", "number")
    third = load({"accounts.csv": "Account,City,Seats,Tags\nAcme,Cork,5,c\n"})
    state = "select city, custom_seats::int, tags from core.account"
    assert rows(state) == [("Cork", 5, "c")]
    undo.undo(database, second["batch"])
    assert rows(state) == [("Cork", 5, "c")]
    undo.undo(database, third["batch"])
    assert rows(state) == [("Ulm", None, "a")]


def test_the_choice_of_targets_follows_the_fields(tier: Database) -> None:
    assert "custom_tier" in fields(tier)["account"]
    assert "tags" in fields(tier)["account"]
    custom.archive(tier, OWNER, "tier")
    assert "custom_tier" not in fields(tier)["account"]
    with tier.cursor() as cursor:
        assert "custom_tier" not in correction.fields_of(cursor)["account"]


def test_a_field_that_is_put_away_takes_no_column(tier: Database, load: Load, rows: Rows) -> None:
    custom.archive(tier, OWNER, "tier")
    load({"accounts.csv": "Account,Tier\nAcme,Gold\n"})
    assert rows("select custom_tier, custom_fields->>'Tier' from core.account") == [(None, "Gold")]


@pytest.mark.parametrize("title", ["Tags", "标签"])
def test_tags_of_files_are_kept_each_once_in_order(load: Load, rows: Rows, title: str) -> None:
    lines = [
        "Acme,b; a ;B",
        'Bolt,"y, x"',
        "Cup,重要、客户",
        "Dot,",
        "Eve,a",
        'Fay,"it\'s [x]; ""y"""',
        'Gus,"a  b\nc"',
    ]
    report = load({"accounts.csv": f"Account,{title}\n" + "\n".join(lines) + "\n"})
    assert counts(report)[:2] == (7, 7)
    assert dict(rows("select name, tags from core.account")) == {
        "Acme": "a; b", "Bolt": "x; y", "Cup": "客户; 重要", "Dot": None, "Eve": "a", "Fay": '"y"; it\'s [x]',
        "Gus": "a b; c",
    }  # fmt: skip


def test_a_tag_that_is_too_long_is_a_reject(load: Load) -> None:
    report = load({"accounts.csv": f"Account,Tags\nAcme,a\nBolt,a; {'x' * 41}\n"})
    assert [reject[0:4:3] for reject in rejects(report)] == [(2, "out_of_range")]


def test_a_load_sets_tags_and_people_win(database: Database, load: Load, rows: Rows) -> None:
    def stands() -> dict[str, Any]:
        return dict(rows("select name, tags from core.account"))

    load({"accounts.csv": "Account,Tags\nAcme,a;b\nBolt,a\n"})
    assert counts(load({"accounts.csv": 'Account,Tags\nAcme,"B, a"\nBolt,a\n'})) == (2, 0, 1, 1, 0, 0)
    assert stands() == {"Acme": "B; a", "Bolt": "a"}
    tags.add(database, OWNER, "account", [2], "mine")
    load({"accounts.csv": "Account,Tags\nAcme,\nBolt,c\n"})
    assert stands() == {"Acme": "B; a", "Bolt": "a; mine"}
    assert rows("select value from landing.conflict") == [("c",)]
