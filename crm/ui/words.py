"""Texts, numbers and dates in the language of the run. Pages say `from crm.ui.words import gettext as _`."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from crm import i18n, users
from crm.access import ROLES
from crm.errors import Given, PintailError
from crm.i18n import Amount
from crm.periods import Period
from crm.ui.session import language as language


def gettext(message: str, **values: object) -> str:
    """The message in the viewer's language."""
    return i18n.gettext(message, language(), **values)


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The form of a message that fits a count."""
    return i18n.ngettext(one, many, count, language(), **values)


def listed(parts: Iterable[str]) -> str:
    """Several things in a row."""
    return gettext(", ").join(parts)


def escaped(text: str) -> str:
    """Text of a person or a file, safe inside markdown."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+-.!|~$:" else sign for sign in text)


def unlinked(text: str) -> str:
    """The same, where a click on an address is to choose it and not to follow it: markdown links it by itself."""
    return re.sub(r"(www|://|@)", "\\1\N{WORD JOINER}", escaped(text), flags=re.IGNORECASE)


def heading(text: str) -> None:
    """A small heading above a table."""
    st.markdown(f"**{text}**")


def explain(error: PintailError) -> str:
    """What went wrong and what to do next, as one sentence of markdown, in which the values stay plain text."""
    return gettext(error.message, **{name: escaped(_told(name, value)) for name, value in error.values.items()})


def _told(name: str, value: object) -> str:
    """A value of an error: codes of objects and fields in the words of the screen."""
    from crm.ui import names  # which speaks with these words

    if name == "object":
        return names.one(str(value))
    if name == "verb":
        return names.verb(str(value)).lower()
    if name == "role":
        return users.role_name(str(value), language()) if value in ROLES else str(value)
    if name == "field":
        return names.field(str(value).removesuffix("_id"))
    if isinstance(value, Given):
        return listed(f"{names.field(field.removesuffix('_id'))} = {each}" for field, each in value.items())
    return str(value)


def number(value: Amount, decimals: int = 0) -> str:
    """A number with grouped thousands."""
    return i18n.number(value, language(), decimals)


def day(value: date) -> str:
    """A date in words."""
    return i18n.day(value, language())


def moment(value: datetime, zone: str) -> str:
    """A UTC timestamp as day, hour and minute in a time zone."""
    return i18n.moment(value, language(), zone)


def moments(values: Iterable[datetime | None], zone: str) -> list[str | None]:
    """UTC timestamps in a time zone; as days alone where all are midnight there, as the source then knows no hours."""
    known = list(values)
    placed = [value and local(value, zone) for value in known]
    if all(each is None or each.time() == time() for each in placed):
        return [None if each is None else day(each.date()) for each in placed]
    return [None if value is None else moment(value, zone) for value in known]


def local(value: datetime, zone: str) -> datetime:
    """A UTC timestamp in a time zone."""
    return value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def moments_apart(values: Iterable[datetime | None], zone: str) -> list[str | None]:
    """UTC timestamps of different sources in a time zone; each that is midnight there as a day alone."""
    return [moments([value], zone)[0] for value in values]


def signed(change: str | int) -> str:
    """A change that begins with an ASCII sign, with a sign of its own; no change as such."""
    text = str(change)
    return (
        text.replace("-", "\N{MINUS SIGN}", 1)
        if text.startswith("-")
        else text
        if text != "0"
        else "\N{PLUS-MINUS SIGN}0"
    )


def period(value: Period) -> str:
    """A period in words."""
    return i18n.period(value, language())


def money(value: Amount, currency: str | None, decimals: int | None = None) -> str:
    """An amount with its currency's sign."""
    return i18n.money(value, currency, language(), decimals)
