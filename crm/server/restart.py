"""The server starts again on another database.

It stops as Ctrl-C stops it, so that connections, jobs and the file come to an orderly end; `app.py` then runs the
program anew in the same process.
"""

import os
import signal
from pathlib import Path

_wanted: Path | None = None


def wanted() -> Path | None:
    """The database on which the server is to start again once it has stopped."""
    return _wanted


async def ask(path: Path) -> None:
    """Stop this server, to start again on the database at `path`."""
    global _wanted
    _wanted = path
    os.kill(os.getpid(), signal.SIGINT)
