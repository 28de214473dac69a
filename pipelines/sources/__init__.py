"""Reading: one module a kind of source. Out come sheets: a header, and where their records stand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from crm.errors import BadSource
from pipelines.sources import archive, delimited, documents, parquet, workbook
from pipelines.sources.sheet import Reading, Sheet

READERS: dict[str, Callable[[Path, str, Reading], Iterator[Sheet]]] = {
    ".csv": delimited.sheets,
    ".tsv": delimited.sheets,
    ".txt": delimited.sheets,
    ".xlsx": workbook.sheets,
    ".xls": workbook.sheets,
    ".parquet": parquet.sheets,
    ".json": documents.sheets,
    ".ndjson": documents.lines,
    ".jsonl": documents.lines,
}
ENDINGS = tuple(ending[1:] for ending in (*READERS, ".zip", ".gz"))
"""Endings of the files that can be read, without the point."""
KINDS = ", ".join([*READERS, ".zip", ".gz"])


def files_below(paths: list[Path]) -> list[tuple[Path, str]]:
    """(file, name to show) of all readable files that the paths name, folders in order of their names.

    Raises BadSource for a path that is not there, and for a named file of an unknown kind.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            found += [(file, file.name) for file in sorted(path.iterdir()) if _is_own(file)]
        elif not path.is_file():
            raise BadSource("There is no file {file}. Check the name and the folder.", file=path)
        elif not is_known(path.name) and path.suffix.lower() == ".gz":
            raise BadSource(
                "{file} does not say what is packed in it. Give it a name with the ending of that, such as "
                "accounts.csv.gz.",
                file=path.name,
            )
        elif not is_known(path.name):
            raise BadSource(
                "{file} is no kind of file that can be read here. Use {kinds}.", file=path.name, kinds=KINDS
            )
        else:
            found.append((path, path.name))
    if not found:
        raise BadSource("There is nothing to load in {paths}. Use files that end in {kinds}.",
                        paths=", ".join(map(str, paths)), kinds=KINDS)  # fmt: skip
    return found


def passed_over(paths: list[Path]) -> list[str]:
    """What stands in the folders that the paths name and is not read: files of unknown kinds, and folders in them."""
    beside = (found for path in paths if path.is_dir() for found in sorted(path.iterdir()))
    return [
        f"{found.name}/" if found.is_dir() else found.name
        for found in beside
        if not archive.is_of_system(found.name) and (found.is_dir() or not is_known(found.name))
    ]


def is_known(name: str) -> bool:
    """A file of that name can be read, as far as its ending tells."""
    return _is_readable(name.lower().removesuffix(".gz")) or name.lower().endswith(".zip")


def _is_own(file: Path) -> bool:
    return is_known(file.name) and not archive.is_of_system(file.name) and file.is_file()


def _is_readable(name: str) -> bool:
    return Path(name).suffix.lower() in READERS


def sheets_of(path: Path, name: str, reading: Reading) -> Iterator[Sheet]:
    """The sheets of a kept file, under the name that it had; those of an archive's files, each under its own."""
    if not archive.is_archive(name):
        yield from READERS[Path(name).suffix.lower()](path, name, reading)
        return
    for member in archive.members(path, name, reading, _is_readable):
        for sheet in READERS[member.path.suffix](member.path, member.name, reading):
            yield replace(sheet, digest=member.digest, notes=(*member.notes, *sheet.notes))
