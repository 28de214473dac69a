"""Any sequence of what people and loads do, and of its undoing, ends where a plain model of it says.

The model knows accounts by dictionaries: of each field what stands there, and who set it. Two people edit, one record
or several, put away, bring back, make and merge; files load; actions and loads are taken back.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import changes, merging, records, undo
from crm.access import Viewer, owner_of_file
from crm.db import Database
from crm.errors import WrongUse
from crm.merging import Read
from pipelines import merge as pipelines_merge
from pipelines.undo import undo as undo_load
from tests.pipelines.conftest import load_files
from tests.pipelines.test_properties import FEW, MANY, Open, opened

__all__ = ["opened"]

OWNER = owner_of_file()
PEOPLE = tuple(Viewer(key, str(key), "admin", scopes=OWNER.scopes, verbs=OWNER.verbs) for key in (1, 2))
OF_FILES = ("name", "phone", "city")
AWAY, INTO = "archived_at", "merged_into_account_id"
FIELDS = (*OF_FILES, AWAY, INTO)
Value = str | None


# What happens


@dataclass(frozen=True)
class Edit:
    """A person gives some records the same values."""

    who: int
    places: tuple[int, ...]
    values: dict[str, Value]


@dataclass(frozen=True)
class Away:
    """A person puts records away, or brings them back."""

    who: int
    places: tuple[int, ...]
    is_back: bool


@dataclass(frozen=True)
class Make:
    """A person makes a record."""

    who: int
    phone: str


@dataclass(frozen=True)
class Merge:
    """A person makes two records one; the one that stays takes the phone of the other, or not."""

    who: int
    winner: int
    loser: int
    takes: bool


@dataclass(frozen=True)
class Load:
    """A file says of some keys what their phone and city are; an empty cell says nothing."""

    rows: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Back:
    """The n-th action, or load, that still counts is taken back."""

    nth: int
    is_load: bool


Step = Edit | Away | Make | Merge | Load | Back
WHO, PLACE = st.integers(0, 1), st.integers(0, 4)
PLACES = st.lists(PLACE, min_size=1, max_size=3, unique=True).map(tuple)
PHONES, CITIES = st.sampled_from(["1", "2"]), st.sampled_from(["Ulm", "York"])
VALUES = st.fixed_dictionaries(
    {}, optional={"phone": st.one_of(st.none(), PHONES), "city": st.one_of(CITIES, st.just("'; drop"))}
).filter(bool)
EDITS = st.builds(Edit, WHO, PLACES, VALUES)
CELLS = st.tuples(st.one_of(st.just(""), PHONES), st.one_of(st.just(""), CITIES))
LOADS = st.builds(Load, st.dictionaries(st.sampled_from("ABC"), CELLS, min_size=1))
BACKS = st.builds(Back, st.integers(0, 5), st.booleans())
STEPS = st.lists(
    st.one_of(
        EDITS, EDITS, LOADS, LOADS, BACKS, BACKS,
        st.builds(Away, WHO, PLACES, st.booleans()),
        st.builds(Make, WHO, PHONES),
        st.builds(Merge, WHO, PLACE, PLACE, st.booleans()),
    ),
    max_size=10,
)  # fmt: skip


# How it should end


@dataclass
class Entry:
    """A person, by an action, or a load set a field, and it still counts."""

    value: Value
    before: Value
    action: int | None = None
    load: int | None = None
    is_held: bool = False


@dataclass
class Account:
    """What is known of one record."""

    first: dict[str, Value]
    """As it was made."""
    made_by: int | None
    """The load that did."""
    version: int = 1
    entries: dict[str, list[Entry]] = field(default_factory=lambda: {name: [] for name in FIELDS})
    standing: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.standing = dict.fromkeys(FIELDS) | self.first

    def put(self, values: dict[str, Value], **who: Any) -> bool:
        """Set what differs; whether anything did."""
        changed = {name: value for name, value in values.items() if value != self.standing[name]}
        for name, value in changed.items():
            self.entries[name].append(Entry(value, self.standing[name], **who))
        self.standing |= changed
        self.version += bool(changed)
        return bool(changed)

    def holds(self, name: str) -> bool:
        """Whether the word of a person stands against loads."""
        words = [entry.is_held for entry in self.entries[name] if entry.load is None]
        return bool(words) and words[-1]

    def load(self) -> int | None:
        """The last load that counts and changed it, else that which made it."""
        loads = [entry.load for entries in self.entries.values() for entry in entries if entry.load is not None]
        return max(loads, default=self.made_by)


class Model:
    """What is to stand, told plainly."""

    def __init__(self) -> None:
        self.accounts: dict[int, Account] = {}
        self.keys: dict[str, int] = {}
        self.actions: dict[int, str] = {}
        """Those that may be taken back, and their kind."""
        self.merges: dict[int, tuple[int, int, list[str]]] = {}
        """Merge → who stays, who goes, and which keys went along."""
        self.made: dict[int, int] = {}
        """Action → the record that it made."""
        self.loads: list[int] = []
        self.undone: set[int] = set()

    def edit(self, action: int, ids: list[int], values: dict[str, Value], *, is_held: bool) -> None:
        changed = [self.accounts[key].put(values, action=action, is_held=is_held) for key in ids]
        if any(changed):
            self.actions[action] = "edit"

    def make(self, action: int, key: int, values: dict[str, Value]) -> None:
        account = self.accounts[key] = Account(values, None)
        for name, value in values.items():  # a version of its own, and nothing before it
            account.entries[name].append(Entry(value, None, action=action, is_held=True))
        self.actions[action] = "create"
        self.made[action] = key

    def merge(self, action: int, winner: int, loser: int, *, takes: bool) -> None:
        phone = {"phone": self.accounts[loser].standing["phone"]} if takes else {}
        self.accounts[winner].put(phone, action=action, is_held=True)
        for account in self.accounts.values():
            if account.standing[INTO] == str(loser):
                account.put({INTO: str(winner)}, action=action)
        self.accounts[loser].put({AWAY: f"by {action}", INTO: str(winner)}, action=action)
        moved = [key for key, meant in self.keys.items() if meant == loser]
        self.keys |= dict.fromkeys(moved, winner)
        self.merges[action] = (winner, loser, moved)
        self.actions[action] = "merge"

    def back(self, action: int, by: int) -> None:
        """Put back what still stands and no other person came over. What was made is put away."""
        if self.actions[action] == "create":
            account = self.accounts[self.made[action]]
            if account.standing[AWAY] is None:
                account.put({AWAY: f"by {by}"}, action=by)
                del self.actions[action]
            return
        if self.actions[action] == "merge":
            winner, loser, moved = self.merges[action]
            if self.accounts[winner].standing[INTO] is not None:
                return
            self.keys |= {key: loser for key in moved if self.keys.get(key) == winner}
        kept = [self._put_back(account, name, action) for account in self.accounts.values() for name in FIELDS]
        if not any(kept) or self.actions[action] == "merge":
            del self.actions[action]

    def _put_back(self, account: Account, name: str, action: int) -> bool:
        """Whether it stays."""
        entries = account.entries[name]
        own = next((entry for entry in entries if entry.action == action), None)
        if own is None:
            return False
        later = entries[entries.index(own) + 1 :]
        if account.standing[name] != own.value or any(entry.load is None for entry in later):
            return True
        account.standing[name] = own.before
        account.version += 1
        entries.remove(own)
        return False

    def load(self, batch: int, rows: dict[str, tuple[str, str]], meant: dict[str, int]) -> None:
        """What is new, is made; of others, what the word of no person holds."""
        self.loads.append(batch)
        for key, (phone, city) in rows.items():
            brought: dict[str, Value] = {"name": f"Company {key}", "phone": phone or None, "city": city or None}
            if key not in self.keys:
                self.keys[key] = meant[key]
                self.accounts[meant[key]] = Account(brought, batch)
                continue
            account = self.accounts[self.keys[key]]
            said = {name: value for name, value in brought.items() if value and not account.holds(name)}
            account.put(said, load=batch)

    def unload(self, batch: int) -> None:
        """What the load set last is what the last of the others said; what only loads knew that are gone, is gone."""
        self.loads.remove(batch)
        self.undone.add(batch)
        for account in self.accounts.values():
            before = dict(account.standing)
            for name in OF_FILES:
                entries = account.entries[name]
                own = next((entry for entry in entries if entry.load == batch), None)
                if own is not None and own is entries[-1]:
                    account.standing[name] = entries[-2].value if len(entries) > 1 else account.first.get(name)
                if own is not None:
                    entries.remove(own)
            account.version += account.standing != before
        while gone := [key for key in self.accounts if self._is_gone(key)]:
            for key in gone:
                del self.accounts[key]
                self.keys = {name: meant for name, meant in self.keys.items() if meant != key}

    def _is_gone(self, key: int) -> bool:
        account = self.accounts[key]
        is_named = any(other.standing[INTO] == str(key) for other in self.accounts.values())
        is_changed = any(entry.load is None for entries in account.entries.values() for entry in entries)
        return account.load() in self.undone and not is_changed and not is_named

    def told(self) -> dict[int, tuple[Any, ...]]:
        """As the database tells it."""
        return {
            key: (*(each.standing[name] for name in OF_FILES), each.standing[AWAY] is None, each.standing[INTO],
                  each.version)
            for key, each in self.accounts.items()
        }  # fmt: skip


# Both at once


class Both:
    """The database and the model, which go the same way."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.model = Model()

    def rows(self, text: str, **values: object) -> list[tuple[Any, ...]]:
        with self.database.cursor() as cursor:
            return cursor.rows(text, **values)

    def chosen(self, places: tuple[int, ...]) -> list[int]:
        """Some of the records that there are."""
        known = sorted(self.model.accounts)
        return sorted({known[place % len(known)] for place in places}) if known else []

    def versions(self, ids: list[int]) -> dict[int, int]:
        return {key: self.model.accounts[key].version for key in ids}

    def do(self, step: Step) -> None:
        match step:
            case Edit():
                ids = self.chosen(step.places)
                written = records.edit_many(self.database, PEOPLE[step.who], "account", self.versions(ids), step.values)
                if written.action_id is not None:
                    self.model.edit(written.action_id, ids, step.values, is_held=True)
            case Away():
                self.away(step)
            case Make():
                values: dict[str, Value] = {"name": "New", "phone": step.phone}
                key = records.create(self.database, PEOPLE[step.who], "account", values)
                self.model.make(self.last_action(), key, values)
            case Merge():
                self.merge(step)
            case Load():
                self.load(step)
            case Back():
                self.unload(step) if step.is_load else self.back(step)

    def last_action(self) -> int:
        return int(self.rows("select max(id) from history.action")[0][0])

    def away(self, step: Away) -> None:
        is_away = {key: self.model.accounts[key].standing[AWAY] is not None for key in self.chosen(step.places)}
        ids = [key for key in is_away if self.model.accounts[key].standing[INTO] is None]
        verb = records.restore if step.is_back else records.archive
        written = verb(self.database, PEOPLE[step.who], "account", self.versions(ids))
        if written.action_id is not None:
            moved = [key for key in ids if is_away[key] == step.is_back]
            value = None if step.is_back else f"by {written.action_id}"
            self.model.edit(written.action_id, moved, {AWAY: value}, is_held=False)

    def merge(self, step: Merge) -> None:
        pair = [*self.chosen((step.winner,)), *self.chosen((step.loser,))]
        if len(set(pair)) < 2 or any(self.model.accounts[key].standing[AWAY] for key in pair):
            return
        winner, loser = (Read(key, self.model.accounts[key].version) for key in pair)
        take = ("phone",) if step.takes else ()
        action = merging.merge(self.database, PEOPLE[step.who], "account", winner, loser, take)
        self.model.merge(action, *pair, takes=step.takes)

    def load(self, step: Load) -> None:
        rows: dict[str, tuple[str, str]] = {}
        for key, cells in step.rows.items():  # a file that speaks twice of one record says a repeat
            meant = self.model.keys.get(key)
            if meant is None or all(self.model.keys.get(other) != meant for other in rows):
                rows[key] = cells
        lines = [f"{key},Company {key},{phone},{city}" for key, (phone, city) in rows.items()]
        once = "\n" * (len(self.model.loads) + len(self.model.undone))  # the same bytes again would be known
        text = "\n".join(["Account ID,Account,Phone,City", *lines, once])
        batch = load_files(self.database, {"accounts.csv": text}, self.database.path.parent / "files")["batch"]
        meant_by = dict(self.rows("select key, record_id from core.record_key where object = 'account'"))
        self.model.load(int(batch), rows, meant_by)

    def unload(self, step: Back) -> None:
        if self.model.loads:
            batch = self.model.loads[step.nth % len(self.model.loads)]
            undo_load(self.database, batch)
            self.model.unload(batch)

    def back(self, step: Back) -> None:
        if self.model.actions:
            action = sorted(self.model.actions)[step.nth % len(self.model.actions)]
            by = 0
            with suppress(WrongUse):  # a merge that is not the last
                by = undo.undo(self.database, OWNER, action).action_id or 0
            self.model.back(action, by)

    def check(self) -> None:
        """They say the same."""
        told = self.rows(
            "select id, name, phone, city, archived_at is null, merged_into_account_id::varchar, version "
            "from core.account order by id"
        )
        assert {key: tuple(values) for key, *values in told} == self.model.told()
        keys = dict(self.rows("select key, record_id from core.record_key where object = 'account'"))
        assert keys == self.model.keys

    def check_words(self) -> None:
        """The same words hold against loads."""
        with self.database.cursor() as cursor:
            cursor.run(pipelines_merge.statement("create_held"), object="account")
            held = {(key, name) for key, name in cursor.rows("select record_id, unnest(fields) from held")}
        model = {(key, name) for key, account in self.model.accounts.items() for name in FIELDS if account.holds(name)}
        assert held == model

    def check_history(self) -> None:
        """Each change begins with what the one before it left, and the last with what stands."""
        for key, account in self.model.accounts.items():
            found = changes.of(self.database, OWNER, f"account:{key}").reverse()
            for name in OF_FILES:
                steps = found.filter(pl.col("field") == name).select("before", "after").rows()
                for (_, left), (began, _) in pairwise(steps):
                    assert left == began, (key, name, steps)
                if steps:
                    assert steps[-1][1] == account.standing[name], (key, name, steps)


def _ends_where_the_model_says(open_one: Open, steps: list[Step]) -> None:
    with open_one() as database:
        both = Both(database)
        for step in steps:
            both.do(step)
            both.check()
        both.check_words()
        both.check_history()


@FEW
@given(steps=STEPS)
def test_any_sequence_ends_where_a_plain_model_says(opened: Open, steps: list[Step]) -> None:
    _ends_where_the_model_says(opened, steps)


@pytest.mark.slow
@MANY
@given(steps=STEPS)
def test_any_sequence_ends_where_a_plain_model_says_at_length(opened: Open, steps: list[Step]) -> None:
    _ends_where_the_model_says(opened, steps)
