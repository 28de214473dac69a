"""Collect the texts of the program, merge them into the catalogues and compile these.

    python -m crm.locale.update

Texts stand in the program as `gettext("…")`, `ngettext("…", "…", count)` or `_("…")`, as the message
of an error of `crm.errors` of a `Note` about a file or of a `Step` of a job, or in the files of the KPIs.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from crm import errors, metrics
from crm.i18n import CATALOGUES, LANGUAGES
from crm.settings import ROOT

TEMPLATE = CATALOGUES / "messages.pot"
HEADER = "# Texts of Pintail, collected by crm.locale.update."
PROGRAM = ("app.py", "pages/**/*.py", "pipelines/**/*.py", "crm/**/*.py")
ERRORS = [name for name, kind in vars(errors).items() if isinstance(kind, type)]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "Note": None, "Step": None} | dict.fromkeys(ERRORS)

UNDATED = datetime(2000, 1, 1)
"""In compiled catalogues, so that the same texts give the same bytes."""

Text = tuple[str, int, str | tuple[str, ...]]


def catalogue_of(language: str) -> Path:
    """The translators' file of a language; its compiled twin stands beside it."""
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def collect() -> Catalog:
    """All texts of the program with the places where they stand."""
    catalogue = Catalog(project="Pintail", charset="utf-8", header_comment=HEADER)
    for file, line, message in sorted([*_of_code(), *_of_metrics()]):
        catalogue.add(message, locations=[(file, line)], flags=_flags(message))
    return catalogue


def _of_code() -> Iterator[Text]:
    for file in (found for pattern in PROGRAM for found in sorted(ROOT.glob(pattern))):
        for line, message, _, _ in extract_from_file("python", file, keywords=KEYWORDS):
            if message:
                yield file.relative_to(ROOT).as_posix(), line, message


def _of_metrics() -> Iterator[Text]:
    for message in metrics.messages():
        yield "data/metrics", 1, message


def _flags(message: str | tuple[str, ...]) -> list[str]:
    first = message if isinstance(message, str) else message[0]
    return ["python-brace-format"] if "{" in first else []


def read(path: Path, language: str | None = None) -> Catalog:
    """A catalogue as it stands on disk."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def written(catalogue: Catalog) -> bytes:
    """A catalogue as its file holds it: by text, without dates and line numbers, which change with every edit."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
    dated = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By')
    return b"".join(line for line in buffer.getvalue().splitlines(True) if not line.startswith(dated))


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    buffer = io.BytesIO()
    catalogue.creation_date = catalogue.revision_date = UNDATED
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def update() -> None:
    """Bring the template and each catalogue up to the texts of the program."""
    template = collect()
    TEMPLATE.write_bytes(written(template))
    for language in LANGUAGES[1:]:
        path = catalogue_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = read(path, language) if path.exists() else Catalog(locale=language, charset="utf-8")
        catalogue.header_comment, catalogue.project, catalogue.fuzzy = HEADER, template.project, False
        catalogue.update(template, no_fuzzy_matching=True)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(read(path, language)))


if __name__ == "__main__":
    update()
