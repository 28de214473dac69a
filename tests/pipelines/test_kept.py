"""A record as it stood in the kept file, whatever the kind of file, and what of it a viewer may see."""

import gzip
import io
import zipfile
from dataclasses import replace

import polars as pl
import pytest

from crm import origin, records
from crm.access import Scope, Viewer, owner_of_file
from crm.db import Database
from crm.errors import BadSource, NotFound
from pipelines import kept
from tests.pipelines.conftest import Load, Rows, counts

OWNER = owner_of_file()
ACCOUNTS = (
    'Account ID,Account,Phone,Nick\n2,Bolt,222,"a\nb"\n1,Acme,111,x\nbroken\n3,Crow,,"say ""hi"""\n4,,444,\n5,Dot,5,y\n'
)


def texts(database: Database, batch: int, number: int) -> dict[str, str]:
    return {cell.column: cell.text for cell in kept.record(database, batch, number).cells}


def seen(database: Database, viewer: Viewer, record: str, batch: int, number: int) -> list[str]:
    assert (batch, number) in origin.came_from(database, viewer, record)
    source = origin.understood(kept.told(database, {"batch": batch, "record": number}, lambda _: None))
    return [cell.column for cell in origin.shown(database, viewer, record, source)]


def viewer(**scopes: Scope) -> Viewer:
    """Sees what is named, and the company's own."""
    return Viewer(7, "Bob", "sales", 2, scopes=tuple(sorted({"company": Scope(), "staff": Scope(), **scopes}.items())))


def zipped(name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("other.csv", "SKU,Product\nL,Lamp\n")
        packed.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("accounts.csv", ACCOUNTS.encode()),
        ("accounts.csv", ("Some report\n\n" + ACCOUNTS.replace(",", ";")).encode("utf-16")),
        ("accounts.csv.gz", gzip.compress(ACCOUNTS.encode())),
        ("all.zip", zipped("accounts.csv", ACCOUNTS)),
    ],
)
def test_each_record_is_found_again(load: Load, rows: Rows, database: Database, name: str, content: bytes) -> None:
    """Also behind line ends within quotes, blank lines and a line that is broken."""
    batch = load({name: content})["batch"]
    ((first,),) = rows("select first_record from landing.file where object = 'account'")
    found = [texts(database, batch, first + at) for at in (0, 1, 3, 5)]
    assert [cells["Account"] for cells in found] == ["Bolt", "Acme", "Crow", "Dot"]
    assert [cells["Nick"] for cells in found] == ["a\nb", "x", 'say "hi"', "y"]


def test_a_record_of_a_workbook_and_of_parquet_is_found_again(load: Load, database: Database) -> None:
    frame = pl.DataFrame({"Account ID": [1, 2], "Account": ["Acme", "Bolt"], "Phone": ["111", None]})
    book, table = io.BytesIO(), io.BytesIO()
    frame.write_parquet(table)
    load({"accounts.parquet": table.getvalue(), "accounts.ndjson": frame.write_ndjson()})
    assert texts(database, 1, 2) == {"Account ID": "2", "Account": "Bolt", "Phone": ""}
    assert texts(database, 1, 3)["Phone"] == "111"
    frame.write_excel(book, worksheet="Ours")
    batch = load({"accounts.xlsx": book.getvalue()})["batch"]
    assert texts(database, batch, 1)["Account"] == "Acme"
    assert kept.record(database, batch, 1).sheet == "Ours"


def test_a_file_without_header_has_the_columns_of_its_mapping(load: Load, database: Database) -> None:
    layout = """
source: shop
layouts:
  - name: plain
    header: false
    columns: 2
    writes: [{object: account, main: true, key: 1, fields: {name: 2}}]
"""
    batch = load({"plain.csv": "7,Acme\n8,Bolt\n"}, layout=layout)["batch"]
    assert texts(database, batch, 2) == {"1": "8", "2": "Bolt"}


def test_a_file_that_is_gone_or_damaged_is_said(load: Load, database: Database) -> None:
    load({"accounts.csv": ACCOUNTS})
    with pytest.raises(NotFound, match="Load 1 has no record 7"):
        kept.record(database, 1, 7)
    (file,) = (database.files / "landing").glob("*.zst")
    file.write_bytes(file.read_bytes()[:20])
    with pytest.raises(BadSource, match=r"The kept file of accounts\.csv cannot be read any more"):
        kept.record(database, 1, 1)
    file.unlink()
    with pytest.raises(NotFound, match=r"The kept file of accounts\.csv is gone"):
        kept.record(database, 1, 1)
    assert not list((database.files / "spill").iterdir())


CONTACTS = "Contact ID,First name,Last name,E-mail,Phone,Account,Nick\n1,Ann,Lee,a@x.org,111,Acme,Annie\n"


def test_masked_fields_and_custom_fields_are_left_out(load: Load, database: Database) -> None:
    load({"contacts.csv": CONTACTS})
    everything = Scope(everything=True)
    whole = ["Contact ID", "First name", "Last name", "E-mail", "Phone", "Account", "Nick"]
    assert seen(database, OWNER, "contact:1", 1, 1) == whole
    assert seen(database, viewer(contact=everything, account=everything), "contact:1", 1, 1) == whole
    masked = replace(everything, masked=("email", "phone", "custom_fields"))
    told = seen(database, viewer(contact=masked, account=everything), "contact:1", 1, 1)
    assert told == ["First name", "Last name", "Account"]  # the key may be an e-mail, too
    assert seen(database, viewer(contact=everything), "contact:1", 1, 1) == [
        name for name in whole if name != "Account"
    ]


def test_a_column_that_is_left_out_by_the_mapping_is_seen_by_who_sees_everything(
    load: Load, database: Database
) -> None:
    load({"products.csv": "SKU,Product,Cost,Secret\nL,Lamp,5,x\n"})
    assert seen(database, OWNER, "product:1", 1, 1) == ["SKU", "Product", "Cost", "Secret"]
    seller = viewer(product=Scope(everything=True, masked=("cost",)))
    assert seen(database, seller, "product:1", 1, 1) == ["SKU", "Product"]


DEALS = "Deal ID,Deal,Account,Stage,Amount,Deal owner\nD1,Lamps,Acme,Prospecting,500,Ann\n"


def test_what_a_record_refers_to_is_seen_where_the_viewer_sees_that(load: Load, database: Database) -> None:
    """Ann owns the deal but not the account, until she owns both; a person's change makes it uncertain."""
    load({"deals.csv": DEALS})
    own = Scope(owners=(1,))
    ann = viewer(opportunity=own, account=own, stage=Scope())
    assert "Account" not in seen(database, ann, "opportunity:1", 1, 1)
    assert "Amount" in seen(database, ann, "opportunity:1", 1, 1)
    records.edit(database, OWNER, "account", 1, {"owner_id": 1}, 1, reason="new region")
    assert "Account" in seen(database, ann, "opportunity:1", 1, 1)
    assert seen(database, ann, "account:1", 1, 1) == []  # the deal of the line is none that the account leads to
    records.edit(database, OWNER, "opportunity", 1, {"account_id": None}, 1)
    assert "Account" not in seen(database, replace(ann, user_id=7), "opportunity:1", 1, 1)


def test_of_a_record_that_is_not_seen_nothing_came(load: Load, database: Database) -> None:
    load({"deals.csv": DEALS})
    assert origin.came_from(database, viewer(opportunity=Scope(owners=(9,))), "opportunity:1") == []
    assert origin.came_from(database, OWNER, "nonsense") == []


def test_rejects_do_not_count_twice(load: Load, database: Database) -> None:
    report = load({"accounts.csv": ACCOUNTS})
    assert counts(report) == (6, 4, 0, 0, 0, 2)
    assert texts(database, report["batch"], 6)["Account"] == "Dot"
