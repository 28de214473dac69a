"""What KPIs read on a day is kept: which days, for whom, with which numbers, and who sees them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest

from crm import access, metrics, records, snapshots
from crm.access import Scope, Viewer
from crm.db import Database
from crm.periods import Period, month
from crm.selection import Selection
from crm.snapshots import COMPANY, Group
from pipelines import commands, refresh
from tests import company
from tests.random_company import TODAY, Chance, fill
from tests.records import add, add_deal, add_event, add_ticket, refresh_up_to, set_company

OWNER = access.owner_of_file()
MARCH = month(date(2024, 3, 1))
D = [date(2024, 3, day) for day in range(1, 32)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry of few KPIs, which are counted sooner."""
    known = metrics.registry()
    chosen = {name: known[name] for name in ("won_revenue", "win_rate", "open_tickets", "nps")}
    monkeypatch.setattr(metrics, "registry", lambda: chosen)


def kept(database: Database) -> dict[date, bool]:
    """The days that are kept, and whether they are closed."""
    with database.cursor() as cursor:
        return dict(cursor.rows("select taken_on, bool_and(is_closed) from ops.kpi_snapshot group by all order by all"))


def read(
    database: Database, metric_id: str, group: Group = COMPANY, span: Period = MARCH, viewer: Viewer = OWNER
) -> dict[date, Decimal]:
    """What a KPI read, by day."""
    found = snapshots.by_day(database, viewer, metric_id, span, group)
    return dict(found.select("day", "value").iter_rows())


def count_on(database: Database, day: date) -> None:
    """Count on a day of the company, as the night does."""
    set_company(database, as_of=day)
    refresh.refresh(database)


def won(database: Database, amount: str, closed_on: date, owner_id: int | None = None) -> int:
    """A deal that was won."""
    deal = add_deal(database, "won", amount, closed_on=closed_on, currency="EUR", owner_id=owner_id)
    add_event(database, deal, 1, "won", amount, datetime.combine(closed_on, time()), owner_id=owner_id)
    return deal


@pytest.mark.parametrize(
    ("before", "written"),
    [
        ({}, [D[9]]),
        ({D[9]: False}, [D[9]]),  # another count of the same day
        ({D[8]: False}, [D[8], D[9]]),  # the first count after the day closes it
        ({D[8]: True}, [D[9]]),
        ({D[8]: True, D[9]: False}, [D[9]]),
        ({D[7]: False}, [D[9]]),  # older than yesterday: nobody knows any more how it ended
        ({D[8]: False, D[9]: True}, [D[8]]),  # the company moved to a zone in which it is yesterday again
    ],
)
def test_a_count_writes_its_day_and_closes_the_day_before(before: Mapping[date, bool], written: list[date]) -> None:
    assert snapshots.to_write(D[9], before) == written


@pytest.mark.usefixtures("few")
def test_days_close_once_and_those_without_a_count_are_missing(database: Database) -> None:
    deal = won(database, "100.00", D[0])

    def worth(amount: str) -> None:
        with database.cursor() as cursor:
            cursor.run("update core.opportunity set amount_company = $amount where id = $id", amount=amount, id=deal)
            cursor.run(
                "update core.opportunity_event set amount_company = $amount where opportunity_id = $id",
                amount=amount,
                id=deal,
            )
        database.touch(["core.opportunity", "core.opportunity_event"])

    count_on(database, D[0])
    worth("110.00")
    count_on(database, D[0])
    assert read(database, "won_revenue") == {D[0]: 110}
    worth("120.00")
    count_on(database, D[1])
    assert kept(database) == {D[0]: True, D[1]: False}
    worth("130.00")
    count_on(database, D[1])
    assert read(database, "won_revenue") == {D[0]: 120, D[1]: 130}
    worth("150.00")
    count_on(database, D[4])
    assert kept(database) == {D[0]: True, D[1]: False, D[4]: False}
    assert read(database, "won_revenue") == {D[0]: 120, D[1]: 130, D[4]: 150}


@pytest.mark.usefixtures("few")
def test_a_month_ended_where_its_last_day_was_counted_to_the_end(database: Database) -> None:
    won(database, "100.00", D[0])
    for day in D[29:]:
        count_on(database, day)

    def ended() -> Decimal | None:
        return snapshots.at_end(snapshots.by_day(database, OWNER, "won_revenue", MARCH, COMPANY), MARCH)

    assert ended() is None
    won(database, "1.00", D[30])
    count_on(database, date(2024, 4, 1))
    assert ended() == 101
    assert read(database, "won_revenue") == {D[29]: 100, D[30]: 101}
    assert read(database, "won_revenue", span=month(date(2024, 4, 1))) == {date(2024, 4, 1): 0}


@pytest.mark.usefixtures("few")
def test_numbers_are_those_of_the_month_so_far_for_company_teams_and_staff(database: Database) -> None:
    """Counted by hand: on the 10th, what closed from the 1st to the 10th."""
    red, blue = (add(database, "team", name=name) for name in ("Red", "Blue"))
    add(database, "team", name="Nobody's")
    ann, bo = (add(database, "staff", name=name, team_id=red) for name in ("Ann", "Bo"))
    cy = add(database, "staff", name="Cy", team_id=blue)
    left = add(database, "staff", name="Left", team_id=blue, archived_at=datetime(2024, 1, 1))
    for owner, amount, day in (
        (ann, "100.50", D[0]),
        (ann, "7.00", date(2024, 2, 29)),  # not of this month
        (bo, "20.00", D[9]),
        (bo, "3.00", D[10]),  # not yet
        (cy, "1000.00", D[4]),
        (left, "5000.00", D[4]),
        (None, "40000.00", D[4]),
    ):
        won(database, amount, day, owner)
    add_ticket(database, "open", datetime(2024, 3, 2), owner_id=cy)
    count_on(database, D[9])
    found = {
        "the company": (COMPANY, "46120.50"),
        "Red": (Group(team_id=red), "120.50"),
        "Blue": (Group(team_id=blue), "1000.00"),
        "Ann": (Group(owner_id=ann), "100.50"),
        "Bo": (Group(owner_id=bo), "20.00"),
        "Cy": (Group(owner_id=cy), "1000.00"),
    }
    assert {name: read(database, "won_revenue", group) for name, (group, _) in found.items()} == {
        name: {D[9]: Decimal(amount)} for name, (_, amount) in found.items()
    }
    assert read(database, "open_tickets", Group(owner_id=cy)) == {D[9]: 1}
    assert read(database, "open_tickets", Group(team_id=red)) == {D[9]: 0}
    assert read(database, "nps") == {}  # nobody answered: it has no number
    with database.cursor() as cursor:
        groups = cursor.rows("select distinct team_id, owner_id from ops.kpi_snapshot order by all")
    assert groups == [(red, None), (blue, None), (None, ann), (None, bo), (None, cy), (None, None)]


@pytest.mark.parametrize("is_in_step", [True, False])
@pytest.mark.parametrize("seed", range(2))
def test_each_is_what_the_filter_gives(database: Database, seed: int, is_in_step: bool) -> None:
    """All KPIs at once: none counts for a team or a member of staff what it would not count by itself."""
    chance = Chance(seed)
    staff = fill(database, chance)
    teams = {add(database, "team", name="Both"): staff[:2], add(database, "team", name="One"): staff[2:]}
    with database.cursor() as cursor:
        for team, members in teams.items():
            cursor.run("update core.staff set team_id = $team where id in $members", team=team, members=members)
    database.touch(["core.staff"])
    refresh_up_to(database, TODAY)
    if not is_in_step:
        (account, version) = _first_account(database)
        records.edit(database, OWNER, "account", account, {"owner_id": staff[0]}, version, reason="new region")
    day = TODAY - timedelta(days=chance.randrange(40))
    snapshots.keep(database, day)
    so_far = Period(day.replace(day=1), day)
    chosen = {COMPANY: Selection()} | {Group(owner_id=each): Selection(owner=(each,)) for each in staff}
    chosen |= {Group(team_id=team): Selection(owner=tuple(members)) for team, members in teams.items()}
    for name in metrics.registry():
        for group, selection in chosen.items():
            expected = metrics.number(database, OWNER, name, so_far, selection).value
            found = read(database, name, group, so_far)
            if expected is None:
                assert found == {}, (name, group)
            else:
                assert found.keys() == {day}, (name, group)
                assert float(found[day]) == pytest.approx(float(expected), abs=1e-6), (name, group)


def _first_account(database: Database) -> tuple[int, int]:
    with database.cursor() as cursor:
        account, version = cursor.rows("select id, version from core.account order by id limit 1")[0]
        return account, version


def test_a_kpi_that_knows_no_owners_is_kept_for_the_company(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = replace(metrics.find("win_rate"), counted=metrics.find("win_rate").counted.replace("{deal_filter}", "true"))
    monkeypatch.setattr(metrics, "registry", lambda: {"win_rate": blind})
    won(database, "1.00", D[0], add(database, "staff", name="Ann"))
    count_on(database, D[0])
    with database.cursor() as cursor:
        assert cursor.rows("select team_id, owner_id, value from ops.kpi_snapshot") == [(None, None, 100)]


@pytest.mark.usefixtures("few")
def test_a_kpi_that_is_added_later_begins_then(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    won(database, "1.00", D[0])
    known = metrics.registry()
    with monkeypatch.context() as before:
        fewer = {name: metric for name, metric in known.items() if name != "win_rate"}
        before.setattr(metrics, "registry", lambda: fewer)
        for day in D[:3]:
            count_on(database, day)
    for day in D[3:5]:
        count_on(database, day)
    assert list(read(database, "won_revenue")) == D[:5]
    assert list(read(database, "win_rate")) == D[2:5]


def test_an_empty_company_keeps_nothing(database: Database) -> None:
    count_on(database, D[0])
    count_on(database, D[1])
    assert kept(database) == {}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("admin", {"revenue", "won_revenue", "open_tickets", "gross_margin"}),
        ("management", {"revenue", "won_revenue", "open_tickets", "gross_margin"}),
        ("marketing", {"revenue", "open_tickets"}),  # neither the value of deals nor costs
        ("service", {"revenue"}),  # tickets of the team only, no deals
        ("sales_manager", set()),
        ("sales", set()),
    ],
)
def test_they_are_for_whom_nothing_is_withheld_from(database: Database, role: str, seen: set[str]) -> None:
    company.found(database)
    with database.cursor() as cursor:
        viewer = access.viewer_of(cursor, company.email_of(role))
        for name in ("revenue", "won_revenue", "open_tickets", "gross_margin"):
            cursor.run(
                "insert into ops.kpi_snapshot values ($day, $name, null, null, 1, true, $day)", day=D[30], name=name
            )
    asked = ("revenue", "won_revenue", "open_tickets", "gross_margin")
    assert {name for name in asked if read(database, name, viewer=viewer)} == seen
    with access.cursor_for(database, viewer) as cursor:
        assert {name for (name,) in cursor.rows("select metric_id from visible.kpi_snapshot")} == seen


def test_a_field_that_is_masked_later_withholds_them(database: Database) -> None:
    company.found(database)
    snapshots.keep(database, D[30])
    masked = tuple(
        (name, Scope(everything=True, masked=("revenue",) if name == "sales_order" else ())) for name, _ in OWNER.scopes
    )
    viewer = replace(OWNER, scopes=masked)
    assert read(database, "orders", viewer=viewer) and not read(database, "revenue", viewer=viewer)


@pytest.mark.usefixtures("few")
def test_only_a_count_of_the_day_of_the_company_keeps(database: Database) -> None:
    won(database, "1.00", D[0])
    refresh_up_to(database, D[0])
    assert kept(database) == {}


@pytest.mark.usefixtures("few")
def test_the_first_load_is_a_count_of_all(database: Database) -> None:
    set_company(database, as_of=D[0])
    won(database, "1.00", D[0])
    with database.cursor() as cursor:
        cursor.run("insert into ops.touched_account values (null, null)")
    assert refresh.catch_up(database)
    assert kept(database) == {D[0]: False}


def test_marts_stand_where_the_numbers_cannot_be_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> pl.DataFrame:
        raise RuntimeError("broken")

    set_company(database, as_of=D[0])
    monkeypatch.setattr(metrics, "by_people", fail)
    report = refresh.refresh(database)
    assert str(report.not_kept).startswith("The numbers of 2024-03-01 were not kept; the next count of that day")
    assert any("were not kept" in record.getMessage() for record in caplog.records)
    told = commands.refresh_marts(database, {}, refresh.quiet)["not_kept"]
    assert "Something went wrong (error " in told and "broken" not in told
    with database.cursor() as cursor:
        assert (
            cursor.rows("select as_of, failed_check, finished_at is not null from ops.refresh")
            == [(D[0], None, True)] * 2
        )
