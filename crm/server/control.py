"""The server's end of the control socket; `client.py` has the protocol.

Only the user who started the server can open the socket. A client that goes away stops nothing: its
job runs to its end.
"""

import json
import os
import socketserver
import tempfile
import threading
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from crm.db import Database
from crm.errors import PintailError, WrongUse
from crm.server import jobs
from crm.server.client import encoded, socket_of

LONGEST_PATH = 100
"""Bytes of a socket's path that every system takes (Linux 107, macOS 103)."""
LONGEST_REQUEST = 1 << 20


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        outbox: SimpleQueue[dict[str, object]] = SimpleQueue()
        try:
            self._begin(outbox)
        except PintailError as error:
            outbox.put({"error": _described(error)})
        self._send(outbox)

    def _begin(self, outbox: "SimpleQueue[dict[str, object]]") -> None:
        name, args = _request(self.rfile.readline(LONGEST_REQUEST))
        job = jobs.start(self.server.database, name, args, lambda text: outbox.put({"progress": text}))
        job.add_done_callback(lambda done: outbox.put(_outcome(done)))

    def _send(self, outbox: "SimpleQueue[dict[str, object]]") -> None:
        message: dict[str, object] = {"progress": ""}
        while "progress" in message:
            message = outbox.get()
            try:
                self.wfile.write(encoded(message))
            except ConnectionError:
                return


def _request(line: bytes) -> tuple[str, dict[str, Any]]:
    try:
        request = json.loads(line)
        return str(request["name"]), dict(request["args"])
    except (ValueError, TypeError, KeyError) as error:
        raise WrongUse("The server cannot read this request. Send it with the command line of its version.") from error


def _outcome(done: "Future[Any]") -> dict[str, object]:
    error = done.exception()
    return {"result": done.result()} if error is None else {"error": _described(error)}


def _described(error: BaseException) -> dict[str, object]:
    said = jobs.sayable(error)
    return {"class": type(said).__name__, "message": said.message, "values": said.values}


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: Path, database: Database) -> None:
        self.database = database
        super().__init__(str(address), _Handler, bind_and_activate=False)
        self.server_bind()
        address.chmod(0o600)  # before it listens, so that nobody connects earlier
        self.server_activate()


class ControlServer:
    """Answers requests on the socket beside a database file, from threads of its own."""

    def __init__(self, database: Database) -> None:
        self.path = socket_of(database.path)
        self._database = database
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "ControlServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen. This process holds the file, so whoever left a socket there is gone."""
        jobs.forget_socket(self._database.path)
        self._server = _Server(_short(self.path), self._database)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="control", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests and remove the socket."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            jobs.forget_socket(self._database.path)
            self._server = self._thread = None


def _short(path: Path) -> Path:
    """The path, or where it is too long for a socket a short one in a private folder, with a link to it."""
    if len(os.fsencode(path)) <= LONGEST_PATH:
        return path
    short = Path(tempfile.mkdtemp(prefix="pintail-")) / "control.sock"
    path.symlink_to(short)
    return short
