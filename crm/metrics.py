"""The KPIs: one file each in `data/metrics`, which says what the number means and how it and its rows are counted.

What is `counted` stands once, as the tables before the two statements, the last of them called
`counted`; the number and its rows are both made of it. All reads `visible.*` only, so a number is
always that of the viewer. The statement of the number answers one row: `value`, null where there is
nothing to count; `note`, a code of the file's notes, or null; and the counts that the note speaks of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from crm import clock, counting, queries, reading, selection, sql
from crm.access import Viewer
from crm.db import Database
from crm.errors import BadSource, NotAllowed
from crm.periods import ALL_TIME, Period, month
from crm.queries import Value
from crm.selection import EVERYTHING, Selection
from crm.settings import ROOT

METRICS = ROOT / "data" / "metrics"
LANGUAGES = ("en", "zh_CN")
LANGUAGE_KEYS = ("title", "definition")
UNITS = ("money", "count", "percent", "days", "hours", "score", "points")
WITHHELD = "Your role does not see this number."
NOTHING_IN_SCOPE = "There is nothing yet among the records that you may see."
GIVEN = frozenset(
    {"since", "until", "since_at", "until_at", "end_at", "today", "zone", "silent_days", *selection.NAMES}
)
"""Parameters that the statement of a number may ask for; that of its rows also has `limit`.

Those in `_at` are moments (UTC) at which days begin for the company: `since`, the day after `until`, and the day
after `until` or today where the period has no end. To compare moments costs nothing, to tell the day of each does.
"""
AGGREGATES = ("sum", "count", "median", "ratio")
PARTS = ("region", "industry", "category", "channel", "stage", "value_grade", "credited_owner_id")
"""Columns of what is counted by which a number can be taken apart."""


@dataclass(frozen=True)
class Metric:
    """A KPI as its file defines it."""

    id: str
    title: Mapping[str, str]
    """By language, as is the definition."""
    definition: Mapping[str, str]
    unit: str
    better: str
    """up or down."""
    grain: str
    """What one of its rows is."""
    decimals: int
    reads: Mapping[str, tuple[str, ...]]
    """Objects whose grant it needs, each with the fields that may not be masked."""
    empty: str
    """The note where nothing is loaded."""
    notes: Mapping[str, str]
    """Other notes by their code."""
    aggregate: Mapping[str, Any]
    """How the number follows from its rows: one of AGGREGATES → its column; a ratio has two, whose sums are divided,
    and may be `times` something; `rows` stands for how many there are."""
    day: str | None
    """Column of what is counted that says when; None where the number is a state at the end of the period."""
    nothing: int | str | None
    """What it means that nothing is counted where there are sales: the value 0, or the code of a note.

    So that the number need not ask for them each time; a KPI without says it in its statement."""
    kept_in: str | None
    """The small mart that holds its sums by day and owner."""
    sums: Mapping[str, str]
    """What the number is made of: name, by which the marts hold it as well → expression over what is counted."""
    counted: str
    """The tables that both statements begin with."""
    number: str
    rows: str

    @property
    def expression(self) -> str:
        """The number of any group of what is counted."""
        kind, column = next(iter(self.aggregate.items()))
        if kind == "ratio":
            above, below = ("count(*)" if name == "rows" else f"sum({name})" for name in column)
            return f"{self.aggregate.get('times', 1)} * cast({above} as double) / nullif({below}, 0)"
        return "count(*)" if kind == "count" else f"{kind}({column})"

    @property
    def value(self) -> str:
        """The number of any group of its sums."""
        kind, column = next(iter(self.aggregate.items()))
        of_rows = next((name for name, expression in self.sums.items() if expression == "count(*)"), "")
        if kind == "ratio":
            above, below = (of_rows if name == "rows" else name for name in column)
            return f"{self.aggregate.get('times', 1)} * cast({above} as double) / nullif({below}, 0)"
        return of_rows if kind == "count" else str(column)

    @property
    def narrowed_by(self) -> frozenset[str]:
        """The filters that narrow it."""
        return selection.narrows(self.counted + self.number)


@dataclass(frozen=True)
class Number:
    """A KPI of a period, for a viewer."""

    metric_id: str
    value: Decimal | int | float | None
    unit: str
    currency: str | None
    """Of money; None where the company has no currency yet."""
    period: Period
    as_of: date
    """The day of the company, or that up to which the marts count."""
    note: str | None = None
    """Message why there is no value, or what it leaves out; `note_values` fills it."""
    note_values: Mapping[str, int] = field(default_factory=dict)
    not_narrowed_by: tuple[str, ...] = ()
    """The filters that are set and that this KPI knows nothing of."""


@cache
def registry(folder: Path = METRICS) -> Mapping[str, Metric]:
    """All KPIs by id, checked; raises BadSource for a file that does not define one."""
    return {path.stem: _read(path) for path in sorted(folder.glob("*.yml"))}


def find(metric_id: str) -> Metric:
    """The KPI of that id; raises NotFound with the names that are near."""
    if metric_id not in registry():
        raise queries.not_found(metric_id, [*registry(), *queries.names()])
    return registry()[metric_id]


def statement(metric_id: str, part: str, chosen: Selection = EVERYTHING, *, is_in_step: bool = True) -> str:
    """The SQL of a KPI's `number` or `rows`."""
    metric = find(metric_id)
    if part == "rows":
        return counting.rows(metric, chosen)
    return counting.number(metric, chosen, is_in_step=is_in_step)


def messages() -> list[str]:
    """All sentences of the registry that the catalogues translate."""
    found = {WITHHELD, NOTHING_IN_SCOPE}
    for metric in registry().values():
        found |= {metric.empty, metric.grain, *metric.notes.values()}
    return sorted(found)


def number(
    database: Database,
    viewer: Viewer,
    metric_id: str,
    period: Period = ALL_TIME,
    chosen: Selection = EVERYTHING,
) -> Number:
    """What a KPI is in a period, as far as the viewer may see."""
    metric = find(metric_id)
    company = queries.clock(database, viewer)
    text = statement(metric_id, "number", chosen, is_in_step=company.is_in_step)
    in_marts = any(table.startswith("mart.") for table in reading.tables_of(text))
    as_of = company.marts_as_of if in_marts and company.marts_as_of else company.today
    currency = company.currency if metric.unit == "money" else None
    value, counts = None, dict[str, int]()
    note: str | None = WITHHELD
    if may_see(viewer, metric):
        found = _ask(database, viewer, metric, text, period, chosen).row(0, named=True)
        value, note = found["value"], _note(metric, viewer, found)
        if found["value"] is None and not found.get("note") and _has_sales(database, viewer, metric):
            value, note = (0, None) if metric.nothing == 0 else (None, metric.notes[str(metric.nothing)])
        counts = {name: int(found[name] or 0) for name in found if name.startswith("count_")}
    beside = not_narrowed_by(metric, chosen)
    return Number(metric_id, value, metric.unit, currency, period, as_of, note, counts if note else {}, beside)


def not_narrowed_by(metric: Metric, chosen: Selection) -> tuple[str, ...]:
    """The filters that are set and that a KPI knows nothing of."""
    return tuple(name for name in chosen.active if name not in metric.narrowed_by)


def rows(
    database: Database,
    viewer: Viewer,
    metric_id: str,
    period: Period = ALL_TIME,
    limit: int | None = 1000,
    chosen: Selection = EVERYTHING,
) -> pl.DataFrame:
    """The rows that lead to a KPI, the latest first; raises NotAllowed where the viewer does not see the number."""
    metric = find(metric_id)
    _require(viewer, metric)
    return _ask(database, viewer, metric, counting.rows(metric, chosen), period, chosen, limit=limit)


def count_rows(
    database: Database, viewer: Viewer, metric_id: str, period: Period = ALL_TIME, chosen: Selection = EVERYTHING
) -> int:
    """How many rows lead to a KPI, shown or not."""
    metric = find(metric_id)
    _require(viewer, metric)
    return int(_ask(database, viewer, metric, counting.count_rows(metric, chosen), period, chosen).item())


def by_month(
    database: Database, viewer: Viewer, metric_id: str, period: Period, chosen: Selection = EVERYTHING
) -> pl.DataFrame:
    """What a KPI is in each month of a period that has any: month, value; only for a KPI with a day."""
    return _groups(database, viewer, find(metric_id), counting.by_month, period, chosen)


def by_part(
    database: Database, viewer: Viewer, metric_id: str, column: str, period: Period, chosen: Selection = EVERYTHING
) -> pl.DataFrame:
    """What a KPI is for each value of one of PARTS: part, value; null is a part, too."""
    _check_part(column)

    def text(metric: Metric, chosen: Selection, *, is_in_step: bool) -> str:
        return counting.by_part(metric, column, chosen, is_in_step=is_in_step)

    return _groups(database, viewer, find(metric_id), text, period, chosen)


def count_by_part(
    database: Database, viewer: Viewer, metric_id: str, column: str, period: Period, chosen: Selection = EVERYTHING
) -> pl.DataFrame:
    """How many rows lead to a KPI for each value of one of PARTS: part, count_rows; null is a part, too."""
    _check_part(column)
    metric = find(metric_id)
    _require(viewer, metric)
    text = counting.count_by_part(metric, column, chosen)
    return _ask(database, viewer, metric, text, period, chosen)


def by_people(database: Database, viewer: Viewer, metric_id: str, period: Period) -> pl.DataFrame:
    """What a KPI is for each team and each member of staff, as the filter gives it: team_id, owner_id, value.

    Values are rounded to a millionth; without rows where the KPI knows no owners.
    """
    metric = find(metric_id)
    _require(viewer, metric)
    if "owner" not in metric.narrowed_by:
        return pl.DataFrame(schema={"team_id": pl.Int64, "owner_id": pl.Int64, "value": pl.Decimal(38, 6)})
    company, is_any_sale = queries.clock(database, viewer), _has_sales(database, viewer, metric)
    text = counting.by_people(metric, is_in_step=company.is_in_step, is_any_sale=is_any_sale)
    return _ask(database, viewer, metric, text, period, EVERYTHING)


def _check_part(column: str) -> None:
    if column not in PARTS:  # it becomes SQL
        raise ValueError(f"no part: {column}")


def _groups(
    database: Database,
    viewer: Viewer,
    metric: Metric,
    composed: Callable[..., str],
    period: Period,
    chosen: Selection,
) -> pl.DataFrame:
    _require(viewer, metric)
    text = composed(metric, chosen, is_in_step=queries.clock(database, viewer).is_in_step)
    return _ask(database, viewer, metric, text, period, chosen)


def again(metric: Metric, rows: pl.DataFrame) -> Decimal | float | int | None:
    """The number as its rows give it; None without any, of a sum and of a count zero."""
    kind, column = next(iter(metric.aggregate.items()))
    if kind == "ratio":
        above, below = (rows.height if name == "rows" else rows[name].sum() for name in column)
        return metric.aggregate.get("times", 1) * float(above) / float(below) if below else None
    values = rows.select(value=pl.len() if kind == "count" else getattr(pl.col(column), kind)())
    found: Decimal | float | int | None = values.item()
    return found


def may_see(viewer: Viewer, metric: Metric) -> bool:
    """Whether the viewer has the grants that a KPI needs, none of its fields masked."""
    for name, needed in metric.reads.items():
        scope = viewer.scope(name)
        if scope is None or set(needed) & set(scope.masked):
            return False
    return True


def today(database: Database, viewer: Viewer) -> date:
    """The company's day."""
    return queries.clock(database, viewer).today


def last_period_with_data(database: Database, viewer: Viewer) -> Period:
    """The month of the last order line, else of the last deal closed, else of the last ticket; all time without any."""
    day: date | None = queries.query(database, viewer, "home/last_day_with_data").item()
    return month(day) if day else ALL_TIME


def _require(viewer: Viewer, metric: Metric) -> None:
    if not may_see(viewer, metric):
        raise NotAllowed(
            "Your role {role} does not see this number. Ask an administrator for the right.", role=viewer.role
        )


def _ask(
    database: Database, viewer: Viewer, metric: Metric, text: str, period: Period, chosen: Selection, **more: Value
) -> pl.DataFrame:
    company = queries.clock(database, viewer)
    known: dict[str, Value] = {
        "since": period.since,
        "until": period.until,
        "since_at": clock.begin_of(period.since, company.zone),
        "until_at": clock.end_of(period.until, company.zone),
        "end_at": clock.end_of(period.until or company.today, company.zone),
    }
    asked = {name: value for name, value in known.items() if name in sql.parameters(text)}
    values = asked | selection.values(text, chosen) | more
    return queries.answer(database, viewer, metric.id, text, values)


def _has_sales(database: Database, viewer: Viewer, metric: Metric) -> bool:
    """Whether there are any sales, for a KPI of which it says something that it counts nothing."""
    if metric.nothing is None:
        return False
    return not queries.answer(database, viewer, metric.id, counting.ANY_SALE, {}).is_empty()


def _note(metric: Metric, viewer: Viewer, found: Mapping[str, Any]) -> str | None:
    if found.get("note"):
        return metric.notes[found["note"]]
    if found["value"] is not None:
        return None
    scopes = [viewer.scope(name) for name in metric.reads]
    return metric.empty if all(scope and scope.everything for scope in scopes) else NOTHING_IN_SCOPE


def _read(path: Path) -> Metric:
    content = {"notes": {}, "day": None, "nothing": None, "kept_in": None, "sums": {}} | _content(path)
    known = {entry.name for entry in fields(Metric)} - {"id"}
    if content.keys() != known:
        raise BadSource(
            "The KPI file {file} has to define {keys}. Look at: {differing}.",
            file=path.name,
            keys=", ".join(sorted(known)),
            differing=", ".join(sorted(str(key) for key in content.keys() ^ known)),
        )
    wrong = [key for key, is_right in _rules(content).items() if not is_right]
    if wrong:
        raise BadSource(
            "The KPI file {file} is wrong in {keys}. Compare it with the others.",
            file=path.name,
            keys=", ".join(wrong),
        )
    reads = {name: tuple(needed) for name, needed in content.pop("reads").items()}
    return Metric(id=path.stem, reads=reads, **content)


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadSource("The KPI file {file} is no YAML: {reason}", file=path.name, reason=error) from error
    if not isinstance(content, dict):
        raise BadSource("The KPI file {file} is empty. Define the KPI in it or remove it.", file=path.name)
    return content


def _rules(content: Mapping[str, Any]) -> dict[str, bool]:
    """Whether each entry of a file is of the kind that it has to be."""
    texts = ("grain", "empty", "counted", "number", "rows")
    rules = {key: isinstance(content[key], str) for key in texts}
    rules |= {key: isinstance(content[key], dict) and set(content[key]) == set(LANGUAGES) for key in LANGUAGE_KEYS}
    rules |= {
        "unit": content["unit"] in UNITS,
        "better": content["better"] in ("up", "down"),
        "decimals": isinstance(content["decimals"], int),
        "notes": isinstance(content["notes"], dict),
        "aggregate": isinstance(content["aggregate"], dict) and next(iter(content["aggregate"])) in AGGREGATES,
        "day": content["day"] is None or isinstance(content["day"], str),
        "nothing": content["nothing"] in (None, 0, *content["notes"]),
        "kept_in": content["kept_in"] is None or content["kept_in"] in counting.KEPT,
        "sums": isinstance(content["sums"], dict) and bool(content["sums"]) == (content["kept_in"] is not None),
        "reads": isinstance(content["reads"], dict) and all(isinstance(x, list) for x in content["reads"].values()),
    }
    if rules["counted"]:
        rules["counted"] = selection.kinds(content["counted"]) <= set(selection.conditions())
        rules["counted"] = rules["counted"] and sql.parameters(content["counted"]) <= GIVEN
    rules["number"] = rules["number"] and sql.parameters(content["number"]) <= GIVEN
    rules["rows"] = rules["rows"] and sql.parameters(content["rows"]) - GIVEN == {"limit"}
    return rules
