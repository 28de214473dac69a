"""People who are simulated do what people do, and a ledger of what they saved finds what was lost."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.ledger import Ledger
from benchmarks.server import Server
from benchmarks.visitor import PageError, Screen, Visitor, visit
from crm.db import Database
from tests import company


async def _save(visitor: Visitor, ledger: Ledger, row: int) -> Screen:
    text = ledger.text("account", "phone")
    await visitor.edit(row, "phone", text)
    screen = await visitor.save()
    ledger.note(text, screen)
    return screen


async def _work(address: str, ledger: Ledger) -> None:
    visitor = await visit(address, company.email_of("admin"), company.PASSWORD)
    other = await visit(address, company.email_of("admin"), company.PASSWORD)
    screen = await visitor.go("records", list="account", sort="name")
    assert screen.rows()["name"].to_list() == ["Acme", "Bolt"] and screen.may_edit("phone")
    await other.go("records", list="account", sort="name")
    assert (await _save(visitor, ledger, 0)).said("success") == ["1 record saved."]
    assert (await _save(other, ledger, 0)).is_asked()
    assert (await _save(visitor, ledger, 1)).errors() == []
    screen = await visitor.set("search", "bol")
    assert screen.rows()["phone"].to_list() == ["+00 0000003"] and visitor.asked()["search"] == "bol"
    await visitor.close()
    await other.open("records", list="account", search="acme")  # as after a lost connection
    assert other.screen.rows()["phone"].to_list() == ["+00 0000001"]
    await other.close()
    with pytest.raises(PageError, match="could not sign in"):
        await visit(address, company.email_of("admin"), "a wrong one")


def test_visitors_edit_side_by_side_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "kestrel.duckdb"
    with Database(path, threads=2) as database:
        company.found(database)
        ledger = Ledger.of(database)
    with Server(path, tmp_path / "server.log") as server:
        asyncio.run(_work(server.address, ledger))
    assert (ledger.saved, ledger.refused) == ({"+00 0000001", "+00 0000003"}, {"+00 0000002"})
    with Database(path, threads=2) as database:
        assert ledger.faults(database) == []
        _break(database)
        assert [fault.partition(":")[0] for fault in ledger.faults(database)] == [
            "+00 0000001 was saved and is lost",
            "stolen was never sent",
            "account 1",
            "account 2",
            "account 2",
        ]


def _break(database: Database) -> None:
    """A saved text is gone from the history, and a record was changed past it."""
    with database.cursor() as cursor:
        cursor.run("update history.edit set after = 'stolen' where after = '+00 0000001'")
        cursor.run("update core.account set phone = 'lost', version = version + 1 where phone = '+00 0000003'")
