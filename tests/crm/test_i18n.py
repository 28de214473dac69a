"""Words, numbers and dates in both languages, and the catalogue that they come from."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from babel.messages import Catalog, Message

from crm import i18n
from crm.errors import NotFound
from crm.locale import update
from crm.periods import ALL_TIME, Period, month, quarter, year

PLACEHOLDER = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def template() -> Catalog:
    return update.collect()


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return update.read(update.catalogue_of("zh_CN"), "zh_CN")


def _texts(message: Message) -> tuple[list[str], list[str]]:
    """All forms of a message and of its translation."""
    forms = [message.id] if isinstance(message.id, str) else list(message.id)
    translated = [message.string] if isinstance(message.string, str) else list(message.string)
    return forms, translated


def test_the_catalogue_has_exactly_the_texts_of_the_program(template: Catalog, chinese: Catalog) -> None:
    """Collect, merge and compile with: python -m crm.locale.update"""
    assert {message.id for message in chinese} == {message.id for message in template}
    assert update.TEMPLATE.read_bytes() == update.written(template)


def test_every_text_is_translated_with_the_same_placeholders(chinese: Catalog) -> None:
    for message in chinese:
        forms, translated = _texts(message)
        if message.id:
            assert all(translated), f"not translated: {message.id}"
            assert not message.fuzzy
            expected = set(PLACEHOLDER.findall(forms[-1]))
            assert all(set(PLACEHOLDER.findall(text)) == expected for text in translated), message.id


def test_the_compiled_catalogue_is_that_of_the_translators_file(chinese: Catalog) -> None:
    assert update.catalogue_of("zh_CN").with_suffix(".mo").read_bytes() == update.compiled(chinese)


def test_messages_of_errors_are_collected(template: Catalog) -> None:
    assert "Nobody signs in as {email}. List the sign-ins with: python -m crm user list" in template


def test_values_are_filled_in_after_the_translation() -> None:
    error = NotFound("There is no member of staff {id}. Load or create the person first.", id="{x}")
    assert i18n.explain(error) == "There is no member of staff {x}. Load or create the person first."
    assert i18n.explain(error, "zh_CN") == "没有编号为 {x} 的员工，请先导入或创建。"


def test_an_unknown_text_stays_english() -> None:
    assert i18n.gettext("Not in any catalogue", "zh_CN") == "Not in any catalogue"
    assert i18n.gettext("", "zh_CN") == ""


@pytest.mark.parametrize(
    ("count", "english", "chinese"), [(1, "1 record", "1 条记录"), (1234, "1,234 records", "1,234 条记录")]
)
def test_counts_have_their_form(count: int, english: str, chinese: str) -> None:
    assert i18n.ngettext("{count} record", "{count} records", count) == english
    assert i18n.ngettext("{count} record", "{count} records", count, "zh_CN") == chinese


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr-FR,fr;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("en;q=0.5, zh-TW;q=0.7", "zh_CN"),
        ("de, en;q=0.3, zh;q=0.2", "en"),
        ("zh;q=0", "en"),
        ("zh", "zh_CN"),
    ],
)
def test_negotiate(header: str | None, language: str) -> None:
    assert i18n.negotiate(header) == language


@pytest.mark.parametrize(
    ("amount", "currency", "options", "english", "chinese"),
    [
        (Decimal("10005534"), "USD", {}, "$10,005,534.00", "US$10,005,534.00"),
        (Decimal("-1234.5"), "GBP", {}, "-£1,234.50", "-£1,234.50"),
        (Decimal("1234.5"), "JPY", {}, "¥1,234", "JP¥1,234"),
        (Decimal("1234.5"), None, {}, "1,234.50", "1,234.50"),
        (Decimal("10005534.4"), "USD", {"decimals": 0}, "$10,005,534", "US$10,005,534"),
        (Decimal("-3.6"), None, {"decimals": 0}, "-4", "-4"),
        (Decimal("123456789"), "USD", {"compact": True}, "$123.46M", "US$1.23亿"),
        (Decimal("138000"), None, {"compact": True}, "138K", "13.8万"),
        (Decimal("6644.42"), "EUR", {"compact": True}, "€6.64K", "€6,644"),
        (999.8244809, "USD", {"compact": True}, "$999.82", "US$999.82"),
        (0, "USD", {"compact": True}, "$0", "US$0"),
    ],
)
def test_money(
    amount: i18n.Amount, currency: str | None, options: dict[str, object], english: str, chinese: str
) -> None:
    assert i18n.money(amount, currency, "en", **options) == english
    assert i18n.money(amount, currency, "zh_CN", **options) == chinese


def test_numbers() -> None:
    assert i18n.number(1234567) == "1,234,567"
    assert i18n.number(0.1 + 0.2, decimals=2) == "0.30"
    assert i18n.percent(Decimal("0.63154")) == "63.2%"
    assert i18n.percent(0.63154, "zh_CN", 2) == "63.15%"


def test_days_and_moments() -> None:
    assert i18n.day(date(2017, 12, 31)) == "Dec 31, 2017"
    assert i18n.day(date(2017, 12, 31), "zh_CN") == "2017年12月31日"
    assert i18n.month(date(2017, 12, 31)) == "December 2017"
    assert i18n.moment(datetime(2017, 12, 31, 20, 5), "en", "Asia/Shanghai") == "Jan 1, 2018 04:05"
    assert i18n.moment(datetime(2017, 12, 31, 20, 5), "zh_CN") == "2017年12月31日 20:05"


@pytest.mark.parametrize(
    ("period", "english", "chinese"),
    [
        (ALL_TIME, "All time", "全部时间"),
        (month(date(2017, 12, 5)), "December 2017", "2017年12月"),
        (quarter(date(2017, 12, 5)), "Q4 2017", "2017年第4季度"),
        (year(date(2017, 12, 5)), "2017", "2017年"),
        (Period(date(2017, 12, 3), date(2017, 12, 9)), "Dec 3 – 9, 2017", "2017年12月3日至9日"),
        (Period(date(2017, 12, 3), None), "Since Dec 3, 2017", "自 2017年12月3日 起"),
        (Period(None, date(2017, 12, 3)), "Until Dec 3, 2017", "截至 2017年12月3日"),
    ],
)
def test_periods(period: Period, english: str, chinese: str) -> None:
    assert i18n.period(period).replace("\u2009", " ") == english
    assert i18n.period(period, "zh_CN") == chinese
