"""Tags: what they can be called, adding and removing by several people, merges, and what is found by them."""

import threading
from typing import Any

import pytest

from crm import changes, lists, merging, records, tag_text, tags, undo
from crm.access import Scope, Viewer, owner_of_file
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed
from crm.fields import TAGGED
from crm.lists import Condition, Wanted
from crm.merging import Read
from tests.records import add

OWNER = owner_of_file()


@pytest.fixture
def three(database: Database) -> Database:
    for name, tagged in (("Acme", "B2B; VIP"), ("Bolt", "vip"), ("Cup", None)):
        add(database, "account", name=name, tags=tagged)
    return database


def of(database: Database) -> dict[str, Any]:
    return dict(lists.page(database, OWNER, "account", Wanted()).select("name", "tags").rows())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("b;a", "a; b"),
        (" a ,  b  c，d、e；", "a; b c; d; e"),
        ("VIP; vip", "VIP"),
        ("", None),
        (" ; , ", None),
        (None, None),
        (["b", "a", "A"], "a; b"),
        ([], None),
        ('it\'s [x] "y" {z}', 'it\'s [x] "y" {z}'),
        ("a\nb\tc", "a; b; c"),
        ("重要；客户", "客户; 重要"),
    ],
)
def test_tags_are_kept_each_once_in_order(written: object, expected: str | None) -> None:
    kept = tag_text.joined(tag_text.parted(written))
    assert kept == expected
    assert tag_text.joined(tag_text.parted(kept)) == kept


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("x" * 41, "at most 40"),
        (["a;b"], "part one tag"),
        ([" "], "needs a name"),
        (["a\x07b"], "nobody sees"),
        (7, "7 "),
    ],
)
def test_what_cannot_be_a_tag_is_said(three: Database, written: object, message: str) -> None:
    with pytest.raises(InvalidRecord, match=message):
        records.edit(three, OWNER, "account", 1, {"tags": written}, 1)
    assert of(three)["Acme"] == "B2B; VIP"


@pytest.mark.parametrize("name", TAGGED)
def test_a_new_tag_is_on_the_record_and_among_the_known_at_once(database: Database, name: str) -> None:
    needed = {"ticket": {"subject": "A", "status": "open"}, "opportunity": {"name": "A", "stage_id": 1}}
    record_id = add(database, name, **needed.get(name, {"name": "A"}))
    assert tags.known(database, OWNER, name) == {}
    tags.add(database, OWNER, name, [record_id], " New  one ")
    assert tags.known(database, OWNER, name) == {"New one": 1}
    found = lists.page(database, OWNER, name, Wanted(conditions=(Condition("tags", "any_of", ("new one",)),)))
    assert found["id"].to_list() == [record_id]


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("any_of", ("VIP",), ["Acme", "Bolt"]),
        ("any_of", ("b2b", "x"), ["Acme"]),
        ("all_of", ("VIP", "B2B"), ["Acme"]),
        ("none_of", ("B2B",), ["Bolt", "Cup"]),
        ("is_empty", (), ["Cup"]),
        ("is_filled", (), ["Acme", "Bolt"]),
        ("any_of", ("B2",), []),
    ],
)
def test_records_are_found_by_tags(
    three: Database, operator: str, values: tuple[str, ...], expected: list[str]
) -> None:
    wanted = Wanted(conditions=(Condition("tags", operator, values),), sort="name")
    assert lists.page(three, OWNER, "account", wanted)["name"].to_list() == expected


def test_known_tags_are_counted_as_the_viewer_sees_them(three: Database) -> None:
    add(three, "account", name="Dot", tags="VIP", owner_id=5)
    assert tags.known(three, OWNER, "account") == {"B2B": 1, "VIP": 3}
    own = Viewer(9, "x", "sales", 5, scopes=(("account", Scope(owners=(5,))),))
    assert tags.known(three, own, "account") == {"VIP": 1}
    masked = Viewer(9, "x", "sales", 5, scopes=(("account", Scope(everything=True, masked=("tags",))),))
    assert tags.known(three, masked, "account") == {}
    assert tags.known(three, OWNER, "interaction") == {}


def test_tags_go_on_and_off_many_records_as_one_action(three: Database) -> None:
    added = tags.add(three, OWNER, "account", [1, 2, 3], "b2b")
    assert [outcome.code for outcome in added.outcomes.values()] == ["same", "changed", "changed"]
    assert of(three) == {"Acme": "B2B; VIP", "Bolt": "B2B; vip", "Cup": "B2B"}
    tags.remove(three, OWNER, "account", [1, 2, 3], "Vip")
    assert of(three) == {"Acme": "B2B", "Bolt": "B2B", "Cup": "B2B"}
    undo.undo(three, OWNER, added.action_id or 0)
    assert of(three) == {"Acme": "B2B", "Bolt": "B2B", "Cup": None}  # what somebody changed since stays


def test_a_tag_that_is_called_like_another_becomes_one_with_it(three: Database) -> None:
    renamed = tags.rename(three, OWNER, "account", "vip", "B2B")
    assert of(three) == {"Acme": "B2B", "Bolt": "B2B", "Cup": None}
    undo.undo(three, OWNER, renamed.action_id or 0)
    assert of(three) == {"Acme": "B2B; VIP", "Bolt": "vip", "Cup": None}
    tags.rename(three, OWNER, "account", "VIP", "vip")
    assert of(three) == {"Acme": "B2B; vip", "Bolt": "vip", "Cup": None}
    tags.drop(three, OWNER, "account", "VIP")
    assert tags.known(three, OWNER, "account") == {"B2B": 1}


def test_people_who_add_at_once_lose_nothing(three: Database) -> None:
    failures: list[Exception] = []

    def put(number: int) -> None:
        try:
            for each in range(3):
                tags.add(three, OWNER, "account", [3], f"t{number}{each}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert of(three)["Cup"] == "; ".join(f"t{number}{each}" for number in range(3) for each in range(3))


def test_a_merge_leaves_the_tags_of_both_and_parting_restores_them(three: Database) -> None:
    add(three, "account", name="Dot", tags="New")
    action = merging.merge(three, OWNER, "account", Read(1, 1), Read(4, 1))
    assert of(three)["Acme"] == "B2B; New; VIP"
    merging.part(three, OWNER, action)
    assert (of(three)["Acme"], of(three)["Dot"]) == ("B2B; VIP", "New")


def test_tags_stand_in_the_history(three: Database) -> None:
    tags.add(three, OWNER, "account", [2], "New")
    found = changes.of(three, OWNER, "account:2").row(0, named=True)
    assert (found["field"], found["before"], found["after"]) == ("tags", "vip", "New; vip")


def test_who_may_not_edit_puts_no_tags(three: Database) -> None:
    reader = Viewer(9, "x", "management", scopes=(("account", Scope(everything=True)),))
    for act in (tags.add, tags.remove):
        with pytest.raises(NotAllowed):
            act(three, reader, "account", [1], "x")
    with pytest.raises(NotAllowed):
        tags.rename(three, reader, "account", "vip", "x")
    own = Viewer(9, "x", "sales", 5, scopes=(("account", Scope(owners=(5,))),), verbs=frozenset({("edit", "account")}))
    assert tags.add(three, own, "account", [1], "x").outcomes[1].code == "gone"
    assert tags.rename(three, own, "account", "vip", "x").outcomes == {}
    with pytest.raises(InvalidRecord, match="cannot have tags"):
        tags.add(three, OWNER, "interaction", [1], "x")
