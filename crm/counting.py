"""The statements of KPIs: each counts from the smallest table that holds what it needs.

What adds up stands in small marts by day and owner, which serve as long as no other filter is set and no account has
changed since they were made. Other filters read the mart of orders, that of the category the lines.
"""

from typing import TYPE_CHECKING

from crm import selection
from crm.selection import Selection

if TYPE_CHECKING:
    from crm.metrics import Metric

KEPT = {"sale_day": ("sold_on", "sale"), "account_day": ("changes_on", "buyer")}
"""Small mart → the column of its day, and the kind of thing by which filters narrow it."""
OF_LINES = "category"
"""The filter that only lines know."""
OF_PEOPLE = {"owner", "credited_owner_id"}
"""What small marts know besides the day."""
ANY_SALE = "select 1 as is_there from visible.sale_order limit 1"
PEOPLE = """people as (
    select
        cast(null as bigint) as team_id,
        staff.id as owner_id,
        [staff.id] as owners
    from visible.staff
    where not staff.is_archived
    union all
    select
        team.id,
        null,
        list(staff.id)
    from visible.team
    join visible.staff on staff.team_id = team.id
    where not team.is_archived and not staff.is_archived
    group by team.id
)"""
"""Each member of staff, and each team with its members, as the filters of a page name them."""
ANYBODY = Selection(owner=(0,))
"""Narrows a statement to owners, whoever they are."""
OF_PERIOD = """($since::date is null or {day} >= $since::date)
        and ($until::date is null or {day} <= $until::date)"""
UP_TO_ITS_END = "{day} <= least(coalesce($until::date, $today::date), $today::date)"


def number(metric: "Metric", chosen: Selection, *, is_in_step: bool) -> str:
    """The statement of the number; `is_in_step` says that small marts agree with the others."""
    if metric.kept_in is None:
        return _composed(metric, f"with {metric.counted}{metric.number}", chosen)
    sums = _sums(metric, _table(metric, chosen, is_in_step))
    return _composed(metric, f"with {sums}\n{metric.number}", chosen)


def rows(metric: "Metric", chosen: Selection) -> str:
    """The statement of the rows."""
    return _composed(metric, f"with {metric.counted}{metric.rows}", chosen)


def count_rows(metric: "Metric", chosen: Selection) -> str:
    """How many rows there are."""
    return _composed(metric, f"with {metric.counted}select count(*) as count_rows from counted", chosen)


def by_month(metric: "Metric", chosen: Selection, *, is_in_step: bool) -> str:
    """The number of each month that has any: month, value."""
    table = _table(metric, chosen, is_in_step)
    day = metric.day if table is None else KEPT[metric.kept_in or ""][0]
    return _groups(metric, table, f"cast(date_trunc('month', {day}) as date) as month", chosen)


def by_part(metric: "Metric", column: str, chosen: Selection, *, is_in_step: bool) -> str:
    """The number of each value of a column of what is counted: part, value."""
    return _groups(metric, _table(metric, chosen, is_in_step, column), f"{column} as part", chosen)


def count_by_part(metric: "Metric", column: str, chosen: Selection) -> str:
    """How many rows there are for each value of a column of what is counted: part, count_rows."""
    text = f"select {column} as part, count(*) as count_rows from counted group by all order by all"
    return _composed(metric, f"with {metric.counted}{text}", chosen)


def by_people(metric: "Metric", *, is_in_step: bool, is_any_sale: bool) -> str:
    """The number of each team and of each member of staff, as the filter would give it: team_id, owner_id, value.

    One statement, in which the owners of a filter are those of a row: to ask for each in turn takes the engine
    thirty times as long. Only the value is asked for: where notes are, too, DuckDB 2.0 fails over some of them.
    """
    text = number(metric, ANYBODY, is_in_step=is_in_step).replace(selection.OWNERS, "people.owners")
    value = "value"
    if is_any_sale and metric.nothing == 0:
        value = f"case when {'note is null' if metric.notes else 'true'} then coalesce(value, 0) else value end"
    answer = f"cast((select {value} from (\n{text}) as found) as decimal(38, 6)) as value"
    return f"with {PEOPLE}\nselect team_id, owner_id, {answer} from people order by all"


def _groups(metric: "Metric", table: str | None, group: str, chosen: Selection) -> str:
    if table is None:
        head, value, source = f"{metric.counted.rstrip()}\n", metric.expression, "counted group by all"
    else:
        head, value, source = f"{_sums(metric, table, group)}\n", metric.value, "sums"
        group = group.rpartition(" ")[2]
    name = group.rpartition(" ")[2]
    answer = f"select {group}, {value} as value from {source}"
    text = f"with {head}select {name}, value from ({answer}) as found where value is not null order by all"
    return _composed(metric, text, chosen)


def _sums(metric: "Metric", table: str | None, group: str = "") -> str:
    """`sums`: what the number is made of, in one row or in one for each group."""
    if table is None:
        kept = [f"{expression} as {name}" for name, expression in metric.sums.items()]
        head, source = f"{metric.counted.rstrip()},\n", "counted"
    else:
        kept = [f"sum({name}) as {name}" for name in metric.sums]
        day, kind = KEPT[metric.kept_in or ""]
        days = (UP_TO_ITS_END if metric.day is None else OF_PERIOD).format(day=day)
        head, source = "", f"visible.{table} as sale\n    where {days}\n        and {{{kind}_filter}}"
    fields = ",\n        ".join([group, *kept] if group else kept)
    grouped = "\n    group by all" if group else ""
    return f"{head}sums as (\n    select\n        {fields}\n    from {source}{grouped}\n)"


def _table(metric: "Metric", chosen: Selection, is_in_step: bool, column: str = "") -> str | None:
    """The smallest mart that holds the sums of a KPI, for each value of a column; None where they have to be made."""
    known = (set(chosen.active) & metric.narrowed_by) | {column} - {""}
    if metric.kept_in is None or OF_LINES in known:
        return None
    if is_in_step and known <= OF_PEOPLE:
        return metric.kept_in
    return None if metric.day is None else "sale_order"


def _composed(metric: "Metric", text: str, chosen: Selection) -> str:
    is_of_lines = OF_LINES in chosen.active and OF_LINES in metric.narrowed_by
    sales = "visible.sale_line" if is_of_lines else "visible.sale_order"
    return selection.compose(text.replace("{sales}", sales), chosen)
