"""A server without Streamlit: the gate and the routes around one secret page."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from crm import users
from crm.db import Database
from crm.server import health, own, plain, sign_in, state
from crm.server.gate import Gate
from crm.settings import Settings

SECRET = "the secret page"
PASSWORD = "correct horse"
EMAIL = "a@example.com"
ORIGIN = "http://testserver"


async def _page(_request: Request) -> Response:
    return PlainTextResponse(SECRET)


async def _stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(SECRET)
    await websocket.close()


def server() -> Starlette:
    """The server's own parts around a page that nobody may see unasked."""
    ours = [*plain.routes, *sign_in.routes, *own.routes, *health.routes]
    routes = [*ours, WebSocketRoute("/_stcore/stream", _stream), Route("/{path:path}", _page)]
    return Starlette(routes=routes, middleware=[Middleware(Gate)])


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as the product makes them, but in a millisecond each."""
    monkeypatch.setattr(users, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def started(database: Database) -> Iterator[Database]:
    """A database that the pages see, with a person in it who has chosen a password."""
    users.add(database, EMAIL, "admin")
    users.set_password(database, users.id_of(database, EMAIL), PASSWORD)
    state.start(database, Settings(db=database.path))
    yield database
    state.stop()


@pytest.fixture
def app(started: Database) -> Starlette:
    """The started server."""
    assert state.database() is started
    return server()


@pytest.fixture
def client(app: Starlette) -> Iterator[TestClient]:
    """A browser elsewhere that nobody signed in."""
    with TestClient(app, follow_redirects=False, headers={"accept": "text/html"}) as client:
        yield client


@pytest.fixture
def local_client(app: Starlette) -> Iterator[TestClient]:
    """A browser on this machine that nobody signed in."""
    with TestClient(
        app, "http://localhost", follow_redirects=False, headers={"accept": "text/html"}, client=("127.0.0.1", 1)
    ) as client:
        yield client


def sign_in_with(client: TestClient, email: str = EMAIL, password: str = PASSWORD, **fields: str) -> Response:
    """Fill in and send the form of the sign-in page."""
    client.get("/login")
    form = {"token": client.cookies["pintail-form"], "email": email, "password": password} | fields
    answer: Response = client.post("/session/login", data=form, headers={"origin": str(client.base_url)})
    return answer
