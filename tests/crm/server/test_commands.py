"""The jobs behind the command line, called as the control socket calls them."""

import pytest

from crm.db import Database
from crm.errors import WrongUse
from crm.server import commands


@pytest.mark.parametrize("name", ["../../elsewhere", "/tmp/x", "a.b", "a b"])
def test_a_backup_stays_among_the_backups(database: Database, name: str) -> None:
    with pytest.raises(WrongUse, match="no name for a backup"):
        commands.backup(database, {"name": name}, lambda _text: None)
