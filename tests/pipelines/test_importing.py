"""A person's import on the server: what it keeps, who may, and what is left when nobody comes back."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest

from crm import i18n, users
from crm.access import Viewer, cursor_for, owner_of_file, viewer_of
from crm.db import Database, now
from crm.errors import BadSource, NotAllowed
from crm.server import jobs
from pipelines import commands, importing, landing, mapping
from pipelines.importing import Import
from tests import company
from tests.pipelines.conftest import Rows

ACCOUNTS = b"Account,Country,Foo\nAcme,DE,x\n"
BOOK = "Account,Country\nAcme,DE\n"


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    commands.register()
    yield
    jobs.finish()


@pytest.fixture
def owner() -> Viewer:
    return owner_of_file()


def send(database: Database, viewer: Viewer, *files: tuple[str, bytes]) -> Import:
    one = importing.receive(database, viewer, [(name, io.BytesIO(content)) for name, content in files])
    if one.reading:
        one.reading.future.result(20)
    one.settle()
    return one


def landed(database: Database) -> list[str]:
    return sorted(path.name for path in (database.files / "landing").iterdir())


def test_files_are_kept_unchanged_under_their_own_name(database: Database, owner: Viewer) -> None:
    one = send(database, owner, ("C:\\exports\\..\\accounts.csv", ACCOUNTS))
    assert [kept.name for kept in one.files] == ["accounts.csv"]
    assert one.files[0].path.read_bytes() == ACCOUNTS
    assert landed(database) == [f"{one.files[0].digest}.csv"]


def test_the_same_file_twice_is_one(database: Database, owner: Viewer) -> None:
    one = send(database, owner, ("a.csv", ACCOUNTS), ("a.csv", ACCOUNTS))
    assert len(one.files) == 1 and len(one.groups) == 1


def test_files_with_the_same_columns_are_one_group(database: Database, owner: Viewer) -> None:
    one = send(database, owner, ("a.csv", ACCOUNTS), ("b.csv", b"Account,Country,Foo\nBolt,FR,y\n"))
    assert [sheet.title for sheet in one.groups[0].sheets] == ["a.csv", "b.csv"]
    one.groups[0].choose({"Foo": "industry"}, one.groups[0].choice.keys)
    assert len(one.corrections()) == 2


def test_an_unknown_kind_is_refused_before_it_is_kept(database: Database, owner: Viewer) -> None:
    one = send(database, owner, ("evil.exe", b"MZ"), ("a.csv", ACCOUNTS))
    assert [each.file for each in one.refused] == ["evil.exe"] and len(one.files) == 1
    with pytest.raises(BadSource):
        landing.receive(io.BytesIO(b""), "noending", database.files / "landing")


def test_a_sheet_can_be_left_out_and_the_rest_of_its_file_loads(database: Database, owner: Viewer, rows: Rows) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("accounts.csv", BOOK)
        archive.writestr("odd.csv", "x,y\nfoo,bar\n")
    one = send(database, owner, ("export.zip", packed.getvalue()))
    odd = next(group for group in one.groups if not group.is_recognised)
    importing.leave_sheets_out(database, owner, [sheet.id for sheet in odd.sheets])
    importing.check(database, owner)
    assert one.check and one.check.future.result(20)["files"][0]["file"] == "export.zip/accounts.csv"
    importing.load(database, owner)
    assert one.load and one.load.future.result(20)["batch"] == 1
    assert rows("select name from core.account") == [("Acme",)]


def test_a_file_that_somebody_else_loaded_meanwhile_still_loads(database: Database, owner: Viewer) -> None:
    one = send(database, owner, ("a.csv", ACCOUNTS))
    landing.compress(one.files[0])
    importing.check(database, owner)
    assert one.check and one.check.future.result(20)["files"][0]["inserted"] == 1


def test_what_nobody_comes_back_to_is_given_up(database: Database, owner: Viewer) -> None:
    one = send(database, owner, ("a.csv", ACCOUNTS))
    importing.give_up_abandoned(database, now() + timedelta(minutes=59))
    assert importing.import_of(database, owner) is one
    importing.give_up_abandoned(database, now() + timedelta(minutes=61))
    assert importing.import_of(database, owner) is not one and landed(database) == []


def test_each_person_has_an_import_of_their_own(database: Database, owner: Viewer) -> None:
    company.add_person(database, "admin")
    with database.cursor() as cursor:
        admin = viewer_of(cursor, company.email_of("admin"))
    send(database, owner, ("a.csv", ACCOUNTS))
    assert importing.import_of(database, admin).files == []


@pytest.mark.parametrize("role", ["management", "sales_manager", "sales", "marketing", "service"])
def test_who_may_not_import_can_do_nothing(database: Database, role: str) -> None:
    company.add_person(database, role)
    assert users.id_of(database, company.email_of(role))
    with database.cursor() as cursor:
        viewer = viewer_of(cursor, company.email_of(role))
    for act in (
        lambda: importing.receive(database, viewer, [("a.csv", io.BytesIO(ACCOUNTS))]),
        lambda: importing.check(database, viewer),
        lambda: importing.load(database, viewer),
        lambda: importing.undo(database, viewer, 1),
        lambda: importing.start_over(database, viewer),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert landed(database) == []
    with cursor_for(database, viewer) as cursor:
        assert cursor.value("select count(*) from visible.batch") == 0


# Mappings in YAML

SHOP = b"""
source: shop
layouts:
  - name: customers
    header: [Nr, Who]
    writes:
      - {object: account, main: true, key: Nr, fields: {name: Who}}
"""
CUSTOMERS = b"Nr,Who,Mood\n1,Acme,good\n"


@pytest.mark.parametrize("is_before", [True, False])
def test_a_mapping_says_how_its_files_are_read_and_is_remembered(
    database: Database, owner: Viewer, rows: Rows, is_before: bool
) -> None:
    files = [("shop.yml", SHOP), ("customers.csv", CUSTOMERS)]
    if is_before:
        assert send(database, owner, files.pop(0)).step == 1
    one = send(database, owner, *reversed(files))
    (group,) = one.groups
    assert (group.is_recognised, group.first.layout.name, group.choice.keys) == (True, "shop/customers", ("Nr",))
    importing.load(database, owner)
    assert one.load and one.load.future.result(20)["files"][0]["inserted"] == 1
    assert rows("select name, custom_fields::varchar from core.account") == [("Acme", '{"Mood":"good"}')]
    importing.start_over(database, owner)
    again = send(database, owner, ("more.csv", CUSTOMERS.replace(b"Acme", b"Bolt")))
    assert again.groups[0].first.layout.source == "shop"
    assert "given with load" in again.groups[0].first.notes[-1].message


def test_a_mapping_reads_a_file_without_header(database: Database, owner: Viewer, rows: Rows) -> None:
    bare = SHOP.replace(b"header: [Nr, Who]", b"header: false\n    columns: 2")
    bare = bare.replace(b"key: Nr", b"key: 1").replace(b"Who", b"2")
    one = send(database, owner, ("bare.yml", bare), ("customers.csv", b"1,Acme\n2,Bolt\n"))
    importing.load(database, owner)
    assert one.load and one.load.future.result(20)["files"][0]["inserted"] == 2
    assert rows("select name from core.account order by name") == [("Acme",), ("Bolt",)]


def test_a_mapping_that_does_not_fit_says_what_is_missing(database: Database, owner: Viewer) -> None:
    one = send(database, owner, ("shop.yaml", SHOP), ("a.csv", ACCOUNTS))
    (group,) = one.groups
    assert group.first.layout.main.object.name == "account" and not group.is_chosen
    assert group.first.notes[0].values["missing"] == "Nr, Who"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (SHOP.replace(b"key: Nr", b"keys: Nr"), "shop.yml cannot be understood: an object has no entry keys"),
        (SHOP.replace(b"source: shop", b"{"), "shop.yml cannot be understood"),
        (b"\xff\xfe", "shop.yml is not in UTF-8"),
        (b"#" * (mapping.LARGEST + 1), "shop.yml is larger than a megabyte"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(
    database: Database, owner: Viewer, content: bytes, sentence: str
) -> None:
    one = send(database, owner, ("shop.yml", content), ("customers.csv", CUSTOMERS))
    (refused,) = one.refused
    assert sentence in i18n.explain(BadSource(refused.message, **refused.values))
    importing.leave_out(database, owner, refused.digest, refused.file)
    assert importing.import_of(database, owner).refused == [] and len(one.groups) == 1


def test_what_was_chosen_as_yaml_is_read_alike(database: Database, owner: Viewer) -> None:
    one = send(database, owner, ("a.csv", ACCOUNTS))
    one.groups[0].choose({"Foo": "industry"}, one.groups[0].choice.keys)
    text = mapping.as_yaml(one.groups[0].layout())
    importing.start_over(database, owner)
    again = send(database, owner, ("account.yml", text.encode()), ("a.csv", ACCOUNTS))
    assert again.groups[0].choice == one.groups[0].choice
