"""Codes in words."""

import pytest

from crm import access, metrics
from crm.db import Database
from crm.i18n import gettext
from crm.ui import names, tables
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
