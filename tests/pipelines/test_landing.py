"""What is kept of each load: the file, its records' fate, the rejects; and what a dry run leaves: nothing."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from crm import records
from crm.access import owner_of_file
from crm.db import Database
from crm.errors import BadSource
from pipelines import landing, sources
from pipelines.load import finish_killed
from pipelines.staging import Staging
from pipelines.undo import undo
from tests.pipelines.conftest import Load, Rows, counts

ACCOUNTS = "Account ID,Account,Owner\n1,Acme,Ann\n2,Bolt,\n1,Copy,\n3,,\n"
FILES = {
    "accounts.csv": ACCOUNTS,
    "opportunities.csv": "Deal ID,Deal,Stage,Amount,Currency,Account\nA,a,Won,5,EUR,Acme\nB,b,bogus,5,EUR,Acme\n",
    "orders.csv": "Order number,Ordered at,Account\n1,2024-01-01,Acme\n",
    "order_lines.csv": "Order number,Qty,Price,Sold at\n1,1,1,2024-01-01\n1,1,1,2024-01-01\n9,1,1,2024-01-01\n",
}


def kept(database: Database) -> list[str]:
    return sorted(path.name for path in (database.files / "landing").iterdir())


def contents(rows: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    tables = rows("select schema_name || '.' || table_name from duckdb_tables() where not temporary order by 1")
    return {name: rows(f"select * from {name} order by all") for (name,) in tables}


def test_a_load_is_recorded(load: Load, rows: Rows, database: Database) -> None:
    report = load(FILES)
    assert rows("select id, user_id, is_history, applied_at >= started_at from landing.batch") == [
        (1, None, True, True)
    ]
    found = rows(
        "select position, file, object, first_record, count_read, count_inserted, count_duplicate, count_rejected, "
        "count_possible_repeat, count_created::varchar from landing.file order by position"
    )
    assert [row[:2] for row in found] == list(enumerate(FILES, start=1))
    assert found[0][2:] == ("account", 1, 4, 2, 1, 1, 0, '{"staff": 1}')
    assert found[1][2:] == ("opportunity", 5, 2, 1, 0, 1, 0, '{"opportunity_event": 1}')
    assert found[3][2:] == ("order_line", 8, 3, 2, 0, 1, 1, "{}")
    assert report["files"][3]["possible_repeats"] == 1
    rejects = rows("select record_number, is_duplicate, column_name, value, reason from landing.reject order by 1")
    assert rejects == [
        (3, True, "Account ID", "1", "duplicate"), (4, False, "Account", None, "missing"),
        (6, False, "Stage", "bogus", "unknown"), (10, False, "Order number", "9", "unknown"),
    ]  # fmt: skip
    assert len(kept(database)) == 4


def test_a_kept_file_is_the_file(load: Load, rows: Rows, database: Database) -> None:
    load({"accounts.csv": ACCOUNTS})
    (name,) = rows("select kept_as from landing.file")[0]
    assert kept(database) == [name]
    with pa.input_stream(str(database.files / "landing" / name), compression="zstd") as packed:
        assert packed.read() == ACCOUNTS.encode()


def test_loading_leaves_the_file_of_the_user_alone(load: Load, tmp_path: Path) -> None:
    load({"accounts.csv": ACCOUNTS})
    path = tmp_path / "files" / "accounts.csv"
    assert path.read_text() == ACCOUNTS and path.stat().st_nlink == 1


def test_a_dry_run_shows_everything_and_writes_nothing(load: Load, rows: Rows, database: Database) -> None:
    load({"accounts.csv": "Account ID,Account\n1,Old\n"})
    before, files = contents(rows), kept(database)
    dry = load(FILES, is_dry_run=True)
    assert dry["batch"] is None
    assert contents(rows) == before
    assert kept(database) == files
    assert load(FILES)["files"] == dry["files"]


def test_a_known_file_is_unchanged_at_once(load: Load, rows: Rows) -> None:
    file = {"accounts.csv": "Account ID,Account\n1,Acme\n2,Bolt\n2,Bolt\n"}
    load(file)
    before = rows("select * from core.account")
    assert counts(load(file)) == (3, 0, 0, 3, 0, 0)
    renamed = load({"other.csv": file["accounts.csv"], "more.csv": "Account ID,Account\n3,Cog\n"})
    assert [counts(renamed, position) for position in (0, 1)] == [(3, 0, 0, 3, 0, 0), (1, 1, 0, 0, 0, 0)]
    assert rows("select * from core.account where name <> 'Cog'") == before


MARCH = {"march.csv": "Account ID,Account,Industry\n1,Acme,Retail\n2,Bolt,Retail\n"}
APRIL = {"april.csv": "Account ID,Account,Industry\n1,Acme,Wholesale\n3,Cog,Food\n"}
INDUSTRY = "select industry from core.account where name = 'Acme'"


def test_a_file_is_read_again_once_another_said_otherwise(load: Load, rows: Rows) -> None:
    load(MARCH)
    load(APRIL)
    assert counts(load(MARCH)) == (2, 0, 1, 1, 0, 0)
    assert rows(INDUSTRY) == [("Retail",)]
    assert counts(load(MARCH)) == (2, 0, 0, 2, 0, 0)
    assert counts(load(APRIL)) == (2, 0, 1, 1, 0, 0)
    assert rows(INDUSTRY) == [("Wholesale",)]


def test_a_file_is_read_again_once_a_load_was_taken_back(load: Load, rows: Rows, database: Database) -> None:
    """The first file is back where it was; the second found Acme there, who went with the first."""
    first = load(MARCH)["batch"]
    second = load({"april.csv": MARCH["march.csv"] + "3,Cog,Food\n"})["batch"]
    undo(database, first)
    assert rows("select name from core.account") == [("Cog",)]
    assert counts(load({"april.csv": MARCH["march.csv"] + "3,Cog,Food\n"})) == (3, 2, 0, 1, 0, 0)
    undo(database, second)
    assert counts(load(APRIL)) == (2, 1, 1, 0, 0, 0)


def test_a_file_is_known_while_others_only_add(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    load(MARCH)
    load({"may.csv": "Account ID,Account,Industry\n4,Dot,Food\n"})
    monkeypatch.setattr(Staging, "stage", lambda *_: pytest.fail("was read"))
    assert counts(load(MARCH)) == (2, 0, 0, 2, 0, 0)


def test_lines_without_key_are_known_whatever_came_later(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "Order number,Qty,Price,Sold at\n1,1,1,2024-01-01\n"
    load({"orders.csv": "Order number,Ordered at\n1,2024-01-01\n", "order_lines.csv": lines})
    load({"order_lines.csv": lines + "1,2,1,2024-01-01\n"})
    monkeypatch.setattr(Staging, "stage", lambda *_: pytest.fail("was read"))
    assert counts(load({"order_lines.csv": lines})) == (1, 0, 0, 1, 0, 0)


def test_keyed_lines_are_read_again_once_others_changed_them(load: Load, rows: Rows) -> None:
    lines = "Line ID,Order number,Qty,Price,Sold at\na,1,{},1,2024-01-01\n"
    load({"orders.csv": "Order number,Ordered at\n1,2024-01-01\n", "order_lines.csv": lines.format(1)})
    load({"order_lines.csv": lines.format(2)})
    assert counts(load({"order_lines.csv": lines.format(1)})) == (1, 0, 1, 0, 0, 0)
    assert rows("select quantity::integer from core.order_line") == [(1,)]


def test_a_file_whose_records_came_before_in_its_load_is_not_known(load: Load, rows: Rows) -> None:
    assert counts(load(MARCH | APRIL), 1) == (2, 1, 0, 0, 1, 0)
    assert rows(INDUSTRY) == [("Retail",)]
    assert counts(load(MARCH)) == (2, 0, 0, 2, 0, 0)
    assert counts(load(APRIL)) == (2, 0, 1, 1, 0, 0)


def test_a_known_file_is_read_beside_one_that_says_otherwise(load: Load, rows: Rows) -> None:
    """In one load the first counts, known or not."""
    load(MARCH)
    load(APRIL)
    both = load(APRIL | MARCH)
    assert [counts(both, position) for position in (0, 1)] == [(2, 0, 0, 2, 0, 0), (2, 0, 0, 1, 1, 0)]
    assert rows(INDUSTRY) == [("Wholesale",)]


def test_a_file_is_read_again_once_a_value_against_it_was_accepted(load: Load, rows: Rows, database: Database) -> None:
    load(MARCH)
    ((record,),) = rows("select id from core.account where name = 'Acme'")
    records.edit(database, owner_of_file(), "account", record, {"industry": "Food"}, 1)
    load(APRIL)
    records.decide(database, owner_of_file(), 1, accept=True)
    assert counts(load(MARCH)) == (2, 0, 1, 1, 0, 0)
    assert rows(INDUSTRY) == [("Retail",)]


def test_the_same_file_twice_at_once(load: Load, rows: Rows) -> None:
    twice = {"a.csv": MARCH["march.csv"], "b.csv": MARCH["march.csv"]}
    first = load(twice)
    assert [counts(first, position) for position in (0, 1)] == [(2, 2, 0, 0, 0, 0), (2, 0, 0, 0, 2, 0)]
    again = load(twice)
    assert [counts(again, position) for position in (0, 1)] == [(2, 0, 0, 2, 0, 0)] * 2
    load(APRIL)
    third = load(twice)
    assert [counts(third, position) for position in (0, 1)] == [(2, 0, 1, 1, 0, 0), (2, 0, 0, 0, 2, 0)]
    assert rows(INDUSTRY) == [("Retail",)]


def test_a_file_with_rejects_is_read_again(load: Load) -> None:
    lines = {"order_lines.csv": "Order number,Qty,Price,Sold at\n1,1,1,2024-01-01\n9,1,1,2024-01-01\n"}
    load({"orders.csv": "Order number,Ordered at\n1,2024-01-01\n"} | lines)
    assert counts(load({"orders.csv": "Order number,Ordered at\n9,2024-01-01\n"} | lines), 1) == (2, 1, 0, 1, 0, 0)
    assert counts(load(lines)) == (2, 0, 0, 2, 0, 0)


def test_a_file_is_read_again_by_a_mended_mapping(load: Load, rows: Rows) -> None:
    layout = "source: s\nlayouts: [{name: a, writes: [{object: account, main: true, key: A, fields: {name: A%s}}]}]"
    file = {"x.csv": "A,B\n1,Paris\n"}
    load(file, layout=layout % "")
    assert counts(load(file, layout=layout % ", city: B")) == (1, 0, 1, 0, 0, 0)
    assert rows("select city from core.account") == [("Paris",)]
    assert counts(load(file, layout=layout % ", city: B")) == (1, 0, 0, 1, 0, 0)


def test_a_file_that_cannot_be_read_leaves_nothing(load: Load, rows: Rows, database: Database) -> None:
    before = contents(rows)
    with pytest.raises(BadSource):
        load({"accounts.csv": ACCOUNTS, "notes.csv": "Foo,Bar\n1,2\n"})
    assert contents(rows) == before and kept(database) == []


def test_a_folder_gives_the_files_that_can_be_read(database: Database, tmp_path: Path) -> None:
    for name in ("b.csv", "a.TSV", "c.txt", "notes.md", "d.csv.bak", "~$e.xlsx", ".f.csv", "Thumbs.db", ".DS_Store"):
        (tmp_path / name).write_text("Account\nAcme\n")
    (tmp_path / "folder.csv").mkdir()
    found = landing.bring([tmp_path], database.files / "landing")
    assert [file.name for file in found] == ["a.TSV", "b.csv", "c.txt"]
    passed_over = [name for name in sources.passed_over([tmp_path]) if not name.startswith("test.")]
    assert passed_over == ["d.csv.bak", "folder.csv/", "notes.md"]


def test_all_files_that_are_not_understood_are_named(load: Load) -> None:
    files = {"x.csv": "Foo,Bar\n1,2\n", "accounts.csv": ACCOUNTS, "y.csv": "Baz\nz\n", "empty.csv": ""}
    with pytest.raises(BadSource, match=r"3 files or sheets are not understood: x.csv, y.csv, empty.csv. Leave them"):
        load(files)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("absent.csv", "There is no file"),
        ("notes.md", "no kind of file"),
        ("fake.gz", "accounts.csv.gz"),
        ("empty", "nothing to load"),
    ],
)
def test_what_cannot_be_brought_says_why(database: Database, tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "good.csv").write_text("Account\nAcme\n")
    (tmp_path / "notes.md").write_text("Account\nAcme\n")
    (tmp_path / "fake.gz").write_text("Account\nAcme\n")
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / name] if name == "empty" else [tmp_path / "good.csv", tmp_path / name]
    with pytest.raises(BadSource, match=sentence):
        landing.bring(paths, database.files / "landing")
    assert kept(database) == []


def test_what_killed_loads_left_is_finished(
    load: Load, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load({"accounts.csv": ACCOUNTS})
    folder = database.files / "landing"
    (packed,) = kept(database)
    (folder / packed).unlink()
    path = tmp_path / "files" / "accounts.csv"
    applied = landing.keep(path, "accounts.csv", folder)
    (tmp_path / "lost.csv").write_text("Account\nLost\n")
    landing.keep(tmp_path / "lost.csv", "lost.csv", folder)
    (folder / "half.partial").write_text("x")
    finish_killed(database)
    assert len(kept(database)) == 3, "what is young may still be loaded"
    monkeypatch.setattr(landing, "LEFT_BEHIND", -1)
    finish_killed(database)
    assert kept(database) == [applied.kept_as] == [packed]


NASTY = "Robert'); drop table core.account; --"


@pytest.mark.parametrize(
    "text", [NASTY, 'it\'s "quoted"', "{slot} {records} $source $v0 %s", "emoji 🦆 ​", "a;b|c\td", "\\'; select 1 --"]
)
def test_texts_never_become_sql(load: Load, rows: Rows, text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    name = text.replace("/", " ") + ".csv"
    header = f"Account ID,Account,{quoted},Owner,Parent\n"
    load({name: f"{header}{quoted},{quoted},{quoted},{quoted},{quoted}\n"})
    stored = " ".join(text.split())
    found = rows("select account.name, custom_fields, owner.name, parent_id = account.id from core.account "
                 "join core.staff as owner on owner.id = owner_id")  # fmt: skip
    seen = text.replace("\u200b", "").strip()
    assert [(row[0], row[2], row[3]) for row in found] == [(seen, seen, True)]
    assert rows("select custom_fields->>$key from core.account", key='$."' + stored.replace('"', '\\"') + '"') == [
        (text,)
    ]
    assert rows("select file from landing.file") == [(name,)]
