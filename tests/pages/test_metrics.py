"""The registry of KPIs as a page."""

import pytest

from crm import metrics
from crm.access import ROLES
from tests.pages.conftest import Open


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_kpi_with_its_definition_and_sql(open_as: Open, language: str) -> None:
    page = open_as("admin", "metrics.py", language)
    assert not page.exception and not page.error
    assert {header.value for header in page.subheader} == {each.title[language] for each in metrics.registry().values()}
    shown = {text.value for text in page.markdown} | {code.value for code in page.code}
    for metric in metrics.registry().values():
        assert {
            metric.definition[language],
            metrics.statement(metric.id, "number").rstrip(),
            metrics.statement(metric.id, "rows").rstrip(),
        } <= shown


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("role", ROLES)
def test_roles_see_the_kpis_of_their_grants(open_as: Open, role: str) -> None:
    page = open_as(role, "metrics.py")
    assert not page.exception and not page.error
    assert (
        len(page.subheader)
        == {"admin": 29, "management": 29, "sales_manager": 28, "sales": 28, "marketing": 24, "service": 21}[role]
    )
