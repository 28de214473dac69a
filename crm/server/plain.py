"""What the pages before the app are made of: plain HTML in the look of the app."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from crm.errors import NotAllowed, PintailError
from crm.i18n import LANGUAGES, NAMES, explain, gettext
from crm.server import forms
from crm.server.html import Html, joined, render
from crm.settings import ROOT

STYLE = Path(__file__).parent / "style.css"
MARK = ROOT / "pages" / "static" / "mark.svg"
"""The same mark as in the app."""
WAIT = Html((Path(__file__).parent / "wait.js").read_text(encoding="utf-8"))
"""The script of a page that waits. It stands in the page, as the server may be gone before it would be asked for."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DIGEST = b64encode(sha256(WAIT.encode()).digest()).decode()
WAITING = {"Content-Security-Policy": f"{POLICY}; script-src 'sha256-{_DIGEST}'; connect-src 'self'"}
"""Headers of a page that asks, by its script, whether the server is there again."""
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY}
NEXT_FIELD = "next"
NO_HEADERS: Mapping[str, str] = {}


def page(
    title: str,
    content: Html,
    language: str,
    token: str,
    target: str | None,
    error: PintailError | None,
    headers: Mapping[str, str] = NO_HEADERS,
    *,
    languages: Sequence[str] = LANGUAGES,
) -> Response:
    """A whole page around `content`, in which the token of its forms goes along as a cookie."""
    text = render(
        "page",
        lang=language.replace("_", "-"),
        title=title,
        heading=title,
        content=content,
        languages_label=gettext("Language", language),
        languages=joined([_language_link(each, language, target) for each in languages]),
    )
    response = HTMLResponse(text, status_code=status(error), headers={**HEADERS, **headers})
    forms.set_cookie(response, forms.csrf_cookie_name(), token, 86_400, "strict")
    return response


def _language_link(each: str, language: str, target: str | None) -> Html:
    query = {"lang": each} | ({NEXT_FIELD: target} if target not in (None, "/") else {})
    current = Html(' aria-current="true"') if each == language else Html()
    code = each.replace("_", "-")
    return render("language", href="?" + urlencode(query), lang=code, name=NAMES[each], current=current)


def hidden(**values: str) -> Html:
    """Fields that a form sends along unseen, those that have a value."""
    return joined([render("hidden", name=name, value=value) for name, value in values.items() if value])


def message(error: PintailError | None, language: str) -> Html:
    """Why something could not be done."""
    return render("message", text=explain(error, language)) if error else Html()


def status(error: PintailError | None) -> int:
    """The status of a page that shows an error, or none."""
    if error is None:
        return 200
    return 401 if isinstance(error, NotAllowed) else 422


def file(path: Path, media_type: str) -> Route:
    """A file that these pages load."""

    async def serve(_request: Request) -> Response:
        return FileResponse(path, media_type=media_type, headers={"Cache-Control": "max-age=3600"})

    return Route(f"/session/{path.name}", serve)


routes = [file(STYLE, "text/css"), file(MARK, "image/svg+xml")]
