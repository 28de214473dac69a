"""The pages before the app: sign-in, sign-out, change of password. Plain HTML without scripts."""

from pathlib import Path
from urllib.parse import urlencode

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from crm import users
from crm.errors import InvalidRecord, NotAllowed, PintailError
from crm.i18n import LANGUAGES, NAMES, explain, gettext
from crm.server import forms, sessions, state
from crm.server.html import Html, joined, render
from crm.settings import ROOT

STYLE = Path(__file__).parent / "style.css"
MARK = ROOT / "pages" / "static" / "mark.svg"
"""The same mark as in the app."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}
NEXT_FIELD = "next"


async def show_sign_in(request: Request) -> Response:
    """GET /login."""
    query = request.query_params
    if await to_thread.run_sync(state.session, request.cookies) is not None:
        return RedirectResponse(forms.local_path(query.get(NEXT_FIELD, "/")), status_code=303)
    return await _sign_in_page(request, {NEXT_FIELD: query.get(NEXT_FIELD, "/"), "lang": query.get("lang", "")})


async def sign_in(request: Request) -> Response:
    """POST /session/login."""
    fields: dict[str, str] = {}
    try:
        fields = await forms.read_form(request)
        forms.check_form(request, fields)
        token = await to_thread.run_sync(_signed_in, request, fields)
    except PintailError as error:
        return await _sign_in_page(request, fields, error)
    response = RedirectResponse(forms.local_path(fields.get(NEXT_FIELD, "/")), status_code=303, headers=HEADERS)
    _set_session(response, token)
    return response


def _signed_in(request: Request, fields: dict[str, str]) -> str:
    database = state.database()
    user_id = users.verify(
        database,
        fields.get("email", ""),
        fields.get("password", ""),
        forms.address(request),
        is_proxied=forms.is_proxied(request),
    )
    if fields.get("lang") in LANGUAGES:
        users.set_language(database, user_id, fields["lang"])
    _end_session(request)
    return sessions.create(database, user_id, request.headers.get("user-agent", ""))


async def sign_out(request: Request) -> Response:
    """POST /session/logout: ends the session in every tab of the browser."""
    if not forms.has_own_origin(request):
        return Response("Sign out from a page of Pintail.", status_code=403, media_type="text/plain")
    await to_thread.run_sync(_end_session, request)
    response = RedirectResponse("/login", status_code=303, headers=HEADERS)
    https = state.current().settings.https
    response.delete_cookie(sessions.cookie_name(https=https), path="/", secure=https, httponly=True, samesite="lax")
    return response


def _end_session(request: Request) -> None:
    server = state.current()
    token = sessions.token_in(request.cookies, https=server.settings.https)
    if token:
        sessions.end(server.database, token)


def _set_session(response: Response, token: str) -> None:
    name = sessions.cookie_name(https=state.current().settings.https)
    forms.set_cookie(response, name, token, int(sessions.ABSOLUTE.total_seconds()))


async def show_password(request: Request) -> Response:
    """GET /password."""
    return await _password_page(request)


async def change_password(request: Request) -> Response:
    """POST /password: a new password, and a new session in place of all others."""
    try:
        fields = await forms.read_form(request)
        forms.check_form(request, fields)
        token = await to_thread.run_sync(_changed, request, fields)
    except PintailError as error:
        return await _password_page(request, error)
    response = RedirectResponse("/", status_code=303, headers=HEADERS)
    _set_session(response, token)
    return response


def _changed(request: Request, fields: dict[str, str]) -> str:
    database, session = state.database(), state.session(request.cookies)
    if session is None or session.viewer.user_id is None or session.is_demo:
        raise NotAllowed("This password cannot be changed here. Sign in with another account first.")
    user_id = session.viewer.user_id
    if not session.must_change_password:
        users.verify(database, session.viewer.email, fields.get("current", ""), forms.address(request))
    if fields.get("new", "") != fields.get("again", ""):
        raise InvalidRecord("The two new passwords differ. Write the same one twice.")
    users.set_password(database, user_id, fields.get("new", ""))
    sessions.end_all(database, user_id)
    return sessions.create(database, user_id, request.headers.get("user-agent", ""))


async def _sign_in_page(request: Request, fields: dict[str, str], error: PintailError | None = None) -> Response:
    language = forms.language_of(request, fields.get("lang"))
    token = forms.csrf_token(request)
    target = forms.local_path(fields.get(NEXT_FIELD, "/"))
    hidden = _hidden(token=token, next=target, lang=fields["lang"] if fields.get("lang") in LANGUAGES else "")
    content = render(
        "sign_in",
        message=_message(error, language),
        hidden=hidden,
        email_label=gettext("E-mail", language),
        email=fields.get("email", ""),
        password_label=gettext("Password", language),
        submit=gettext("Sign in", language),
        demo=await to_thread.run_sync(_demo, request, hidden, language),
    )
    return _page(gettext("Sign in", language), content, language, token, target, error)


def _demo(request: Request, hidden: Html, language: str) -> Html:
    """Buttons that sign in to the demo company, for people at this machine only."""
    database = state.database()
    if forms.is_proxied(request) or not users.is_loopback(forms.address(request)) or not users.is_demo(database):
        return Html()
    buttons = [
        render(
            "demo_button",
            hidden=hidden,
            email=email,
            password=users.DEMO_PASSWORD,
            name=name,
            role=users.role_name(role, language),
        )
        for email, name, role in users.demo_users(database)
    ]
    return render(
        "demo",
        heading=gettext("Look around in the demo company", language),
        explanation=gettext("One click signs in, on this machine only.", language),
        buttons=joined(buttons),
    )


async def _password_page(request: Request, error: PintailError | None = None) -> Response:
    session = await to_thread.run_sync(state.session, request.cookies)
    if session is None or session.is_demo:
        return RedirectResponse("/", status_code=303, headers=HEADERS)
    language = forms.language_of(request, request.query_params.get("lang") or session.viewer.language)
    token = forms.csrf_token(request)
    current = render("current_password", label=gettext("Current password", language))
    lead = gettext("The password that you were given works once. Choose your own.", language)
    content = render(
        "password",
        lead=lead if session.must_change_password else session.viewer.email,
        message=_message(error, language),
        hidden=_hidden(token=token),
        current=Html() if session.must_change_password else current,
        new_label=gettext("New password", language),
        minimum=str(users.MIN_PASSWORD),
        rule=gettext("At least {count} characters", language, count=users.MIN_PASSWORD),
        again_label=gettext("New password again", language),
        submit=gettext("Change password", language),
        sign_out=gettext("Sign out", language),
    )
    return _page(gettext("Change password", language), content, language, token, None, error)


def _page(
    title: str, content: Html, language: str, token: str, target: str | None, error: PintailError | None
) -> Response:
    page = render(
        "page",
        lang=language.replace("_", "-"),
        title=title,
        heading=title,
        content=content,
        languages_label=gettext("Language", language),
        languages=joined([_language_link(each, language, target) for each in LANGUAGES]),
    )
    response = HTMLResponse(page, status_code=_status(error), headers=HEADERS)
    forms.set_cookie(response, forms.csrf_cookie_name(), token, 86_400, "strict")
    return response


def _language_link(each: str, language: str, target: str | None) -> Html:
    query = {"lang": each} | ({NEXT_FIELD: target} if target not in (None, "/") else {})
    current = Html(' aria-current="true"') if each == language else Html()
    code = each.replace("_", "-")
    return render("language", href="?" + urlencode(query), lang=code, name=NAMES[each], current=current)


def _hidden(**values: str) -> Html:
    return joined([render("hidden", name=name, value=value) for name, value in values.items() if value])


def _message(error: PintailError | None, language: str) -> Html:
    return render("message", text=explain(error, language)) if error else Html()


def _status(error: PintailError | None) -> int:
    if error is None:
        return 200
    return 401 if isinstance(error, NotAllowed) else 422


def _file(path: Path, media_type: str) -> Route:
    async def serve(_request: Request) -> Response:
        return FileResponse(path, media_type=media_type, headers={"Cache-Control": "max-age=3600"})

    return Route(f"/session/{path.name}", serve)


routes = [
    Route("/login", show_sign_in),
    Route("/session/login", sign_in, methods=["POST"]),
    Route("/session/logout", sign_out, methods=["POST"]),
    Route("/password", show_password, methods=["GET"]),
    Route("/password", change_password, methods=["POST"]),
    _file(STYLE, "text/css"),
    _file(MARK, "image/svg+xml"),
]
