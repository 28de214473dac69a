"""Codes in words."""

import pytest

from crm import access, custom, metrics
from crm.db import Database
from crm.i18n import gettext
from crm.ui import names, tables, words
from pipelines import correction


@pytest.mark.parametrize("name", correction.CHOSEN)
def test_every_object_and_field_that_files_bring_has_a_word_in_both_languages(database: Database, name: str) -> None:
    with database.cursor() as cursor:
        fields = correction.fields_of(cursor)[name]
    for word in (names.object_name(name), *map(names.field, fields)):
        assert gettext(word, "zh_CN") != word or word in ("SKU",), f"{name}: {word}"


@pytest.mark.parametrize("metric_id", metrics.registry())
def test_every_column_of_the_rows_of_a_number_has_a_title_in_both_languages(database: Database, metric_id: str) -> None:
    rows = metrics.rows(database, access.owner_of_file(), metric_id)
    for name in set(rows.columns) - set(tables.HIDDEN):
        title = names.column(name)
        assert gettext(title, "zh_CN") != title, name


@pytest.mark.parametrize(
    ("kind", "kept", "told"),
    [
        ("number", "1200.000000", "1,200"),
        ("number", "-0.250000", "-0.25"),
        ("flag", "true", "yes"),
        ("flag", "false", "no"),
        ("date", "2025-03-01", "2025-03-01"),
        ("text", "1.50", "1.50"),
    ],
)
def test_what_history_keeps_of_own_fields_is_told_in_words(
    database: Database, monkeypatch: pytest.MonkeyPatch, kind: str, kept: str, told: str
) -> None:
    monkeypatch.setattr(names, "database", lambda: database)
    custom.create(database, access.owner_of_file(), "account", "Seats", kind, title_zh="座位")
    monkeypatch.setattr(words, "language", lambda: "en")
    assert (names.custom_value("custom_seats", kept), names.field("custom_seats")) == (told, "Seats")
    monkeypatch.setattr(words, "language", lambda: "zh_CN")
    assert names.field("custom_seats") == "座位"
