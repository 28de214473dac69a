"""The command lines' end of the control socket: send a request to the server that holds the file.

One JSON object a line: a request `{"name", "args"}`; then any number of `{"progress": text}`; then
`{"result"}` or `{"error": {"class", "message", "values"}}`.
"""

import json
import socket
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from crm import errors
from crm.db import files_of
from crm.errors import DatabaseBusy, NotAllowed, PintailError

Progress = Callable[[str], None]


class NoServer(Exception):
    """No server holds that file: open it yourself."""


def socket_of(path: Path) -> Path:
    """Where the server of a database file listens; a link to a shorter path where this one is too long."""
    return files_of(path.resolve()) / "control.sock"


def encoded(message: Mapping[str, object]) -> bytes:
    """A message as its line; what JSON does not know goes as text."""
    return json.dumps(message, default=str, ensure_ascii=False).encode() + b"\n"


def call(path: Path, name: str, args: Mapping[str, Any], progress: Progress) -> Any:
    """The result of a request to the server that holds the file at `path`.

    Raises NoServer when none does, and the PintailError that the request raised there.
    """
    with _connected(path) as connection, connection.makefile("rwb") as stream:
        stream.write(encoded({"name": name, "args": args}))
        stream.flush()
        return _answer(stream, progress)


def _connected(path: Path) -> socket.socket:
    address = socket_of(path)
    if not address.exists():
        raise NoServer
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(address.resolve()))
    except (FileNotFoundError, ConnectionRefusedError) as error:  # left behind by a server that was killed
        connection.close()
        raise NoServer from error
    except PermissionError as error:
        connection.close()
        raise NotAllowed(
            "The server of {path} was started by another user. Send the command as that user.", path=path
        ) from error
    return connection


def _answer(lines: Iterable[bytes], progress: Progress) -> Any:
    try:
        for line in lines:
            message = json.loads(line)
            if "progress" in message:
                progress(message["progress"])
            elif "error" in message:
                raise error_from(message["error"])
            else:
                return message["result"]
    except ConnectionError:
        pass
    raise DatabaseBusy("The server stopped before the command was done. Start it and send the command again.")


def error_from(sent: Mapping[str, Any]) -> PintailError:
    """The error that was sent, of its own class where the family has it."""
    kind: type[PintailError] = getattr(errors, sent["class"], PintailError)
    return kind(sent["message"], **sent["values"])
