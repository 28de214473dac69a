"""Named queries, the cache and the snapshot that a page shares."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from crm import access, clock, db, queries, records
from crm.access import Scope, Viewer
from crm.db import Database
from crm.errors import NotFound, WrongUse
from tests.records import add, add_deal, add_order, refresh_up_to, set_company

OWNER = access.owner_of_file()
ALL: dict[str, Any] = {"since": None, "until": None}
DAY = date(2025, 1, 31)


def won(database: Database, viewer: Viewer = OWNER) -> int:
    """What the deals that were won are worth."""
    return int(queries.query(database, viewer, "home/won_revenue_by_month", today=DAY, **ALL)["value"].sum())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that reach the engine."""
    found: list[str] = []
    original = db.Cursor.frame

    def frame(self: db.Cursor, statement: str, **values: object) -> pl.DataFrame:
        found.append(statement)
        return original(self, statement, **values)

    monkeypatch.setattr(db.Cursor, "frame", frame)
    return found


def test_a_query_answers_as_a_frame(database: Database) -> None:
    add_order(database, datetime(2025, 1, 5), "10.00")
    add_order(database, datetime(2025, 3, 5), "4.00", "-1.00")
    refresh_up_to(database)
    found = queries.query(database, OWNER, "home/revenue_by_month", today=date(2025, 3, 30), **ALL)
    assert found.rows() == [
        (date(2025, 1, 1), Decimal(10), False),
        (date(2025, 2, 1), Decimal(0), False),
        (date(2025, 3, 1), Decimal(3), True),
    ]


def test_won_revenue_by_month(database: Database) -> None:
    add_deal(database, "won", "5", closed_on=date(2025, 1, 31))
    add_deal(database, "won", "7")
    add_deal(database, "lost", "9", closed_on=date(2025, 1, 31))
    found = queries.query(database, OWNER, "home/won_revenue_by_month", today=date(2025, 1, 31), **ALL)
    assert found.rows() == [(date(2025, 1, 1), Decimal(5), False)]


def test_an_unknown_name_brings_those_that_are_near(database: Database) -> None:
    with pytest.raises(NotFound, match="home/revenue_by_month"):
        queries.query(database, OWNER, "home/revenue_by_moth")
    with pytest.raises(NotFound):
        queries.query(database, OWNER, "../../data/schema/0001_operations")


def test_values_that_do_not_fit_are_told(database: Database) -> None:
    with pytest.raises(WrongUse, match="does not ask for colour"):
        queries.query(database, OWNER, "home/revenue_by_month", colour="red", **ALL)
    with pytest.raises(WrongUse, match="also needs until"):
        queries.query(database, OWNER, "home/revenue_by_month", since=None)


def test_the_same_question_is_answered_once(database: Database, asked: list[str]) -> None:
    first = queries.query(database, OWNER, "home/filter_values")
    assert queries.query(database, OWNER, "home/filter_values") is first
    assert len(asked) == 1


def test_another_value_scope_or_version_is_another_question(database: Database, asked: list[str]) -> None:
    day = date(2025, 1, 1)
    nobody = Viewer(1, "Eve", "sales", scopes=(("company", Scope()), ("sales_order", Scope())))
    queries.query(database, OWNER, "home/revenue_by_month", today=day, **ALL)
    queries.query(database, OWNER, "home/revenue_by_month", today=date(2025, 1, 2), **ALL)
    queries.query(database, nobody, "home/revenue_by_month", today=day, **ALL)
    database.touch(["core.opportunity"])
    queries.query(database, OWNER, "home/revenue_by_month", today=day, **ALL)
    assert len(asked) == 3
    database.touch(["mart.sale_line"])
    queries.query(database, OWNER, "home/revenue_by_month", today=day, **ALL)
    assert len(asked) == 4


def test_only_what_reads_a_changed_column_is_asked_again(database: Database, asked: list[str]) -> None:
    """A new telephone number makes no page count anew."""
    account = add(database, "account", name="Acme", phone="1")
    texts = ("select name from visible.account", "select name, Phone from visible.account", "from visible.account")
    for text in texts:
        queries.answer(database, OWNER, "test", text, {})
    asked.clear()
    records.edit(database, OWNER, "account", account, {"phone": "2"}, 1)
    found = [queries.answer(database, OWNER, "test", text, {}) for text in texts]
    assert asked == [*texts[1:]]
    assert (found[1]["phone"].to_list(), found[2]["phone"].to_list()) == (["2"], ["2"])


def test_a_change_is_seen_at_once(database: Database) -> None:
    deal = add_deal(database, "won", "5", closed_on=DAY)
    assert won(database) == 5

    def close(cursor: db.Cursor) -> None:
        cursor.run("update core.opportunity set closed_on = null where id = $id", id=deal)

    database.write(close, touches=["core.opportunity"])
    assert won(database) == 0


def test_the_cache_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    monkeypatch.setattr(queries, "CACHE_BYTES", 3000)
    for day in (1, 2, 3, 1):
        queries.query(database, OWNER, "home/revenue_by_month", today=date(2025, 1, day), **ALL)
    assert len(asked) == 4


def test_a_database_does_not_answer_for_another(database: Database, asked: list[str]) -> None:
    assert queries._cache_of(database) is queries._cache_of(database)
    assert isinstance(queries._caches.get(database), queries._Cache)
    assert asked == []


def test_a_moment_is_one_snapshot(database: Database) -> None:
    add_deal(database, "won", "5", closed_on=DAY)
    with queries.moment(database, OWNER):
        assert won(database) == 5
        add_deal(database, "won", "6", closed_on=DAY)
        assert queries.query(database, OWNER, "home/revenue_by_month", today=DAY, **ALL).is_empty()
        assert won(database) == 5
    assert won(database) == 11


def test_what_a_moment_kept_is_not_taken_for_newer(database: Database) -> None:
    """A question first asked after a change, within a snapshot from before it, stands under the old version."""
    with queries.moment(database, OWNER):
        queries.clock(database, OWNER)  # opens the snapshot
        queries.query(database, OWNER, "home/last_day_with_data")
        add_deal(database, "won", "6", closed_on=DAY)
        assert won(database) == 0
    assert won(database) == 6


def test_a_moment_is_its_viewers_own(database: Database) -> None:
    add(database, "account", name="Acme", owner_id=5)
    nobody = Viewer(1, "Eve", "sales", scopes=(("company", Scope()), ("opportunity", Scope())))
    add_deal(database, "won", "5", closed_on=DAY, owner_id=5)
    with queries.moment(database, OWNER):
        assert won(database) == 5
        assert won(database, nobody) == 0


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", datetime(2025, 3, 1, 15, 59), date(2025, 3, 1)),
        ("Asia/Shanghai", datetime(2025, 3, 1, 16, 0), date(2025, 3, 2)),
        ("Asia/Kathmandu", datetime(2025, 3, 1, 18, 14), date(2025, 3, 1)),
        ("Asia/Kathmandu", datetime(2025, 3, 1, 18, 15), date(2025, 3, 2)),
        ("America/New_York", datetime(2025, 3, 1, 4, 59), date(2025, 2, 28)),
    ],
)
def test_the_clock_shows_the_day_of_the_company(
    database: Database, monkeypatch: pytest.MonkeyPatch, zone: str, moment: datetime, day: date
) -> None:
    monkeypatch.setattr(db, "now", lambda: moment)
    set_company(database, time_zone=zone)
    assert queries.clock(database, OWNER).today == day
    with database.cursor() as cursor:
        assert clock.today(cursor) == day


def test_the_clock_may_stand_still(database: Database) -> None:
    set_company(database, as_of=date(2020, 2, 2), currency="EUR")
    day = date(2020, 2, 2)
    assert queries.clock(database, OWNER) == queries.Clock(day, "UTC", "EUR", None, 90, is_in_step=False)
    refresh_up_to(database, date(2020, 2, 1))
    assert queries.clock(database, OWNER) == queries.Clock(day, "UTC", "EUR", date(2020, 2, 1), 90, is_in_step=True)


def test_small_marts_serve_for_a_month(database: Database) -> None:
    set_company(database, as_of=date(2020, 2, 2))
    for counted, serves in ((date(2020, 1, 2), True), (date(2020, 1, 1), False)):
        refresh_up_to(database, counted)
        assert queries.clock(database, OWNER).is_in_step == serves


def test_the_day_is_that_of_the_company(database: Database) -> None:
    set_company(database, as_of=date(2020, 2, 2))
    with database.cursor() as cursor:
        assert clock.today(cursor) == date(2020, 2, 2)
