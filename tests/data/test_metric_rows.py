"""Every number is what its rows give, whoever looks and filters, and whatever was edited since the refresh."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from crm import access, metrics, queries, records, selection
from crm.access import Viewer
from crm.db import Database
from crm.errors import PintailError
from crm.metrics import Metric
from crm.periods import ALL_TIME, Period, month, quarter, year
from crm.selection import Selection
from pipelines import refresh
from tests.company import add_person, email_of
from tests.random_company import CATEGORIES, CHANNELS, INDUSTRIES, REGIONS, TODAY, Chance, fill
from tests.records import refresh_up_to

Company = tuple[Database, list[Viewer], Chance]
STAGES = ("Prospecting", "Engaging", "Proposal", "Negotiation", selection.UNKNOWN)
METRICS = pytest.mark.parametrize("metric", metrics.registry().values(), ids=lambda metric: metric.id)


def edit_some(database: Database, chance: Chance, staff: list[int]) -> None:
    """What people do after the refresh: accounts change hands, deals and tickets go on."""
    owner = access.owner_of_file()
    changes = {
        "account": lambda: {"owner_id": chance.choice(staff), "region": chance.choice(REGIONS)},
        "opportunity": lambda: {"amount": chance.randrange(1, 9000)},
        "ticket": lambda: {"priority": "high", "owner_id": chance.choice(staff)},
    }
    for name, change in changes.items():
        with database.cursor() as cursor:
            found = cursor.rows(f"select id, version from core.{name} order by id")
        for record_id, version in chance.sample(found, min(3, len(found))):
            records.edit(database, owner, name, record_id, change(), version, reason="moved")


STATES = ("counted", "edited", "caught up")
"""How the marts stand: small ones serve, are out of step, and serve again."""


@pytest.fixture(scope="module", params=[(seed, state) for seed in range(2) for state in STATES], ids=str)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    seed, state = request.param
    chance = Chance(seed)
    with Database(tmp_path_factory.mktemp("rows") / "company.duckdb", threads=2) as database:
        staff = fill(database, chance)
        refresh_up_to(database, TODAY)
        if state != "counted":
            edit_some(database, chance, staff)
        if state == "caught up":
            with pytest.MonkeyPatch.context() as few:
                few.setattr(refresh, "FEW", 1)
                assert refresh.catch_up(database)
        assert queries.clock(database, access.owner_of_file()).is_in_step == (state != "edited")
        people = {role: staff[index % 3] for index, role in enumerate(access.ROLES)}
        for role, staff_id in people.items():
            add_person(database, role, staff_id)
        with database.cursor() as cursor:
            viewers = [access.viewer_of(cursor, email_of(role)) for role in people]
        yield database, [access.owner_of_file(), *viewers], chance


def any_period(chance: Chance) -> Period:
    day = chance.moment().date()
    return chance.choice(
        (ALL_TIME, month(day), quarter(day), year(day), Period(day, day + timedelta(days=chance.randrange(200))))
    )


def any_selection(chance: Chance) -> Selection:
    values = ((1, 2, 3), REGIONS, INDUSTRIES, CATEGORIES, CHANNELS, STAGES)
    picked = [tuple(chance.sample(each, chance.randrange(1, 3))) if chance.random() < 0.3 else () for each in values]
    return Selection(*picked)


@METRICS
def test_a_number_is_what_its_rows_give(company: Company, metric: Metric) -> None:
    database, viewers, chance = company
    told = 0
    for attempt in range(12):
        viewer = viewers[attempt % len(viewers)]
        if not metrics.may_see(viewer, metric):
            continue
        period = ALL_TIME if attempt == 0 else any_period(chance)
        chosen = Selection() if attempt < 2 else any_selection(chance)
        number = metrics.number(database, viewer, metric.id, period, chosen)
        rows = metrics.rows(database, viewer, metric.id, period, None, chosen)
        assert rows.height == metrics.count_rows(database, viewer, metric.id, period, chosen)
        expected = metrics.again(metric, rows)
        if number.value is None:
            assert not expected, (viewer.role, period, chosen)
        else:
            told += 1
            assert float(number.value) == pytest.approx(float(expected or 0)), (viewer.role, period, chosen)
        assert set(number.not_narrowed_by) == set(chosen.active) - metric.narrowed_by
    assert told, "not once was there a number"


@METRICS
def test_months_and_parts_add_up(company: Company, metric: Metric) -> None:
    """Whichever mart they are counted from, and whatever narrows them."""
    database, viewers, chance = company
    if metric.day is None or next(iter(metric.aggregate)) not in ("sum", "count"):
        return
    for viewer in viewers:
        if not metrics.may_see(viewer, metric):
            continue
        period, chosen = any_period(chance), any_selection(chance)
        number = metrics.number(database, viewer, metric.id, period, chosen).value or 0
        months = metrics.by_month(database, viewer, metric.id, period, chosen)
        assert months["value"].sum() == number, (viewer.role, period, chosen)
        if metric.kept_in and not chosen.category:  # what is counted of lines need not know all parts
            for column in set(metrics.PARTS) - {"category", "stage", "value_grade"}:
                parts = metrics.by_part(database, viewer, metric.id, column, period, chosen)
                assert parts["value"].sum() == number, (column, viewer.role, period, chosen)


@METRICS
def test_filters_narrow_to_their_values(company: Company, metric: Metric) -> None:
    """What is chosen for each value of a filter, and what has none, is all there is, each row once."""
    database, _, _ = company
    owner = access.owner_of_file()
    values = {
        "region": REGIONS,
        "industry": INDUSTRIES,
        "category": CATEGORIES,
        "channel": CHANNELS,
        "owner": (1, 2, 3),
        "stage": STAGES,
    }
    whole = metrics.rows(database, owner, metric.id, limit=None)
    for name in metric.narrowed_by - {"category"}:
        parts = [
            metrics.rows(database, owner, metric.id, limit=None, chosen=Selection(**{name: (each,)}))
            for each in values[name]
        ]
        together = metrics.rows(database, owner, metric.id, limit=None, chosen=Selection(**{name: values[name]}))
        if metric.grain in ("deal", "ticket", "lead", "interaction", "order line", "answer"):
            assert together.height <= whole.height
            assert sum(part.height for part in parts) == together.height
            assert set(together["record"]) == {record for part in parts for record in part["record"]}


def test_a_stage_has_as_many_deals_as_its_part_says(company: Company) -> None:
    database, viewers, chance = company
    viewer, period, chosen = viewers[1], any_period(chance), any_selection(chance)
    asked = (database, viewer, "open_pipeline", "stage", period, chosen)
    values = dict(metrics.by_part(*asked).iter_rows())
    for stage, count in metrics.count_by_part(*asked).iter_rows():
        narrowed = replace(chosen, stage=(stage or selection.UNKNOWN,))
        found = metrics.rows(database, viewer, "open_pipeline", period, None, narrowed)
        assert (found.height, found["amount_company"].sum()) == (count, values.get(stage, 0))


def numbers_of(database: Database, periods: list[Period]) -> dict[tuple[str, str], object]:
    """Each KPI of some periods, for all and for one owner."""
    return {
        (metric_id, f"{period.code()} {chosen.owner}"): metrics.number(
            database, access.owner_of_file(), metric_id, period, chosen
        ).value
        for metric_id in metrics.registry()
        for period in periods
        for chosen in (Selection(), Selection(owner=(1,)))
    }


def test_no_number_of_a_closed_period_moves_when_accounts_are_archived_and_restored(database: Database) -> None:
    chance = Chance(7)
    fill(database, chance)
    refresh_up_to(database, TODAY)
    closed = [month(date(2025, 3, 1)), quarter(date(2024, 8, 1)), year(date(2024, 1, 1))]
    before = numbers_of(database, closed)
    assert sum(value is not None for value in before.values()) > len(before) / 2
    for archived_at in (datetime(2025, 5, 1), None):
        with database.cursor() as cursor:
            cursor.run("update core.account set archived_at = $archived_at where id % 2 = 0", archived_at=archived_at)
        database.touch(["core.account"])
        refresh_up_to(database, TODAY)
        assert numbers_of(database, closed) == before


def test_a_filter_that_a_kpi_knows_nothing_of_does_not_narrow_it(
    company: Company,
) -> None:
    database, _, _ = company
    owner, chosen = access.owner_of_file(), Selection(category=("Tents",))
    narrowed = metrics.number(database, owner, "new_leads", ALL_TIME, chosen)
    assert narrowed.not_narrowed_by == ("category",)
    assert narrowed.value == metrics.number(database, owner, "new_leads").value
    assert selection.narrows("{lead_filter}") == {"owner", "industry", "channel"}


def test_the_registry_has_what_was_asked_for() -> None:
    asked = (
        "revenue gross_margin orders average_order_value units return_rate new_accounts active_accounts "
        "repeat_purchase_rate net_retained_revenue gross_retained_revenue churned_accounts high_value_share "
        "open_pipeline weighted_pipeline won_revenue win_rate sales_cycle_days new_leads lead_conversion interactions "
        "open_tickets new_tickets median_first_reply median_resolution sla_kept reopened csat nps"
    )
    assert set(metrics.registry()) == set(asked.split())


def test_a_role_without_the_right_gets_no_rows(company: Company) -> None:
    database, viewers, _ = company
    for viewer in viewers:
        for metric in metrics.registry().values():
            if not metrics.may_see(viewer, metric):
                with pytest.raises(PintailError):
                    metrics.rows(database, viewer, metric.id)
