"""What the documents say is what the program does."""

import contextlib
import io
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import app
from crm import __main__ as crm_commands
from crm import metrics
from crm.access import ROLES
from crm.db import Database, files_of
from crm.settings import ROOT, Settings
from pipelines import __main__ as pipeline_commands
from pipelines import demo, landing, mapping
from pipelines.layout import Layout
from pipelines.load import load
from pipelines.objects import OBJECTS
from pipelines.recognition import SYNONYMS, normal
from pipelines.refresh import refresh
from pipelines.report import FileReport

DOCS = ROOT / "docs"
GUIDES = {"en": DOCS / "guide.en.md", "zh_CN": DOCS / "guide.zh_CN.md"}
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
FAMILIES = {"pipelines": pipeline_commands, "crm": crm_commands}
SCOPES = {"all": "all", "team": "team", "own": "own", "none": None, "yes": "all", "no": None} | {
    "全部": "all", "团队": "team", "本人": "own", "无": None, "可见": "all", "不可见": None,
}  # fmt: skip


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return [content for kind, content in BLOCK.findall(text) if kind == language]


def commands(path: Path) -> list[str]:
    """The lines that a reader types."""
    return [line for block in blocks(read(path), "sh") for line in block.splitlines()]


def section(text: str, number: int) -> str:
    """The part under the second-level heading of that number, counted from 0."""
    return re.split(r"^## .*$", text, flags=re.MULTILINE)[number + 1]


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a text, each as rows of cells, without head."""
    found: list[list[list[str]]] = []
    for part in re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in part.strip().splitlines()]
        found.append([[cell.strip("| ") for cell in row] for row in rows[2:]])
    return found


def names(cell: str) -> list[str]:
    """The codes that a cell names."""
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(params=GUIDES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def guide(language: str) -> str:
    return read(GUIDES[language])


# Commands


def arguments_of(line: str) -> tuple[str, list[str]]:
    """(family, arguments) of a typed line; `app` for the server."""
    words = [word for word in shlex.split(line) if "=" not in word or not word.startswith("PINTAIL_")]
    assert words[0] == "python", line
    return ("app", words[2:]) if words[1] == "app.py" else (words[2], words[3:])


@pytest.mark.parametrize("path", [ROOT / "README.md", *GUIDES.values()], ids=lambda path: path.name)
def test_every_command_is_understood(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    targets = re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE)
    for line in commands(path):
        if line.startswith("make "):
            assert line.removeprefix("make ") in targets
        elif not line.startswith("source "):
            family, arguments = arguments_of(line)
            if family == "app":
                monkeypatch.setattr(sys, "argv", ["app.py", *arguments])
                app.chosen()
            else:
                FAMILIES[family]._commands().parser.parse_args(arguments)
    for target in re.findall(r"`make ([a-z]+)`", read(path)):
        assert target in targets


def helped(family: str, *words: str) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), pytest.raises(SystemExit):
        FAMILIES[family]._commands().parser.parse_args([*words, "--help"])
    return shown.getvalue()


def verbs(family: str, *before: str) -> Iterator[tuple[str, ...]]:
    """The commands of a family, those below another command too."""
    for verb in re.findall(r"^    (\w+)(?:  |$)", helped(family, *before), re.MULTILINE):
        below = list(verbs(family, *before, verb)) if "COMMAND ..." in helped(family, *before, verb) else []
        yield from below or [(*before, verb)]


def test_every_command_and_option_is_described(guide: str) -> None:
    described = {}
    for heading, text in re.findall(r"^### `python ([^`]+)`$(.*?)(?=^##)", guide, re.MULTILINE | re.DOTALL):
        described[" ".join(word for word in heading.split() if word.islower())] = set(re.findall(r"--[a-z-]+", text))
    known = {"app.py": {"--db", "--demo", "--host", "--port"}}
    for family in FAMILIES:
        for words in verbs(family):
            options = set(re.findall(r"--[a-z-]+", helped(family, *words))) - {"--help"}
            known[f"-m {family} {' '.join(words)}"] = options
    assert described == known


def test_the_commands_of_the_readme_do_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINTAIL_DB", str(tmp_path / "own.duckdb"))
    sample = str(tmp_path / "exports")
    demo.write_files(demo.plan({"accounts": 200}), tmp_path / "exports", lambda _: None)
    printed = []
    for line in commands(ROOT / "README.md"):
        if line.startswith("python -m "):
            family, arguments = arguments_of(line.replace("exports/", sample))
            assert FAMILIES[family].main(arguments) == 0, line
            printed.append(capsys.readouterr().out)
    assert printed[0].startswith(
        "Dry run: nothing was written.\naccounts.csv: 206 account read: 204 inserted, 2 rejected"
    )
    assert re.match(r"Batch \d+\naccounts\.csv: 206 account read: 204 inserted, 2 rejected", printed[1])
    assert re.match(r"Revenue: €[\d,]+\.\d\d \(all, as of ", printed[2])
    assert re.fullmatch(r"[\w-]{16}\n", printed[3])


# The two guides


def test_guides_have_the_same_form() -> None:
    forms = []
    for path in GUIDES.values():
        text = read(path)
        headings = re.findall(r"^(#+) (?:`(.*)`)?", BLOCK.sub("", text), re.MULTILINE)
        shapes = [[len(row) for row in table] for table in tables(text)]
        codes = [[names(row[0]) for row in table] for table in tables(text)]
        forms.append((headings, BLOCK.findall(text), shapes, codes, re.findall(r"\]\((?!guide|#)([^)]+)\)", text)))
    assert forms[0] == forms[1]


def test_every_kpi_is_defined_as_in_the_registry(guide: str, language: str) -> None:
    rows = tables(section(guide, 4))[0]
    assert sorted(names(row[0])[0] for row in rows) == sorted(metrics.registry())
    for code, title, definition in rows:
        metric = metrics.find(names(code)[0])
        assert (title, definition) == (metric.title[language], metric.definition[language])


def test_roles_see_what_the_grants_give(guide: str, database: Database) -> None:
    with database.cursor() as cursor:
        granted = {
            (role, name): scope
            for role, name, scope in cursor.rows("select role, object, scope from ops.access_grant where verb = 'read'")
        }
    rows = tables(section(guide, 0))[0]
    assert [names(row[0])[0] for row in rows] == list(ROLES)
    for role, *cells in rows:
        for objects, cell in zip(
            (("account", "contact"), ("opportunity",), ("sales_order",), ("ticket",), ("batch",)), cells, strict=False
        ):
            assert {granted.get((names(role)[0], name)) for name in objects} == {SCOPES[cell]}


def test_every_setting_is_described_with_its_default(guide: str) -> None:
    described = {names(row[0])[0]: row[1].strip("`") for row in tables(section(guide, 7))[0]}
    assert described.keys() == {f"PINTAIL_{field.name.upper()}" for field in fields(Settings)}
    for field in fields(Settings):
        if field.name not in ("db", "https"):
            assert described[f"PINTAIL_{field.name.upper()}"] == str(field.default)
    assert described["PINTAIL_DB"] == Settings().db.relative_to(ROOT).as_posix()


# Files


def test_every_object_is_described(guide: str) -> None:
    synonyms = yaml.safe_load(read(SYNONYMS))
    rows = tables(section(guide, 2))[1]
    assert [names(row[0])[0] for row in rows] == list(synonyms)
    for row in rows:
        known = synonyms[names(row[0])[0]]
        known.pop("file", None)
        understood = {normal(word) for name, words in known.items() for word in [name, *words]}
        for header in re.split(r", |、", row[3]):
            assert normal(header) in understood, f"{row[0]}: {header}"
    assert set(OBJECTS) - {"stage"} == set(names(tables(section(guide, 3))[2][0][1]))


def loaded(database: Database, folder: Path, name: str, text: str, using: list[Layout] | None) -> FileReport:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (report,) = load(database, landing.bring([path], database.files / "landing"), layouts=using).files
    return report


def values_named(guide: str, bullet: int) -> list[str]:
    """The codes in a bullet of the section on values, counted from 0."""
    (part,) = re.findall(r"^### (?:Values|值)$(.*?)^### ", section(guide, 2), re.MULTILINE | re.DOTALL)
    return names(re.findall(r"^- (.*?)(?=^- |\n\n|\Z)", part, re.MULTILINE | re.DOTALL)[bullet])


def stored(database: Database, folder: Path, field: str, forms: list[str]) -> tuple[list[object], list[str]]:
    """What is stored of a column of such forms, and which of them are refused."""
    columns, object_name = COLUMNS[field]
    lines = [columns, *(f"{number};Help;{form}" for number, form in enumerate(forms, start=1))]
    report = loaded(database, folder, "values.csv", "\n".join(lines), None)
    with database.cursor() as cursor:
        found = cursor.rows(f"select {field} from core.{object_name} order by record_number")
    return [value for (value,) in found], [value for _, _, value, _, _ in report.first_rejects]


COLUMNS = {
    "amount": ("Deal ID;Deal;Amount", "opportunity"),
    "opened_at::date": ("Ticket ID;Subject;Opened at", "ticket"),
    "category": ("Ticket ID;Subject;Category", "ticket"),
    "is_converted": ("Lead ID;Lead;Converted", "lead"),
}
"""Field → header of a file, and the object that it makes."""


@pytest.mark.parametrize(("field", "count_more"), [("amount", 0), ("category", 4)])
def test_words_for_nothing_are_those_described(
    guide: str, field: str, count_more: int, database: Database, tmp_path: Path
) -> None:
    words = values_named(guide, 0)
    count = len(words) - count_more
    assert stored(database, tmp_path, field, words) == ([None] * count + words[count:], [])


@pytest.mark.parametrize(
    ("bullet", "field", "meant"),
    [(1, "opened_at::date", date(2026, 10, 31)), (3, "amount", 1200)],
    ids=["times", "numbers"],
)
def test_values_are_read_as_described(
    guide: str, bullet: int, field: str, meant: object, database: Database, tmp_path: Path
) -> None:
    forms = values_named(guide, bullet)
    values, refused = stored(database, tmp_path, field, forms)
    assert refused == forms[-2:]
    assert len(values) == len(forms) - 2 > 10
    assert {abs(value) if isinstance(value, Decimal) else value for value in values} == {meant}


@pytest.mark.parametrize(
    ("bullet", "field", "meant"),
    [
        (2, "opened_at::date", (date(2026, 10, 11), date(2026, 11, 10), date(2026, 10, 11))),
        (4, "amount", (Decimal(1234), Decimal("1.23"), Decimal(1234))),
    ],
    ids=["day or month", "comma or point"],
)
@pytest.mark.parametrize("beside", [0, 1, 2])
def test_a_column_is_decided_as_described(
    guide: str, bullet: int, field: str, meant: tuple[object, ...], beside: int, database: Database, tmp_path: Path
) -> None:
    either, *others = values_named(guide, bullet)
    forms = [either, *([others[beside - 1]] if beside else [])]
    values, refused = stored(database, tmp_path, field, forms)
    assert (values[0], refused) == (meant[beside], [])


def test_yes_and_no_are_said_as_described(guide: str, database: Database, tmp_path: Path) -> None:
    words = values_named(guide, 5)
    half = len(words) // 2
    assert stored(database, tmp_path, "is_converted", words) == ([True] * half + [False] * half, [])


def test_the_rates_of_the_guide_load(guide: str, database: Database, tmp_path: Path) -> None:
    report = loaded(database, tmp_path, "rates.csv", blocks(guide, "csv")[1], None)
    assert (report.object, report.counts["inserted"]) == ("fx_rate", 2)


def test_the_mapping_of_the_guide_loads_its_file(guide: str, database: Database, tmp_path: Path) -> None:
    layouts = mapping.parsed("shop", blocks(guide, "yaml")[0])
    report = loaded(database, tmp_path, "bookings.csv", blocks(guide, "csv")[0], layouts)
    assert (report.object, report.read, report.counts["inserted"], report.possible_repeats) == ("order_line", 3, 3, 1)
    assert report.created == {"account": 1, "product": 1, "sales_order": 2}
    refresh(database)
    with database.cursor() as cursor:
        assert float(cursor.value("select sum(revenue) from mart.sale_line")) == pytest.approx(119.70)
        assert cursor.rows("select number, status, ordered_at::varchar from core.sales_order order by number") == [
            ("CRN-10002", "returned", "2025-12-27 08:00:00"),
            ("INV-10001", "shipped", "2025-12-24 09:30:00"),
        ]


def test_every_entry_of_a_mapping_is_described(guide: str) -> None:
    described = {name for table in tables(section(guide, 3)) for row in table for name in names(row[0])}
    assert set().union(*mapping.ENTRIES.values()) == described | {"separator"}
    assert "`separator`" in guide


def test_reasons_of_rejects_are_described(guide: str) -> None:
    statements = "".join(read(path) for path in (ROOT / "pipelines").rglob("*.sql"))
    staging = read(ROOT / "pipelines" / "staging.py")
    for row in tables(section(guide, 2))[2]:
        assert f"'{names(row[0])[0]}'" in statements or f'"{names(row[0])[0]}"' in staging


# All pages


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", read(path))):
        if not target.startswith("http"):
            assert (path.parent / target.partition("#")[0]).exists(), target


def test_decisions_are_numbered_and_have_the_same_parts() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for path in DECISIONS:
        parts = re.findall(r"^\*\*(.+?)\.\*\*", read(path), re.MULTILINE)
        assert parts == ["Context", "Decision", "Other ways", "Consequences"]
        assert read(path).startswith(f"# {int(path.name[:4])}. ")


def test_changelog_names_the_version_of_the_project() -> None:
    version = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]["version"]
    assert version in read(ROOT / "CHANGELOG.md")
    assert re.findall(r"^## (.+)$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)[0] == "[Unreleased]"


def test_the_folder_beside_the_database_is_called_as_described(guide: str, tmp_path: Path) -> None:
    assert files_of(tmp_path / "own.duckdb").name == "own.files"
    assert "`<name>.files/landing/`" in guide and "`<name>.files/backups/`" in guide
