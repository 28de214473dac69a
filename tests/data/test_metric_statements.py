"""No query and no KPI reads anything but `visible.*`: each is parsed."""

from pathlib import Path

import pytest
import sqlglot
from sqlglot import expressions

from crm import access, changes, counting, metrics, queries, reading, sql
from crm.selection import EVERYTHING, Selection
from crm.settings import ROOT
from pipelines import refresh

MARTS = sorted((ROOT / "pipelines" / "marts").glob("*.sql")) + sorted((ROOT / "pipelines" / "checks").glob("*.sql"))
STATEMENTS = {name: sql.read(path) for name, path in queries.names().items()}
EVERY_FILTER = Selection((1,), *[("x",)] * 5)
for _metric in metrics.registry().values():
    for _chosen, _beside in ((EVERYTHING, ""), (EVERY_FILTER, ".narrowed")):
        STATEMENTS |= {
            f"{_metric.id}.{part}{_beside}": metrics.statement(_metric.id, part, _chosen) for part in ("number", "rows")
        }
    STATEMENTS |= {
        f"{_metric.id}.people.{_marts}": counting.by_people(_metric, is_in_step=_marts == "small", is_any_sale=True)
        for _marts in ("small", "large")
    }
STATEMENTS |= {f"states of {table}": changes.statement_of_states(table) for table in access.RECORDS}
VIEWS = {view.name or view.table.partition(".")[2]: view for view in access.VIEWS}
FORBIDDEN = ("query", "query_table", "getvariable", "getenv", "glob", "sniff_csv", "which_secret")
FORBIDDEN_FAMILIES = ("read_", "duckdb_", "pragma_")


def problems(text: str) -> list[str]:
    """What a page's statement may not do."""
    parsed = sqlglot.parse(text, read="duckdb")
    if len(parsed) != 1 or not isinstance(parsed[0], expressions.Query):
        return ["not exactly one select"]
    statement = parsed[0]
    own = {cte.alias_or_name for cte in statement.find_all(expressions.CTE)}
    found = [
        f"reads {table.sql()}"
        for table in statement.find_all(expressions.Table)
        if not (table.db == "visible" and table.name in VIEWS) and not (table.name in own and not table.db)
    ]
    names = {call.sql_name().lower() for call in statement.find_all(expressions.Func)}
    names |= {call.name.lower() for call in statement.find_all(expressions.Anonymous)}
    found += [f"calls {name}" for name in names if name in FORBIDDEN or name.startswith(FORBIDDEN_FAMILIES)]
    writing = (expressions.Insert, expressions.Update, expressions.Delete, expressions.Create, expressions.Copy)
    return found + [f"has {kind.__name__}" for kind in writing if statement.find(kind)]


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_it_reads_only_what_is_visible(name: str) -> None:
    assert problems(STATEMENTS[name]) == []


@pytest.mark.parametrize(
    "text",
    [
        "select * from core.account",
        "select * from account",
        "select 1; select 2",
        "select * from read_csv('x.csv')",
        "select getvariable('access')",
        "select * from query('from core.account')",
        "with gone as (delete from visible.account returning *) select * from gone",
        "delete from visible.account",
        "from 'x.parquet'",
        "select * from duckdb_tables()",
    ],
)
def test_the_guard_sees_through(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize("name", sorted(queries.names()))
def test_a_query_says_what_it_asks(name: str) -> None:
    lines = STATEMENTS[name].splitlines()
    assert lines[0].startswith("-- ") and "?" in lines[0]
    assert lines[1].startswith("-- Grain: ")
    header = " ".join(line for line in lines if line.startswith("--"))
    assert "-- Parameters: " in header
    assert all(f"${parameter}" in header for parameter in sql.parameters(STATEMENTS[name]))


@pytest.mark.parametrize("metric", metrics.registry().values(), ids=lambda metric: metric.id)
def test_a_kpi_names_the_objects_that_its_number_reads(metric: metrics.Metric) -> None:
    """So that nobody without the grant takes the sum of no rows for a number."""
    tables = reading.tables_of(metrics.statement(metric.id, "number"))
    read = {view.object for view in VIEWS.values() if view.table in tables}

    assert read - set(access.EVERYONE) <= set(metric.reads)


def whole(path: Path) -> str:
    return sql.compose(sql.read(path), **refresh.EVERYTHING)


@pytest.mark.parametrize("path", MARTS, ids=lambda path: path.stem)
def test_marts_are_one_statement_with_a_question(path: Path) -> None:
    text = whole(path)
    assert text.splitlines()[0].endswith("?")
    assert len(sqlglot.parse(text, read="duckdb")) == 1


@pytest.mark.parametrize("path", [path for path in MARTS if path.parent.name == "marts"], ids=lambda path: path.stem)
def test_marts_stay_in_the_portable_subset(path: Path) -> None:
    """Any engine that sqlglot writes for may run them: explicit joins, columns and casts."""
    statement = sqlglot.parse_one(whole(path), read="duckdb")
    assert statement.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert not list(statement.find_all(expressions.Star, expressions.Anonymous)) or all(
        isinstance(star.parent, expressions.Count) for star in statement.find_all(expressions.Star)
    )
    assert all(join.args.get("on") and not join.args.get("using") for join in statement.find_all(expressions.Join))
    assert all(isinstance(column.unalias(), expressions.Cast) for column in statement.selects)
