"""Who looked at data of persons and took data along, as it is kept and shown."""

from datetime import timedelta
from typing import Any

import pytest

from crm import access, access_log, lists
from crm.db import Database, now
from crm.ui import tables
from tests import company
from tests.pages.conftest import Open
from tests.records import add

OWNER = access.owner_of_file()


def logged(database: Database) -> list[tuple[Any, ...]]:
    access_log.write(database)
    with database.cursor() as cursor:
        return cursor.rows(
            "select person.role, kind, object, record_id, count_records, place from ops.access_log as log "
            "left join ops.user as person on person.id = log.user_id order by log.id"
        )


def test_a_person_is_noted_once_an_hour(database: Database) -> None:
    for _ in range(3):
        access_log.read(database, OWNER, "contact", 7, "form")
    access_log.read(database, OWNER, "contact", 8, "form")
    access_log.read(database, OWNER, "contact", 7, "changes")
    assert [row[3] for row in logged(database)] == [7, 8, 7]
    access_log._book_of(database).hour = now() - timedelta(hours=1)
    access_log.read(database, OWNER, "contact", 7, "form")
    assert len(logged(database)) == 4


def test_what_was_not_written_is_written_later(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    access_log.read(database, OWNER, "lead", 1, "form")

    def full(*_args: object, **_values: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="disk full"):
        broken.setattr(database, "write", full)
        access_log.write(database)
    assert len(logged(database)) == 1


def test_only_accounts_of_persons_are_persons(database: Database) -> None:
    firm, person = (add(database, "account", name="A", kind=kind) for kind in ("company", "person"))
    for key in (firm, person):
        access_log.opened(database, OWNER, "account", key, "page")
    access_log.opened(database, OWNER, "opportunity", 1, "page")
    assert [row[2:4] for row in logged(database)] == [("account", person)]


def test_a_list_with_addresses_is_noted(kestrel: Database, open_as: Open) -> None:
    add(kestrel, "contact", name="Cy", account_id=1, account_owner_id=2)
    assert "email" in lists.definition("contact").columns
    open_as("sales", "records.py", list="contact")
    open_as("sales", "records.py", list="ticket")
    assert logged(kestrel) == [("sales", "read", "contact", None, None, "list")]


def test_changes_of_a_person_are_noted(kestrel: Database, open_as: Open) -> None:
    add(kestrel, "contact", name="Cy", account_id=1, account_owner_id=2)
    open_as("admin", kpi="won_revenue", record="contact:1")
    assert ("admin", "read", "contact", 1, None, "changes") in logged(kestrel)


def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the buttons of downloads make, in place of drawing them."""
    found: list[Any] = []
    monkeypatch.setattr(tables.st, "download_button", lambda *_args, data, **_values: found.append(data))
    return found


def test_a_file_is_noted_before_it_is_given(kestrel: Database, open_as: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    buttons = made(monkeypatch)
    page = open_as("management", period="2024-03", kpi="won_revenue")
    assert not page.exception and len(buttons) == 2
    assert buttons[0]().startswith(b"\xef\xbb\xbf")
    assert logged(kestrel) == [("management", "export", "opportunity", None, 1, "won_revenue-2024-03.csv")]

    def full(*_args: object, **_values: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(access_log, "exported", full)
    with pytest.raises(OSError, match="disk full"):
        buttons[1]()


@pytest.mark.usefixtures("kestrel")
def test_the_log_without_entries_says_so(open_as: Open) -> None:
    page = open_as("admin", "access_log.py", "zh_CN")
    assert not page.exception and not page.error and page.title[0].value == "访问日志"
    assert page.info and not page.dataframe


def test_the_log_is_searched_and_its_download_noted(
    kestrel: Database, open_as: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kestrel.cursor() as cursor:
        sales = access.viewer_of(cursor, company.email_of("sales"))
    access_log.read(kestrel, sales, "contact", 7, "form")
    access_log.exported(kestrel, sales, "lead", 12, "leads.csv")
    buttons = made(monkeypatch)
    page = open_as("admin", "access_log.py")
    assert not page.exception and not page.error
    assert page.dataframe[0].value.shape[0] == 2
    page.selectbox(key="log_object").set_value("lead")
    page = page.run()
    assert page.dataframe[0].value["count"].to_list() == [12]
    buttons[-1]()
    assert logged(kestrel)[-1][:5] == ("admin", "export", "access_log", None, 1)
    page.number_input(key="log_record").set_value(99)
    assert page.run().info
