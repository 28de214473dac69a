"""Taking back what people did: one change, one of many records, an archive, a new record, somebody's afternoon."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm import merging, records, undo
from crm.access import Scope, Viewer, owner_of_file
from crm.db import Database, now
from crm.errors import InvalidRecord, NotAllowed, NotFound, WrongUse
from pipelines import refresh
from pipelines.undo import undo as undo_load
from tests.pipelines.conftest import load_files
from tests.records import add, add_deal, add_event, add_ticket, stage

OWNER = owner_of_file()
EVERYTHING = (("account", Scope(everything=True)), ("opportunity", Scope(everything=True)))
MAY_EDIT = frozenset({("edit", "account"), ("archive", "account"), ("create", "account"), ("edit", "opportunity")})


@pytest.fixture
def accounts(database: Database) -> dict[int, int]:
    """Two staff and three accounts: id → version."""
    for name in ("Ann", "Bob"):
        add(database, "staff", name=name)
    return {add(database, "account", name=name, phone="1", city="Leeds", owner_id=1): 1 for name in "ABC"}


def rows(database: Database, text: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(text)


def last_action(database: Database) -> int:
    return int(rows(database, "select max(id) from history.action")[0][0])


@pytest.mark.usefixtures("accounts")
def test_one_change_is_taken_back(database: Database) -> None:
    records.edit(database, OWNER, "account", 1, {"phone": "2", "city": "York"}, 1)
    done = undo.undo(database, OWNER, last_action(database))
    assert done.kept == ()
    assert rows(database, "select phone, city from core.account where id = 1") == [("1", "Leeds")]
    assert rows(database, "select kind, undoes, undone_at is not null from history.action order by id") == [
        ("edit", None, True),
        ("undo", 1, False),
    ]


def test_a_change_of_many_is_taken_back_but_for_what_changed_since(
    database: Database, accounts: dict[int, int]
) -> None:
    outcomes = records.edit_many(database, OWNER, "account", accounts, {"phone": "2", "city": "York"}).outcomes
    assert {outcome.code for outcome in outcomes.values()} == {"changed"}
    action = last_action(database)
    records.edit(database, OWNER, "account", 2, {"phone": "3"}, 2)
    done = undo.undo(database, OWNER, action)
    assert done.kept == (("account", 2, "phone"),)
    found = rows(database, "select phone, city from core.account order by id")
    assert found == [("1", "Leeds"), ("3", "Leeds"), ("1", "Leeds")]


@pytest.mark.usefixtures("accounts")
def test_what_was_taken_back_no_longer_holds_against_loads(database: Database) -> None:
    records.edit(database, OWNER, "account", 1, {"phone": "2"}, 1)
    undo.undo(database, OWNER, last_action(database))
    assert not rows(database, "select id from history.edit where is_held and undone_at is null")


@pytest.mark.usefixtures("accounts")
def test_an_owner_that_is_taken_back_takes_what_belongs_to_the_account_along(database: Database) -> None:
    add(database, "contact", name="Cy", account_id=1, account_owner_id=1)
    records.edit(database, OWNER, "account", 1, {"owner_id": 2}, 1, reason="new region")
    assert rows(database, "select account_owner_id from core.contact") == [(2,)]
    undo.undo(database, OWNER, last_action(database))
    assert rows(database, "select account_owner_id from core.contact") == [(1,)]


def test_a_deal_that_is_taken_back_has_one_more_event(database: Database) -> None:
    deal = add_deal(database, "proposal", "10")
    add_event(database, deal, 1, "proposal", "10", None)
    records.edit(database, OWNER, "opportunity", deal, {"stage_id": stage(database, "won")}, 1)
    undo.undo(database, OWNER, last_action(database))
    found = rows(
        database, "select sequence, stage.code from core.opportunity_event join core.stage on stage.id = stage_id"
    )
    assert sorted(found) == [(1, "proposal"), (2, "won"), (3, "proposal")]
    refresh.refresh(database)  # its checks hold deals against their events


def test_records_that_were_put_away_and_made_are_taken_back(database: Database, accounts: dict[int, int]) -> None:
    records.archive(database, OWNER, "account", accounts)
    assert rows(database, "select count(*) from core.account where archived_at is not null") == [(3,)]
    undo.undo(database, OWNER, last_action(database))
    assert rows(database, "select count(*) from core.account where archived_at is not null") == [(0,)]
    made = records.create(database, OWNER, "account", {"name": "New", "owner_id": 2})
    undo.undo(database, OWNER, last_action(database))
    assert rows(database, f"select archived_at is not null from core.account where id = {made}") == [(True,)]


@pytest.mark.usefixtures("accounts")
def test_an_action_is_taken_back_once(database: Database) -> None:
    records.edit(database, OWNER, "account", 1, {"phone": "2"}, 1)
    action = last_action(database)
    by = undo.undo(database, OWNER, action).action_id
    with pytest.raises(WrongUse, match="taken back already"):
        undo.undo(database, OWNER, action)
    with pytest.raises(WrongUse, match="took another back"):
        undo.undo(database, OWNER, by)
    with pytest.raises(NotFound):
        undo.undo(database, OWNER, 99)


def test_taking_back_needs_the_right_and_sight(database: Database, accounts: dict[int, int]) -> None:
    add(database, "account", name="D", phone="1", owner_id=2)
    records.edit_many(database, OWNER, "account", accounts | {4: 1}, {"phone": "2"})
    action = last_action(database)
    with pytest.raises(NotAllowed):
        undo.undo(database, Viewer(5, "Rita", "management", 3, scopes=EVERYTHING), action)
    own = Viewer(6, "Ann", "sales", 1, scopes=(("account", Scope(owners=(1,))),), verbs=MAY_EDIT)
    done = undo.undo(database, own, action)
    assert (done.kept, done.is_whole) == ((), False)  # what it does not see is not named
    assert rows(database, "select phone from core.account order by id") == [("1",), ("1",), ("1",), ("2",)]


@pytest.mark.usefixtures("accounts")
def test_what_one_person_did_between_two_moments_is_taken_back(database: Database) -> None:
    ann, bob = (Viewer(key, str(key), "sales", key, scopes=EVERYTHING, verbs=MAY_EDIT) for key in (1, 2))
    records.edit(database, ann, "account", 1, {"phone": "early"}, 1)
    since = now()
    records.edit(database, ann, "account", 1, {"phone": "2"}, 2)
    records.edit(database, bob, "account", 2, {"phone": "3"}, 1)
    records.edit(database, ann, "account", 1, {"phone": "4"}, 3)
    records.archive(database, ann, "account", {3: 1})
    done = undo.undo_between(database, OWNER, 1, since, now() + timedelta(seconds=1))
    assert [each.kept for each in done] == [(), (), ()]
    found = rows(database, "select phone, archived_at from core.account order by id")
    assert found == [("early", None), ("3", None), ("1", None)]


def test_a_merge_is_taken_back_like_anything(database: Database, accounts: dict[int, int]) -> None:
    action = merging.merge(database, OWNER, "account", merging.Read(1, 1), merging.Read(2, 1))
    assert undo.undo(database, OWNER, action).kept == ()
    assert rows(database, "select count(*) from core.account where archived_at is null") == [(len(accounts),)]


@pytest.mark.usefixtures("accounts")
def test_a_masked_field_is_not_taken_back(database: Database) -> None:
    masked = Scope(everything=True, masked=("phone",))
    viewer = Viewer(5, "Rita", "sales", 1, scopes=(("account", masked),), verbs=MAY_EDIT | {("merge", "account")})
    records.edit(database, OWNER, "account", 1, {"phone": "2", "city": "York"}, 1)
    with pytest.raises(InvalidRecord, match="phone"):
        undo.undo(database, viewer, last_action(database))
    merging.merge(database, OWNER, "account", merging.Read(2, 1), merging.Read(1, 2), take=("phone",))
    with pytest.raises(InvalidRecord, match="phone"):
        undo.undo(database, viewer, last_action(database))
    assert rows(database, "select phone from core.account order by id limit 2") == [("2",), ("2",)]


def test_what_somebody_does_not_see_can_still_be_taken_back(database: Database, accounts: dict[int, int]) -> None:
    add(database, "account", name="D", phone="1", owner_id=2)
    records.edit_many(database, OWNER, "account", accounts | {4: 1}, {"phone": "2"})
    action = last_action(database)
    ann, bob, nobody = (
        Viewer(key, "", "sales", key, scopes=(("account", Scope(owners=(key,))),), verbs=MAY_EDIT) for key in (1, 2, 3)
    )
    with pytest.raises(NotFound):
        undo.undo(database, nobody, action)
    undo.undo(database, ann, action)
    assert undo.undo(database, bob, action).kept == ()
    assert rows(database, "select distinct phone from core.account") == [("1",)]
    with pytest.raises(WrongUse):
        undo.undo(database, OWNER, action)


@pytest.mark.usefixtures("accounts")
def test_an_afternoon_is_not_taken_back_by_who_may_only_take_back_some_of_it(database: Database) -> None:
    since = now()
    records.archive(database, OWNER, "account", {1: 1})
    records.edit(database, OWNER, "account", 2, {"phone": "2"}, 1)
    viewer = Viewer(5, "Rita", "sales", 1, scopes=EVERYTHING, verbs=frozenset({("edit", "account")}))
    with pytest.raises(NotAllowed):
        undo.undo_between(database, viewer, None, since, now() + timedelta(seconds=1))
    assert rows(database, "select phone from core.account where id = 2") == [("2",)]


def test_what_is_away_is_not_put_away_once_more(database: Database, accounts: dict[int, int]) -> None:
    records.archive(database, OWNER, "account", {1: 1})
    away = rows(database, "select archived_at from core.account where id = 1")
    codes = {
        key: outcome.code
        for key, outcome in records.archive(database, OWNER, "account", accounts | {1: 2}).outcomes.items()
    }
    assert codes == {1: "same", 2: "changed", 3: "changed"}
    assert rows(database, "select archived_at from core.account where id = 1") == away


def test_what_a_load_brought_and_stands_again_is_decided(database: Database) -> None:
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,1\n"}, folder)
    for version, phone in ((1, "3"), (2, "2")):
        records.edit(database, OWNER, "account", 1, {"phone": phone}, version)
    load_files(database, {"accounts.csv": "Account ID,Account,Phone\nA,Acme,3\n"}, folder)
    assert rows(database, "select value, decided_at is null from landing.conflict") == [("3", True)]
    undo.undo(database, OWNER, last_action(database))
    assert rows(database, "select phone from core.account") == [("3",)]
    assert rows(database, "select count(*) from landing.conflict where decided_at is null") == [(0,)]


def test_what_named_a_record_that_became_one_with_another_names_that(database: Database) -> None:
    winner, loser, other = (add(database, "account", name=name) for name in "WLO")
    add(database, "contact", name="Cy", account_id=loser)
    records.edit(database, OWNER, "contact", 1, {"account_id": other}, 1)
    action = last_action(database)
    merging.merge(database, OWNER, "account", merging.Read(winner, 1), merging.Read(loser, 1))
    undo.undo(database, OWNER, action)
    assert rows(database, "select account_id from core.contact") == [(winner,)]


def test_an_account_that_became_one_with_that_above_it_is_not_put_below_itself(database: Database) -> None:
    winner, loser = (add(database, "account", name=name) for name in "WL")
    records.edit(database, OWNER, "account", winner, {"parent_id": loser}, 1)
    records.edit(database, OWNER, "account", winner, {"parent_id": None}, 2)
    action = last_action(database)
    merging.merge(database, OWNER, "account", merging.Read(winner, 3), merging.Read(loser, 1))
    assert undo.undo(database, OWNER, action).kept == (("account", winner, "parent_id"),)


def test_what_is_gone_is_not_named_again(database: Database) -> None:
    bob = add(database, "staff", name="Bob")
    folder = database.path.parent / "files"
    load_files(database, {"accounts.csv": "Account ID,Account\nA,Acme\n"}, folder)
    batch = load_files(database, {"accounts.csv": "Account ID,Account,Owner\nA,Acme,Ann\n"}, folder)["batch"]
    records.edit(database, OWNER, "account", 1, {"owner_id": bob}, 2, reason="new region")
    undo_load(database, batch)
    assert rows(database, "select name from core.staff") == [("Bob",)]
    assert undo.undo(database, OWNER, last_action(database)).kept == (("account", 1, "owner_id"),)
    assert rows(database, "select owner_id from core.account") == [(bob,)]


@pytest.mark.usefixtures("accounts")
def test_a_value_that_came_once_more_stays(database: Database) -> None:
    records.edit(database, OWNER, "account", 1, {"phone": "2"}, 1)
    first = last_action(database)
    records.edit(database, OWNER, "account", 1, {"phone": "1"}, 2)
    records.edit(database, OWNER, "account", 1, {"phone": "2"}, 3)
    assert undo.undo(database, OWNER, first).kept == (("account", 1, "phone"),)
    assert rows(database, "select phone from core.account where id = 1") == [("2",)]


@pytest.mark.usefixtures("accounts")
def test_what_stayed_is_taken_back_once_what_came_over_it_was(database: Database) -> None:
    records.edit(database, OWNER, "account", 1, {"phone": "2"}, 1)
    first = last_action(database)
    records.edit(database, OWNER, "account", 1, {"phone": "3"}, 2)
    second = last_action(database)
    assert undo.undo(database, OWNER, first).kept == (("account", 1, "phone"),)
    undo.undo(database, OWNER, second)
    assert undo.undo(database, OWNER, first).kept == ()
    assert rows(database, "select phone from core.account where id = 1") == [("1",)]
    assert not rows(database, "select id from history.edit where is_held and undone_at is null")


@pytest.mark.usefixtures("accounts")
def test_who_is_credited_for_a_deal_is_so_again_when_its_reopening_is_taken_back(database: Database) -> None:
    deal = add_deal(database, "proposal", "10", owner_id=1)
    add_event(database, deal, 1, "proposal", "10", None)
    records.edit(database, OWNER, "opportunity", deal, {"stage_id": stage(database, "won")}, 1)
    won = last_action(database)
    records.edit(database, OWNER, "opportunity", deal, {"stage_id": stage(database, "proposal")}, 2)
    reopened = last_action(database)
    records.edit(database, OWNER, "opportunity", deal, {"owner_id": 2}, 3)
    credit = "select credited_owner_id from core.opportunity"
    assert rows(database, credit) == [(None,)]
    assert undo.undo(database, OWNER, reopened).is_whole
    assert rows(database, credit) == [(1,)]
    undo.undo(database, OWNER, won)
    assert rows(database, credit) == [(None,)]


@pytest.mark.usefixtures("accounts")
def test_the_credit_for_a_deal_stays_where_what_closed_it_does(database: Database) -> None:
    deal = add_deal(database, "proposal", "10", owner_id=1)
    add_event(database, deal, 1, "proposal", "10", None)
    records.edit(database, OWNER, "opportunity", deal, {"stage_id": stage(database, "won")}, 1)
    won = last_action(database)
    records.edit(database, OWNER, "opportunity", deal, {"owner_id": 2, "stage_id": stage(database, "lost")}, 2)
    assert undo.undo(database, OWNER, won).kept == (("opportunity", deal, "stage_id"),)
    assert rows(database, "select credited_owner_id from core.opportunity") == [(1,)]


@pytest.mark.usefixtures("accounts")
def test_the_credit_for_a_solved_ticket_goes_back_with_it(database: Database) -> None:
    ticket = add_ticket(database, "open", datetime(2025, 3, 2), owner_id=1)
    records.edit(database, OWNER, "ticket", ticket, {"resolved_at": datetime(2025, 3, 3)}, 1)
    assert rows(database, "select credited_owner_id from core.ticket") == [(1,)]
    undo.undo(database, OWNER, last_action(database))
    assert rows(database, "select credited_owner_id from core.ticket") == [(None,)]


@pytest.mark.usefixtures("accounts")
def test_taking_back_what_all_was_changed_since_leaves_no_action(database: Database) -> None:
    records.edit(database, OWNER, "account", 1, {"phone": "2"}, 1)
    action = last_action(database)
    records.edit(database, OWNER, "account", 1, {"phone": "3"}, 2)
    before = rows(database, "select id from history.action")
    done = undo.undo(database, OWNER, action)
    assert (done.action_id, done.kept, done.is_whole) == (None, (("account", 1, "phone"),), False)
    made = records.create(database, OWNER, "account", {"name": "New"})
    created = last_action(database)
    records.archive(database, OWNER, "account", {made: 1})
    assert undo.undo(database, OWNER, created).action_id is None
    assert len(rows(database, "select id from history.action")) == len(before) + 2


@pytest.mark.usefixtures("accounts")
def test_what_would_be_taken_back_is_known_before(database: Database, accounts: dict[int, int]) -> None:
    action = records.edit_many(database, OWNER, "account", accounts, {"phone": "2", "city": "York"}).action_id
    assert action is not None
    records.edit(database, OWNER, "account", 2, {"phone": "3", "city": "Bath"}, 2)
    standing = rows(database, "select * from core.account order by id")
    kept = (("account", 2, "city"), ("account", 2, "phone"))
    assert undo.foresee(database, OWNER, action) == undo.Foreseen(2, 4, kept)
    assert rows(database, "select * from core.account order by id") == standing
    assert undo.undo(database, OWNER, action).kept == kept


def test_a_merge_that_is_not_the_last_stays_when_an_afternoon_is_taken_back(database: Database) -> None:
    first, second, third = (add(database, "account", name=name, phone="1") for name in "ABC")
    ann = Viewer(1, "Ann", "sales", None, scopes=EVERYTHING, verbs=MAY_EDIT | {("merge", "account")})
    since = now()
    records.edit(database, ann, "account", third, {"phone": "2"}, 1)
    merging.merge(database, ann, "account", merging.Read(first, 1), merging.Read(second, 1))
    merging.merge(database, OWNER, "account", merging.Read(third, 2), merging.Read(first, 1))
    done = undo.undo_between(database, OWNER, 1, since, now() + timedelta(seconds=1))
    assert [each.action_id is None for each in done] == [True, False]
    assert rows(database, "select phone from core.account where archived_at is null") == [("1",)]


@pytest.mark.usefixtures("accounts")
def test_who_sees_what_is_asked_while_nobody_else_writes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody gives the account away after the other was asked for and before it is written."""
    ann = Viewer(6, "Ann", "sales", 1, scopes=(("account", Scope(owners=(1,))),), verbs=MAY_EDIT)
    editing = database.editing

    @contextmanager
    def slow() -> Iterator[None]:
        monkeypatch.undo()
        records.edit(database, OWNER, "account", 1, {"owner_id": 2}, 1, reason="moved")
        with editing():
            yield

    monkeypatch.setattr(database, "editing", slow)
    assert records.edit_many(database, ann, "account", {1: 1}, {"phone": "9"}).outcomes[1].code == "gone"
    assert rows(database, "select phone from core.account where id = 1") == [("1",)]


# Any sequence


@dataclass(frozen=True)
class Edit:
    """The same values for some accounts or deals."""

    name: str
    records: frozenset[int]
    values: Mapping[str, str | None]


@dataclass(frozen=True)
class Back:
    """The n-th action that still counts is taken back."""

    nth: int


def some(name: str, fields: Mapping[str, st.SearchStrategy[str | None]]) -> st.SearchStrategy[Edit]:
    values = st.fixed_dictionaries({}, optional=fields).filter(bool)  # type: ignore[arg-type]
    return st.builds(Edit, st.just(name), st.frozensets(st.integers(1, 3), min_size=1), values)


STEPS = st.lists(
    st.one_of(
        some(
            "account",
            {
                "phone": st.sampled_from(["1", "2", "'; drop", "=1+1", None]),
                "owner_id": st.sampled_from(["1", "2", None]),
            },
        ),
        some(
            "opportunity",
            {
                "amount": st.sampled_from(["1.00", "2.50", None]),
                "expected_close_on": st.sampled_from(["2025-01-01", None]),
            },
        ),
        st.builds(Back, st.integers(0, 3)),
    ),
    max_size=8,
)


class Model:
    """What is to stand, told plainly."""

    def __init__(self, standing: dict[tuple[str, int, str], str | None]) -> None:
        self.standing = standing
        self.actions: dict[int, list[tuple[tuple[str, int, str], str | None, str | None]]] = {}

    def edit(self, action: int, step: Edit) -> None:
        places = [(step.name, key, name) for key in step.records for name in step.values]
        changed = [
            (at, self.standing[at], step.values[at[2]]) for at in places if self.standing[at] != step.values[at[2]]
        ]
        self.standing |= {at: after for at, _, after in changed}
        if changed:
            self.actions[action] = changed

    def back(self, action: int) -> None:
        """Put back what still stands and nothing that counts came over; the rest of the action still counts."""
        over = {at for other, changed in self.actions.items() if other > action for at, _, _ in changed}
        changed = self.actions.pop(action)
        kept = [each for each in changed if each[0] in over or self.standing[each[0]] != each[2]]
        self.standing |= {each[0]: each[1] for each in changed if each not in kept}
        if kept:
            self.actions[action] = kept


def _standing(database: Database) -> dict[tuple[str, int, str], str | None]:
    fields = {"account": ("phone", "owner_id"), "opportunity": ("amount", "expected_close_on")}
    return {
        (name, key, field): value
        for name, columns in fields.items()
        for field in columns
        for key, value in rows(database, f"select id, {field}::varchar from core.{name}")
    }


def _begin(database: Database) -> None:
    for table in ("core.account", "core.opportunity", "core.opportunity_event", "history.edit", "history.action"):
        rows(database, f"delete from {table}")
    for key in (1, 2, 3):
        add(database, "account", id=key, name="A", phone="1", owner_id=1)
        deal = add_deal(database, "proposal", "1.00", id=key, account_id=key, account_owner_id=1)
        add_event(database, deal, 1, "proposal", "1.00", None)


@pytest.mark.usefixtures("staff")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_changes_and_undos_end_where_a_plain_model_says(database: Database, steps: list[Edit | Back]) -> None:
    _begin(database)
    model = Model(_standing(database))
    for step in steps:
        if isinstance(step, Edit):
            versions = dict(rows(database, f"select id, version from core.{step.name}"))
            chosen = {key: versions[key] for key in step.records}
            before = rows(database, "select coalesce(max(id), 0) from history.action")
            records.edit_many(database, OWNER, step.name, chosen, step.values, reason="x")
            if rows(database, "select coalesce(max(id), 0) from history.action") != before:
                model.edit(last_action(database), step)
        elif model.actions:
            action = sorted(model.actions)[step.nth % len(model.actions)]
            undo.undo(database, OWNER, action)
            model.back(action)
        assert _standing(database) == model.standing
    owners = rows(
        database,
        "select 1 from core.opportunity as deal join core.account on account.id = deal.account_id "
        "where deal.account_owner_id is distinct from account.owner_id",
    )
    assert not owners
    for check in ("deal_agrees_with_last_event", "deal_has_event"):
        assert not rows(database, (refresh.CHECKS / f"{check}.sql").read_text()), check


@pytest.fixture
def staff(database: Database) -> None:
    for name in ("Ann", "Bob"):
        add(database, "staff", name=name)
