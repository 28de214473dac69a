"""Codes in words."""

import pytest

from crm.db import Database
from crm.i18n import gettext
from crm.ui import names
from pipelines import correction


@pytest.mark.parametrize("name", correction.CHOSEN)
def test_every_object_and_field_that_files_bring_has_a_word_in_both_languages(database: Database, name: str) -> None:
    with database.cursor() as cursor:
        fields = correction.fields_of(cursor)[name]
    for word in (names.object_name(name), *map(names.field, fields)):
        assert gettext(word, "zh_CN") != word or word in ("SKU",), f"{name}: {word}"
