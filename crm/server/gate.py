"""Nobody passes without a session: pure ASGI, so that it stands before websockets, too."""

from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm.server import forms, state
from crm.server.sessions import Session

READ, SEND = ("GET", "HEAD"), ("POST",)
OPEN = {
    "/healthz": READ,
    "/login": READ,
    "/session/login": SEND,
    "/session/logout": SEND,
    "/session/mark.svg": READ,
    "/session/style.css": READ,
}
"""What anybody may ask for, and how."""
PASSWORD = "/password"
MACHINERY = ("/_stcore/", "/media/", "/component/", "/static/")
"""What a page asks for by itself, for which a redirect makes no sense."""
POLICY_VIOLATION = 1008

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # the shell's page and its components need them
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Nothing is loaded from, sent to or framed by another host, whatever a record's text says."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Gate:
    """Lets signed-in browsers through; others get the sign-in page, a 401 or a closed websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http":
            send = _with_headers(send)
            if scope["method"] in OPEN.get(scope["path"], ()):
                await self.app(scope, receive, send)
                return
        if scope["type"] == "websocket" and _is_from_elsewhere(scope):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "another site"})
            return
        session = await to_thread.run_sync(state.session, _cookies(scope))
        if session is not None and (scope["path"] == PASSWORD or not session.must_change_password):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "signed out"})
        else:
            await _refusal(scope, session)(scope, receive, send)


def _is_from_elsewhere(scope: Scope) -> bool:
    """Whether a page of another site opens the websocket. Streamlit would ask another host for our address to tell."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    return origin is not None and not forms.is_same(origin, headers.get("host"))


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser(Headers(scope=scope).get("cookie", ""))


def _refusal(scope: Scope, session: Session | None) -> Response:
    if not _wants_page(scope):
        return PlainTextResponse("Sign in first.", status_code=401 if session is None else 403)
    if session is not None:
        return RedirectResponse(PASSWORD, status_code=303)
    query = scope["query_string"].decode("latin-1")
    asked = quote(scope["path"], safe="/") + (f"?{query}" if query else "")
    return RedirectResponse("/login" + ("" if asked == "/" else f"?next={quote(asked, safe='/')}"), status_code=303)


def _wants_page(scope: Scope) -> bool:
    accepted = Headers(scope=scope).get("accept", "")
    return scope["method"] in ("GET", "HEAD") and "text/html" in accepted and not scope["path"].startswith(MACHINERY)


def _with_headers(send: Send) -> Send:
    https = state.current().settings.https

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if https:
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await send(message)

    return send_with_headers
