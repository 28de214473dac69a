"""What a browser sent, looked at with distrust: forms, origins, addresses, where to go next."""

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from crm.errors import InvalidRecord, NotAllowed, WrongUse
from crm.i18n import LANGUAGES, negotiate
from crm.server import state
from crm.users import is_loopback

LONGEST_FORM = 16_384
PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form; raises WrongUse for one that is too long or unreadable."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise WrongUse("This form is too long. Go back and send less.")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError as error:
        raise WrongUse("This form cannot be read. Go back and send it again.") from error


def has_own_origin(request: Request) -> bool:
    """Whether a page of this server sent the request, as far as the browser tells."""
    origin = request.headers.get("origin")
    if origin is not None:
        return is_same(origin, request.headers.get("host"))
    return request.headers.get("sec-fetch-site") == "same-origin"


def is_same(origin: str, host: str | None) -> bool:
    """Whether an Origin header names the server that the Host header asks for."""
    sent = _split(origin)
    return sent is not None and sent.netloc == host != ""


def _split(url: str) -> SplitResult | None:
    """The parts of a URL; None for one that cannot be read, which is nobody's."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def csrf_cookie_name() -> str:
    """The name of the cookie whose value each form repeats."""
    return "__Host-pintail-form" if state.current().settings.https else "pintail-form"


def csrf_token(request: Request) -> str:
    """The value that this browser's forms have to repeat: the one it has, else a new one."""
    sent = request.cookies.get(csrf_cookie_name(), "")
    return sent if len(sent) == 43 and sent.isascii() else secrets.token_urlsafe(32)


def set_cookie(response: Response, name: str, value: str, max_age: int, same_site: "str" = "lax") -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=state.current().settings.https,
        httponly=True,
        samesite="strict" if same_site == "strict" else "lax",
    )


def check_form(request: Request, fields: dict[str, str]) -> None:
    """Raise NotAllowed unless the form came from a page of this server in this browser."""
    cookie = request.cookies.get(csrf_cookie_name(), "")
    repeated = hmac.compare_digest(cookie.encode(), fields.get("token", "").encode())
    foreign = "origin" in request.headers and not has_own_origin(request)
    if not cookie or not repeated or foreign:
        raise NotAllowed("This page had been open for too long. Try again.")


def new_password(fields: dict[str, str]) -> str:
    """The new password of a form; raises InvalidRecord unless it was written twice."""
    if fields.get("new", "") != fields.get("again", ""):
        raise InvalidRecord("The two new passwords differ. Write the same one twice.")
    return fields.get("new", "")


def address(request: Request) -> str:
    """Where the request comes from, by the connection and never by a header's word."""
    return request.client.host if request.client else ""


def is_proxied(request: Request) -> bool:
    """Whether the request may come from further away than its address: through a proxy or by another host's name."""
    return may_be_proxied(request.headers)


def may_be_proxied(headers: Mapping[str, str]) -> bool:
    """The same by the headers alone, whose names are taken in any case."""
    asked = _split(f"//{headers.get('host', '')}")
    name = (asked.hostname if asked else None) or ""
    named_local = name == "localhost" or is_loopback(name)
    return not named_local or any(header in headers for header in PROXY_HEADERS)


def is_local(request: Request) -> bool:
    """Whether the request comes from a browser on this machine."""
    return is_loopback(address(request)) and not is_proxied(request)


def language_of(request: Request, chosen: str | None) -> str:
    """The language that was chosen on the page, else the browser's."""
    return chosen if chosen in LANGUAGES else negotiate(request.headers.get("accept-language"))


def local_path(text: str) -> str:
    """Where to go next: a path of this server, or `/` for anything that a browser could read otherwise."""
    plain = text.isprintable() and "\\" not in text
    if not plain or not text.startswith("/") or text.startswith("//"):
        return "/"
    return "/" if text.startswith(("/login", "/session/", "/password")) else text
