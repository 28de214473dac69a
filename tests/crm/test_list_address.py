"""The address of a list: what is asked comes back, and what cannot be is left out and said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import list_address
from crm.access import Scope, Viewer, owner_of_file
from crm.conditions import Condition
from crm.db import Database
from crm.errors import InvalidRecord
from crm.list_address import Asked
from crm.lists import Wanted

OWNER = owner_of_file()
TEXTS = st.text(st.sampled_from("aÉ|;:%,= 3B"), max_size=8)
CONDITIONS = st.lists(
    st.one_of(
        st.builds(Condition, st.just("city"), st.sampled_from(["contains", "begins_with"]), st.tuples(TEXTS)),
        st.builds(
            Condition,
            st.sampled_from(["city", "owner.name"]),
            st.sampled_from(["any_of", "none_of"]),
            st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
        ),
        st.just(Condition("since_on", "last_days", ("30",))),
        st.just(Condition("owner", "is_empty")),
    ),
    max_size=5,
    unique=True,
).map(tuple)


@given(conditions=CONDITIONS)
def test_filters_come_back_as_they_were(conditions: tuple[Condition, ...]) -> None:
    text = list_address.written(Asked(Wanted(conditions=conditions))).get("where", "")
    assert [list_address.condition(part) for part in text.split(";") if part] == list(conditions)


def test_an_address_is_read_as_it_was_written(database: Database) -> None:
    wanted = Wanted(
        search="a&b",
        quick=("silent", "new"),
        conditions=(
            Condition("owner.name", "any_of", ("A|B", "C;D")),
            Condition("since_on", "at_least", ("2024-01-01",)),
        ),
        sort="-owner",
        is_archived=True,
    )
    asked = Asked(wanted, ("name", "owner"))
    written = list_address.written(asked)
    assert written["where"] == "owner.name:any_of:A%7CB|C%3BD;since_on:at_least:2024-01-01"
    assert written["ask"] == "silent,new,away" and written["columns"] == "name,owner"
    assert list_address.read(database, OWNER, "account", written) == (asked, [])
    assert list_address.read(database, OWNER, "account", {}) == (Asked(Wanted()), [])


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"where": "nonsense"}, "nonsense is no filter"),
        ({"where": "city) or (true:is_empty"}, "no field city) or (true"),
        ({"where": "city:drops:x"}, "cannot be filtered by drops"),
        ({"where": "since_on:at_least:soon"}, "cannot be compared with soon"),
        ({"where": "since_on:at_least"}, "compared with one value"),
        ({"where": "city:any_of:" + "|".join("x" * 101)}, "at most 100 values"),
        ({"where": ";".join(f"city:contains:{place}" for place in range(21))}, "at most 20 filters"),
        ({"ask": "nonsense"}, "no question nonsense"),
        ({"ask": "mine"}, "no question mine"),  # nobody's staff
        ({"columns": "name,version"}, "no field version"),
        ({"sort": "-id"}, "no field id"),
    ],
    ids=str,
)
def test_what_an_address_cannot_ask_is_left_out_and_said(
    database: Database, address: dict[str, str], said: str
) -> None:
    asked, wrong = list_address.read(database, OWNER, "account", address)
    assert len(wrong) == 1 and said in str(wrong[0])
    assert asked.wanted.sort is None and not asked.wanted.quick
    assert "version" not in asked.columns and len(asked.wanted.conditions) in (0, 20)


def test_a_masked_field_is_left_out_of_an_address(database: Database) -> None:
    scopes: dict[str, Any] = dict(OWNER.scopes) | {"account": Scope(everything=True, masked=("city",))}
    blind = Viewer(5, "Ann", "sales", 1, scopes=tuple(sorted(scopes.items())), verbs=OWNER.verbs)
    address = {"where": "city:is_filled", "sort": "city", "columns": "city,name"}
    asked, wrong = list_address.read(database, blind, "account", address)
    assert asked == Asked(Wanted(), ("name",))
    assert [error.values for error in wrong] == [{"field": "city"}] * 3


def test_filters_are_put_on_and_taken_off() -> None:
    city, owner = Condition("city", "is_empty"), Condition("owner", "is_filled")
    asked = list_address.with_condition(Asked(Wanted(search="x")), city)
    asked = list_address.with_condition(list_address.with_condition(asked, owner), city)
    assert asked.wanted.conditions == (owner, city) and asked.wanted.search == "x"
    assert list_address.without_condition(asked, owner).wanted.conditions == (city,)
    many = Asked(Wanted(conditions=tuple(Condition("city", "contains", (str(each),)) for each in range(20))))
    with pytest.raises(InvalidRecord, match="at most 20"):
        list_address.with_condition(many, city)
