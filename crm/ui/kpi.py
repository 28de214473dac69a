"""A KPI in words: its value, and how it changed against the period before."""

from dataclasses import dataclass, replace
from decimal import Decimal

from crm import i18n
from crm.metrics import Metric, Number

SHORT_FROM = 100_000_000
"""From here on a card shows millions; the exact value stands where it opens."""

DIGITS = 2
"""Decimals of an opened value that is no whole number."""


@dataclass(frozen=True)
class Change:
    """How a KPI changed; `delta` begins with an ASCII sign, by which Streamlit turns the arrow."""

    delta: str | int
    is_better: bool | None


def short(number: Number, metric: Metric, language: str) -> str:
    """The value as a card shows it."""
    if number.value is None:
        return "–"
    if number.unit == "money":
        is_long = abs(float(number.value)) >= SHORT_FROM
        return i18n.money(number.value, number.currency, language, metric.decimals, compact=is_long)
    return with_unit(number.value, number.unit, language, metric.decimals)


def exact(number: Number, language: str) -> str:
    """The value to the cent."""
    if number.value is None:
        return "–"
    if number.unit == "money":
        return i18n.money(number.value, number.currency, language)
    return with_unit(number.value, number.unit, language, 0 if number.unit == "count" else DIGITS)


def difference(then: Decimal, now: Number, language: str) -> str:
    """By how much a value is another than it was, in its unit and as exact as it is shown, with an ASCII sign.

    Empty where both are shown alike.
    """
    places = Decimal(1).scaleb(0 if now.unit == "count" else -DIGITS)
    changed = Decimal(str(now.value)).quantize(places) - then.quantize(places)
    if not changed:
        return ""
    size = abs(changed)
    sign = "-" if changed < 0 else "+"
    if now.unit == "percent":
        return sign + with_unit(size, "points", language, DIGITS)
    return sign + exact(replace(now, value=size), language)


def with_unit(amount: i18n.Amount, unit: str, language: str, decimals: int) -> str:
    """An amount that is no money, with its unit."""
    if unit == "percent":
        return i18n.percent(Decimal(str(amount)) / 100, language, decimals)
    text = i18n.number(amount, language, decimals)
    if unit == "days":
        return i18n.gettext("{number} days", language, number=text)
    if unit == "hours":
        return i18n.gettext("{number} hours", language, number=text)
    if unit == "points":
        return i18n.gettext("{number} points", language, number=text)
    return text


def change(now: Number, before: Number | None, metric: Metric, language: str) -> Change | None:
    """The change against the period before; None where there is nothing to compare, or a part is left out."""
    if before is None or now.value is None or before.value is None:
        return None
    if any("count_left_out" in number.note_values for number in (now, before) if number.note):
        return None
    difference = Decimal(str(now.value)) - Decimal(str(before.value))
    if difference == 0:
        return Change(0, None)
    sign = "-" if difference < 0 else "+"
    size = _size(abs(difference), before, metric, language)
    if not set(size) & set("123456789"):  # less than is shown
        return Change(0, None)
    return Change(sign + size, (difference > 0) == (metric.better == "up"))


def _size(difference: Decimal, before: Number, metric: Metric, language: str) -> str:
    """A difference in per cent of the value before, or in its own unit where that says more."""
    if metric.unit == "percent":
        return i18n.gettext("{number} points", language, number=i18n.number(difference, language, metric.decimals))
    if metric.unit in ("days", "hours", "score", "points"):
        return with_unit(difference, metric.unit, language, metric.decimals)
    if before.value:
        return i18n.percent(difference / abs(Decimal(str(before.value))), language)
    if metric.unit == "money":
        return i18n.money(difference, before.currency, language, compact=True)
    return i18n.number(difference, language)
