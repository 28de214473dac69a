"""The gate: who passes, what the others get."""

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from crm import users
from crm.db import Database
from crm.server import sessions
from tests.crm.server.conftest import SECRET, sign_in_with


def test_a_page_leads_to_the_sign_in_page_and_back(client: TestClient) -> None:
    answer = client.get("/kpis?period=2017-12&owner=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/kpis%3Fperiod%3D2017-12%26owner%3D1"
    assert client.get("/").headers["location"] == "/login"


@pytest.mark.parametrize("path", ["//evil.example", "/%5Cevil.example", "/%0d%0aSet-Cookie:x=y"])
def test_a_strange_path_never_becomes_a_way_out(client: TestClient, path: str) -> None:
    answer = client.get("http://testserver" + path)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/login?next=/")
    assert "\r" not in answer.headers["location"] and "set-cookie" not in answer.headers


CLOSED = [
    ("GET", "/_stcore/health", "text/html"),
    ("GET", "/_stcore/metrics", "*/*"),
    ("GET", "/_stcore/host-config", "*/*"),
    ("GET", "/media/0123.csv", "text/html"),
    ("PUT", "/_stcore/upload_file/a/b", "text/html"),
    ("GET", "/static/js/index.js", "*/*"),
    ("GET", "/home", "application/json"),
    ("POST", "/home", "text/html"),
    ("DELETE", "/", "text/html"),
    ("GET", "/session/style.css/", "*/*"),
    ("GET", "/healthz/../home", "*/*"),
    ("GET", "/LOGIN", "*/*"),
]


def test_everything_else_is_unauthorized(client: TestClient) -> None:
    for method, path, accept in CLOSED:
        answer = client.request(method, path, headers={"accept": accept})
        assert (answer.status_code, SECRET in answer.text) == (401, False), (method, path)


@pytest.mark.parametrize("cookie", ["", "pintail=", "pintail=forged", "pintail=" + "A" * 43, "PINTAIL=x; =; ;;pintail"])
def test_a_websocket_without_session_never_opens(client: TestClient, cookie: str) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers={"cookie": cookie}):
        pass


def test_a_websocket_opens_with_a_session_and_not_after_its_end(client: TestClient, started: Database) -> None:
    sign_in_with(client)
    with client.websocket_connect("/_stcore/stream") as websocket:
        assert websocket.receive_text() == SECRET
    sessions.end(started, client.cookies["pintail"])
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


def test_a_websocket_from_a_page_of_another_site_never_opens(client: TestClient) -> None:
    sign_in_with(client)
    for origin in ("https://evil.example", "http://testserver.evil.example", "null", "http://[", "["):
        with pytest.raises(WebSocketDisconnect) as closed:
            client.websocket_connect("/_stcore/stream", headers={"origin": origin}).__enter__()
        assert closed.value.reason == "another site"
    with client.websocket_connect("/_stcore/stream", headers={"origin": "http://testserver"}) as websocket:
        assert websocket.receive_text() == SECRET


def test_with_a_one_time_password_nothing_opens_but_its_change(client: TestClient, started: Database) -> None:
    given = users.add(started, "new@example.com", "sales")
    sign_in_with(client, "new@example.com", given)
    assert client.get("/home").headers["location"] == "/password"
    assert client.get("/media/0123.csv").status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    sign_in_with(client)
    for path in ("/login", "/home", "/healthz", "/session/style.css"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_health_is_open_and_asks_the_database(client: TestClient, started: Database) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    started.write(lambda cursor: cursor.run("delete from ops.company"), touches=["ops.company"])
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "down"})
