"""A company of one's own: its database, with one administrator in it."""

import os
import shutil
import threading
from pathlib import Path

from crm import users
from crm.db import Database, files_of
from crm.errors import NotAllowed

_one_at_a_time = threading.Lock()


def check_free(path: Path) -> None:
    """Raise NotAllowed where the file, or what a killed server left of one, exists already."""
    if path.exists() or path.with_name(f"{path.name}.wal").exists():
        raise NotAllowed(
            "{path} exists already and stays as it is. Open it with make run, or move it away first.", path=path
        )


def found(path: Path, email: str, password: str, language: str) -> None:
    """Make a database that one administrator can sign in to; it appears complete or not at all.

    Raises InvalidRecord for an e-mail or a password that cannot be, and NotAllowed where the file exists.
    """
    made = path.with_name(f"{path.stem}.founding.duckdb")
    with _one_at_a_time:
        check_free(path)
        _clear(made)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _fill(made, email, password, language)
            _put(made, path)
        finally:
            _clear(made)


def _fill(path: Path, email: str, password: str, language: str) -> None:
    with Database(path, threads=1) as database:
        users.add(database, email, "admin")
        user_id = users.id_of(database, email)
        users.set_password(database, user_id, password)
        users.set_language(database, user_id, language)


def _put(made: Path, path: Path) -> None:
    """Give the complete file its name, which another process may have taken meanwhile."""
    try:
        os.link(made, path)
    except FileExistsError:
        check_free(path)
    except OSError:  # a file system without links
        check_free(path)
        made.rename(path)


def _clear(made: Path) -> None:
    made.unlink(missing_ok=True)
    made.with_name(f"{made.name}.wal").unlink(missing_ok=True)
    shutil.rmtree(files_of(made), ignore_errors=True)
