"""Nothing foreign and nothing withheld comes out, whatever is asked: a company in which each text says whose it is.

What may be seen is told here once more, from the grants and the owners, without the views.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from crm import access, changes, conflicts, export, lists, metrics, origin, queries, records, sql, users
from crm.access import ROLES, Viewer
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed, NotFound
from crm.lists import Condition, Wanted
from tests.random_company import TODAY, Chance, fill
from tests.records import add, refresh_up_to

OWNER = access.owner_of_file()
MARK = re.compile(r"⟦(\w+):(\d+):(\w+)⟧")
COST = re.compile(r"98765\d{4}|98765\.")
AMOUNT = re.compile(r"777\d{5}")
UNMARKED = ("kind", "status", "priority", "currency", "email_consent")
EVERYBODY_S = ("staff", "team", "product", "stage")
RECORDS = ("account", "contact", "opportunity", "sales_order", "ticket", "lead", "interaction", "task", "quote",
           "campaign", "survey_response")  # fmt: skip
GUESSED: dict[str, tuple[Any, ...]] = {
    "since": (date(2023, 1, 1),),
    "until": (TODAY,),
    "today": (TODAY,),
    "zone": ("UTC",),
    "now": (datetime(2025, 6, 30),),
    "metric_id": ("revenue", "won_revenue"),
    "object": ("account", "contact", "opportunity"),
    "record": ("account:1", "opportunity:1"),
    "skip": (0,),
    "count": (100,),
    "limit": (100,),
}
"""Parameter of a query → what it is asked with; keys are asked with several, and others with null."""


@dataclass
class Sight:
    """What a role may see, told from grants and owners."""

    records: dict[str, set[int]] = field(default_factory=dict)
    masked: set[tuple[str, str]] = field(default_factory=set)
    hides_cost: bool = False
    hides_amount: bool = False

    def check(self, shown: object, place: str) -> int:
        """Fails where a value is shown that is not to be; how many markers were there."""
        texts = list(_texts(shown))
        found = [match.groups() for text in texts for match in MARK.finditer(text)]
        for name, key, column in found:
            assert (name, column) not in self.masked, f"{place}: {column} of {name} is withheld"
            assert name in EVERYBODY_S or int(key) in self.records.get(name, set()), f"{place}: {name} {key} is foreign"
        for hides, pattern in ((self.hides_cost, COST), (self.hides_amount, AMOUNT)):
            assert not hides or not any(map(pattern.search, texts)), f"{place}: a withheld number"
        return len(found)


def _texts(shown: object) -> Iterator[str]:
    if isinstance(shown, pl.DataFrame):
        for column in shown.select(~pl.selectors.temporal()).columns:
            yield from (str(value) for value in shown[column].to_list() if value is not None)
    else:
        yield str(shown)


def plant(database: Database, seed: int) -> list[int]:
    """A company of two teams and a foreigner, in which every text says whose it is; its staff."""
    chance = Chance(seed)
    staff = fill(database, chance)
    team, other = add(database, "team", name="T1", manager_id=staff[0]), add(database, "team", name="T2")
    mate, foreign = add(database, "staff", name="M", team_id=team), add(database, "staff", name="F", team_id=other)
    with database.cursor() as cursor:
        cursor.run("update core.staff set team_id = $team where id = $id", team=team, id=staff[1])
        accounts = [row[0] for row in cursor.rows("select id from core.account order by id")]
    everybody = [*staff, mate, foreign]
    for key in accounts:
        owner = chance.choice([*everybody, None])
        records.edit(database, OWNER, "account", key, {"owner_id": owner, "team_id": chance.choice([team, other])}, 1,
                     reason="planted")  # fmt: skip
        own = {"account_id": key, "account_owner_id": owner}
        add(database, "contact", name="C", email="e", phone="1", custom_fields="{}", **own)
        add(database, "quote", name="Q", owner_id=chance.choice(everybody), **own)
    for _ in range(8):
        add(database, "lead", name="L", email="e", owner_id=chance.choice([*everybody, None]),
            team_id=chance.choice([team, other, None]))  # fmt: skip
    add(database, "campaign", name="K")
    _mark(database)
    _edit(database, chance)
    with database.cursor() as cursor:
        moments = "now()::timestamp, now()::timestamp, true"
        cursor.run(f"insert into landing.batch (started_at, applied_at, is_history) values ({moments})")
        for key in accounts:
            cursor.run(
                "insert into landing.reject values (1, $id, true, 'email', $text, 'duplicate', null)",
                id=key,
                text=f"⟦batch:{key}:value⟧",
            )
            cursor.run(
                "insert into landing.conflict (batch_id, record_number, object, record_id, field, value, standing) "
                "values (1, $id, 'account', $id, 'phone', $text, 'x')",
                id=key,
                text=f"⟦account:{key}:phone⟧",
            )
            cursor.run(
                "insert into core.record_key values ('account', 'files', $text, $id, 1)",
                id=key,
                text=f"⟦batch:{key}:key⟧",
            )
    refresh_up_to(database, TODAY)
    return everybody


def _mark(database: Database) -> None:
    with database.cursor() as cursor:
        columns = cursor.rows(
            "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'core' "
            "and data_type in ('VARCHAR', 'JSON') order by all"
        )
        for table, column, kind in columns:
            if table not in (*RECORDS, "product", "staff", "team") or column in UNMARKED:
                continue
            mark = f"'⟦{table}:' || id || ':{column}⟧'"
            value = f"json_object('x', {mark})" if kind == "JSON" else mark
            cursor.run(f"update core.{table} set {column} = {value}")
        cursor.run("update core.product set cost = 98765 + id / 100, list_price = 1")
        for table, key in (("opportunity", "id"), ("opportunity_event", "opportunity_id")):
            cursor.run(f"update core.{table} set amount = 77700000 + {key}, amount_company = 77700000 + {key}")


def _edit(database: Database, chance: random.Random) -> None:
    """Changes, whose values before are in the history."""
    for name, column in (("account", "phone"), ("contact", "email"), ("opportunity", "amount"), ("ticket", "subject")):
        with database.cursor() as cursor:
            found = cursor.rows(f"select id, version, {column}::varchar from core.{name} order by id")
        for key, version, text in chance.sample(found, min(4, len(found))):
            after = {"amount": str(77710000 + key), "email": f"{text}@again"}.get(column, f"{text} again")
            records.edit(database, OWNER, name, key, {column: after}, version)


def sight(database: Database, role: str, staff_id: int | None) -> Sight:
    """What a role may see, from the grants, the owners and the teams as they stand."""
    found = Sight()
    with database.cursor() as cursor:
        text = "select object, scope, masked from ops.access_grant where role = $role and verb = 'read'"
        grants = cursor.rows(text, role=role)
        people = cursor.rows("select id, team_id, manager_id from core.staff")
        leads = dict(cursor.rows("select id, manager_id from core.team"))
        reach, teams = _reach(people, leads, staff_id)
        for name, scope, masked in grants:
            found.masked |= {(name, column) for column in masked}
            found.hides_cost |= "cost" in masked
            found.hides_amount |= name == "opportunity" and "amount" in masked
            table = "account" if name == "batch" else name  # each account has a line that was refused
            frame = cursor.frame(f"select * from core.{table}") if table in RECORDS else pl.DataFrame()
            found.records[name] = {
                row["id"]
                for row in frame.iter_rows(named=True)
                if scope == "all" or (name != "batch" and _is_own(row, name, {staff_id} if scope == "own" else reach,
                                                                  set() if scope == "own" else teams))
            }  # fmt: skip
    return found


def _reach(people: list[Any], leads: dict[int, int | None], staff_id: int | None) -> tuple[set[Any], set[Any]]:
    if staff_id is None:
        return set(), set()
    own_team = next((team for key, team, _ in people if key == staff_id), None)
    reach = {staff_id} | {key for key, team, _ in people if own_team is not None and team == own_team}
    below = {staff_id}
    while more := {key for key, _, manager in people if manager in below} - below:
        below |= more
    return reach | below, {team for team, leader in leads.items() if leader == staff_id} | ({own_team} - {None})


def _is_own(row: dict[str, Any], name: str, reach: set[Any], teams: set[Any]) -> bool:
    if name == "campaign":
        return False
    owners = [row[column] for column in ("owner_id", "account_owner_id") if column in row]
    if any(owner is not None and owner in reach for owner in owners):
        return True
    return name in ("account", "ticket", "lead") and row["owner_id"] is None and row["team_id"] in teams


def viewer_as(database: Database, role: str, staff_id: int | None) -> Viewer:
    email = f"{role}{staff_id or ''}@example.com"
    users.add(database, email, role, is_demo=True)
    users.set_staff(database, users.id_of(database, email), staff_id)
    with database.cursor() as cursor:
        return access.viewer_of(cursor, email)


def asked(text: str, keys: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """Values for a query: each key for what asks for one, and else what is guessed."""
    names = sql.parameters(text)
    for key in keys if any(name.endswith(("_id", "id")) for name in names - {"metric_id"}) else keys[:1]:
        for place in range(max((len(GUESSED.get(name, (0,))) for name in names), default=1)):
            values: dict[str, Any] = {}
            for name in names - {"today", "zone", "silent_days"}:
                if name in GUESSED:
                    values[name] = GUESSED[name][place % len(GUESSED[name])]
                elif name.endswith("ids"):
                    values[name] = keys
                else:
                    values[name] = key if name.endswith("id") else None
            yield values


def look_everywhere(database: Database, viewer: Viewer, seen: Sight, sample: int) -> int:
    """Ask all that there is to ask; how many markers came out."""
    found = 0
    with access.cursor_for(database, viewer) as cursor:
        for view in {each.name or each.table.partition(".")[2] for each in access.VIEWS}:
            found += seen.check(cursor.frame(f"select * from visible.{view}"), f"{viewer.role} {view}")
    keys = tuple(range(1, sample + 1))
    for name, path in queries.names().items():
        for values in asked(sql.read(path), keys):
            found += seen.check(queries.query(database, viewer, name, **values), f"{viewer.role} {name} {values}")
    for name in lists.NAMES:
        found += _list(database, viewer, seen, name, sample)
    for metric in metrics.registry().values():
        if metrics.may_see(viewer, metric):
            seen.check(metrics.number(database, viewer, metric.id), metric.id)
            found += seen.check(metrics.rows(database, viewer, metric.id), f"rows of {metric.id}")
            if export.may(viewer, metric):
                found += seen.check(metrics.rows(database, viewer.acting("export"), metric.id), f"file of {metric.id}")
        else:
            with pytest.raises(NotAllowed):
                metrics.rows(database, viewer, metric.id)
    found += seen.check(conflicts.listed(database, viewer), "conflicts")
    for name in RECORDS:
        for key in keys:
            record = f"{name}:{key}"
            told = changes.of(database, viewer, record)
            found += seen.check(told, f"changes of {record}")
            if key not in seen.records.get(name, set()):
                assert told.is_empty() and not origin.came_from(database, viewer, record), f"{record} is foreign"
    return found


def _list(database: Database, viewer: Viewer, seen: Sight, name: str, sample: int) -> int:
    if not viewer.may("read", name) and name not in access.EVERYONE:
        with pytest.raises(NotAllowed):
            lists.count(database, viewer, name, Wanted())
        return 0
    if not viewer.may("read", name):
        return 0
    known = lists.fields(database, viewer, name)
    assert not {column for of, column in seen.masked if of == name} & {each.column for each in known.values()}
    if name in RECORDS:
        assert lists.count(database, viewer, name, Wanted()) == len(seen.records[name]), name
    found = 0
    for sort in list(known)[:sample]:
        shown = lists.page(database, viewer, name, Wanted(sort=f"-{sort}"), limit=1000, columns=known)
        found += seen.check(shown, f"list of {name} by {sort}")
        if name in RECORDS:
            assert set(shown["id"]) <= seen.records[name]
    for word in ("⟦", "⟦account:1:", ":phone⟧", ":email⟧"):
        found += seen.check(lists.page(database, viewer, name, Wanted(search=word), limit=1000), f"{name} with {word}")
    for of, column in seen.masked:
        if of == name:
            with pytest.raises(InvalidRecord):
                lists.count(database, viewer, name, Wanted(conditions=(Condition(column, "filled"),)))
            with pytest.raises((InvalidRecord, NotFound)):
                lists.page(database, viewer, name, Wanted(), columns=[column])
    return found


def look_as(database: Database, staff: list[int], role: str, place: int | None, sample: int) -> None:
    """As a role, linked to the member of staff at a place among them, or to none."""
    staff_id = None if place is None else staff[place]
    everything, seen = sight(database, "admin", None), sight(database, role, staff_id)
    found = look_everywhere(database, viewer_as(database, role, staff_id), seen, sample)
    if role in ("sales", "sales_manager"):
        assert len(seen.records["account"]) < len(everything.records["account"])
    assert found or staff_id is None, f"{role} sees nothing at all: the test looks at nothing"


def test_nothing_foreign_and_nothing_withheld_comes_out(database: Database) -> None:
    look_as(database, plant(database, 1), "sales", 1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 7))
def test_nothing_foreign_comes_out_for_any_role(database: Database, seed: int) -> None:
    staff = plant(database, seed)
    for role in ROLES:
        for place in (0, 1, None):
            look_as(database, staff, role, place, 16)
