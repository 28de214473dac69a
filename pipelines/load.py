"""Loading: files in, records in core, and a report that accounts for every record of every file."""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl

from crm import custom_fields, ownership, sql
from crm import progress as telling
from crm.db import Collision, Cursor, Database, EngineError, now, transaction
from crm.errors import DatabaseBusy, DiskFull
from crm.progress import Step
from pipelines import landing, staging
from pipelines.facts import Facts
from pipelines.intake import (
    LOOKING,
    SCRATCH,
    Choosing,
    Progress,
    Source,
    known_objects,
    open_files,
    remembered,
    zone_of,
)
from pipelines.known import changes, followed, known
from pipelines.landing import Kept
from pipelines.layout import Layout
from pipelines.merge import Context, Merge, MovedMeanwhile
from pipelines.objects import OBJECTS, Object
from pipelines.prepare import prepare
from pipelines.report import FileReport, Report, as_text
from pipelines.staging import Staged, Staging, choices_of, field_name, types_of

statement = sql.room(Path(__file__).parent / "statements" / "landing")
OUT_OF_ROOM = ("No space left", "max_temp_directory_size", "Disk quota exceeded")
"""What the engine and the system say of a full disk."""
ROOM = 3
"""Bytes on disk that a byte of text may take while it is loaded: spilled, logged and written."""
ATTEMPTS = 4
"""The last of them keeps people from editing, so that a load does not wait for them forever."""
OWNING = ("core.account", "core.sales_order", "core.ticket")
"""Tables that decide on whose lines and records are."""
PAUSE = 0.2
"""Seconds before the next attempt."""
MANY = 50_000
"""So many changed records are not asked for their accounts."""
ALIKE = 0.85
"""How like a name has to be, at most 1, to be named instead of one that nothing bears."""
NEAREST = 3


def load(
    database: Database,
    kept: Sequence[Kept],
    *,
    layouts: Sequence[Layout] | None = None,
    corrections: Mapping[str, Layout] | None = None,
    left_out: Collection[str] = (),
    is_dry_run: bool = False,
    keeps_files: bool = False,
    user_id: int | None = None,
    came_by: str = "command",
    progress: Progress = lambda _: None,
) -> Report:
    """Load files that `landing.bring` kept as one batch, all or nothing.

    `layouts` are to be used instead of those that come with the program, `corrections` instead of any for
    the sheet that they name as `sheet_id` does; the sheets of `left_out` are not read. `keeps_files` leaves
    the files in landing/ for another attempt where they are not loaded. Raises BadSource for a file that
    cannot be read or understood, and Cancelled where somebody called the load off; then nothing was written.
    """
    is_applied = False
    stop = telling.stop()
    try:
        with (
            _saying_full_disk(database.path),
            database.cursor() as cursor,
            stop.interrupting(cursor.interrupt),
            tempfile.TemporaryDirectory(prefix=SCRATCH, dir=database.files / "spill") as scratch,
        ):
            known = remembered(cursor) if layouts is None else []
            choosing = Choosing(
                layouts,
                corrections or {},
                left_out,
                known,
                zone_of(cursor),
                known_objects(cursor),
                tuple(custom_fields.read(cursor)),
            )
            found = open_files(kept, choosing, Path(scratch), progress)
            _check_room(database.path, found)
            report = Loading(database, cursor, found, user_id, came_by, progress).run(is_dry_run)
        is_applied = not is_dry_run
    finally:
        _put_away(kept, progress, is_applied=is_applied, keeps_files=keeps_files)
    return report


@contextmanager
def _saying_full_disk(path: Path) -> Iterator[None]:
    """Turn what the engine and the system say of a full disk into a sentence with the next step."""
    try:
        yield
    except (EngineError, OSError) as error:
        telling.stop().check()  # an interrupted statement fails like any other
        if any(words in str(error) for words in OUT_OF_ROOM):
            raise DiskFull(
                "The disk of {path} is full. Nothing of the load was written. Free some room; if the server runs, "
                "start it again; then load the files again.",
                path=path,
            ) from error
        raise


def _put_away(kept: Sequence[Kept], progress: Progress, *, is_applied: bool, keeps_files: bool) -> None:
    """Compress the files of a load that stands; remove those of another, unless they are kept for its next attempt."""
    for file in kept:
        if is_applied:
            progress(Step("Keeping {file}", file=file.name, share=0.85))
            landing.compress(file)
        elif not keeps_files:
            landing.discard(file)


def _check_room(path: Path, found: list[Source]) -> None:
    """Raise DiskFull where the disk has too little room for reading and keeping the files."""
    needed = ROOM * sum({source.sheet.path: source.sheet.path.stat().st_size for source in found}.values())
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise DiskFull(
            "Loading needs about {needed} MB on the disk of {path}, of which {free} MB are free. Nothing was written. "
            "Free some room and load again.",
            needed=needed >> 20,
            free=free >> 20,
            path=path,
        )


def finish_killed(database: Database) -> None:
    """Finish what a killed load left in landing/ and spill/; call it where no load runs."""
    with database.cursor() as cursor:
        known = {row[0] for row in cursor.rows(statement("known_hashes"))}
    landing.sweep(database.files / "landing", known)
    spill = database.files / "spill"
    left = [path for path in spill.glob(f"{LOOKING}*") if time.time() - path.stat().st_ctime > landing.LEFT_BEHIND]
    for folder in [*spill.glob(f"{SCRATCH}*"), *left]:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Loading:
    """One load on one cursor, from staged files to the applied batch."""

    database: Database
    cursor: Cursor
    sources: list[Source]
    user_id: int | None
    came_by: str
    progress: Progress
    started_at: datetime = field(default_factory=now)
    staged: list[Staged] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    copies: dict[int, int] = field(default_factory=dict)
    """Position of a file that came before in the same load → position of that."""

    def run(self, is_dry_run: bool) -> Report:
        """Stage, prepare, apply; prepare and apply again where somebody was faster."""
        unchanged = self._known()
        while True:
            try:
                return self._run(unchanged, is_dry_run)
            except _Contradicted as contradicted:
                unchanged = {key: count for key, count in unchanged.items() if key not in contradicted.positions}

    def _run(self, unchanged: dict[int, int], is_dry_run: bool) -> Report:
        first = {source.identity: source.position for source in reversed(self.sources)}
        self.copies = {s.position: first[s.identity] for s in self.sources if first[s.identity] != s.position}
        self._stage([source for source in self.sources if source.position not in unchanged | self.copies])
        batch_id = int(self.cursor.value(statement("number_of_dry_run" if is_dry_run else "next_batch")))
        for _ in range(ATTEMPTS - 1):
            try:
                return self._settle(batch_id, unchanged, is_dry_run)
            except (MovedMeanwhile, Collision):
                self.progress(Step("Somebody changed the same records; comparing again"))
                time.sleep(PAUSE)
        try:
            with self.database.editing():
                return self._settle(batch_id, unchanged, is_dry_run)
        except (MovedMeanwhile, Collision) as error:
            raise DatabaseBusy(
                "Others kept changing the same records. Nothing was loaded; try again in a moment."
            ) from error

    def _known(self) -> dict[int, int]:
        """Position → number of records, of the files that need not be read."""
        counts = known(self.cursor, [source.digest for source in self.sources])
        return {s.position: counts[s.identity] for s in self.sources if s.identity in counts}

    def _check_known(self, report: Report, unchanged: dict[int, int]) -> None:
        """Raise _Contradicted where a file changed records of objects that one which was not read writes as well.

        Which of them counts is seen only where both are read.
        """
        changed = [
            (source.layout.source, changes(source.layout, file.counts["updated"] > 0, file.changed))
            for source, file in zip(self.sources, report.files, strict=True)
        ]
        contradicted = {
            source.position
            for source in self.sources
            if source.position in unchanged
            and any(name == source.layout.source and objects & followed(source.layout) for name, objects in changed)
        }
        if contradicted:
            raise _Contradicted(contradicted)

    def _stage(self, fresh: list[Source]) -> None:
        self.staged.clear()
        for name in ("create_rejected", "tag_list", "tag_text"):
            self.cursor.run(staging.statement(name))
        types, choices, order = types_of(self.cursor), choices_of(self.cursor), list(OBJECTS)
        layouts = sorted(_distinct(fresh), key=lambda layout: order.index(layout.main.object.name))
        before = 0
        for number, layout in enumerate(layouts):
            sheets = [source.sheet for source in fresh if source.layout == layout]
            share = 0.15 + 0.4 * number / len(layouts)
            if len(sheets) > 1:
                self.progress(Step("Reading {count} × {layout}", count=len(sheets), layout=layout.name, share=share))
            else:
                self.progress(Step("Reading {file}", file=sheets[0].title, share=share))
            staged = Staging(self.cursor, layout, number, types, choices).stage(sheets, before)
            before += sum(part.count_read for part in staged.parts)
            self.staged.append(staged)

    def _settle(self, batch_id: int, unchanged: dict[int, int], is_dry_run: bool) -> Report:
        owners = self.database.versions(OWNING)
        context = self._context(batch_id)
        merge = Merge(self.cursor, context, self._columns())
        self.progress(Step("Comparing", share=0.55))
        self._prepare(merge)
        self.progress(Step("Writing", share=0.7))
        try:
            with ExitStack() as editing:  # ends after the commit
                with transaction(self.cursor):
                    for facts in self.facts:
                        facts.apply()
                    editing.enter_context(self.database.editing())
                    report, changed = self._apply(merge, unchanged)
                    self._check_known(report, unchanged)
                    if is_dry_run:
                        self._add_samples(report, context.zone)
                        raise _DryRun
                    telling.stop().close()
                if self.database.versions(OWNING) != owners:
                    self._follow_owners()
        except _DryRun:
            report.batch_id = None
            return report
        self.database.touch(
            [
                *changed,
                "landing.batch",
                "landing.file",
                "landing.reject",
                "landing.conflict",
                "ops.company",
                ownership.TOUCHED,
            ]
        )
        return report

    def _prepare(self, merge: Merge) -> None:
        """Compare everything, and once more without the records that did not get in, as long as there are new ones.

        Else what they name by the way would be made, and what repeats their keys be left out.
        """
        merge.forget_refused()
        while not self._is_compared(merge):
            pass

    def _is_compared(self, merge: Merge) -> bool:
        """Compare up to the first layout of which more records do not get in than before; whether there was none.

        What takes the place of those may be what records of later layouts name.
        """
        merge.begin()
        for staged in self.staged:
            prepare(merge, staged)
            if merge.keep_refused():
                return False
        merge.finish(next((s.layout.begin_stage for s in self.staged if s.layout.begin_stage), None))
        position = {id(source.sheet): source.position for source in self.sources}
        self.facts = [
            Facts(merge, staged, [position[id(part.sheet)] for part in staged.parts])
            for staged in self.staged
            if staged.layout.main.object.is_fact
        ]
        for facts in self.facts:
            facts.prepare()
        return all(facts.staged.layout.is_fact_alone for facts in self.facts) or not merge.keep_refused()

    def _follow_owners(self) -> None:
        """Somebody changed owners while this load read them: bring in step what it wrote."""

        def follow(cursor: Cursor) -> None:
            for table in OWNING:
                ownership.follow(cursor, table.partition(".")[2], f"(from {table})")

        self.database.write(follow, touches=ownership.followers("account"))

    def _context(self, batch_id: int) -> Context:
        currency, zone, as_of = self.cursor.rows(statement("company"))[0]
        known = {row[0] for row in self.cursor.rows(statement("known_sources"))}
        return Context(
            batch_id=batch_id,
            now=now(),
            today=as_of or date.today(),
            zone=zone,
            currency=currency or self._first_currency(),
            is_history=not known & {source.layout.source for source in self.sources},
        )

    def _first_currency(self) -> str | None:
        """The currency of the first money that this load brings."""
        for staged in self.staged:
            for write in staged.layout.writes:
                if "currency" in write.fields:
                    slots = {"currency": field_name(write, "currency"), "records": staged.records}
                    found = self.cursor.value(statement("first_currency", **slots))
                    if found:
                        return str(found)
        return None

    def _columns(self) -> dict[str, list[str]]:
        columns: dict[str, list[str]] = {}
        for table, column in types_of(self.cursor):
            columns.setdefault(table, []).append(column)
        return columns

    def _apply(self, merge: Merge, unchanged: dict[int, int]) -> tuple[Report, list[str]]:
        """Write everything, inside the caller's transaction; the report and the tables that changed."""
        changed = merge.apply()
        merge.follow()
        parts = self._parts()
        lines: dict[int, tuple[int, int, int]] = {}
        for facts in self.facts:
            lines |= facts.counts()
            changed.append(f"core.{facts.staged.layout.main.object.name}")
        report = self._report(merge.context, parts, lines, unchanged)
        self._record(merge.context, report)
        self._touch(report, merge.context.batch_id)
        return report, changed

    def _touch(self, report: Report, batch_id: int) -> None:
        """Note whose numbers marts have to count anew, where they are many simply that all are."""
        changed = sum(file.counts["inserted"] + file.counts["updated"] for file in report.files)
        if changed > MANY:
            ownership.touch(self.cursor, "(select null as id)")
        else:
            self.cursor.run(statement("touch"), batch_id=batch_id)

    def _parts(self) -> pl.DataFrame:
        """Where each file's records stand in the load: position, before, count_read."""
        position = {id(source.sheet): source.position for source in self.sources}
        rows = [
            (position[id(part.sheet)], part.before, part.count_read) for staged in self.staged for part in staged.parts
        ]
        schema = {"position": pl.Int64, "before": pl.Int64, "count_read": pl.Int64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _report(
        self, context: Context, parts: pl.DataFrame, lines: dict[int, tuple[int, int, int]], unchanged: dict[int, int]
    ) -> Report:
        files = {s.position: FileReport.of(s.sheet, s.layout, s.kept, unchanged.get(s.position)) for s in self.sources}
        decided = {id(part.sheet): part.notes for staged in self.staged for part in staged.parts}
        for source in self.sources:
            files[source.position].is_own_mapping = source.is_own_mapping
            files[source.position].notes += decided.get(id(source.sheet), ())
        with self.cursor.table("parts", parts):
            for position, before, count in parts.rows():
                files[position].place(before, count)
            for position, action, count in self.cursor.rows(statement("count_outcomes")):
                files[position].count(action, count)
            for position, is_duplicate, count in self.cursor.rows(statement("count_refused")):
                files[position].count("duplicate" if is_duplicate else "rejected", count)
            for position, count in self.cursor.rows(statement("count_conflicts"), batch_id=context.batch_id):
                files[position].conflicts = count
            for position, name, is_new, count in self.cursor.rows(statement("count_made")):
                files[position].count_other(name, is_new, count)
            for position, *reject in self.cursor.rows(statement("first_refused")):
                files[position].first_rejects.append(tuple(reject))
                _column, value, reason, detail = reject[1:]
                if reason == "unknown" and (names := self._nearest(str(value), OBJECTS[detail])):
                    files[position].nearest[value] = names
        for position, counts in lines.items():
            files[position].count_lines(*counts)
        self._place_unread(files, int(parts["count_read"].sum()))
        brought = Counter((file.source, file.object) for file in files.values())
        for file in files.values():
            file.close()
            file.note_duplicates(is_alone=brought[file.source, file.object] == 1)
        return Report(context.batch_id, [files[position] for position in sorted(files)], context.currency)

    def _nearest(self, value: str, item: Object) -> list[str]:
        """The names of an object's records that are most like a text; people misspell."""
        names = [f"select {column}::varchar as text from core.{item.name}" for column in item.known_by]
        if not names:
            return []
        text = statement("nearest", names=" union all ".join(names))
        return [name for (name,) in self.cursor.rows(text, value=value, least=ALIKE, most=NEAREST)]

    def _add_samples(self, report: Report, zone: str) -> None:
        """The first records of each layout as they will stand, with the first of its files."""
        for staged in self.staged:
            main = staged.layout.main
            names = [name for name in main.uses if name != "currency" or main.uses[name].columns]
            names.sort(key=lambda name: name != "key")
            fields = ", ".join(f"{field_name(main, name)} as {name}" for name in names)
            fields += ", custom::varchar as custom" if staged.layout.custom else ""
            found = self.cursor.frame(statement("sample", fields=fields, records=staged.records))
            position = next(s.position for s in self.sources if s.sheet is staged.parts[0].sheet)
            report.files[position - 1].sample = [
                {name: as_text(value, zone) for name, value in record.items()} for record in found.to_dicts()
            ]

    def _place_unread(self, files: dict[int, FileReport], before: int) -> None:
        """Put the files that nothing was read of behind the others, so that each record's number is of one file."""
        for position, file in sorted(files.items()):
            if position in self.copies and not file.is_known:
                file.repeat(files[self.copies[position]].read)
            if position in self.copies or file.is_known:
                file.before = before
                before += file.read

    def _record(self, context: Context, report: Report) -> None:
        run = self.cursor.run
        gives_currency = context.currency and run(statement("set_currency"), currency=context.currency)
        run(
            statement("insert_batch"),
            batch_id=context.batch_id,
            started_at=self.started_at,
            applied_at=now(),
            user_id=self.user_id,
            came_by=self.came_by,
            is_history=context.is_history,
            currency=context.currency if gives_currency else None,
        )
        with self.cursor.table("files", report.rows()):
            run(statement("insert_file"), batch_id=context.batch_id)
        run(statement("insert_rejects"), batch_id=context.batch_id)


class _Contradicted(Exception):
    """Rolls a load back, to read files as well that were taken for known."""

    def __init__(self, positions: set[int]) -> None:
        super().__init__()
        self.positions = positions


class _DryRun(Exception):
    """Rolls a dry run back."""


def _distinct(fresh: list[Source]) -> list[Layout]:
    """Each layout once; unknown headers with the same columns have equal ones."""
    distinct: list[Layout] = []
    for source in fresh:
        if source.layout not in distinct:
            distinct.append(source.layout)
    return distinct
