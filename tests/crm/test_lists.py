"""Lists: what is searched, filtered, sorted and paged is what a plain look at the records says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm import conditions, lists
from crm.access import Scope, Viewer, owner_of_file
from crm.conditions import Condition
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed, NotFound
from crm.lists import Wanted
from tests.records import add, add_deal, add_event, add_ticket, set_company, stage

OWNER = owner_of_file()
OBJECTS = sorted(path.stem for path in lists.LISTS.glob("*.yml"))


@pytest.fixture
def company(database: Database) -> Database:
    set_company(database, as_of=date(2025, 6, 30), time_zone="Asia/Shanghai")
    for name, team in (("Ann", 1), ("Bob", 1), ("Cy", 2)):
        add(database, "staff", name=name, team_id=team)
    for name, city, owner, since in (
        ("Zeta", "Leeds", 1, date(2025, 6, 28)),
        ("acme", None, 2, date(2024, 1, 1)),
        ("Bolt 100%", "York", 3, None),
        ("Élan", "Leeds", None, date(2025, 6, 1)),
    ):
        add(database, "account", name=name, city=city, owner_id=owner, since_on=since, phone="1")
    add(database, "account", name="Gone", archived_at=datetime(2025, 1, 1))
    return database


def names(database: Database, viewer: Viewer = OWNER, **wanted: Any) -> list[str]:
    return lists.page(database, viewer, "account", Wanted(**wanted))["name"].to_list()


@pytest.mark.parametrize("object_name", OBJECTS)
def test_each_list_can_be_asked_all_that_it_offers(company: Database, object_name: str) -> None:
    known = lists.definition(object_name)
    for sort in (None, *lists.fields(company, OWNER, object_name)):
        lists.page(company, OWNER, object_name, Wanted(search="x", quick=tuple(known.quick), sort=sort))
    assert set(known.columns) <= lists.fields(company, OWNER, object_name).keys()
    assert set(known.search) <= lists.fields(company, OWNER, object_name).keys()


def test_a_list_begins_by_its_own_order_without_what_was_put_away(company: Database) -> None:
    assert names(company) == ["Zeta", "Élan", "acme", "Bolt 100%"]
    assert names(company, sort="name") == ["acme", "Bolt 100%", "Zeta", "Élan"]
    assert names(company, is_archived=True) == ["Gone"]
    assert lists.count(company, OWNER, "account", Wanted()) == 4


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"search": "LEEDS"}, ["Zeta", "Élan"]),
        ({"search": "100%"}, ["Bolt 100%"]),
        ({"search": "%"}, ["Bolt 100%"]),
        ({"search": "ÉLAN"}, ["Élan"]),
        ({"search": "1"}, ["Zeta", "Élan", "acme", "Bolt 100%"]),
        ({"search": "0%"}, ["Bolt 100%"]),
        ({"search": "+7 1"}, []),
        ({"search": "'; drop table core.account --"}, []),
        ({"quick": ("mine",)}, ["Zeta"]),
        ({"quick": ("team",)}, ["Zeta", "acme"]),
        ({"quick": ("new",)}, ["Zeta"]),
        ({"quick": ("team", "new")}, ["Zeta"]),
        ({"sort": "since_on"}, ["acme", "Élan", "Zeta", "Bolt 100%"]),
        ({"sort": "-since_on"}, ["Zeta", "Élan", "acme", "Bolt 100%"]),
        ({"sort": "-owner"}, ["Bolt 100%", "acme", "Zeta", "Élan"]),
        ({"conditions": (Condition("city", "is_empty"),)}, ["acme"]),
        ({"conditions": (Condition("city", "any_of", ("York", "Paris")),)}, ["Bolt 100%"]),
        ({"conditions": (Condition("city", "none_of", ("York",)),)}, ["Zeta", "Élan", "acme"]),
        ({"conditions": (Condition("owner", "any_of", ("1", "3")),)}, ["Zeta", "Bolt 100%"]),
        ({"conditions": (Condition("owner", "none_of", ("1", "3")),)}, ["Élan", "acme"]),
        ({"conditions": (Condition("since_on", "at_least", ("2025-06-01",)),)}, ["Zeta", "Élan"]),
        ({"conditions": (Condition("name", "begins_with", ("ZE",)),)}, ["Zeta"]),
        ({"conditions": (Condition("since_on", "last_days", ("29",)),)}, ["Zeta", "Élan"]),
        ({"conditions": (Condition("since_on", "last_days", ("28",)),)}, ["Zeta"]),
        ({"conditions": (Condition("since_on", "next_days", ("30",)),)}, []),
        ({"conditions": (Condition("owner.name", "contains", ("B",)),)}, ["acme"]),
        ({"conditions": (Condition("owner.team", "any_of", ("1",)),)}, ["Zeta", "acme"]),
        ({"conditions": (Condition("owner.email", "is_empty"),)}, ["Zeta", "acme", "Bolt 100%"]),
        (
            {"conditions": (Condition("city", "is_filled"), Condition("since_on", "at_most", ("2025-06-01",)))},
            ["Élan"],
        ),
    ],
    ids=str,
)
def test_what_is_asked_for_comes(company: Database, wanted: dict[str, Any], expected: list[str]) -> None:
    ann = Viewer(5, "Ann", "sales", 1, scopes=OWNER.scopes, verbs=OWNER.verbs)
    assert names(company, ann, **wanted) == expected
    assert lists.count(company, ann, "account", Wanted(**wanted)) == len(expected)


def test_days_of_moments_are_the_companys(company: Database) -> None:
    add_ticket(company, "open", datetime(2025, 6, 1, 15, 59))  # the 1st of June in Shanghai, a minute before midnight
    add_ticket(company, "open", datetime(2025, 6, 1, 16))
    until = Wanted(conditions=(Condition("opened_at", "at_most", ("2025-06-01",)),))
    since = Wanted(conditions=(Condition("opened_at", "at_least", ("2025-06-02",)),))
    assert lists.page(company, OWNER, "ticket", until)["opened_at"].to_list() == [datetime(2025, 6, 1, 15, 59)]
    assert lists.page(company, OWNER, "ticket", since)["opened_at"].to_list() == [datetime(2025, 6, 1, 16)]


def test_references_come_with_their_names(company: Database) -> None:
    deal = add_deal(company, "proposal", "12.50", account_id=1, owner_id=2)
    add_event(company, deal, 1, "proposal", "12.50", None)
    row = lists.page(company, OWNER, "opportunity", Wanted(quick=("open",))).row(0, named=True)
    assert (row["account_id"], row["account"], row["stage_id"], row["stage"]) == (
        1,
        "Zeta",
        stage(company, "proposal"),
        "Proposal",
    )
    assert (row["amount"], row["owner"]) == (Decimal("12.50"), "Bob")


def test_no_contact_for_thirty_days(company: Database) -> None:
    for account, moment in ((1, datetime(2025, 6, 20)), (2, datetime(2025, 5, 1)), (None, datetime(2025, 6, 20))):
        add(company, "interaction", kind="call", subject="?", account_id=account, happened_at=moment)
    assert names(company, quick=("silent",)) == ["Élan", "acme", "Bolt 100%"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(sort="phone desc; drop table core.account"), None),
        (Wanted(quick=("nonsense",)), "no question nonsense"),
        (Wanted(conditions=(Condition("version", "at_least", ("1",)),)), "no field version"),
        (Wanted(conditions=(Condition("city) or (true", "is_empty"),)), "no field"),
        (Wanted(conditions=(Condition("city", "at_least", ("1",)),)), "cannot be filtered by at_least"),
        (Wanted(conditions=(Condition("since_on", "at_least", ("soon",)),)), "cannot be compared with soon"),
        (Wanted(conditions=(Condition("since_on", "at_least", ()),)), "one value"),
        (Wanted(conditions=(Condition("owner", "any_of", ("x",)),)), "cannot be compared with x"),
        (Wanted(conditions=(Condition("owner", "any_of", ("9" * 30,)),)), "cannot be compared with 9"),
        (Wanted(conditions=(Condition("since_on", "last_days", ("-1",)),)), "cannot be compared with -1"),
        (Wanted(conditions=(Condition("since_on", "last_days", ("99999999",)),)), "cannot be compared with 9"),
        (Wanted(conditions=(Condition("owner.nonsense", "is_empty"),)), "no field owner.nonsense"),
        (Wanted(conditions=(Condition("owner.manager.name", "is_empty"),)), "no field owner.manager.name"),
    ],
    ids=str,
)
def test_what_a_list_cannot_have_is_said(company: Database, wanted: Wanted, said: str | None) -> None:
    if said is None:  # an order that nobody knows is none
        assert names(company, sort=wanted.sort)
        return
    with pytest.raises(InvalidRecord, match=said):
        lists.page(company, OWNER, "account", wanted)


def test_records_are_found_by_what_they_refer_to(company: Database) -> None:
    for name, account in (("Kim", 1), ("Lee", 2), ("Max", None)):
        add(company, "contact", name=name, account_id=account, email_consent=account == 1)
    add_deal(company, "proposal", "12.50", account_id=1, owner_id=2)
    in_leeds = Wanted(conditions=(Condition("account.city", "any_of", ("Leeds",)),), sort="name")
    assert lists.page(company, OWNER, "contact", in_leeds)["name"].to_list() == ["Kim"]
    assert lists.count(company, OWNER, "opportunity", in_leeds) == 1
    elsewhere = Wanted(conditions=(Condition("account.city", "is_empty"),))
    assert lists.page(company, OWNER, "contact", elsewhere)["name"].to_list() == ["Lee"]
    agreed = Wanted(conditions=(Condition("email_consent", "is", ("true",)),))
    assert lists.page(company, OWNER, "contact", agreed)["name"].to_list() == ["Kim"]
    for operator, asked, count in (("equals", "12.5", 1), ("at_least", "12.51", 0), ("at_most", "12.50", 1)):
        wanted = Wanted(conditions=(Condition("amount", operator, (asked,)),))
        assert lists.count(company, OWNER, "opportunity", wanted) == count


def test_what_is_taken_along_is_the_whole_list_in_its_order(company: Database) -> None:
    wanted = Wanted(sort="-name", conditions=(Condition("city", "is_filled"),))
    found = lists.whole(company, OWNER, "account", wanted, ("city", "owner"))
    assert found.select("city", "owner").rows() == [("Leeds", None), ("Leeds", "Ann"), ("York", "Cy")]
    assert lists.versions(company, OWNER, "account", wanted, 2) == {1: 1, 3: 1}
    assert lists.frequent(company, OWNER, "account", "city") == ["Leeds", "York"]
    assert lists.frequent(company, OWNER, "account", "owner.name") == ["Ann", "Bob", "Cy"]


def test_a_masked_field_is_asked_in_no_way(company: Database) -> None:
    add(company, "contact", name="Kim", account_id=1)
    scopes = dict(OWNER.scopes) | {"account": Scope(everything=True, masked=("city", "since_on"))}
    blind = Viewer(5, "Ann", "sales", 1, scopes=tuple(sorted(scopes.items())), verbs=OWNER.verbs)
    by_city = Condition("city", "is_filled")
    for object_name, condition in (("account", by_city), ("contact", Condition("account.city", "is_filled"))):
        assert condition.field not in lists.filterable(company, blind, object_name)
        with pytest.raises(InvalidRecord, match="no field"):
            lists.count(company, blind, object_name, Wanted(conditions=(condition,)))
        with pytest.raises(InvalidRecord, match="no field"):
            lists.frequent(company, blind, object_name, condition.field)
    for ask in (lists.page, lists.whole):
        with pytest.raises(InvalidRecord, match="no field city"):
            ask(company, blind, "account", Wanted(), columns=("city",))
    assert names(company, blind, search="Leeds") == []
    in_order_of_making = names(company, blind)
    assert (
        names(company, blind, sort="city") == names(company, blind, sort="-since_on")[::-1] == in_order_of_making[::-1]
    )
    with pytest.raises(InvalidRecord, match="no field city"):
        lists.versions(company, blind, "account", Wanted(conditions=(by_city,)), 10)


def test_lists_show_what_the_viewer_may_see(company: Database) -> None:
    scopes = (("account", Scope(owners=(1,), masked=("phone", "city"))),)
    own = Viewer(5, "Ann", "sales", 1, scopes=scopes, verbs=frozenset({("read", "account")}))
    assert names(company, own) == ["Zeta"]
    assert lists.count(company, own, "account", Wanted()) == 1
    assert {"phone", "city", "owner"}.isdisjoint(lists.fields(company, own, "account"))  # staff is not granted
    assert "phone" not in lists.page(company, own, "account", Wanted()).columns
    assert names(company, own, search="Leeds") == []
    with pytest.raises(InvalidRecord, match="no field phone"):
        lists.page(company, own, "account", Wanted(conditions=(Condition("phone", "is_filled"),)))
    with pytest.raises(InvalidRecord, match="no field phone"):
        lists.page(company, own, "account", Wanted(), columns=("name", "phone"))
    with pytest.raises(NotAllowed):
        lists.page(company, own, "ticket", Wanted())
    with pytest.raises(NotFound):
        lists.page(company, OWNER, "staff", Wanted())


SORTS = st.sampled_from(["name", "-name", "city", "-city", "since_on", "-since_on", "owner", "-owner"])


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sort=SORTS, limit=st.integers(1, 5))
def test_pages_are_the_list_in_pieces(company: Database, sort: str, limit: int) -> None:
    wanted = Wanted(sort=sort)
    whole = lists.page(company, OWNER, "account", wanted)["id"].to_list()
    pieces = [
        key
        for offset in range(0, len(whole) + limit, limit)
        for key in lists.page(company, OWNER, "account", wanted, offset=offset, limit=limit)["id"]
    ]
    assert pieces == whole


LETTERS = st.sampled_from(
    list("aAbByYzZ \u00e9\u00c9\u00df\u1e9e\u0130\u212a\u01c5\u0178\u738b\u674e\U0001f600\U00010400")
)
TEXTS = st.text(LETTERS | st.characters(min_codepoint=1, codec="utf-8"), min_size=1, max_size=4)
ACCOUNTS = st.lists(st.tuples(TEXTS, TEXTS | st.none(), st.sampled_from([1, 2, 3, None])), max_size=12)


def replace_accounts(database: Database, rows: list[tuple[str, str | None, int | None]]) -> None:
    """The accounts of a company become others, each a name, a city and an owner."""
    names, cities, owners = (list(each) for each in zip(*rows, strict=True)) if rows else ([], [], [])
    with database.cursor() as cursor:
        cursor.run("delete from core.account")
        cursor.run(
            "insert into core.account (id, name, city, owner_id, created_at, updated_at, version) "
            "select range + 1, $names[range + 1], $cities[range + 1], $owners[range + 1], now(), now(), 1 "
            "from range($count)",
            names=names,
            cities=cities,
            owners=owners,
            count=len(rows),
        )
    database.touch(["core.account"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ACCOUNTS, sort=SORTS, offset=st.integers(0, 12), limit=st.integers(1, 5), bound=TEXTS)
def test_a_page_is_the_same_however_wrong_the_guess_of_where_it_ends(
    company: Database, rows: list[tuple[str, str | None, int | None]], sort: str, offset: int, limit: int, bound: str
) -> None:
    replace_accounts(company, rows)
    plain = lists.page(company, OWNER, "account", Wanted(sort=sort), offset=offset, limit=limit)
    company.touch(["core.account"])
    with pytest.MonkeyPatch.context() as patch:
        guess = bound.lower() if sort.removeprefix("-") in ("name", "city", "owner") else None
        patch.setattr(lists, "_bound", lambda *_: guess)
        assert lists.page(company, OWNER, "account", Wanted(sort=sort), offset=offset, limit=limit).equals(plain)


def test_a_page_of_a_large_list_comes_without_sorting_it(company: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    signs = ["a", "A", "b", "B", "é", "É", "王", "李"]
    made = ((f"{signs[key * 7 % 8]} {key * 37 % 400}", f"{key * 37 % 90} {signs[key % 8]}", key) for key in range(2000))
    replace_accounts(company, [(name, city if key % 3 else None, key % 4) for name, city, key in made])
    offsets = (0, 500, 1200, 1960, 1999, 2500)
    for wanted in (Wanted(sort=f"{sign}{name}") for name in ("name", "city", "owner") for sign in ("", "-")):

        def pages(wanted: Wanted = wanted) -> list[list[tuple[Any, ...]]]:
            company.touch(["core.account"])
            return [lists.page(company, OWNER, "account", wanted, offset=offset).rows() for offset in offsets]

        plain = pages()
        with monkeypatch.context() as patch:
            patch.setattr(lists, "MANY", 2000)
            bounds = [lists._bound(company, OWNER, "account", wanted, offset + 50) for offset in offsets]
            assert None not in bounds[:2] and bounds[-2:] == [None, None]
            assert pages() == plain
            filtered = replace(wanted, conditions=(Condition("city", "is_filled"),))
            assert lists._bound(company, OWNER, "account", filtered, 50) is None  # too few are left of it
        assert [len(each) for each in plain] == [50, 50, 50, 40, 1, 0]


def test_the_engine_makes_each_sign_small_by_itself(database: Database) -> None:
    codes = "select range from range(1, 55296) union all select range from range(57344, 1114112)"
    signs = f"select chr(range::integer) as sign from ({codes})"
    with database.cursor() as cursor:
        told = "substr(lower(sign || 'A'), 1, 1) <> lower(substr(sign || 'A', 1, 1))"
        assert cursor.rows(f"select sign from ({signs}) where {told}") == []
        large = cursor.rows(f"select distinct lower(sign) from ({signs}) where lower(sign) <> sign")
    assert [sign for (sign,) in large if lists._has_no_case(sign)] == []


KEPT: dict[str, Callable[[str | None, str], bool]] = {
    "contains": lambda has, asked: has is not None and asked.lower() in has.lower(),
    "begins_with": lambda has, asked: has is not None and has.lower().startswith(asked.lower()),
    "any_of": lambda has, asked: has == asked,
    "none_of": lambda has, asked: has != asked,
    "is_empty": lambda has, _: has is None,
    "is_filled": lambda has, _: has is not None,
}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operator=st.sampled_from(sorted(KEPT)), asked=st.sampled_from(["Leeds", "leeds", "o", "", "%", "_", "'", "\\"]))
def test_texts_are_compared_as_they_stand(company: Database, operator: str, asked: str) -> None:
    everything = lists.page(company, OWNER, "account", Wanted())
    condition = Condition("city", operator, () if operator in conditions.UNARY else (asked,))
    expected = [name for name, city in everything.select("name", "city").iter_rows() if KEPT[operator](city, asked)]
    assert names(company, conditions=(condition,)) == expected
