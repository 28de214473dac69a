"""Command line: bring files in, count the marts. While the server runs, commands go to it.

python -m pipelines load exports/ --dry-run
python -m pipelines load exports/
python -m pipelines status
python -m pipelines undo 7
python -m pipelines refresh
"""

import argparse
import json
import signal
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from crm.cli import Command, CommandLine, say
from crm.db import files_of
from crm.i18n import gettext
from crm.server import jobs
from crm.settings import Settings
from pipelines import commands, landing, mapping, rejects, sources
from pipelines import demo as company
from pipelines.report import COUNTS, explained


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status: 0 done, 1 it could not be done, 2 wrong use."""
    commands.register()
    return _commands().run(arguments)


def _commands() -> CommandLine:
    line = CommandLine("python -m pipelines", "Bring files in, count the marts.")

    def verb(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        made = line.verb(name, command, text)
        made.add_argument("--json", action="store_true", help="print JSON")
        return made

    load = verb("load", _load, "Load files and folders as one batch, all or nothing.")
    load.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    load.add_argument("--mapping", metavar="NAME|FILE", help="a known mapping or a YAML file (default: by the headers)")
    load.add_argument("--dry-run", action="store_true", help="show everything, write nothing")
    load.add_argument("--no-refresh", action="store_true", help="do not wait until the marts are counted anew")
    undo = verb("undo", _undo, "Take a load back; what was set later stays and is listed.")
    undo.add_argument("batch", type=int, metavar="BATCH", help="number of the load, as status lists it")
    undo.add_argument("--no-refresh", action="store_true", help="do not wait until the marts are counted anew")
    mend = verb("rejects", _rejects, "Write what a load refused into files, to be mended and loaded again.")
    mend.add_argument("batch", type=int, metavar="BATCH", help="number of the load, as status lists it")
    mend.add_argument("--to", type=Path, default=Path(), metavar="FOLDER", help="where to (default: here)")
    verb("conflicts", _conflicts, "List the values that loads brought against what people wrote.")
    for name, text in (("accept", "Take the values of conflicts."), ("refuse", "Leave what people wrote.")):
        decide = verb(name, partial(_decide, accept=name == "accept"), text)
        decide.add_argument("conflicts", nargs="+", type=int, metavar="CONFLICT", help="as conflicts lists them")
    verb("status", _status, "List the loads and what became of their records.")
    refresh = verb("refresh", _refresh, "Count the marts anew.")
    refresh.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="up to that day (default: today)")
    demo = verb("demo", _demo, "Simulate a company whose truth is known, and fill an empty database with it.")
    demo.add_argument("--accounts", type=int, metavar="N", help="its customers (default: 5000)")
    demo.add_argument("--seed", type=int, metavar="S", help="another seed makes another company")
    demo.add_argument(
        "--end", type=date.fromisoformat, metavar="DATE", help="last day of its data, at which its clock stands"
    )
    demo.add_argument(
        "--files", type=Path, metavar="DIR", help="write its files and the truth into this folder, and stop"
    )
    return line


def _run(settings: Settings, job: str, args: dict[str, Any]) -> Any:
    return jobs.run(settings, job, args, say)


def _load(settings: Settings, options: argparse.Namespace) -> None:
    named = mapping.text_of(options.mapping) if options.mapping else None
    kept = landing.bring(options.paths, files_of(settings.db.resolve()) / "landing")
    request = commands.request(kept, named, dry_run=options.dry_run, no_refresh=options.no_refresh)
    found = _run(settings, "load", request)  # which discards what it does not load
    found["passed_over"] = sources.passed_over(options.paths)
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print_report(found)


def _print_report(found: dict[str, Any]) -> None:
    print("Dry run: nothing was written." if found["batch"] is None else f"Batch {found['batch']}")
    for file in found["files"]:
        title = f"{file['file']} [{file['sheet']}]" if file["sheet"] else file["file"]
        counts = ", ".join(f"{file[what]:,} {what}" for what in COUNTS if file[what])
        print(f"{title}: {file['read']:,} {file['object']} read: {counts or 'none'}")
        if found["batch"] is None:
            _print_columns(file["columns"])
        _print_details(file)
    if found["passed_over"]:
        print(f"passed over: {', '.join(found['passed_over'])}")
    if found["batch"] is not None and any(file["rejected"] for file in found["files"]):
        print(
            f"python -m pipelines rejects {found['batch']} writes what did not get in to files to mend and load again."
        )
    if found.get("refresh", "done") != "done":
        print(found["refresh"])


def _print_columns(columns: list[dict[str, Any]]) -> None:
    """What becomes of each column, and how sure that is."""
    width = max((len(column["column"]) for column in columns), default=0)
    for column in columns:
        field = f" → {column['field']}" if column["field"] else ""
        print(f"  {column['column']:{width}} {column['confidence']:7}{field}".rstrip())


def _print_details(file: dict[str, Any]) -> None:
    for note in file["notes"]:
        message = note["message"]  # a literal within the call would be taken for a text to translate
        print("  " + gettext(message, **note["values"]))
    for what in ("created", "changed"):
        if file[what]:
            print(f"  {what} besides: " + ", ".join(f"{number:,} {name}" for name, number in file[what].items()))
    if file["possible_repeats"]:
        number = f"{file['possible_repeats']:,}"
        print(f"  {number} lines equal another of the same order or ticket; they are kept as possible repeats")
    if file["conflicts"]:
        print(f"  {file['conflicts']:,} values stand against what people wrote, who win: python -m pipelines conflicts")
    if file["is_keyless"]:
        print("  no column is a key: records are known by all that they say, so a changed one is a new one")
    if file["ignored_columns"]:
        print(f"  columns that nothing was made of: {', '.join(file['ignored_columns'])}")
    for reject in file["first_rejects"]:
        column = f"{reject['column']} = {reject['value']!r}" if reject["column"] else repr(reject["value"])
        nearest = file["nearest"].get(reject["value"], ()) if reject["reason"] == "unknown" else ()
        hint = f"; do you mean {' or '.join(nearest)}?" if nearest else ""
        print(f"  record {reject['record']}: {column}: {explained(reject['reason'], reject['detail'])}{hint}")
    more = file["rejected"] - len({reject["record"] for reject in file["first_rejects"]})
    if more > 0:
        print(f"  and {more:,} more")


def _undo(settings: Settings, options: argparse.Namespace) -> None:
    done = _run(settings, "undo", {"batch": options.batch, "no_refresh": options.no_refresh})
    if options.json:
        print(json.dumps(done, ensure_ascii=False, indent=2))
        return
    print(f"Load {done['batch']} is taken back.")
    for what in ("restored", "removed"):
        if done[what]:
            print(f"  {what}: " + ", ".join(f"{number:,} {name}" for name, number in done[what].items()))
    for kept in done["kept"]:
        what = f"{kept['object']}.{kept['field']}" if kept["field"] else kept["object"]
        print(f"  stays: {kept['number']:,} × {what}: {kept['reason']}")
    for kept in done["first_kept"]:
        print(f"    {kept['object']}:{kept['record']} {kept['field'] or ''}".rstrip())
    if done.get("refresh", "done") != "done":
        print(done["refresh"])


def _rejects(settings: Settings, options: argparse.Namespace) -> None:
    written = _run(settings, "rejects", {"batch": options.batch})
    options.to.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in written.items():
        path = options.to / rejects.free(name, [there.name for there in options.to.iterdir()])
        with path.open("x", encoding=rejects.ENCODING, newline="") as file:
            file.write(text)
        paths.append(str(path))
    print(json.dumps(paths, ensure_ascii=False) if options.json else "\n".join(paths))


def _conflicts(settings: Settings, options: argparse.Namespace) -> None:
    found = _run(settings, "conflicts", {})
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    for row in found:
        moved = f", {row['standing_before']!r} when it came" if row["is_moved"] else ""
        print(
            f"{row['conflict']}\t{_conflict(row)}: {row['standing']!r} stands{moved}, "
            f"load {row['batch']} brought {row['value']!r} ({row['file']}, record {row['record_number']})"
        )
    if not found:
        print("No load stands against what people wrote.")


def _conflict(row: dict[str, Any]) -> str:
    """The record and the field that a conflict is about."""
    name = f" {row['name']}" if row["name"] else ""
    return f"{row['object']}:{row['record']}{name}\t{row['field'].removesuffix('_id')}"


def _decide(settings: Settings, options: argparse.Namespace, *, accept: bool) -> int:
    done = _run(settings, "decide", {"conflicts": options.conflicts, "accept": accept})
    if options.json:
        print(json.dumps(done, ensure_ascii=False, indent=2, default=str))
    for row in [] if options.json else done["results"]:
        if row["error"]:
            say(row["error"])
        elif "object" in row:
            became = f"{row['standing']!r} → {row['value']!r}" if accept else f"{row['standing']!r} stays"
            print(f"{row['conflict']}\t{_conflict(row)}: {became}")
    return int(done["decided"] < len(done["results"]))


def _status(settings: Settings, options: argparse.Namespace) -> None:
    loads = _run(settings, "status", {})
    if options.json:
        print(json.dumps(loads, ensure_ascii=False, indent=2))
        return
    for row in loads:
        title = f"{row['file']} [{row['sheet']}]" if row["sheet"] else row["file"]
        counts = ", ".join(f"{row[what]:,} {what}" for what in ("read", *COUNTS))
        undone = f"\ttaken back {str(row['undone_at'])[:19]}" if row["undone_at"] else ""
        print(f"{row['batch']}\t{str(row['applied_at'])[:19]}\t{title}\t{row['object']}\t{counts}{undone}")
    if not loads:
        print("Nothing was loaded yet.")


def _refresh(settings: Settings, options: argparse.Namespace) -> None:
    done = _run(settings, "refresh", {"as_of": options.as_of.isoformat() if options.as_of else None})
    if options.json:
        print(json.dumps(done))
    else:
        rows = ", ".join(f"{name} {count:,}" for name, count in done["rows"].items())
        print(f"Refresh {done['refresh']}, as of {done['as_of']}: {rows}")
        if "not_kept" in done:
            say(done["not_kept"])


def _demo(settings: Settings, options: argparse.Namespace) -> None:
    end = options.end.isoformat() if options.end else None
    args = {"accounts": options.accounts, "seed": options.seed, "end": end}
    if options.files:
        company.write_files(company.plan(args), options.files, say)
        print(json.dumps({"files": str(options.files)}) if options.json else f"Its files stand in {options.files}.")
        return
    done = _run(settings, "demo", args)
    print(json.dumps(done) if options.json else f"The demo company stands in {settings.db}, as of {done['as_of']}.")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends it quietly
    sys.exit(main())
