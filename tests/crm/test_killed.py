"""The server is killed while people edit: what they were told that is saved is there, and history agrees with it."""

import asyncio
import contextlib
import random
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException

from benchmarks.ledger import Ledger
from benchmarks.server import Server
from benchmarks.visitor import Visitor, visit
from crm.db import Database
from crm.settings import ROOT
from tests import company
from tests.records import add, set_company

KILLS = 20
EDITORS = 4
ACCOUNTS = 12
"""Few, so that editors meet."""


def _company(path: Path) -> Ledger:
    with Database(path, threads=2) as database:
        set_company(database, name="Kestrel", currency="USD", as_of=company.LAST_DAY)
        for number in range(ACCOUNTS):
            add(database, "account", name=f"Account {number:02}")
        company.add_person(database, "admin")
        return Ledger.of(database)


async def _edit(visitor: Visitor, ledger: Ledger, choose: random.Random) -> None:
    """Edit cells and save them until the server is gone."""
    with contextlib.suppress(WebSocketException, OSError):
        await visitor.open("records", list="account")
        while True:
            text = ledger.text("account", "phone")
            await visitor.edit(choose.randrange(ACCOUNTS), "phone", text)
            ledger.note(text, await visitor.save())


async def _kill_under_edits(server: Server, ledger: Ledger, choose: random.Random) -> None:
    """Again and again: people edit, and at some moment after their first save the server is killed."""
    sign_in = (server.address, company.email_of("admin"), company.PASSWORD)
    visitors = [await visit(*sign_in) for _ in range(EDITORS)]
    for kill in range(KILLS):
        if kill:
            server.start()  # on the same file, and who was signed in still is
        before = len(ledger.saved)
        editing = [asyncio.create_task(_edit(visitor, ledger, choose)) for visitor in visitors]
        while len(ledger.saved) == before:
            await asyncio.sleep(0.01)
            assert not all(task.done() for task in editing), server.log.read_text()
        await asyncio.sleep(choose.uniform(0, 1.5))
        server.kill()
        await asyncio.gather(*editing)


@pytest.mark.slow
def test_what_was_saved_is_there_after_twenty_kills(tmp_path: Path) -> None:
    path = tmp_path / "killed.duckdb"
    ledger = _company(path)
    with Server(path, tmp_path / "server.log") as server:
        asyncio.run(_kill_under_edits(server, ledger, random.Random(20)))
    assert len(ledger.saved) >= KILLS
    assert len(ledger.sent) > len(ledger.saved | ledger.refused)  # kills came in the middle of saving
    with Database(path, threads=2) as database:
        assert ledger.faults(database) == []
    command = [sys.executable, "-m", "crm", "doctor", "--db", str(path)]
    doctor = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert doctor.returncode == 0, doctor.stdout
