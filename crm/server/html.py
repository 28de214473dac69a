"""Small templates: every value is escaped unless it is Html already."""

from functools import cache
from html import escape
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"


class Html(str):
    """Text that is HTML and goes into a page as it is."""

    __slots__ = ()


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text(encoding="utf-8").strip())


def render(template: str, /, **values: str) -> Html:
    """A template with its `$values` filled in."""
    return Html(_template(template).substitute({key: _safe(value) for key, value in values.items()}))


def joined(parts: list[Html]) -> Html:
    """Pieces of HTML one after the other."""
    return Html("\n".join(parts))


def _safe(value: str) -> str:
    return value if isinstance(value, Html) else escape(value, quote=True)
