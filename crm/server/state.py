"""What the pages get from the server whose process they run in."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.access import Viewer
from crm.db import Database
from crm.errors import BadDatabase
from crm.server import sessions
from crm.settings import Settings


@dataclass(frozen=True)
class Running:
    """A started server."""

    database: Database
    settings: Settings


running: Running | None = None


def start(database: Database, settings: Settings) -> None:
    """Hand the open database to the pages."""
    global running
    running = Running(database, settings)


def stop() -> None:
    """Take the database away from the pages, before it is closed."""
    global running
    running = None


def current() -> Running:
    """The started server; raises BadDatabase when a page runs without one."""
    if running is None:
        raise BadDatabase("No server runs in this process. Start it with: python app.py")
    return running


def database() -> Database:
    """The open database; raises BadDatabase when a page runs without a server."""
    return current().database


def session(cookies: Mapping[str, str]) -> sessions.Session | None:
    """The session of a browser by its cookies, or None once it ended."""
    server = current()
    return sessions.find(server.database, sessions.token_in(cookies, https=server.settings.https))


def viewer(cookies: Mapping[str, str]) -> Viewer | None:
    """Who looks, by the browser's cookies; None where no page may be shown. Ask at every run."""
    server = current()
    return sessions.lookup(server.database, sessions.token_in(cookies, https=server.settings.https))
