"""The data dictionary in docs says what the database says."""

from pathlib import Path

from crm import dictionary
from crm.db import Database

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_dictionary_is_current(database: Database) -> None:
    assert (DOCS / "data-dictionary.md").read_text(encoding="utf-8") == dictionary.text(database), "run: make docs"


def test_every_table_and_column_has_a_comment(database: Database) -> None:
    with database.cursor() as cursor:
        bare = cursor.rows(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where comment is null and not internal and schema_name <> 'visible' "
            "union all select schema_name, table_name, '' from duckdb_tables() where comment is null"
        )
    assert bare == []
