"""Words, numbers, dates and money in the viewer's language.

Texts are written in English and looked up in `locale/` when they are shown, never when a module is
loaded, so that one process speaks all languages. A currency belongs to the money, not to the
language: an amount without one is shown without one.
"""

import gettext as standard
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from crm import periods
from crm.errors import PintailError
from crm.periods import Period

LANGUAGES = ("en", "zh_CN")
NAMES = {"en": "English", "zh_CN": "简体中文"}
"""What each language calls itself; these are never translated."""

CATALOGUES = Path(__file__).parent / "locale"
_LOCALES = {"en": Locale("en"), "zh_CN": Locale("zh", "CN", "Hans")}
_WISH = re.compile(r"^\s*([A-Za-z*]+)[^;]*(?:;\s*q=([0-9.]+))?")

Amount = Decimal | int | float


@lru_cache(maxsize=len(LANGUAGES))
def _translations(language: str) -> standard.NullTranslations:
    return standard.translation("messages", CATALOGUES, [language], fallback=language == "en")


def gettext(message: str, language: str = "en", **values: object) -> str:
    """The message in a language, its `{named}` values filled in after the translation."""
    text = _translations(language).gettext(message) if message else ""
    return text.format(**values) if values else text


def ngettext(one: str, many: str, count: int, language: str = "en", **values: object) -> str:
    """The form of a message that fits a count, which also fills `{count}`, grouped."""
    text = _translations(language).ngettext(one, many, count)
    return text.format(count=number(count, language), **values)


def explain(error: PintailError, language: str = "en") -> str:
    """What went wrong and what to do next, as one sentence."""
    return gettext(error.message, language, **error.values)


def negotiate(accept_language: str | None) -> str:
    """The language that fits an Accept-Language header best, English if none does."""
    wishes = []
    for position, part in enumerate((accept_language or "").split(",")):
        found = _WISH.match(part)
        if found and found[1].lower() in ("en", "zh"):
            wishes.append((-_quality(found[2]), position, found[1].lower()))
    if not wishes:
        return "en"
    weight, _, wish = min(wishes)
    return "zh_CN" if wish == "zh" and weight < 0 else "en"


def _quality(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def number(value: Amount, language: str = "en", decimals: int = 0, compact: bool = False) -> str:
    """A number with grouped thousands, or in thousands and millions where it is `compact`."""
    exact, locale = _exact(value), _LOCALES[language]
    if compact and abs(exact) >= 1000:
        return numbers.format_compact_decimal(exact, locale=locale, fraction_digits=2)
    return numbers.format_decimal(exact, format=_pattern(decimals), locale=locale)


def percent(share: Amount, language: str = "en", decimals: int = 1) -> str:
    """A share of one as per cent."""
    return numbers.format_percent(_exact(share), format=_pattern(decimals) + "%", locale=_LOCALES[language])


def money(
    value: Amount, currency: str | None, language: str = "en", decimals: int | None = None, compact: bool = False
) -> str:
    """An amount with its currency's sign and usual decimals; without currency as a plain number with two.

    A `compact` one is in thousands and millions from 1,000 on, and without decimals below if it has none.
    """
    exact, locale = _exact(value), _LOCALES[language]
    if compact and abs(exact) < 1000 and exact == int(exact):
        decimals = 0
    if compact and language == "zh_CN" and 1000 <= abs(exact) < 10_000:  # Chinese shortens from 万 on
        return money(value, currency, language, decimals=0)
    if currency is None:
        return number(exact, language, 2 if decimals is None else decimals, compact)
    if compact and abs(exact) >= 1000:
        return numbers.format_compact_currency(exact, currency, locale=locale, fraction_digits=2)
    pattern = None if decimals is None else "¤" + _pattern(decimals)
    return numbers.format_currency(exact, currency, pattern, locale=locale, currency_digits=decimals is None)


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _exact(value: Amount) -> Decimal:
    return Decimal(str(value)) if isinstance(value, float) else Decimal(value)


def day(value: date, language: str = "en") -> str:
    """A date: Dec 31, 2017."""
    return dates.format_date(value, "medium", locale=_LOCALES[language])


def month(value: date, language: str = "en") -> str:
    """The month of a date: December 2017."""
    return dates.format_skeleton("yMMMM", value, locale=_LOCALES[language])


def moment(value: datetime, language: str = "en", zone: str = "UTC") -> str:
    """A UTC timestamp of the database as day, hour and minute in a time zone."""
    local = value.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return f"{day(local.date(), language)} {local:%H:%M}"


def weekday(number: int, language: str = "en") -> str:
    """The name of a day of the week: 1 for Monday to 7 for Sunday."""
    return str(dates.get_day_names("wide", locale=_LOCALES[language])[number - 1])


def currency(code: str, language: str = "en") -> str:
    """A currency by its code and its name: EUR · Euro."""
    return f"{code} · {numbers.get_currency_name(code, locale=_LOCALES[language])}"


def period(value: Period, language: str = "en") -> str:
    """A period in words: December 2017, Q4 2017, 2017, Dec 3 – 31, 2017, All time."""
    locale, since, until = _LOCALES[language], value.since, value.until
    if since is None or until is None:
        return _open_period(since, until, language)
    if value == periods.month(since):
        return month(since, language)
    if value == periods.quarter(since):
        return dates.format_skeleton("yQQQ", since, locale=locale)
    if value == periods.year(since):
        return dates.format_skeleton("y", since, locale=locale)
    return dates.format_interval(since, until, "yMMMd", locale=locale)


def _open_period(since: date | None, until: date | None, language: str) -> str:
    if since is not None:
        return gettext("Since {day}", language, day=day(since, language))
    if until is not None:
        return gettext("Until {day}", language, day=day(until, language))
    return gettext("All time", language)
