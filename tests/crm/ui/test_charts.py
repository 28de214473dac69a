"""Figures: what stands on them, in which words, and what is marked."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from crm.periods import ALL_TIME, month
from crm.ui import charts

MONTHS = pl.DataFrame(
    {
        "month": [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)],
        "value": [Decimal("-5000.00"), Decimal("20000.00"), Decimal("31000.50")],
        "is_partial": [False, False, True],
    }
)


def test_the_months_of_the_period_stand_out_and_the_partial_one_is_hatched() -> None:
    bars = charts.by_month(MONTHS, month(date(2024, 2, 9)), "money", "USD", "en", "light").data[0]
    assert list(bars.y) == [-5000.0, 20000.0, 31000.5]
    assert list(bars.marker.opacity) == [charts.MUTED, 1.0, charts.MUTED]
    assert list(bars.marker.pattern.shape) == ["", "", "/"]
    assert bars.hovertext[2] == "March 2024<br><b>$31,000.50</b><br>so far; the month is not over"


def test_all_words_of_a_figure_are_translated() -> None:
    figure = charts.by_month(MONTHS, ALL_TIME, "money", "CNY", "zh_CN", "dark")
    assert figure.data[0].hovertext[1] == "2024年2月<br><b>¥20,000.00</b>"
    assert list(figure.layout.yaxis.ticktext) == ["-¥1万", "¥0", "¥1万", "¥2万", "¥3万", "¥4万"]
    assert figure.layout.xaxis.tickformat == "%Y-%m"


@pytest.mark.parametrize("count", [1, 5, 6, 24, 61])
def test_the_last_month_has_a_label_and_they_never_crowd(count: int) -> None:
    months = [date(2019 + index // 12, index % 12 + 1, 1) for index in range(count)]
    frame = pl.DataFrame({"month": months, "value": [Decimal(1)] * count, "is_partial": [False] * count})
    labelled = charts.by_month(frame, ALL_TIME, "money", None, "en", "light").layout.xaxis.tickvals
    assert labelled[0] == months[-1] and len(labelled) <= charts.LABELS


def test_nothing_sold_still_makes_a_figure() -> None:
    frame = MONTHS.with_columns(value=pl.lit(Decimal("0.00")))
    assert charts.by_month(frame, ALL_TIME, "money", None, "en", "light").layout.yaxis.ticktext[0] == "0"


def test_stages_have_their_numbers_beside_them() -> None:
    worth = [None, Decimal("108040")]
    frame = pl.DataFrame({"stage": ["Engaging", "Proposal"], "count_deals": [1, 24], "value": worth})
    bars = charts.by_stage(frame, "USD", "en", "light").data[0]
    assert list(bars.y) == ["<b>Engaging</b><br>1 deal", "<b>Proposal</b><br>24 deals · $108.04K"]
    assert list(bars.x) == [1, 24]


def test_the_rest_of_the_parts_stands_back() -> None:
    frame = pl.DataFrame({"part": ["North", "Other"], "value": [1.0, 9.0], "is_rest": [False, True]})
    bars = charts.by_part(frame, "count", None, "en", "light").data[0]
    assert list(bars.marker.color) == [charts.PALETTES["light"].main, charts.PALETTES["light"].muted]
    assert list(bars.marker.opacity) == [1.0, charts.MUTED]


@pytest.mark.parametrize(
    ("most", "language", "labels"),
    [
        (9, "en", ["0", "5", "10"]),
        (27_000, "en", ["0", "10K", "20K", "30K"]),
        (27_000, "zh_CN", ["0", "1万", "2万", "3万"]),
    ],
)
def test_a_count_has_whole_numbers_at_its_axis_in_words(most: int, language: str, labels: list[str]) -> None:
    frame = pl.DataFrame({"month": MONTHS["month"], "came": [3, None, most], "solved": [90.0, None, 80.5]})
    assert list(charts.service(frame, language, "light").layout.yaxis.ticktext) == labels


def test_the_right_axis_keeps_off_the_last_month() -> None:
    frame = pl.DataFrame({"month": MONTHS["month"], "came": [3, None, 5], "solved": [90.0, None, 80.5]})
    figure = charts.service(frame, "en", "light")
    assert list(figure.data[0].y) == [3, 0, 5]
    assert figure.layout.yaxis2.ticklabelstandoff >= 8
