"""The pages before the app: sign-in, sign-out, change of password. Plain HTML without scripts."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from crm import users
from crm.errors import NotAllowed, PintailError
from crm.i18n import LANGUAGES, explain, gettext, percent
from crm.server import forms, jobs, plain, sessions, state
from crm.server.html import Html, joined, render
from crm.server.plain import HEADERS, NEXT_FIELD

DEMO = "demo"
"""The job that makes the demo company."""
LOOK_EVERY = 2
"""Seconds between two looks at how far it is."""


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
    users.set_password(database, user_id, forms.new_password(fields))
    sessions.end_all(database, user_id)
    return sessions.create(database, user_id, request.headers.get("user-agent", ""))


async def _sign_in_page(request: Request, fields: dict[str, str], error: PintailError | None = None) -> Response:
    language = forms.language_of(request, fields.get("lang"))
    token = forms.csrf_token(request)
    target = forms.local_path(fields.get(NEXT_FIELD, "/"))
    making = jobs.last(DEMO) if forms.is_local(request) else None
    if making is not None and not making.is_done and error is None:
        return _making_page(making, language, token, target)
    hidden = plain.hidden(token=token, next=target, lang=fields["lang"] if fields.get("lang") in LANGUAGES else "")
    content = render(
        "sign_in",
        message=plain.message(error, language) if error else _not_made(making, language),
        hidden=hidden,
        email_label=gettext("E-mail", language),
        email=fields.get("email", ""),
        password_label=gettext("Password", language),
        submit=gettext("Sign in", language),
        demo=await to_thread.run_sync(_demo, request, hidden, language),
    )
    return plain.page(gettext("Sign in", language), content, language, token, target, error)


def _making_page(making: jobs.Run, language: str, token: str, target: str) -> Response:
    """How far the demo company is; the browser asks again until there are sign-ins."""
    step = making.step
    said = gettext(step.message, language, **step.values)
    share = "" if step.share is None else " · " + percent(step.share, language, decimals=0)
    content = render(
        "making",
        lead=gettext(
            "Pintail simulates a company to look around in, and loads its files. Then you sign in here.", language
        ),
        label=gettext("Progress", language),
        share=Html(f' value="{step.share:.3f}"') if step.share is not None else Html(),
        step=said + share,
    )
    title = gettext("The demo company is being made", language)
    return plain.page(title, content, language, token, target, None, {"Refresh": str(LOOK_EVERY)})


def _not_made(making: jobs.Run | None, language: str) -> Html:
    """Why the demo company could not be made, where it could not."""
    if making is None or making.failure is None:
        return Html()
    said = gettext("The demo company could not be made.", language)
    return render("message", text=f"{said} {explain(making.failure, language)}")


def _demo(request: Request, hidden: Html, language: str) -> Html:
    """Buttons that sign in to the demo company, for people at this machine only."""
    database = state.database()
    if not forms.is_local(request) or not users.is_demo(database):
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
        message=plain.message(error, language),
        hidden=plain.hidden(token=token),
        current=Html() if session.must_change_password else current,
        new_label=gettext("New password", language),
        minimum=str(users.MIN_PASSWORD),
        rule=gettext("At least {count} characters", language, count=users.MIN_PASSWORD),
        again_label=gettext("New password again", language),
        submit=gettext("Change password", language),
        sign_out=gettext("Sign out", language),
    )
    return plain.page(gettext("Change password", language), content, language, token, None, error)


routes = [
    Route("/login", show_sign_in),
    Route("/session/login", sign_in, methods=["POST"]),
    Route("/session/logout", sign_out, methods=["POST"]),
    Route("/password", show_password, methods=["GET"]),
    Route("/password", change_password, methods=["POST"]),
]
