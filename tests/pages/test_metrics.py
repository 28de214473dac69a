"""The registry of KPIs as a page."""

from typing import Any

import pytest

from crm import metrics, proofs
from crm.access import ROLES
from crm.ui import trends, uses
from tests.pages.conftest import Open


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_kpi_with_its_definition_and_sql(open_as: Open, language: str) -> None:
    page = open_as("admin", "metrics.py", language)
    assert not page.code  # what is folded away is not sent
    for name in metrics.registry():
        page.session_state[f"sql_{name}"] = page.session_state[f"tests_{name}"] = True
    page.run()
    assert not page.exception and not page.error
    assert {header.value for header in page.subheader} == {each.title[language] for each in metrics.registry().values()}
    shown = {text.value for text in page.markdown} | {code.value for code in page.code}
    for metric in metrics.registry().values():
        assert {
            metric.definition[language],
            metrics.statement(metric.id, "number").rstrip(),
            metrics.statement(metric.id, "rows").rstrip(),
            "\n".join(proofs.known().of(metric.id)),
        } <= shown


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["one record is one interaction · filters: Owner, Region, Industry", "cards of Sales manager, Sales"]),
        ("zh_CN", ["每条明细为一次互动 · 筛选：负责人、地区、行业", "销售经理、销售的首页卡片"]),
    ],
)
def test_what_a_record_is_and_where_it_is_used(open_as: Open, language: str, says: list[str]) -> None:
    page = open_as("admin", "metrics.py", language, search=metrics.find("interactions").title[language])
    captions = "\n".join(caption.value for caption in page.caption)
    assert all(text in captions for text in says), captions


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("role", ROLES)
def test_roles_see_the_kpis_of_their_grants(open_as: Open, role: str) -> None:
    page = open_as(role, "metrics.py")
    assert not page.exception and not page.error
    assert (
        len(page.subheader)
        == {"admin": 29, "management": 29, "sales_manager": 28, "sales": 28, "marketing": 24, "service": 21}[role]
    )


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(
    ("language", "sought", "titles"),
    [
        ("en", "Win  RATE", ["Win rate"]),
        ("en", "days silent", ["Churned accounts"]),
        ("zh_CN", "赢单率", ["赢单率"]),
        ("zh_CN", "win rate", []),
    ],
)
def test_kpis_are_searched_in_the_language_that_is_shown(
    open_as: Open, language: str, sought: str, titles: list[str]
) -> None:
    page = open_as("admin", "metrics.py", language)
    page.text_input(key="kpis_search").set_value(sought).run()
    assert not page.exception and not page.error
    assert page.query_params["search"] == sought
    assert [header.value for header in page.subheader] == titles
    assert len(page.info) == (not titles)
    page.text_input(key="kpis_search").set_value("").run()
    assert "search" not in page.query_params and len(page.subheader) == len(metrics.registry())


@pytest.mark.usefixtures("kestrel")
def test_a_number_opened_from_the_list_leads_back_to_it_as_it_was_searched(open_as: Open) -> None:
    page = open_as("admin", "metrics.py", search="win rate")
    link = page.get("page_link")[0].proto
    assert link.query_string == "kpi=win_rate&from=kpis&search=win+rate"
    page = open_as("admin", **{"kpi": "win_rate", "from": "kpis", "search": "win rate"})
    back = page.get("page_link")[0].proto
    assert (back.label, back.page, back.query_string) == ("KPIs", "kpis", "search=win+rate")
    assert "close_number" not in [button.key for button in page.button]


@pytest.mark.usefixtures("kestrel")
def test_every_kpi_says_where_it_is_used(open_as: Open) -> None:
    shown = [caption.value for caption in open_as("admin", "metrics.py").caption]
    used = {
        "revenue": "Used in: cards of Administrator, Management, Sales manager, Sales, Marketing · "
        "pictures “Revenue by month”, “Revenue by category”, “Revenue by region” · results of the team",
        "units": "Used in: this list only",
        "nps": "Used in: cards of Service",
    }
    assert set(used.values()) <= set(shown)
    assert sum(each.startswith("Used in: ") for each in shown) == len(metrics.registry())


@pytest.mark.usefixtures("kestrel")
def test_the_pictures_of_the_home_page_are_those_that_are_named(open_as: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the pictures ask for and what a click on them opens, and the titles above them."""
    drawn: set[str] = set()
    asked = {name: getattr(metrics, name) for name in ("by_month", "by_part", "count_by_part")}

    class Asked:
        """The KPIs as the pictures see them."""

        def __getattr__(self, name: str) -> Any:
            def ask(database: Any, viewer: Any, metric_id: str, *values: Any) -> Any:
                drawn.add(metric_id)
                return asked[name](database, viewer, metric_id, *values)

            return ask if name in asked else getattr(metrics, name)

    monkeypatch.setattr(trends, "metrics", Asked())
    monkeypatch.setattr(trends, "_draw", lambda *picture, **_: drawn.add(picture[4](0)["kpi"]))
    titles: set[str] = set()
    for role in ROLES:
        titles |= {each.value for each in open_as(role).markdown}
    assert drawn == set(uses.PICTURES)
    named = {
        uses.picture_name(each, metrics.find(metric_id))
        for metric_id, pictures in uses.PICTURES.items()
        for each in pictures
    }
    assert {f"**{name}**" for name in named} <= titles
