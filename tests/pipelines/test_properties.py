"""What holds for any files: every record is accounted for, again changes nothing, the order of files is nothing."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.db import Database
from tests.pipelines.conftest import COUNTS, load_files

Open = Callable[[], Any]

ANY = {"deadline": None, "suppress_health_check": list(HealthCheck)}
FEW = settings(max_examples=6, derandomize=True, phases=[Phase.generate], **ANY)
"""Shrinking takes minutes, so that only the slow test does it."""
MANY = settings(max_examples=80, **ANY)

NAMES = st.sampled_from(["Acme", "ACME", "Bolt", "Cög & Co", "", " ", "Ann; Lee", 'say "hi"', "two\nlines", "'; drop"])
KEYS = st.sampled_from(["1", "2", "3", "4", "5", ""])
MONEY = st.sampled_from(["5", "6.50", "$1,000.00", "(7)", "", "12x", "1e3", "-4"])
DAYS = st.sampled_from(["2024-01-05", "2024/1/6", "", "soon", "infinity", "2024-02-30", "5 Jan 2024"])
STAGES = st.sampled_from(["Won", "lost", "Engaging", "bogus", ""])
BROKEN = st.sampled_from(["only one", "a,b,c,d,e,f,g,h,i,j,k", '"x"y,1', ""])

OBJECTS = {
    "accounts.csv": ("Account ID,Account,City,Owner,Parent", (KEYS, NAMES, NAMES, NAMES, NAMES)),
    "opportunities.csv": ("Deal ID,Deal,Stage,Amount,Account,Close date", (KEYS, NAMES, STAGES, MONEY, NAMES, DAYS)),
    "orders.csv": ("Order number,Ordered at,Account", (KEYS, DAYS, NAMES)),
    "order_lines.csv": ("Line ID,Order number,Qty,Price,Sold at", (KEYS, KEYS, MONEY, MONEY, DAYS)),
    "keyless order_lines.csv": ("Order number,Qty,Price,Sold at", (KEYS, MONEY, MONEY, DAYS)),
}


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text


@st.composite
def dirty(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, str]:
    """Files of those names with records of which some are wrong."""
    files = {}
    for name in names:
        header, cells = OBJECTS[name]
        records = st.one_of(st.tuples(*cells).map(lambda row: ",".join(map(_cell, row))), BROKEN)
        rows = draw(st.lists(records, max_size=8))
        end = draw(st.sampled_from(["\n", "\r\n"]))
        files[name] = end.join([header, *rows]) + draw(st.sampled_from(["", end]))
    return files


files_of_a_load = st.sampled_from(["order_lines.csv", "keyless order_lines.csv"]).flatmap(
    lambda lines: dirty(("accounts.csv", "opportunities.csv", "orders.csv", lines))
)


@pytest.fixture
def opened(migrated: Path) -> Open:
    """Opens an empty database for one example."""

    @contextmanager
    def open_one() -> Iterator[Database]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "example.duckdb"
            shutil.copy(migrated, path)
            with Database(path, threads=2) as database:
                yield database

    return open_one


def _load(database: Database, files: dict[str, str]) -> list[dict[str, int]]:
    """What became of the records of each file; that they add up is looked at on the way."""
    report = load_files(database, files, database.path.parent / "files")
    return [{what: file[what] for what in COUNTS} for file in report["files"]]


BUSINESS = {
    "account": (
        "select account.name, account.city, owner.name, parent.name, account.version from core.account as account "
        "left join core.staff as owner on owner.id = account.owner_id "
        "left join core.account as parent on parent.id = account.parent_id"
    ),
    "staff": "select name, version from core.staff",
    "opportunity": "select deal.name, stage.code, amount, account.name, closed_on, deal.version "
    "from core.opportunity as deal join core.stage as stage on stage.id = stage_id "
    "left join core.account as account on account.id = account_id",
    "opportunity_event": "select sequence, happened_at, stage_id, amount from core.opportunity_event",
    "sales_order": "select number, ordered_at, account.name, sale.version from core.sales_order as sale "
    "left join core.account as account on account.id = account_id",
    "order_line": (
        "select sale.number, quantity, unit_price, happened_at, is_possible_repeat, line_key, account.name "
        "from core.order_line as line join core.sales_order as sale on sale.id = order_id "
        "left join core.account as account on account.id = line.account_id"
    ),
    "record_key": "select object, source, key from core.record_key",
}


def _business(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.cursor() as cursor:
        return {name: cursor.rows(f"select * from ({statement}) order by all") for name, statement in BUSINESS.items()}


def _dangling(database: Database) -> list[tuple[Any, ...]]:
    """Keys and references that lead nowhere."""
    with database.cursor() as cursor:
        return cursor.rows(
            "select object, key from core.record_key where "
            "(object = 'account' and record_id not in (select id from core.account)) "
            "or (object = 'opportunity' and record_id not in (select id from core.opportunity)) "
            "or (object = 'sales_order' and record_id not in (select id from core.sales_order)) "
            "or (object = 'staff' and record_id not in (select id from core.staff)) "
            "union all select 'parent', name from core.account "
            "where parent_id is not null and parent_id not in (select id from core.account) "
            "union all select 'owner', name from core.account "
            "where owner_id is not null and owner_id not in (select id from core.staff)"
        )


def _again_changes_nothing(opened: Open, files: dict[str, str]) -> None:
    with opened() as database:
        _load(database, files)
        before = _business(database)
        assert not _dangling(database)
        reversed_lines = {name: _in_other_bytes(text) for name, text in files.items()}
        for again in (files, reversed_lines):
            for counted in _load(database, again):
                assert counted["inserted"] == counted["updated"] == 0
            assert _business(database) == before


def _in_other_bytes(text: str) -> str:
    """The same records in a file of other bytes."""
    end = "\r\n" if "\r\n" in text else "\n"
    return "\ufeff" + text.removesuffix(end) + end + end


@FEW
@given(files=files_of_a_load)
def test_loading_again_changes_nothing(opened: Open, files: dict[str, str]) -> None:
    _again_changes_nothing(opened, files)


@pytest.mark.slow
@MANY
@given(files=files_of_a_load)
def test_loading_again_changes_nothing_at_length(opened: Open, files: dict[str, str]) -> None:
    _again_changes_nothing(opened, files)


def _clean(seed: int) -> dict[str, str]:
    """Files whose records name each other across files, none of them twice."""
    chance = random.Random(seed)
    accounts = [f"A{number},Company {number},Owner {chance.randrange(3)}" for number in range(chance.randrange(1, 9))]
    deals = [
        f"D{number},Deal {number},{chance.choice(['Won', 'Lost', 'Engaging'])},{chance.randrange(99)},"
        f"{chance.choice(['A0', 'Company 0', 'company-0', 'Newcomer', ''])}"
        for number in range(chance.randrange(9))
    ]
    orders = [f"S{number},2024-01-0{number % 9 + 1},Company {number}" for number in range(chance.randrange(1, 9))]
    lines = [f"L{number},S{chance.randrange(9)},{chance.randrange(-3, 9)},2.5,2024-01-05" for number in range(12)]
    half = len(lines) // 2
    header = "Line ID,Order number,Qty,Price,Sold at"
    return {
        "accounts.csv": "\n".join(["Account ID,Account,Owner", *accounts]),
        "opportunities.csv": "\n".join(["Deal ID,Deal,Stage,Amount,Account", *deals]),
        "orders.csv": "\n".join(["Order number,Ordered at,Account", *orders]),
        "1 order_lines.csv": "\n".join([header, *lines[:half]]),
        "2 order_lines.csv": "\n".join([header, *lines[half:]]),
    }


def _order_does_not_matter(opened: Open, seed: int) -> None:
    files = _clean(seed)
    shuffled = list(files)
    random.Random(seed).shuffle(shuffled)
    found = []
    for names in (list(files), shuffled):
        with opened() as database:
            _load(database, {name: files[name] for name in names})
            found.append(_business(database))
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_files_does_not_matter(opened: Open, seed: int) -> None:
    _order_does_not_matter(opened, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_the_order_of_files_does_not_matter_at_length(opened: Open, seed: int) -> None:
    _order_does_not_matter(opened, seed)
