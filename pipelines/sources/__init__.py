"""Reading: one module a kind of source. Out come sheets: a header, and where their records stand."""

from collections.abc import Iterator
from pathlib import Path

from crm.errors import BadSource
from pipelines.sources import delimited, workbook
from pipelines.sources.sheet import Sheet

READERS = {
    ".csv": delimited.sheets,
    ".tsv": delimited.sheets,
    ".txt": delimited.sheets,
    ".xlsx": workbook.sheets,
}


def files_below(paths: list[Path]) -> list[tuple[Path, str]]:
    """(file, name to show) of all readable files that the paths name, folders in order of their names.

    Raises BadSource for a path that is not there, and for a named file of an unknown kind.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.suffix.lower() in READERS and file.is_file())
            found += [(file, file.name) for file in inside]
        elif not path.is_file():
            raise BadSource("There is no file {file}. Check the name and the folder.", file=path)
        elif path.suffix.lower() not in READERS:
            raise BadSource(
                "{file} is no kind of file that can be read here. Use {kinds}.",
                file=path.name,
                kinds=", ".join(READERS),
            )
        else:
            found.append((path, path.name))
    if not found:
        raise BadSource("There is nothing to load in {paths}. Use files that end in {kinds}.",
                        paths=", ".join(map(str, paths)), kinds=", ".join(READERS))  # fmt: skip
    return found


def sheets_of(path: Path, name: str) -> Iterator[Sheet]:
    """The sheets of a kept file, under the name that it had."""
    yield from READERS[Path(name).suffix.lower()](path, name)
