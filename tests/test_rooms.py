"""The rooms of the house import each other in one direction only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("app", "crm", "pages", "pipelines", "models", "data", "tests", "benchmarks", "docs")
MAY = {
    "app": {"crm", "pipelines"},
    "pages": {"crm", "pages", "pipelines"},
    "pipelines": {"crm", "pipelines"},
    "crm": {"crm"},
    "models": {"models"},
    "data": {"data"},
}
"""Room → the rooms that it may import."""
ALONE = {"pipelines/score.py": "models", "pipelines/demo.py": "data"}
"""The one module that may import a room besides: scores are made in a process of their own, the demo on demand."""


def modules() -> Iterator[tuple[str, Path]]:
    """(room, file) of every module of the product."""
    yield "app", ROOT / "app.py"
    for room in MAY:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield room, path


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield str(node.module)


@pytest.mark.parametrize(("room", "path"), list(modules()), ids=lambda value: str(value).removeprefix(f"{ROOT}/"))
def test_imports_go_one_way(room: str, path: Path) -> None:
    for name in imported(path):
        top = name.partition(".")[0]
        if top in ROOMS:
            allowed = MAY[room] | {ALONE.get(path.relative_to(ROOT).as_posix(), room)}
            assert top in allowed, f"{room} imports {name}"


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("duckdb", {"crm/db.py"}),
        ("sklearn", set()),
        ("streamlit", {"app.py", "pages/", "crm/ui/"}),
    ],
)
def test_library_stays_in_its_room(library: str, allowed: set[str]) -> None:
    for room, path in modules():
        place = path.relative_to(ROOT).as_posix()
        if room != "models" and any(name.partition(".")[0] == library for name in imported(path)):
            assert any(place == one or (one.endswith("/") and place.startswith(one)) for one in allowed), place


def test_models_know_no_database_and_no_pages() -> None:
    allowed = {"polars", "numpy", "scipy", "sklearn", "models"}
    for room, path in modules():
        if room == "models":
            for name in imported(path):
                top = name.partition(".")[0]
                assert top in allowed or top in __import__("sys").stdlib_module_names, f"{path} imports {name}"


def test_only_settings_reads_the_environment() -> None:
    for _, path in modules():
        text = path.read_text(encoding="utf-8")
        if path != ROOT / "crm" / "settings.py":
            assert "os.environ" not in text and "getenv" not in text, path
