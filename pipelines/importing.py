"""Imports by a person, step by step: files arrive, columns are confirmed, a dry run is looked at, the load follows.

What an import is at stays with the server, by person, so that a page can be left and found again. It holds
names, hashes, what was recognised and what jobs came to, and nothing of a file but the first values of its
columns; the files lie in landing/ and are swept from there when nobody comes back for them.
"""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary

from crm import access, custom_fields
from crm.access import Viewer
from crm.db import Database, now
from crm.errors import BadSource
from crm.server import jobs
from crm.server.jobs import Run
from pipelines import correction, landing, mapping
from pipelines.correction import Choice
from pipelines.landing import Kept
from pipelines.layout import Layout, as_json
from pipelines.preview import Found, Refused

ABANDONED = timedelta(hours=1)
"""After which an import that nobody looks at is given up."""


@dataclass
class Group:
    """Sheets with the same columns, which are read alike."""

    sheets: list[Found]
    choice: Choice
    is_chosen: bool = False
    """A person said what the sheets hold."""

    @property
    def first(self) -> Found:
        """The one that stands for all."""
        return self.sheets[0]

    @property
    def is_recognised(self) -> bool:
        """Whether the columns say what the sheets hold, or a person did."""
        return self.first.is_recognised

    def layout(self) -> Layout:
        """The layout that the choice makes; raises BadSource where it makes none."""
        return correction.corrected(self.first.layout, self.first.header, self.choice)

    def choose_object(self, name: str) -> None:
        """Begin anew with another object."""
        self.sheets = [sheet.as_object(name) for sheet in self.sheets]
        self.choice = correction.choice_of(self.first.layout, self.first.header)
        self.is_chosen = True

    def choose(self, columns: Mapping[str, str], keys: Iterable[str]) -> None:
        """Say what becomes of the columns, and by which of them a record is known again."""
        ticked = set(keys) | {name for name, code in columns.items() if code == correction.KEY}
        named = tuple(name for name in self.first.header if name in ticked)
        self.choice = replace(self.choice, columns={**self.choice.columns, **columns}, keys=named)

    @property
    def corrections(self) -> dict[str, str]:
        """Sheet → the layout that a person gave it, as JSON; nothing where all stays as it was recognised."""
        made = self.layout()
        if made == self.first.layout and not self.is_chosen:
            return {}
        return {sheet.id: as_json(replace(made, is_automatic=False, by_values=())) for sheet in self.sheets}


@dataclass(eq=False)
class Import:
    """One person's import."""

    user_id: int | None
    files: list[Kept] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    """Files that cannot be read."""
    reading: Run | None = None
    check: Run | None = None
    load: Run | None = None
    undo: Run | None = None
    looked_at: datetime = field(default_factory=now)
    mappings: list[tuple[str, str]] = field(default_factory=list)
    """(file, text) of the mappings in YAML that came with the files."""
    left_out: set[str] = field(default_factory=set)
    """Sheets that are not loaded, though their file is."""
    generation: int = 0
    """Grows with each choice that begins anew, so that a page's editors do."""

    @property
    def step(self) -> int:
        """1 files, 2 columns, 3 check, 4 done."""
        if self.load is not None:
            return 4
        if self.check is not None:
            return 3
        return 2 if self.files else 1

    def settle(self) -> None:
        """Take over what reading the headers came to."""
        if self.reading is None or not self.reading.is_done:
            return
        run, self.reading = self.reading, None
        if run.failure:
            self.files = [kept for kept in self.files if any(_is_of(s, kept.digest, kept.name) for s in self.sheets())]
            raise run.failure
        found, refused = run.result
        self.refused += refused
        for sheet in found:
            group = next((each for each in self.groups if _are_alike(each.first, sheet)), None)
            if group:
                group.sheets.append(sheet)
            else:
                choice = correction.choice_of(sheet.layout, sheet.header)
                self.groups.append(Group([sheet], choice, is_chosen=sheet.is_given or not sheet.is_recognised))

    def sheets(self) -> list[Found]:
        """All sheets that were recognised."""
        return [sheet for group in self.groups for sheet in group.sheets]

    def corrections(self) -> dict[str, str]:
        """All layouts that the person gave."""
        return {name: text for group in self.groups for name, text in group.corrections.items()}

    def loadable(self) -> list[Kept]:
        """The files that can be read."""
        refused = {(each.digest, each.file) for each in self.refused}
        return [kept for kept in self.files if (kept.digest, kept.name) not in refused]


def _are_alike(one: Found, other: Found) -> bool:
    return (one.header, one.layout, one.is_recognised, one.is_given) == (
        other.header, other.layout, other.is_recognised, other.is_given
    )  # fmt: skip


_imports: WeakKeyDictionary[Database, dict[int | None, Import]] = WeakKeyDictionary()
_fields: WeakKeyDictionary[Database, tuple[tuple[int, ...], dict[str, tuple[str, ...]]]] = WeakKeyDictionary()
_lock = threading.Lock()


def import_of(database: Database, viewer: Viewer) -> Import:
    """The import that a person is at, a new one where there is none."""
    viewer.require("import", "batch")
    with _lock:
        found = _imports.setdefault(database, {}).setdefault(viewer.user_id, Import(viewer.user_id))
        found.looked_at = now()
        return found


def give_up_abandoned(database: Database, at: datetime) -> None:
    """Forget the imports that nobody came back to, and what they brought."""
    with _lock:
        known = _imports.get(database, {})
        for user_id, each in list(known.items()):
            if each.looked_at + ABANDONED < at and not _is_busy(each):
                del known[user_id]
                _discard(each)


def _is_busy(one: Import) -> bool:
    return any(run is not None and not run.is_done for run in (one.reading, one.check, one.load, one.undo))


def _discard(one: Import) -> None:
    if one.load is None or one.load.error:
        for kept in one.files:
            landing.discard(kept)


def receive(database: Database, viewer: Viewer, sent: Iterable[tuple[str, BinaryIO]]) -> Import:
    """Take files that a person sends, and begin to read their headers."""
    one = import_of(database, viewer)
    new: list[Kept] = []
    for name, file in sent:
        try:
            if name.lower().endswith(mapping.ENDINGS):
                _take_mapping(one, name, file)
                continue
            kept = landing.receive(file, name, database.files / "landing")
        except BadSource as error:
            one.refused.append(Refused("", name, error.message, error.values))
            continue
        if (kept.digest, kept.name) not in {(each.digest, each.name) for each in one.files + new}:
            new.append(kept)
    if new:
        one.files += new
        one.reading = jobs.begin(database, "inspect", _inspected(one, new), viewer.user_id)
    return one


def _take_mapping(one: Import, name: str, file: BinaryIO) -> None:
    """Take a mapping for the files that come with it or after it; raises BadSource where it is none."""
    text = mapping.decoded(name, file.read(mapping.LARGEST + 1))
    try:
        mapping.parsed(Path(name).stem, text)
    except BadSource as error:
        raise BadSource(error.message, **{**error.values, "file": name}) from error
    one.mappings = [pair for pair in one.mappings if pair[0] != name] + [(name, text)]


def _inspected(one: Import, new: list[Kept]) -> dict[str, Any]:
    mappings = [{"name": Path(name).stem, "text": text} for name, text in one.mappings]
    return {"files": landing.described(new), "mappings": mappings}


def leave_out(database: Database, viewer: Viewer, digest: str, file: str) -> None:
    """Go on without a file."""
    one = import_of(database, viewer)
    gone = [kept for kept in one.files if (kept.digest, kept.name) == (digest, file)]
    one.files = [kept for kept in one.files if kept not in gone]
    one.refused = [each for each in one.refused if (each.digest, each.file) != (digest, file)]
    for group in one.groups:
        group.sheets = [sheet for sheet in group.sheets if not _is_of(sheet, digest, file)]
    one.groups = [group for group in one.groups if group.sheets]
    one.generation += 1
    for kept in gone:
        if kept.digest not in {each.digest for each in one.files}:
            landing.discard(kept)
    if not one.files and not one.mappings:
        start_over(database, viewer)


def leave_sheets_out(database: Database, viewer: Viewer, sheets: Collection[str]) -> None:
    """Go on without sheets; a file of which none is left goes as well."""
    one = import_of(database, viewer)
    gone = {sheet.digest for group in one.groups for sheet in group.sheets if sheet.id in sheets}
    one.left_out |= set(sheets)
    for group in one.groups:
        group.sheets = [sheet for sheet in group.sheets if sheet.id not in sheets]
    one.groups = [group for group in one.groups if group.sheets]
    one.generation += 1
    for kept in list(one.files):
        if kept.digest in gone and not any(_is_of(sheet, kept.digest, kept.name) for sheet in one.sheets()):
            leave_out(database, viewer, kept.digest, kept.name)


def _is_of(sheet: Found, digest: str, file: str) -> bool:
    return sheet.digest == digest and (sheet.file == file or sheet.file.startswith(f"{file}/"))


def start_over(database: Database, viewer: Viewer) -> None:
    """Give the import up, and what it brought; what it loaded stays."""
    one = import_of(database, viewer)
    for run in (one.reading, one.check, one.load):
        if run is not None and not run.is_done:
            run.cancel()
    with _lock:
        _imports[database].pop(viewer.user_id, None)
    if not _is_busy(one):
        _discard(one)


def check(database: Database, viewer: Viewer) -> None:
    """Begin the dry run."""
    one = import_of(database, viewer)
    one.check = _begin(database, viewer, one, is_dry_run=True)


def load(database: Database, viewer: Viewer) -> None:
    """Begin the load."""
    one = import_of(database, viewer)
    if one.load is None or one.load.error:
        one.load = _begin(database, viewer, one, is_dry_run=False)


def back(database: Database, viewer: Viewer) -> None:
    """Return to the columns, from the dry run or from a load that was not applied."""
    one = import_of(database, viewer)
    if one.load is not None and (not one.load.is_done or not one.load.error):
        return
    one.load = one.check = None


def undo(database: Database, viewer: Viewer, batch_id: int) -> Run:
    """Begin to take a load back."""
    viewer.require("import", "batch")
    return jobs.begin(database, "undo", {"batch": batch_id, "user": viewer.user_id}, viewer.user_id)


def _begin(database: Database, viewer: Viewer, one: Import, *, is_dry_run: bool) -> Run:
    for group in one.groups:
        layout = group.layout()
        if correction.lacking(layout):
            raise BadSource(
                "A file of {object} needs {missing}. Choose a column for each.",
                object=layout.main.object.name,
                missing=", ".join(correction.lacking(layout)),
            )
        for write in layout.writes:
            viewer.require("import", access.object_of(write.object.name))
    args = {
        "files": landing.described(one.loadable()),
        "corrections": one.corrections(),
        "left_out": sorted(one.left_out),
        "dry_run": is_dry_run,
        "keep": True,
        "came_by": "page",
        "user": viewer.user_id,
    }
    return jobs.begin(database, "load", args, viewer.user_id)


def fields(database: Database) -> Mapping[str, tuple[str, ...]]:
    """Object → the fields that a column can become; they stay until an admin makes another one."""
    version = database.versions((custom_fields.TABLE,))
    with _lock:
        if database not in _fields or _fields[database][0] != version:
            with database.cursor() as cursor:
                _fields[database] = version, correction.fields_of(cursor)
        return _fields[database][1]
