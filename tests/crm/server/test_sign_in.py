"""Sign-in, sign-out and change of password, as a browser sees them."""

import re

import pytest
from starlette.testclient import TestClient

from crm import users
from crm.db import Database
from crm.errors import DiskFull
from crm.progress import Step
from crm.server import jobs, sessions, sign_in, state
from crm.settings import Settings
from tests.crm.server.conftest import EMAIL, ORIGIN, PASSWORD, SECRET, sign_in_with

NEW = "another good one"


def test_the_page_needs_no_script_and_no_other_host(client: TestClient) -> None:
    page = client.get("/login")
    assert page.status_code == 200 and "<script" not in page.text and "http" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    for name in re.findall(r'(?:href|src)="(/session/[^"]+)"', page.text):
        assert client.get(name).status_code == 200


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(client: TestClient) -> None:
    answer = sign_in_with(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert re.match(r"pintail=[\w-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax$", cookie)
    assert client.get("/home").text == SECRET


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(started: Database) -> None:
    state.start(started, Settings(db=started.path, https=True))
    from tests.crm.server.conftest import server

    with TestClient(server(), "https://crm.example.com", follow_redirects=False) as client:
        client.get("/login")
        form = {"token": client.cookies["__Host-pintail-form"], "email": EMAIL, "password": PASSWORD}
        answer = client.post("/session/login", data=form, headers={"origin": "https://crm.example.com"})
    assert answer.headers["set-cookie"].startswith("__Host-pintail=") and "; Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


def test_a_wrong_password_says_so_and_keeps_the_email(client: TestClient) -> None:
    answer = sign_in_with(client, password="wrong")
    assert answer.status_code == 401 and "do not fit together" in answer.text and f'value="{EMAIL}"' in answer.text
    assert "pintail" not in client.cookies


def test_what_was_typed_cannot_become_html(client: TestClient) -> None:
    answer = sign_in_with(client, email='"><script>alert(1)</script>', next='/"><script>')
    assert "<script" not in answer.text


def test_five_failures_lock_out(client: TestClient) -> None:
    for _ in range(5):
        assert "do not fit" in sign_in_with(client, password="wrong").text
    assert "Wait 15 minutes" in sign_in_with(client).text


def test_next_leads_to_a_page_of_this_server(client: TestClient) -> None:
    for target in ["/", "/home", "/kpis?period=2017-12&x=%2F", "/home#top"]:
        assert sign_in_with(client, next=target).headers["location"] == target, target


def test_next_never_leads_elsewhere(client: TestClient) -> None:
    for target in [
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/home\r\nSet-Cookie: a=b",
        "evil.example",
        "/login?next=/login",
        "/session/logout",
        "",
    ]:
        assert sign_in_with(client, next=target).headers["location"] == "/", target


def test_a_signed_in_browser_is_sent_on(client: TestClient) -> None:
    sign_in_with(client)
    answer = client.get("/login", params={"next": "/kpis"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/kpis")
    assert client.get("/login", params={"next": "//evil.example"}).headers["location"] == "/"


def test_a_form_without_its_cookie_or_from_elsewhere_is_refused(client: TestClient) -> None:
    client.get("/login")
    token = client.cookies["pintail-form"]
    form = {"token": token, "email": EMAIL, "password": PASSWORD}
    for sent, headers in (
        (form | {"token": "x" * 43}, {"origin": ORIGIN}),
        ({"email": EMAIL, "password": PASSWORD}, {"origin": ORIGIN}),
        (form, {"origin": "http://evil.example"}),
        (form, {"origin": "null"}),
        (form, {"origin": "http://["}),
    ):
        answer = client.post("/session/login", data=sent, headers=headers)
        assert answer.status_code == 401 and "too long" in answer.text
    client.cookies.clear()
    assert client.post("/session/login", data=form | {"token": ""}, headers={"origin": ORIGIN}).status_code == 401
    assert "pintail" not in client.cookies


def test_an_endless_or_unreadable_form_is_refused(client: TestClient) -> None:
    client.get("/login")
    for body in (b"a=" + b"x" * 20_000, b"email=\xff\xfe"):
        answer = client.post("/session/login", content=body, headers={"origin": ORIGIN})
        assert answer.status_code == 422


def test_signing_out_ends_the_session_of_every_tab(client: TestClient, started: Database) -> None:
    sign_in_with(client)
    token = client.cookies["pintail"]
    assert client.post("/session/logout").status_code == 403
    assert client.post("/session/logout", headers={"origin": "http://evil.example"}).status_code == 403
    assert sessions.lookup(started, token)
    answer = client.post("/session/logout", headers={"origin": ORIGIN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert sessions.lookup(started, token) is None
    client.cookies.set("pintail", token)
    assert client.get("/home").status_code == 303
    assert client.get("/session/logout").headers["location"].startswith("/login")


def test_signing_in_again_ends_the_session_before(client: TestClient, started: Database) -> None:
    sign_in_with(client)
    before = client.cookies["pintail"]
    sign_in_with(client)
    assert client.cookies["pintail"] != before and sessions.lookup(started, before) is None


def test_the_page_speaks_the_browsers_language_or_the_chosen_one(client: TestClient, started: Database) -> None:
    assert '<html lang="en">' in client.get("/login").text
    assert '<html lang="zh-CN">' in client.get("/login", headers={"accept-language": "zh-CN,en;q=0.5"}).text
    page = client.get("/login", params={"lang": "zh_CN", "next": "/kpis"})
    assert '<html lang="zh-CN">' in page.text and 'name="lang" value="zh_CN"' in page.text
    assert "?lang=en&amp;next=%2Fkpis" in page.text
    assert '<html lang="zh-CN">' in sign_in_with(client, password="wrong", lang="zh_CN").text
    sign_in_with(client, lang="zh_CN")
    with started.cursor() as cursor:
        assert cursor.value("select language from ops.user where email = $email", email=EMAIL) == "zh_CN"


def test_an_unknown_language_is_ignored(client: TestClient) -> None:
    page = client.get("/login", params={"lang": '"><script>'})
    assert '<html lang="en">' in page.text and "<script" not in page.text


def test_a_one_time_password_leads_to_its_change_first(client: TestClient, started: Database) -> None:
    given = users.add(started, "new@example.com", "sales")
    sign_in_with(client, "new@example.com", given)
    before = client.cookies["pintail"]
    assert client.get("/home").headers["location"] == "/password"
    page = client.get("/password")
    assert page.status_code == 200 and "works once" in page.text and 'name="current"' not in page.text
    form = {"token": client.cookies["pintail-form"], "new": NEW, "again": NEW}
    for wrong, reason in (
        ({"again": "different one"}, "differ"),
        ({"new": "short", "again": "short"}, "at least 10"),
        ({"new": given, "again": given}, "the password you have"),
    ):
        answer = client.post("/password", data=form | wrong, headers={"origin": ORIGIN})
        assert answer.status_code == 422 and reason in answer.text
    assert client.post("/password", data=form | {"token": ""}, headers={"origin": ORIGIN}).status_code == 401
    assert client.post("/password", data=form, headers={"origin": ORIGIN}).headers["location"] == "/"
    assert client.get("/home").text == SECRET
    assert sessions.lookup(started, before) is None
    assert users.verify(started, "new@example.com", NEW, "203.0.113.7")


def test_changing_a_password_later_asks_for_the_current_one(client: TestClient) -> None:
    sign_in_with(client)
    assert 'name="current"' in client.get("/password").text
    form = {"token": client.cookies["pintail-form"], "new": NEW, "again": NEW, "current": "wrong"}
    assert client.post("/password", data=form, headers={"origin": ORIGIN}).status_code == 401
    form["current"] = PASSWORD
    assert client.post("/password", data=form, headers={"origin": ORIGIN}).status_code == 303


def _demo(database: Database) -> None:
    users.add(database, "mira@demo.example", "management", "Mira", is_demo=True)
    database.write(lambda cursor: cursor.run("update ops.company set is_demo = true"), touches=["ops.company"])


def test_the_demo_signs_in_with_one_click_on_this_machine(local_client: TestClient, started: Database) -> None:
    assert "mira@demo.example" not in local_client.get("/login").text
    _demo(started)
    assert 'value="mira@demo.example"' in local_client.get("/login").text
    assert sign_in_with(local_client, "mira@demo.example", "demo").status_code == 303
    assert local_client.get("/home").text == SECRET
    assert local_client.get("/password").headers["location"] == "/"


@pytest.mark.parametrize(
    "headers", [{"host": "crm.example.com"}, {"host": "["}, {"x-forwarded-for": "203.0.113.7"}, {"via": "1.1 proxy"}]
)
def test_the_demo_is_closed_behind_a_proxy(
    local_client: TestClient, started: Database, headers: dict[str, str]
) -> None:
    _demo(started)
    assert "mira@demo.example" not in local_client.get("/login", headers=headers).text
    form = {"token": local_client.cookies["pintail-form"], "email": "mira@demo.example", "password": "demo"}
    origin = {"origin": f"http://{headers.get('host', 'localhost')}"}
    assert local_client.post("/session/login", data=form, headers=headers | origin).status_code == 401


def test_the_demo_is_closed_from_elsewhere(client: TestClient, started: Database) -> None:
    _demo(started)
    assert "mira@demo.example" not in client.get("/login").text
    assert sign_in_with(client, "mira@demo.example", "demo").status_code == 401


# While the demo company is being made


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> jobs.Run:
    """The job that makes the demo company, under way."""
    run = jobs.Run(1, sign_in.DEMO, None)
    run.tell(Step("Reading {file}", share=0.42, file="orders.csv"))
    monkeypatch.setattr(jobs, "last", lambda name: run if name == sign_in.DEMO else None)
    return run


@pytest.mark.parametrize(("language", "words"), [("en", "Reading orders.csv · 42%"), ("zh_CN", "正在读取")])
def test_the_page_says_how_far_the_demo_is(
    local_client: TestClient, making: jobs.Run, language: str, words: str
) -> None:
    page = local_client.get("/login", params={"lang": language})
    assert page.status_code == 200 and page.headers["refresh"] == "2"
    assert words in page.text and 'value="0.420"' in page.text and "<form" not in page.text
    assert not making.is_done


@pytest.mark.usefixtures("making")
def test_elsewhere_the_page_is_as_always(client: TestClient) -> None:
    page = client.get("/login")
    assert "refresh" not in page.headers and 'action="/session/login"' in page.text


def test_the_page_signs_in_once_the_demo_is_made(local_client: TestClient, making: jobs.Run) -> None:
    making.future.set_result({"as_of": "2026-10-31"})
    page = local_client.get("/login")
    assert "refresh" not in page.headers and 'action="/session/login"' in page.text and "message" not in page.text


def test_why_the_demo_could_not_be_made_is_said(local_client: TestClient, making: jobs.Run) -> None:
    making.future.set_exception(DiskFull("There is no room. Make some."))
    page = local_client.get("/login")
    assert page.status_code == 200 and "refresh" not in page.headers
    assert "The demo company could not be made. There is no room. Make some." in page.text
