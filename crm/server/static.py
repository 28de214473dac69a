"""Streamlit's own static files, compressed once instead of never.

They are more than 20 MB of scripts with hashed names. A thread compresses them beside the database
at the first start with a version of Streamlit; what is not ready yet comes from Streamlit itself.
"""

import gzip
import threading
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm.db import Database
from crm.server import state

PREFIX = "/static/"
COMPRESSED = {".css", ".js", ".json", ".svg"}
FOREVER = "public, max-age=31536000, immutable"


def source_folder() -> Path:
    """Streamlit's folder of static files, found without importing Streamlit."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("streamlit")
    return Path(spec.origin).parent / "static" / "static"


def folder_in(database: Database) -> Path:
    """Where the compressed files of the installed version stand."""
    return database.files / "artifacts" / f"static-{version('streamlit')}"


def compressible(source: Path) -> list[Path]:
    """The scripts and style sheets, the largest last."""
    files = (path for path in source.rglob("*") if path.suffix in COMPRESSED)
    return sorted(files, key=lambda path: path.stat().st_size)


def compress(target: Path, stop: threading.Event) -> None:
    """Compress every script and style sheet that is not compressed yet."""
    source = source_folder()
    for path in compressible(source):
        ready = target / path.relative_to(source)
        if stop.is_set():
            return
        if not ready.exists():
            ready.parent.mkdir(parents=True, exist_ok=True)
            unfinished = ready.with_name(ready.name + ".unfinished")
            unfinished.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
            unfinished.replace(ready)


class Compressor:
    """The thread that compresses while the server runs already."""

    def __init__(self, target: Path) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=compress, args=(target, self._stop), name="compress", daemon=True)

    def start(self) -> None:
        """Begin, or find that everything is there."""
        self._thread.start()

    def stop(self) -> None:
        """Leave off after the file at hand."""
        self._stop.set()
        self._thread.join()


class Precompressed:
    """Serves compressed files to browsers that take them; everything else goes on to Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        source = source_folder()
        self._names = frozenset(path.relative_to(source).as_posix() for path in compressible(source))
        self._files: StaticFiles | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].removeprefix(PREFIX) if scope["type"] == "http" else ""
        if name not in self._names or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        send = _with_vary(send)
        files = self._compressed_files()
        if "gzip" not in Headers(scope=scope).get("accept-encoding", "") or files.lookup_path(name)[1] is None:
            await self.app(scope, receive, send)
            return
        response = await files.get_response(name, scope)
        response.headers["Cache-Control"] = FOREVER
        response.headers["Content-Encoding"] = "gzip"
        await response(scope, receive, send)

    def _compressed_files(self) -> StaticFiles:
        if self._files is None:
            self._files = StaticFiles(directory=folder_in(state.database()), check_dir=False)
        return self._files


def _with_vary(send: Send) -> Send:
    async def send_with_vary(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
        await send(message)

    return send_with_vary
