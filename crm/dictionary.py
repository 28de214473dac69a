"""The data dictionary, written from the comments that the database itself carries.

python -m crm.dictionary > docs/data-dictionary.md
"""

import sys
import tempfile
from itertools import groupby
from pathlib import Path

from crm import sql
from crm.db import Database

STATEMENT = Path(__file__).parent / "statements" / "dictionary" / "columns.sql"
HEADER = """# Data dictionary

Every table and column of a Pintail database, written by `make docs` from the comments in `data/schema/`.
What a person sees of them goes through the views `visible.*`, which have the same columns.
"""


def text(database: Database) -> str:
    """The dictionary of a database in Markdown."""
    with database.cursor() as cursor:
        rows = cursor.rows(sql.read(STATEMENT))
    parts = [HEADER]
    for (table, purpose), columns in groupby(rows, key=lambda row: (row[0], row[1])):
        parts.append(f"\n## {table}\n\n{purpose}\n\n| column | type | meaning |\n|---|---|---|\n")
        parts += [f"| `{name}` | {kind.lower()} | {comment} |\n" for _, _, name, kind, comment in columns]
    return "".join(parts)


def main() -> None:
    """Print the dictionary of an empty database."""
    with tempfile.TemporaryDirectory() as folder, Database(Path(folder) / "empty.duckdb") as database:
        sys.stdout.write(text(database))


if __name__ == "__main__":
    main()
