"""The pictures of the home page, each the answer to a question; a click on a mark opens the number behind it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl
import streamlit as st

from crm import metrics, periods, queries
from crm.access import Viewer
from crm.metrics import Metric
from crm.periods import Period
from crm.selection import EVERYTHING, UNKNOWN, Selection
from crm.ui import cards, charts, filters, names, picture, theme, words
from crm.ui.session import database, language
from crm.ui.words import gettext as _

HEAD_START = 0.6
"""Seconds that the numbers appear before the first picture."""
_HAS_PICTURES = "has_pictures"
Height = Literal["content", "stretch"]
MONTHS = 12
FEW_BARS = 4
BARS = 8
"""Parts that a picture has at most; the rest is one."""


def let_numbers_appear() -> None:
    """Once a visit, wait until the browser has drawn what came so far.

    The first picture makes it start the drawing library, and then it shows nothing new for seconds.
    """
    if _HAS_PICTURES not in st.session_state:
        st.session_state[_HAS_PICTURES] = True
        time.sleep(HEAD_START)


def months(viewer: Viewer, metric: Metric, period: Period, chosen: Selection = EVERYTHING) -> None:
    """A KPI that adds up month by month, beside the year before; a bar opens its month."""
    last = _last_month(viewer, period)
    shown = periods.months_before(last, MONTHS)
    span = Period(periods.months_before(last, 2 * MONTHS)[0], last.until)
    found = metrics.by_month(database(), viewer, metric.id, span, chosen)
    if found.is_empty():
        is_narrowed = chosen != EVERYTHING and metrics.by_month(database(), viewer, metric.id, span).height > 0
        nothing = _("No records in these months.")
        filters.nothing(viewer, nothing, f"months_{metric.id}", is_narrowed=is_narrowed)
        return
    values = dict(found.rows())
    clock = queries.clock(database(), viewer)
    frame = pl.DataFrame(
        {
            "month": shown,
            "value": [values.get(month, 0) for month in shown],
            "before": [values.get(month.replace(year=month.year - 1)) for month in shown],
            "is_partial": [(periods.month(month).until or clock.today) > clock.today for month in shown],
        },
        strict=False,
    )
    figure = charts.by_month(frame, period, metric.unit, clock.currency, language(), theme.mode())
    title = _("{title} by month", title=metric.title[language()])
    key = f"months_{metric.id}"
    said = [_("Grey: the year before.")] if frame["before"].drop_nulls().len() else []
    said += [_("A hatched month is not over.")] if frame["is_partial"].any() else []
    if period.since is None or period.since < shown[0]:
        said.insert(0, _("The last {count} months of the period.", count=MONTHS))

    def opened(place: int) -> dict[str, str]:
        return {"period": shown[place].isoformat()[:7], "kpi": metric.id}

    _draw(_Asked(viewer, metric, period, chosen), figure, title, key, opened, " ".join(said), "stretch")


def stages(viewer: Viewer, period: Period, chosen: Selection = EVERYTHING) -> None:
    """The deals that stood open at the end of the period, by stage, in the pipeline's order; a bar opens its deals."""
    by_stage = (database(), viewer, "open_pipeline", "stage", period)
    found = metrics.count_by_part(*by_stage, chosen).join(
        metrics.by_part(*by_stage, chosen), on="part", how="left", nulls_equal=True, maintain_order="left"
    )
    if found.is_empty():
        is_narrowed = chosen != EVERYTHING and metrics.count_by_part(*by_stage).height > 0
        filters.nothing(viewer, _("No deals are open."), "stages", is_narrowed=is_narrowed)
        return
    deals = found.with_columns(pl.col("part").fill_null(UNKNOWN))
    asked_for = [code for code in filters.stages(viewer) if not chosen.stage or code in chosen.stage]
    codes = [code for code in asked_for if code != UNKNOWN or code in deals["part"]]
    frame = (
        pl.DataFrame({"part": codes})
        .join(deals, on="part", how="left", maintain_order="left")
        .select(
            pl.Series("stage", [names.stage(code) for code in codes]),
            pl.col("count_rows").fill_null(0).alias("count_deals"),
            "value",
        )
    )
    clock = queries.clock(database(), viewer)
    figure = charts.by_stage(frame, clock.currency, language(), theme.mode())
    asked = _Asked(viewer, metrics.find("open_pipeline"), period, chosen)
    note = _("As they stood on {day}.", day=words.day(_end(period, clock.today)))

    def opened(place: int) -> dict[str, str]:
        return {"kpi": "open_pipeline", "stage": codes[place]}

    _draw(asked, figure, _("Open deals by stage"), "stages", opened, note)


def parts(viewer: Viewer, metric: Metric, column: str, period: Period, chosen: Selection) -> None:
    """A KPI taken apart by one of its columns, the largest first; a bar opens the number narrowed to it."""
    asked = (database(), viewer, metric.id, column, period)
    found = metrics.by_part(*asked, chosen).filter(pl.col("value") != 0)
    found = found.sort("value", descending=True, nulls_last=True)
    key = f"parts_{metric.id}_{column}"
    if found.is_empty():
        is_narrowed = chosen != EVERYTHING and metrics.by_part(*asked).height > 0
        filters.nothing(viewer, _("No records in this period."), key, is_narrowed=is_narrowed)
        return
    known = found.drop_nulls("part").head(BARS)
    codes: list[str | None] = known["part"].to_list()
    labels = [str(code) for code in codes]
    values = [float(value) for value in known["value"]]
    rest = float(found["value"].sum()) - sum(values)
    if abs(rest) > 0.005:
        codes, labels, values = [*codes, None], [*labels, _("Other, or not known")], [*values, rest]
    clock = queries.clock(database(), viewer)
    frame = pl.DataFrame({"part": labels, "value": values, "is_rest": [code is None for code in codes]})
    figure = charts.by_part(frame, metric.unit, clock.currency, language(), theme.mode())
    title = f"{metric.title[language()]}: {names.column(column)}"

    def opened(place: int) -> dict[str, str]:
        code = codes[place]
        return {"kpi": metric.id} | ({column: code} if code else {})

    height: Height = "stretch" if frame.height > FEW_BARS else "content"  # a few would be as thick as boards
    _draw(_Asked(viewer, metric, period, chosen), figure, title, key, opened, height=height)


def grades(viewer: Viewer, period: Period, chosen: Selection) -> None:
    """How many customers make how much of the revenue of 12 months; a bar opens them all."""
    metric = metrics.find("high_value_share")
    asked = (database(), viewer, metric.id, "value_grade", period)
    counts = dict(metrics.count_by_part(*asked, chosen).rows())
    if not counts:
        is_narrowed = chosen != EVERYTHING and metrics.count_by_part(*asked).height > 0
        nothing = _("No customer made revenue in these 12 months.")
        filters.nothing(viewer, nothing, "grades", is_narrowed=is_narrowed)
        return
    labels = {"A": _("A: 80% of revenue"), "B": _("B: the next 15%"), "C": _("C: the last 5%")}
    values = [float(counts.get(grade, 0)) for grade in labels]
    frame = pl.DataFrame({"part": list(labels.values()), "value": values, "is_rest": [False] * len(labels)})
    figure = charts.by_part(frame, "count", None, language(), theme.mode())
    clock = queries.clock(database(), viewer)
    note = _("Customers, by their revenue in 12 months up to {day}.", day=words.day(_end(period, clock.today)))
    _draw(
        _Asked(viewer, metric, period, chosen),
        figure,
        _("Customers by value"),
        "grades",
        lambda _place: {"kpi": metric.id},
        note,
    )


def tickets(viewer: Viewer, period: Period, chosen: Selection) -> None:
    """Tickets that came in and that were solved, month by month."""
    last = _last_month(viewer, period)
    shown = periods.months_before(last, MONTHS)
    span = Period(shown[0], last.until)
    frame = pl.DataFrame({"month": shown})
    for name, metric_id in (("came", "new_tickets"), ("solved", "sla_kept")):
        found = metrics.by_month(database(), viewer, metric_id, span, chosen)
        frame = frame.join(found.rename({"value": name}), on="month", how="left", maintain_order="left")
    if frame["came"].drop_nulls().is_empty():
        is_narrowed = chosen != EVERYTHING and metrics.by_month(database(), viewer, "new_tickets", span).height > 0
        filters.nothing(viewer, _("No tickets in these months."), "tickets", is_narrowed=is_narrowed)
        return
    figure = charts.service(frame, language(), theme.mode())
    title = _("Tickets that came in, and SLA kept, by month")
    asked = _Asked(viewer, metrics.find("new_tickets"), period, chosen, (metrics.find("sla_kept"),))

    def opened(place: int) -> dict[str, str]:
        return {"period": shown[place].isoformat()[:7], "kpi": "new_tickets"}

    _draw(asked, figure, title, "tickets", opened, _("The line: SLA kept."), "stretch")


@dataclass(frozen=True)
class _Asked:
    """What a picture shows: a KPI in a period, narrowed."""

    viewer: Viewer
    metric: Metric
    period: Period
    chosen: Selection
    others: tuple[Metric, ...] = ()
    """What else it draws."""

    def beside(self) -> str:
        """Which of the filters do not narrow it."""
        return cards.not_narrowed(self.chosen, self.metric, *self.others)

    def stamp(self, note: str) -> str:
        """Period, filters, day and what there is to know, as they stand in a picture that is taken along."""
        now = metrics.number(database(), self.viewer, self.metric.id, self.period, self.chosen)
        day = _("As of {day}", day=words.day(now.as_of))
        said = [words.period(self.period), filters.narrowed(self.viewer), day, note]
        return " · ".join(filter(None, said))


def _draw(
    asked: _Asked,
    figure: object,
    title: str,
    key: str,
    opened: Callable[[int], dict[str, str]],
    note: str = "",
    height: Height = "content",
) -> None:
    """A figure of which a click on a mark changes the address; below, a note and the ways to take it along.

    `stretch` lets it fill its box where what stands beside that is higher.
    """

    note = " ".join(filter(None, [note, asked.beside()]))

    def follow() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            st.query_params.update(opened(int(points[0]["point_index"])))

    st.plotly_chart(
        figure,
        height=height,
        theme=None,
        config=charts.CONFIG,
        key=key,
        alt=title,
        on_select=follow,
        selection_mode="points",
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"):
        st.caption(note, width="content")
        picture.downloads(key, title, asked.stamp(note), f"{key}-{asked.period.code()}")


def _end(period: Period, today: date) -> date:
    """The last day of a period, or today where that is earlier."""
    return min(period.until or today, today)


def _last_month(viewer: Viewer, period: Period) -> Period:
    """The last month to draw: where the period or, without an end, the data ends; none that has not begun."""
    today = queries.clock(database(), viewer).today
    end = period.until or metrics.last_period_with_data(database(), viewer).until or today
    return periods.month(min(end, today))
