"""An opened number says how it read when its month ended, and day by day."""

import json
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, metrics, records, snapshots
from crm.db import Database
from tests.pages.conftest import Open
from tests.records import add, set_company

ANN, CLEO, RED = "2", "3", "1"
CHANGED = r"When March 2024 ended this read \$1,000\.00; since then it changed by \+\$500\.00."
DAYS = date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 1)


@pytest.fixture
def counted(kestrel: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The small company, counted on the last two days of March and on the first of April; two records came late."""
    registry = {name: metrics.find(name) for name in ("won_revenue", "win_rate", "open_pipeline")}
    add(kestrel, "team", name="Red")
    with kestrel.cursor() as cursor:
        cursor.run("update core.staff set team_id = 1 where id in (2, 3)")
    with monkeypatch.context() as few:
        few.setattr(metrics, "registry", lambda: registry)
        for day in DAYS:
            set_company(kestrel, as_of=day)
            snapshots.keep(kestrel, day)
    with kestrel.cursor() as cursor:
        found = dict(cursor.rows("select name || ' ' || amount, id from core.opportunity"))
    edits = {"won deal 1000.00": {"amount": 1500}, "lost deal 0.00": {"closed_on": date(2024, 2, 28)}}
    for deal, values in edits.items():
        records.edit(kestrel, access.owner_of_file(), "opportunity", found[deal], values, 1)
    return kestrel


def said(page: AppTest) -> list[str]:
    """The sentence."""
    assert not page.exception and not page.error
    return [caption.value for caption in page.caption if "ended this read" in caption.value or "此数" in caption.value]


def folds(page: AppTest) -> list[str]:
    """What is folded away."""
    return [fold.label for fold in page.expander]


@pytest.mark.usefixtures("counted")
def test_management_sees_what_changed_since_the_month_ended(open_as: Open) -> None:
    page = open_as("management", period="2024-03", kpi="won_revenue")
    assert said(page) == [CHANGED]
    assert folds(page) == ["How it read day by day", "SQL"]
    table = page.expander[0].dataframe[0].value
    assert [str(day.date()) for day in table["day"]] == ["2024-03-30", "2024-03-31"]
    assert table["reading"].tolist() == ["$1,000.00", "$1,000.00"]
    figures = [json.loads(chart.proto.spec) for chart in page.expander[0].get("plotly_chart")]
    assert [figure["data"][0]["y"] for figure in figures] == [[1000.0, 1000.0]]
    assert page.expander[0].get("download_button")


@pytest.mark.usefixtures("counted")
def test_what_is_in_another_unit_and_language(open_as: Open) -> None:
    page = open_as("management", language="zh_CN", period="2024-03", kpi="win_rate")
    assert said(page) == ["2024年3月结束时此数为 50\\.00%；此后变化了 \\+50\\.00 个百分点。"]
    assert folds(page)[0] == "逐日读数"


@pytest.mark.usefixtures("counted")
def test_what_did_not_change(open_as: Open) -> None:
    page = open_as("admin", period="2024-03", kpi="open_pipeline")
    assert said(page) == [r"When March 2024 ended this read \$700\.00, as it does now."]


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"owner": ANN}, CHANGED),
        ({"team": RED}, CHANGED),
        ({"owner": CLEO}, r"When March 2024 ended this read \$0\.00, as it does now."),
    ],
)
def test_a_team_and_a_member_of_staff(open_as: Open, filters: dict[str, str], sentence: str) -> None:
    assert said(open_as("management", period="2024-03", kpi="won_revenue", **filters)) == [sentence]


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("role", "asked"),
    [
        ("management", {"period": "2024-Q1"}),
        ("management", {"period": "2024-03-02..2024-03-31"}),
        ("management", {"period": "2024-02"}),  # nothing was kept then
        ("management", {"period": "2024-03", "kpi": "revenue"}),  # nor of this
        ("sales", {"period": "2024-03"}),  # what Ann sees is not what the company has
        ("sales_manager", {"period": "2024-03", "owner": ANN}),
    ],
)
def test_without_readings_nothing_is_said(open_as: Open, role: str, asked: dict[str, str]) -> None:
    page = open_as(role, **{"kpi": "won_revenue"} | asked)
    assert said(page) == []
    assert folds(page) == ["SQL"]


@pytest.mark.usefixtures("counted")
def test_other_filters_are_not_kept(open_as: Open) -> None:
    page = open_as("management", period="2024-03", kpi="won_revenue")
    for asked in ({"owner": [ANN, CLEO]}, {"owner": ANN, "stage": "Engaging"}, {"stage": "Engaging"}):
        page.query_params.clear()
        for name, value in {"period": "2024-03", "kpi": "won_revenue", **asked}.items():
            page.query_params[name] = value
        assert said(page.run()) == [], asked
        assert folds(page) == ["SQL"]


def test_of_a_month_that_is_not_over_the_days_are_shown(counted: Database, open_as: Open) -> None:
    set_company(counted, as_of=date(2024, 4, 4))
    snapshots.keep(counted, date(2024, 4, 4))
    for period in ("2024-04", "2024-04-01..2024-04-04"):
        page = open_as("management", period=period, kpi="won_revenue")
        assert said(page) == []
        assert folds(page) == ["How it read day by day", "SQL"]
        (figure,) = [json.loads(chart.proto.spec) for chart in page.expander[0].get("plotly_chart")]
        assert figure["data"][0]["y"] == [0.0, None, None, 0.0]
