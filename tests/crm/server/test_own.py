"""Start with my own data: who may, what it makes, and that the server is asked to start again."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from crm import users
from crm.db import Database
from crm.server import jobs, restart
from tests.crm.server.conftest import EMAIL, PASSWORD, sign_in_with

FORM = {"email": "me@example.com", "new": "correct staple", "again": "correct staple"}


def assert_waits_by_itself(page: str, policy: str) -> None:
    """Its script stands in it and is allowed by its digest: the server may be gone before it would be asked for."""
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    assert "fetch(target" in script and "<script src" not in page


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the own company is to stand."""
    path = tmp_path / "own" / "pintail.duckdb"
    monkeypatch.setenv("PINTAIL_DB", str(path))
    return path


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """On what databases the server was asked to start again."""
    found: list[Path] = []

    async def ask(path: Path) -> None:
        found.append(path)

    monkeypatch.setattr(restart, "ask", ask)
    return found


@pytest.fixture
def demo(started: Database) -> Database:
    """The started company, said to be the demo."""
    started.write(lambda cursor: cursor.run("update ops.company set is_demo = true"), touches=["ops.company"])
    return started


def send(client: TestClient, **fields: str) -> Response:
    """Fill in and send the form."""
    form = FORM | {"token": client.cookies["pintail-form"]} | fields
    answer: Response = client.post("/own", data=form, headers={"origin": str(client.base_url)})
    return answer


@pytest.mark.usefixtures("demo")
def test_an_administrator_at_this_machine_gets_a_company(
    local_client: TestClient, target: Path, asked: list[Path]
) -> None:
    sign_in_with(local_client)
    page = local_client.get("/own")
    assert page.status_code == 200 and str(target) in page.text and "<script" not in page.text
    answer = send(local_client, lang="zh_CN")
    assert answer.status_code == 200 and asked == [target]
    assert "/login?lang=zh_CN" in answer.text
    assert_waits_by_itself(answer.text, answer.headers["content-security-policy"])
    with Database(target, threads=1) as database:
        assert [(user.email, user.role) for user in users.list_all(database)] == [("me@example.com", "admin")]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"again": "another one"}, 422, "The two new passwords differ"),
        ({"new": "short", "again": "short"}, 422, "at least 10 characters"),
        ({"email": "me"}, 422, "is no e-mail address"),
        ({"token": "x" * 43}, 403, "open for too long"),
    ],
)
def test_a_wrong_form_makes_nothing(
    local_client: TestClient, target: Path, asked: list[Path], fields: dict[str, str], status: int, sentence: str
) -> None:
    sign_in_with(local_client)
    answer = send(local_client, **fields)
    assert answer.status_code == status and sentence in answer.text
    assert f'value="{fields.get("email", FORM["email"])}"' in answer.text and FORM["new"] not in answer.text
    assert not target.exists() and asked == []


def refused(client: TestClient, target: Path, asked: list[Path], sentence: str) -> None:
    """Both the form and what it sends are refused, and nothing is made."""
    page, answer = client.get("/own"), send(client)
    assert (page.status_code, answer.status_code) == (403, 403)
    assert sentence in page.text and "<form" not in page.text and sentence in answer.text
    assert not target.exists() and asked == []


@pytest.mark.usefixtures("started")
def test_a_company_of_one_s_own_is_no_place_to_start_from(
    local_client: TestClient, target: Path, asked: list[Path]
) -> None:
    sign_in_with(local_client)
    refused(local_client, target, asked, "is a company of your own already")


@pytest.mark.usefixtures("demo")
def test_who_sits_elsewhere_is_refused(client: TestClient, target: Path, asked: list[Path]) -> None:
    sign_in_with(client)
    refused(client, target, asked, "This works on the server&#x27;s own machine only")


@pytest.mark.usefixtures("demo")
def test_who_comes_through_a_proxy_is_refused(local_client: TestClient, target: Path, asked: list[Path]) -> None:
    sign_in_with(local_client)
    local_client.headers["x-forwarded-for"] = "192.0.2.1"
    refused(local_client, target, asked, "This works on the server&#x27;s own machine only")


@pytest.mark.parametrize("role", ["management", "sales", "service"])
def test_who_is_no_administrator_is_refused(
    local_client: TestClient, demo: Database, target: Path, asked: list[Path], role: str
) -> None:
    users.add(demo, "b@example.com", role)
    users.set_password(demo, users.id_of(demo, "b@example.com"), PASSWORD)
    sign_in_with(local_client, email="b@example.com")
    refused(local_client, target, asked, "Only an administrator")


@pytest.mark.usefixtures("demo")
def test_nobody_signed_in_sees_no_form(local_client: TestClient, target: Path, asked: list[Path]) -> None:
    local_client.get("/login")
    assert local_client.get("/own").headers["location"] == "/login?next=/own"
    assert send(local_client).status_code in (303, 401)
    assert not target.exists() and asked == []


@pytest.mark.usefixtures("demo")
def test_what_exists_already_stays_and_is_named(local_client: TestClient, target: Path, asked: list[Path]) -> None:
    target.parent.mkdir()
    target.write_text("mine")
    sign_in_with(local_client)
    for answer in (local_client.get("/own"), send(local_client)):
        assert answer.status_code == 403 and f"{target} exists already" in answer.text
    assert target.read_text() == "mine" and asked == []


@pytest.mark.usefixtures("demo")
def test_work_that_goes_on_is_not_broken_off(
    local_client: TestClient, target: Path, asked: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "is_writing", lambda: True)
    sign_in_with(local_client)
    answer = send(local_client)
    assert answer.status_code == 422 and "Work is going on" in answer.text
    assert not target.exists() and asked == []


@pytest.mark.usefixtures("demo", "target")
def test_the_page_speaks_the_person_s_language(local_client: TestClient, demo: Database) -> None:
    users.set_language(demo, users.id_of(demo, EMAIL), "zh_CN")
    sign_in_with(local_client)
    assert "使用自己的数据" in local_client.get("/own").text
    assert "Start with my own data" in local_client.get("/own", params={"lang": "en"}).text
