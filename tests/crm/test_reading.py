"""On which tables and columns the answer to a statement depends."""

import pytest
import sqlglot

from crm import metrics, queries, reading, sql
from crm.db import Database


def test_tables_behind_a_statement() -> None:
    assert reading.tables_of("select * from visible.opportunity_event, VISIBLE.Sale_Line") == (
        "core.opportunity",
        "core.opportunity_event",
        "mart.sale_line",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select a.name, count(*) from visible.account as a group by all", {"name"}),
        ("select 2 * amount, (amount) * 3 from visible.account", {"amount"}),
        ('select "city" from visible.account where is_archived', {"city", "archived_at"}),
        ('select "account"."city" from "visible"."account"', {"city"}),
        ("select 'city' as city from visible.account -- phone", {"city"}),
        ("select deal.city, a.name from visible.opportunity as deal, visible.account a", {"name"}),
        ("with x as (select a.city from visible.account as a) select x.phone from x", {"city"}),
        (
            "select x.city, y.phone from (select name from visible.account) as x, lateral (select 1) y",
            {"name", "phone"},
        ),
        ("with x as (from visible.contact as x) select account.city from visible.account", None),
        ("select * from visible.account", None),
        ("select a.* exclude (city) from visible.account as a", None),
        ("select name, * from visible.account", None),
        ("select count(columns(*)) from visible.account", None),
        ("FROM visible.account", None),
        ("select name from (from visible.account)", None),
        ("select name from visible.account union all from visible.contact", None),
        ("select name from visible.account natural join visible.contact", None),
    ],
)
def test_columns_on_which_a_statement_may_depend(text: str, expected: set[str] | None) -> None:
    found = dict(reading.parts_of(text))["core.account"]
    told = {"name", "city", "phone", "amount", "archived_at"}
    assert found is None if expected is None else found is not None and found & told == expected
    assert found is None or {"owner_id", "team_id"} <= found


def test_a_subquery_that_is_called_as_a_view_is_not_taken_for_it() -> None:
    made = "with account as (select deal.* from visible.opportunity as deal), other as (select id from visible.account)"
    found = dict(reading.parts_of(f"{made} select account.name from account"))
    assert "name" in (found["core.opportunity"] or ())


def _statements() -> list[str]:
    named = [sql.read(path) for path in queries.names().values()]
    return named + [metrics.statement(name, part) for name in metrics.registry() for part in ("number", "rows")]


def test_no_statement_reads_a_row_as_one_value(database: Database) -> None:
    """Its columns would not be named, so that the answer would be taken for true after one of them changed."""
    with database.cursor() as cursor:
        columns = {name for (name,) in cursor.rows("select column_name from duckdb_columns()")}
    for text in _statements():
        if any(columns is None for _table, columns in reading.parts_of(text)):
            continue
        tree = sqlglot.parse_one(text, dialect="duckdb")
        tables = {table.alias_or_name for table in tree.find_all(sqlglot.exp.Table)}
        whole = {column.name for column in tree.find_all(sqlglot.exp.Column) if not column.table} & tables
        assert whole <= columns | {each.alias for each in tree.find_all(sqlglot.exp.Alias)}, text
