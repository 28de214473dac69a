"""Finds the tests that prove the KPIs, and writes them down for the page of KPIs: python -m tests.proofs"""

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from crm import metrics
from crm.proofs import PATH
from crm.settings import ROOT
from tests.data import test_metric_rows, test_metric_statements

BY_HAND = sorted((ROOT / "tests" / "data").glob("test_metric_*.py"))
HEADER = "# The tests that prove the KPIs, found in them by: python -m tests.proofs\n"


def text() -> str:
    """What the file has to say."""
    found: dict[str, list[str]] = {metric_id: [] for metric_id in metrics.registry()}
    for metric_id, test in sorted(_by_hand()):
        found[metric_id].append(test)
    content = {
        "by_hand": found,
        "of_rows": _of_each(test_metric_rows.test_a_number_is_what_its_rows_give),
        "of_grants": _of_each(test_metric_statements.test_a_kpi_names_the_objects_that_its_number_reads),
    }
    return HEADER + yaml.safe_dump(content, sort_keys=False, width=120)


def _by_hand() -> Iterator[tuple[str, str]]:
    """(KPI, test) where a test asks for the number of a KPI that it names, and compares values."""
    for path in BY_HAND:
        for test in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(test, ast.FunctionDef) and _compares_values(test):
                for metric_id in sorted(_asked(test) & set(metrics.registry())):
                    yield metric_id, f"{path.relative_to(ROOT).as_posix()}::{test.name}"


def _compares_values(test: ast.FunctionDef) -> bool:
    asserted = [part for node in ast.walk(test) if isinstance(node, ast.Assert) for part in ast.walk(node.test)]
    return any(isinstance(part, ast.Attribute) and part.attr == "value" for part in asserted)


def _asked(test: ast.FunctionDef) -> set[str]:
    calls = [node for node in ast.walk(test) if isinstance(node, ast.Call) and ast.unparse(node.func) == "number"]
    given = [argument for call in calls for argument in call.args if isinstance(argument, ast.Constant)]
    return {argument.value for argument in given if isinstance(argument.value, str)}


def _of_each(test: Callable[..., Any]) -> str:
    """The name of a test that runs for each KPI of the registry."""
    (mark,) = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    assert [metric.id for metric in mark.args[1]] == list(metrics.registry()), "it leaves out a KPI"
    module = inspect.getfile(test)
    return f"{module.removeprefix(f'{ROOT}/')}::{test.__name__}"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
