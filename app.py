"""The server: sign-in, gate, health and static files around the pages.

    python app.py [--db FILE] [--demo] [--host ADDRESS] [--port NUMBER]

This file only launches. The script that draws the pages stands inside `pages/`: Streamlit runs the
files of a folder `pages/` beside its script by themselves, and that would be a way around sign-in.
"""

import argparse
import asyncio
import dataclasses
import gc
import importlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import streamlit as st
from starlette.middleware import Middleware

from crm import access_log, users
from crm.db import Database
from crm.errors import PintailError
from crm.server import commands, health, jobs, own, plain, restart, sessions, sign_in, state
from crm.server.control import ControlServer
from crm.server.gate import Gate
from crm.server.network import send_at_once
from crm.server.static import Compressor, Precompressed, folder_in
from crm.settings import DEMO, Settings
from crm.ui import errors
from pipelines import commands as pipeline_commands
from pipelines import demo, inbox

HEAVY = (
    "pandas",
    "plotly.graph_objects",
    "polars",
    "pyarrow",
    "streamlit.emojis",
    "crm.i18n",
    "crm.ui.opened",
    "crm.metrics",
)
"""Imported at start, so that the first visitor does not wait for them."""


class Chosen(NamedTuple):
    """How the server was started."""

    settings: Settings
    makes_demo: bool


def chosen() -> Chosen:
    """The environment's settings, changed by this program's own arguments; and whether these ask for the demo."""
    parser = argparse.ArgumentParser(prog="app.py", description="Start the server of Pintail.")
    parser.add_argument("--db", type=Path, help="the database file")
    parser.add_argument("--demo", action="store_true", help="the demo company, made in the background where it is not")
    parser.add_argument("--host", help="the address to listen on")
    parser.add_argument("--port", type=int, help="the port to listen on")
    started_here = Path(sys.argv[0]).name == Path(__file__).name
    given = vars(parser.parse_args(sys.argv[1:] if started_here else []))
    makes_demo = given.pop("demo")
    if makes_demo and given["db"] is None:
        given["db"] = DEMO
    try:
        environment = Settings.from_environment()
    except PintailError as error:
        _exit(error)
    given = {name: value for name, value in given.items() if value is not None}
    return Chosen(dataclasses.replace(environment, **given), makes_demo)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Hold the database while the server runs."""
    with _started(*chosen()) as database:
        _announce(database)
        send_at_once(int(st.get_option("server.port")))
        tasks = [asyncio.create_task(asyncio.to_thread(_warm_up)), asyncio.create_task(_keep_seen(database))]
        try:
            yield {}
        finally:
            for task in tasks:
                task.cancel()
    _start_again_if_asked()


def _start_again_if_asked() -> None:
    """Run the program anew, in this process and on the same address, where a page asked for another database."""
    wanted = restart.wanted()
    if wanted is not None:
        sys.stdout.flush()
        address, port = st.get_option("server.address"), st.get_option("server.port")
        own = ["--db", str(wanted), "--host", str(address), "--port", str(port)]
        os.execv(sys.executable, [sys.executable, str(Path(__file__).resolve()), *own])


@contextmanager
def _started(settings: Settings, makes_demo: bool) -> Iterator[Database]:
    commands.register()
    pipeline_commands.register()
    with _opened_or_exit(settings, makes_demo) as database:
        compressor = Compressor(folder_in(database))
        state.start(database, settings)
        compressor.start()
        making = _make_demo(database, makes_demo)
        watcher = inbox.watch(database, settings.inbox_seconds, settings.refresh_time)
        try:
            with ControlServer(database):
                yield database
        finally:
            if making is not None:
                making.cancel()  # the next start goes on with it
            watcher.stop()
            state.stop()
            compressor.stop()
            jobs.finish()
            sessions.keep_seen(database)
            access_log.write(database)


def _warm_up() -> None:
    """Import what pages need while the first visitor signs in, then tell the collector that it will stay.

    A full collection, during which no page runs, takes ten times as long without this.
    """
    for module in HEAVY:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


def _opened_or_exit(settings: Settings, makes_demo: bool) -> Database:
    try:
        database = jobs.opened(settings)
        if makes_demo:
            demo.check(database)
        return database
    except PintailError as error:
        _exit(error)


def _make_demo(database: Database, is_asked: bool) -> jobs.Run | None:
    """Make the demo company in the background where it was asked for, or begun and broken off."""
    if demo.is_complete(database) or not (is_asked or demo.is_begun(database)):
        return None
    making = jobs.begin(database, sign_in.DEMO, {})
    making.future.add_done_callback(lambda _done: _say_made(making, database))
    return making


def _say_made(making: jobs.Run, database: Database) -> None:
    if making.failure is None:
        sys.stdout.write(f"The demo company stands in {database.path}, as of {making.result['as_of']}.\n")
        sys.stdout.flush()
    elif not making.is_cancelled:
        sys.stderr.write(f"The demo company could not be made. {making.failure}\n")
        sys.stderr.flush()


def _exit(error: PintailError) -> NoReturn:
    """Say why the server cannot start; an exception would come out as a traceback of the web server."""
    sys.stderr.write(f"{error}\n")
    sys.stderr.flush()
    os._exit(1)  # nothing is open yet


def _announce(database: Database) -> None:
    address, port = st.get_option("server.address"), st.get_option("server.port")
    lines = [f"Pintail runs at http://{address}:{port} with {database.path}"]
    if jobs.last(sign_in.DEMO) is not None:
        lines.append("The demo company is being made; the page says how far it is, and then has its sign-ins.")
    elif users.is_demo(database):
        lines.append("Sign in with one of the demo accounts on the page.")
    elif not users.list_all(database):
        lines.append("Nobody can sign in yet. Make a sign-in with: python -m crm user add EMAIL --role admin")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


async def _keep_seen(database: Database) -> None:
    while True:
        await asyncio.sleep(sessions.SEEN_EVERY.total_seconds())
        try:
            await asyncio.to_thread(sessions.keep_seen, database)
            await asyncio.to_thread(access_log.write, database)
        except PintailError as error:
            logging.getLogger(__name__).warning("Last use of sessions or who looked was not written: %s", error)


app = st.App(
    "pages/_shell.py",
    lifespan=lifespan,
    routes=[*plain.routes, *sign_in.routes, *own.routes, *health.routes],
    middleware=[Middleware(Gate), Middleware(Precompressed)],
    on_script_error=errors.show,
)

if __name__ == "__main__":
    own_settings, _ = chosen()
    with suppress(KeyboardInterrupt):
        app.run(config={"server.address": own_settings.host, "server.port": own_settings.port})
