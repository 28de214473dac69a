"""The demo company follows from its plan: same plan, same files; the seed and the last day change them."""

import ast
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.demo import Company, Plan, simulate, write
from data.demo.days import calendar
from data.demo.files import FILES, frames
from data.demo.people import STAFF

ROOM = Path(__file__).parents[2] / "data" / "demo"


def contents(plan: Plan, folder: Path) -> dict[str, bytes]:
    write(simulate(plan), folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_plan_makes_same_files(tmp_path: Path) -> None:
    plan = Plan(accounts=300, seed=3)
    assert contents(plan, tmp_path / "one") == contents(plan, tmp_path / "two")


def test_other_seed_makes_other_files(tmp_path: Path) -> None:
    one, two = (contents(Plan(accounts=300, seed=seed), tmp_path / str(seed)) for seed in (3, 4))
    same = {name for name in one if one[name] == two[name]}
    assert same == {"staff.csv", "products.csv"}


def test_other_end_shifts_the_dates() -> None:
    early = simulate(Plan(accounts=300, end=date(2025, 3, 17)))
    assert early.days.start == date(2022, 3, 18)
    found = next(frames(early, "orders"))["Ordered at"].str.to_datetime()
    assert date(2022, 3, 18) <= found.min().date() < date(2022, 3, 25)  # type: ignore[union-attr]
    assert date(2025, 3, 14) < found.max().date() <= date(2025, 3, 17)  # type: ignore[union-attr]


def test_months_of_a_plan_cover_its_days() -> None:
    days = calendar(Plan())
    assert (days.start, days.count, len(days.edges)) == (date(2023, 11, 1), 1096, 37)
    assert np.diff(days.edges).min() >= 28
    assert days.month[0] == 10
    assert days.year[-1] == 2026


def test_one_part_draws_apart_from_another() -> None:
    plan = Plan()
    assert plan.random("orders").random() == plan.random("orders").random()
    assert plan.random("orders").random() != plan.random("tickets").random()


def test_sizes_are_those_of_a_distributor(many: Company) -> None:
    count = many.accounts.count
    assert count == 20_000
    assert 6.5 < many.orders.count / count < 7.8
    assert 2.6 < many.lines.count / many.orders.count < 2.95
    assert 0.88 < len(np.unique(many.orders.account)) / count < 0.94
    assert 0.025 < (many.lines.quantity < 0).mean() < 0.035
    assert 0.007 < many.orders.is_cancelled.mean() < 0.013
    companies = int((~many.accounts.is_person).sum())
    assert 1.0 < many.deals.count / companies < 1.4
    assert len(STAFF) == 40


def test_revenue_grows_each_year(many: Company) -> None:
    year = many.lines.at // 86_400 * 36 // many.days.count // 12
    revenue = np.bincount(year, many.lines.quantity.astype(float) * many.lines.cents)
    assert revenue[1:] / revenue[:-1] == pytest.approx([1.16, 1.16], abs=0.07)


def test_work_is_open_on_the_last_day(demo: Company) -> None:
    deals = next(frames(demo, "deals"))
    assert deals["Stage"].is_in(["Won", "Lost"]).not_().sum() > 10
    assert next(frames(demo, "tickets"))["Status"].is_in(["open", "pending"]).sum() >= 1
    tasks = next(frames(demo, "tasks"))
    assert (tasks["Due"] > demo.plan.end).sum() > 3
    assert ((tasks["Due"] <= demo.plan.end) & tasks["Done at"].is_null()).sum() >= 1


def test_imports_only_numpy_and_polars() -> None:
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                is_own = name == "data.demo" or name.startswith("data.demo.")
                top = name.partition(".")[0]
                assert is_own or top in {"numpy", "polars"} | sys.stdlib_module_names, f"{path.name} imports {name}"


def test_every_file_has_a_maker(demo_folder: Path) -> None:
    assert {path.stem for path in demo_folder.glob("*.csv")} == set(FILES)
