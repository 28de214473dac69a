"""How a number read before: when its month ended, and on each day of it that was kept."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import streamlit as st

from crm import export, metrics, queries, snapshots
from crm.access import Viewer
from crm.metrics import Metric, Number
from crm.periods import Period
from crm.ui import charts, filters, kpi, picture, tables, theme, words
from crm.ui.session import database, language
from crm.ui.words import gettext as _

FEWEST = 2
"""Days that make a line."""


def show(viewer: Viewer, metric: Metric, now: Number) -> None:
    """What is known of how the number read, where it is of a month and kept for whom the page is narrowed to."""
    month = snapshots.month_of(now.period, metrics.today(database(), viewer))
    group = filters.group(viewer)
    if month is None or group is None:
        return
    found = snapshots.by_day(database(), viewer, metric.id, month, group)
    then = snapshots.at_end(found, month)
    if then is not None and now.value is not None:
        st.caption(_since(then, now, month))
    if found.height >= FEWEST:
        with st.expander(_("How it read day by day"), icon=":material/history:"):
            _days(viewer, metric, now, found)


def _since(then: Decimal, now: Number, month: Period) -> str:
    said = {"month": words.period(month), "value": words.escaped(kpi.exact(replace(now, value=then), language()))}
    changed = kpi.difference(then, now, language())
    if not changed:
        return _("When {month} ended this read {value}, as it does now.", **said)
    difference = words.escaped(words.signed(changed))
    return _(
        "When {month} ended this read {value}; since then it changed by {difference}.", **said, difference=difference
    )


def _days(viewer: Viewer, metric: Metric, now: Number, found: pl.DataFrame) -> None:
    clock = queries.clock(database(), viewer)
    texts = [kpi.exact(replace(now, value=value), language()) for value in found["value"]]
    read = found.with_columns(reading=pl.Series(texts, dtype=pl.String))
    key, title = f"days_{metric.id}", _("{title} as it read day by day", title=metric.title[language()])
    figure = charts.by_day(_with_gaps(read), metric.unit, now.currency, language(), theme.mode())
    st.plotly_chart(figure, theme=None, config=charts.CONFIG, key=key, alt=title)
    note = _("The month so far, as it was counted on each day; a gap is a day on which nothing was counted.")
    stamp = [words.period(now.period), filters.narrowed(viewer), note]
    file = f"{metric.id}-{now.period.code()}-days"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"):
        st.caption(note, width="content")
        picture.downloads(key, title, " · ".join(filter(None, stamp)), file)
    tables.records(read.select("day", "reading", "counted_at"), clock, key=f"{key}_table", alt=title)
    if export.may(viewer, metric):
        kept = found.select("day", pl.col("value").cast(pl.Float64).alias("reading"), "counted_at")
        said = [title, *filter(None, stamp)]
        of = next(iter(metric.reads))
        tables.downloads(file, f"{key}_download", lambda: kept, lambda: said, viewer=viewer, of=of)


def _with_gaps(read: pl.DataFrame) -> pl.DataFrame:
    """All days from the first to the last: day, value, label."""
    days = pl.DataFrame({"day": pl.date_range(read["day"][0], read["day"][-1], eager=True)})
    return days.join(read, on="day", how="left", maintain_order="left").select("day", "value", label="reading")
