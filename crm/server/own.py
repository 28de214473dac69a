"""Start with my own data: from the demo company to a database of one's own, and the server again on that."""

from anyio import to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crm import founding, users
from crm.errors import DatabaseBusy, NotAllowed, PintailError
from crm.i18n import LANGUAGES, gettext
from crm.server import forms, jobs, plain, restart, state
from crm.server.html import Html, render

PATH = "/own"


async def show(request: Request) -> Response:
    """GET /own."""
    try:
        await to_thread.run_sync(_check, request)
    except PintailError as refusal:
        return await _page(request, {}, refusal, has_form=False)
    return await _page(request, {})


async def start(request: Request) -> Response:
    """POST /own: make the database, answer with a page that waits, and start again."""
    fields: dict[str, str] = {}
    try:
        fields = await forms.read_form(request)
        forms.check_form(request, fields)
        await to_thread.run_sync(_check, request)
        await to_thread.run_sync(_found, request, fields)
    except PintailError as error:
        return await _page(request, fields, error)
    response = await _waiting_page(request, fields)
    response.background = BackgroundTask(restart.ask, state.current().settings.own_db)
    return response


def _check(request: Request) -> None:
    """Raise NotAllowed unless an administrator of the demo company asks, at this machine, and the place is free."""
    session = state.session(request.cookies)
    if not users.is_demo(state.database()):
        raise NotAllowed("This is a company of your own already. The demo company opens with: make run DEMO=1")
    if session is None or session.viewer.role != "admin":
        raise NotAllowed("Only an administrator may start with own data. Sign in as one.")
    if not forms.is_local(request):
        raise NotAllowed("This works on the server's own machine only. Open this page in a browser there.")
    founding.check_free(state.current().settings.own_db)


def _found(request: Request, fields: dict[str, str]) -> None:
    if jobs.is_writing():
        raise DatabaseBusy("Work is going on in the demo company. Wait for its end, then send the form again.")
    password = forms.new_password(fields)
    founding.found(state.current().settings.own_db, fields.get("email", ""), password, _language(request, fields))


def _language(request: Request, fields: dict[str, str]) -> str:
    """The language that was chosen on the page, else the person's, else the browser's."""
    chosen = fields.get("lang") or request.query_params.get("lang")
    session = state.session(request.cookies)
    if chosen not in LANGUAGES and session is not None:
        chosen = session.viewer.language
    return forms.language_of(request, chosen)


async def _page(
    request: Request, fields: dict[str, str], error: PintailError | None = None, *, has_form: bool = True
) -> Response:
    language = await to_thread.run_sync(_language, request, fields)
    token = forms.csrf_token(request)
    content = render(
        "own",
        message=plain.message(error, language),
        form=_form(fields, language, token) if has_form else Html(),
        back=gettext("Back to Pintail", language),
    )
    title = gettext("Start with my own data", language)
    response = plain.page(title, content, language, token, None, error)
    if isinstance(error, NotAllowed):
        response.status_code = 403
    return response


def _form(fields: dict[str, str], language: str, token: str) -> Html:
    return render(
        "own_form",
        lead=gettext(
            "This makes an empty company with you as its administrator, and opens it. The demo company stays.", language
        ),
        hidden=plain.hidden(token=token, lang=language),
        email_label=gettext("E-mail", language),
        email=fields.get("email", ""),
        new_label=gettext("New password", language),
        minimum=str(users.MIN_PASSWORD),
        rule=gettext("At least {count} characters", language, count=users.MIN_PASSWORD),
        again_label=gettext("New password again", language),
        place_label=gettext("Your data will stand in", language),
        place=str(state.current().settings.own_db),
        submit=gettext("Make my company", language),
    )


async def _waiting_page(request: Request, fields: dict[str, str]) -> Response:
    language = await to_thread.run_sync(_language, request, fields)
    content = render(
        "waiting",
        lead=gettext("Your company is made. Pintail starts again on it; the sign-in page opens in a moment.", language),
        late=gettext("The server has not come back. Start it where it ran before, with: make run", language),
        target=f"/login?lang={language}",
        link=gettext("Open the sign-in page", language),
        script=plain.WAIT,
    )
    title = gettext("Your company opens", language)
    return plain.page(title, content, language, forms.csrf_token(request), None, None, plain.WAITING, languages=())


routes = [Route(PATH, show, methods=["GET"]), Route(PATH, start, methods=["POST"])]
