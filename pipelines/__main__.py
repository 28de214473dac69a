"""Command line: bring files in, count the marts. While the server runs, commands go to it.

python -m pipelines load exports/ --dry-run
python -m pipelines load exports/
python -m pipelines status
python -m pipelines refresh
"""

import argparse
import json
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any

from crm.cli import Command, CommandLine, say
from crm.db import files_of
from crm.server import jobs
from crm.settings import Settings
from pipelines import commands, landing, mapping
from pipelines.report import COUNTS


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
    load.add_argument("--no-refresh", action="store_true", help="do not count the marts anew afterwards")
    verb("status", _status, "List the loads and what became of their records.")
    refresh = verb("refresh", _refresh, "Count the marts anew.")
    refresh.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="up to that day (default: today)")
    verb("demo", _demo, "Fill an empty database with the sample company.")
    return line


def _run(settings: Settings, job: str, args: dict[str, Any]) -> Any:
    return jobs.run(settings, job, args, say)


def _load(settings: Settings, options: argparse.Namespace) -> None:
    named = mapping.text_of(options.mapping) if options.mapping else None
    kept = landing.bring(options.paths, files_of(settings.db.resolve()) / "landing")
    request = commands.request(kept, named, dry_run=options.dry_run, no_refresh=options.no_refresh)
    found = _run(settings, "load", request)  # which discards what it does not load
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
        _print_details(file)
    if found.get("refresh", "done") != "done":
        print(found["refresh"])


def _print_details(file: dict[str, Any]) -> None:
    for what in ("created", "changed"):
        if file[what]:
            print(f"  {what} besides: " + ", ".join(f"{number:,} {name}" for name, number in file[what].items()))
    if file["possible_repeats"]:
        print(f"  {file['possible_repeats']:,} lines equal another of their order; they are kept as possible repeats")
    if file["is_keyless"]:
        print("  no column is a key: records are known by all that they say, so a changed one is a new one")
    if file["ignored_columns"]:
        print(f"  columns that nothing was made of: {', '.join(file['ignored_columns'])}")
    for reject in file["first_rejects"]:
        column = f"{reject['column']} = {reject['value']!r}" if reject["column"] else repr(reject["value"])
        detail = f" ({reject['detail']})" if reject["detail"] else ""
        print(f"  record {reject['record']}: {column}: {reject['reason']}{detail}")


def _status(settings: Settings, options: argparse.Namespace) -> None:
    loads = _run(settings, "status", {})
    if options.json:
        print(json.dumps(loads, ensure_ascii=False, indent=2))
        return
    for row in loads:
        title = f"{row['file']} [{row['sheet']}]" if row["sheet"] else row["file"]
        counts = ", ".join(f"{row[what]:,} {what}" for what in ("read", *COUNTS))
        print(f"{row['batch']}\t{str(row['applied_at'])[:19]}\t{title}\t{row['object']}\t{counts}")
    if not loads:
        print("Nothing was loaded yet.")


def _refresh(settings: Settings, options: argparse.Namespace) -> None:
    done = _run(settings, "refresh", {"as_of": options.as_of.isoformat() if options.as_of else None})
    if options.json:
        print(json.dumps(done))
    else:
        rows = ", ".join(f"{name} {count:,}" for name, count in done["rows"].items())
        print(f"Refresh {done['refresh']}, as of {done['as_of']}: {rows}")


def _demo(settings: Settings, options: argparse.Namespace) -> None:
    done = _run(settings, "demo", {})
    print(json.dumps(done) if options.json else f"The sample company stands in {settings.db}, as of {done['as_of']}.")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends it quietly
    sys.exit(main())
