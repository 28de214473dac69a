"""The whole server in a process of its own, as people start it: nobody sees a page unasked."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from crm import users
from crm.db import Database
from crm.server import client, sessions
from crm.settings import ROOT
from pipelines import demo

SECRET = "CONTENT-OF-A-PAGE"
EMAIL, NAME, PASSWORD = "a@example.com", "Wilhelmina", "correct horse"
SHELL = f"""
import streamlit as st
from crm.server import state
st.write("{SECRET}", state.viewer(st.context.cookies))
"""
HTML = "text/html,application/xhtml+xml"
PATHS = (
    "/", "/home", "/_shell", "/pages/home", "/pages/_shell.py", "/home?page=home", "/?page=_shell", "/app", "/app.py",
    "/home/", "/Home", "/kpis", "/loads", "//home", "/home/_stcore/health", "/session/home", "/login/home",
    "/_stcore/health", "/_stcore/metrics", "/_stcore/host-config", "/_stcore/script-health-check",
    "/_stcore/upload_file/a/b", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/_stcore/stream",
    "/_stcore/allowed-message-origins", "/media/0.png", "/component/x/index.html", "/static/js/index.js",
    "/app/static/x",
    "/password", "/auth/login", "/oauth2callback", "/manifest.json", "/favicon.png", "/index.html",
)  # fmt: skip


@dataclass
class Served:
    """A started server and what it printed until its end."""

    port: int
    database: Path
    process: "subprocess.Popen[str]"
    output: str = ""

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
        """(status, headers, body) of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(
            method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def stream(self, cookie: str = "", **headers: str) -> ClientConnection:
        """The websocket through which pages come."""
        return connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": cookie} | headers,
            proxy=None,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(database: Path) -> dict[str, str]:
    return os.environ | {"PINTAIL_DB": str(database), "PYTHONPATH": str(ROOT), "PINTAIL_THREADS": "1"}


def _command(way: str, app: Path, port: int) -> list[str]:
    if way == "python":
        return [sys.executable, str(app), "--port", str(port)]
    return [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]


@pytest.fixture(scope="module", params=["python", "streamlit run", "python, the product's own pages"])
def served(
    request: pytest.FixtureRequest, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A fresh process; the first two around pages that would show their content to whoever reaches them."""
    folder = tmp_path_factory.mktemp("app")
    database = folder / "app.duckdb"
    shutil.copy(migrated, database)
    with Database(database, threads=1) as opened:
        users.add(opened, EMAIL, "admin", NAME)
        users.set_password(opened, users.id_of(opened, EMAIL), PASSWORD)
    app = ROOT / "app.py"
    if "own" not in request.param:
        app = Path(shutil.copy(app, folder))
        shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
        (folder / "pages").mkdir()
        (folder / "pages" / "_shell.py").write_text(SHELL)
        (folder / "pages" / "home.py").write_text(SHELL)
    port = _free_port()
    command = _command(request.param.partition(",")[0], app, port)
    with _running(command, database, port, app.parent) as server:
        yield server
    assert not client.socket_of(database).exists()
    Database(database, threads=1).close()


@contextmanager
def _running(command: list[str], database: Path, port: int, folder: Path = ROOT) -> Iterator[Served]:
    """A server in a process of its own, from its first answer to its orderly end."""
    with subprocess.Popen(
        command, cwd=folder, env=_environment(database), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        server, end = Served(port, database, process), time.monotonic() + 60
        try:
            while not _answers(server) and process.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            yield server
        finally:
            process.terminate()
            server.output, _ = process.communicate(timeout=30)
    assert "Traceback" not in server.output and f"http://127.0.0.1:{port}" in server.output


def _answers(server: Served, path: str = "/healthz", **headers: str) -> bool:
    try:
        return server.ask("GET", path, **headers)[0] == 200
    except OSError:
        return False


def _signed_in(server: Served, email: str = EMAIL, password: str = PASSWORD) -> str:
    """The cookie of a browser that signed in."""
    status, headers, _ = _sent(server, "/session/login", {"email": email, "password": password})
    assert status == 303
    return f"pintail={SimpleCookie(headers['set-cookie'])['pintail'].value}"


def _sent(
    server: Served, path: str, fields: dict[str, str], cookie: str = "pintail=none"
) -> tuple[int, dict[str, str], str]:
    """What the server answers to a form of its own page."""
    _, headers, _ = server.ask("GET", "/login" if "login" in path else path, Cookie=cookie)
    form = SimpleCookie(headers["set-cookie"])["pintail-form"].value
    return server.ask(
        "POST",
        path,
        urlencode({"token": form} | fields),
        Cookie=f"pintail-form={form}; {cookie}",
        Origin=f"http://127.0.0.1:{server.port}",
        Content_Type="application/x-www-form-urlencoded",
    )


def _first_run(stream: ClientConnection) -> bytes:
    """What the server sends for the first run of the page."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    stream.send(message.SerializeToString())
    received = b""
    end = time.monotonic() + 30
    while b"script_finished" not in received and time.monotonic() < end:
        try:
            received += bytes(stream.recv(timeout=2))  # type: ignore[arg-type]
        except TimeoutError:
            break
    return received


def test_no_path_shows_a_page_to_an_anonymous_visitor(served: Served) -> None:
    for path in PATHS:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            for accept in (HTML, "*/*"):
                status, headers, text = served.ask(method, path, Accept=accept)
                where = (method, path, accept, status)
                assert status in (303, 401), where
                assert SECRET not in text and "<script" not in text, where
                assert status == 401 or headers["location"].startswith("/login"), where


@pytest.mark.parametrize("cookie", ["", "pintail=forged", "pintail=" + "A" * 43, "_streamlit_user=x; pintail="])
def test_no_websocket_opens_for_an_anonymous_visitor(served: Served, cookie: str) -> None:
    for headers in ({}, {"Origin": f"http://127.0.0.1:{served.port}"}):
        with pytest.raises(InvalidStatus) as refused:
            served.stream(cookie, **headers)
        assert refused.value.response.status_code == 403


def test_a_session_opens_the_page_and_its_end_closes_it(served: Served) -> None:
    cookie = _signed_in(served)
    assert served.ask("GET", "/home", Accept=HTML, Cookie=cookie)[0] == 200
    assert served.ask("GET", "/_stcore/health", Cookie=cookie)[0] == 200
    with served.stream(cookie) as stream:
        received = _first_run(stream)
        assert NAME.encode() in received
    status, _, _ = served.ask("POST", "/session/logout", Cookie=cookie, Origin=f"http://127.0.0.1:{served.port}")
    assert status == 303
    assert served.ask("GET", "/home", Accept=HTML, Cookie=cookie)[0] == 303
    with pytest.raises(InvalidStatus):
        served.stream(cookie)


def test_signing_out_ends_the_other_tab_at_its_next_run(served: Served) -> None:
    cookie = _signed_in(served)
    with served.stream(cookie) as other_tab:
        assert NAME.encode() in _first_run(other_tab)
        served.ask("POST", "/session/logout", Cookie=cookie, Origin=f"http://127.0.0.1:{served.port}")
        assert NAME.encode() not in _first_run(other_tab)


def test_scripts_come_compressed_and_stay_in_the_browser(served: Served) -> None:
    cookie = _signed_in(served)
    _, _, index = served.ask("GET", "/", Accept=HTML, Cookie=cookie)
    script = index.partition('src="./static/')[2].partition('"')[0]
    end = time.monotonic() + 60
    headers: dict[str, str] = {}
    while headers.get("content-encoding") != "gzip" and time.monotonic() < end:
        _, headers, _ = served.ask("GET", f"/static/{script}", Cookie=cookie, Accept_Encoding="gzip, br")
        time.sleep(0.1)
    assert headers["content-encoding"] == "gzip" and "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith(("text/javascript", "application/javascript"))
    assert "Accept-Encoding" in headers["vary"]
    status, plain, text = served.ask("GET", f"/static/{script}", Cookie=cookie, Accept_Encoding="identity")
    assert status == 200 and "content-encoding" not in plain and "Accept-Encoding" in plain["vary"]
    assert len(text) > int(headers["content-length"])


def test_the_command_line_reaches_the_running_server(served: Served) -> None:
    made = client.call(served.database, "user add", {"email": "b@example.com", "role": "sales"}, lambda _text: None)
    assert made["email"] == "b@example.com" and len(made["password"]) == 16
    listed = client.call(served.database, "user list", {}, lambda _text: None)
    assert [user["email"] for user in listed] == [EMAIL, "b@example.com"]


@pytest.mark.parametrize("way", ["python", "streamlit run"])
def test_the_server_starts_again_on_a_company_of_one_s_own(migrated: Path, tmp_path: Path, way: str) -> None:
    shown, own, port = tmp_path / "demo.duckdb", tmp_path / "own.duckdb", _free_port()
    shutil.copy(migrated, shown)
    with Database(shown, threads=1) as opened:
        opened.write(lambda cursor: cursor.run("update ops.company set is_demo = true"), touches=["ops.company"])
        for role in ("admin", "management", "sales_manager", "sales", "marketing", "service"):
            users.add(opened, f"{role}@demo.example", role, is_demo=True)
    with _running([*_command(way, ROOT / "app.py", port), *_naming(way, shown)], own, port) as server:
        cookie = _signed_in(server, "admin@demo.example", users.DEMO_PASSWORD)
        fields = {"email": EMAIL, "new": PASSWORD, "again": PASSWORD}
        status, _, text = _sent(server, "/own", fields, cookie)
        assert status == 200 and "<script>" in text and "/session/wait.js" not in text
        end = time.monotonic() + 60
        while not (_answers(server) and _answers(server, "/login", Cookie=cookie)):  # it may stop between the two
            assert server.process.poll() is None and time.monotonic() < end
            time.sleep(0.1)
        assert "demo.example" not in server.ask("GET", "/login")[2]
        command = Path(f"/proc/{server.process.pid}/cmdline")
        if command.exists():
            assert str(own) in command.read_text() and PASSWORD not in command.read_text()
        with server.stream(_signed_in(server)) as stream:
            assert EMAIL.encode() in _first_run(stream)
        Database(shown, threads=1).close()
        assert server.ask("GET", "/own", Cookie=_signed_in(server))[0] == 403
    assert PASSWORD not in server.output and f"with {own}" in server.output
    Database(own, threads=1).close()


def test_the_demo_is_made_in_the_background_and_a_stop_leaves_what_the_next_start_goes_on_with(tmp_path: Path) -> None:
    path = tmp_path / "demo.duckdb"
    for options in (["--demo"], []):
        port = _free_port()
        command = [*_command("python", ROOT / "app.py", port), "--db", str(path), *options]
        with _running(command, path, port) as server:
            page = server.ask("GET", "/login")
            assert "The demo company is being made" in page[2] and page[1]["refresh"] == "2"
        assert "could not be made" not in server.output and "is being made" in server.output
        with Database(path, threads=1) as database:
            assert demo.is_begun(database)


def test_a_demo_never_takes_the_place_of_a_company(migrated: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.duckdb"
    shutil.copy(migrated, path)
    with Database(path, threads=1) as opened:
        users.add(opened, EMAIL, "admin")
    command = [*_command("python", ROOT / "app.py", _free_port()), "--db", str(path), "--demo"]
    result = subprocess.run(
        command, cwd=ROOT, env=_environment(path), capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 1 and "holds a company already" in result.stderr


def _naming(way: str, database: Path) -> list[str]:
    """How a start names the database."""
    return ["--db", str(database)] if way == "python" else ["--", "--db", str(database)]


@pytest.mark.parametrize("way", ["python", "streamlit run"])
def test_a_file_that_another_process_holds_is_refused_in_one_sentence(database: Database, way: str) -> None:
    result = subprocess.run(
        _command(way, ROOT / "app.py", _free_port()),
        cwd=ROOT,
        env=_environment(database.path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = [line for line in result.stderr.splitlines() if not line.startswith("INFO:")]
    assert result.returncode == 1 and len(lines) == 1 and "is open in another process" in lines[0]


def test_no_folder_of_pages_stands_beside_the_script() -> None:
    assert not (ROOT / "pages" / "pages").exists()
    assert sessions.cookie_name(https=True).startswith("__Host-")
