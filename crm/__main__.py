"""Command line: sign-ins, questions, backups. While the server runs, commands go to it.

python -m crm query revenue --param period=2026-10
python -m crm user add anna@example.com --role sales
python -m crm backup
"""

import argparse
import json
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import polars as pl

from crm import db, i18n, metrics
from crm.access import ROLES
from crm.cli import CommandLine, say
from crm.db import Database, now
from crm.errors import BadDatabase, NotFound, WrongUse
from crm.server import commands, jobs
from crm.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status: 0 done, 1 it could not be done, 2 wrong use."""
    commands.register()
    return _commands().run(arguments)


def _commands() -> CommandLine:
    line = CommandLine("python -m crm", "Sign-ins, questions and backups.")
    verb = line.verb
    _add_query(verb("query", _query, "Answer a KPI (revenue) or a named query (home/revenue_by_month)."))
    users = line.verbs.add_parser("user", help="Make and withdraw sign-ins.").add_subparsers(
        required=True, metavar="COMMAND"
    )
    _add_user(verb("add", _user_add, "Make a sign-in and print its one-time password.", users))
    verb("list", _user_list, "List the sign-ins.", users)
    link = verb("link", _user_link, "Say for which member of staff a sign-in acts.", users)
    disable = verb("disable", _user_disable, "Withdraw a sign-in and end its sessions.", users)
    password = verb("password", _user_password, "Print a new one-time password for somebody who forgot it.", users)
    for parser_of_one in (link, disable, password):
        parser_of_one.add_argument("email", metavar="EMAIL")
    link.add_argument("staff", metavar="STAFF", help="name or e-mail of the member of staff")
    backup = verb("backup", _backup, "Copy the database to a checked file.")
    backup.add_argument("--to", type=Path, metavar="FILE", help="where to (default: the backups beside the database)")
    restore = verb("restore", _restore, "Put a backup in the database's place. Stop the server first.")
    restore.add_argument("file", type=Path, metavar="FILE")
    verb("doctor", _doctor, "Look the database over: readable, complete, up to date, room left.")
    return line


def _add_user(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--role", required=True, choices=ROLES)
    parser.add_argument("--name", help="shown to others (default: made of the e-mail)")
    parser.add_argument("--staff", help="name or e-mail of the member of staff whose records are the person's own")


def _add_query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--as", dest="person", metavar="USER", help="e-mail of who asks (default: the file's owner, sees all)"
    )
    parser.add_argument("--param", action="append", default=[], metavar="K=V", help="a value, such as period=2026-10")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _run(settings: Settings, job: str, /, **args: Any) -> Any:
    return jobs.run(settings, job, args, lambda _text: None)


def _existing(settings: Settings) -> Settings:
    if settings.db.exists():
        return settings
    raise NotFound(
        "There is no database at {path}. Make one by loading files: python -m pipelines load PATH --db {path}",
        path=settings.db,
    )


def _query(settings: Settings, options: argparse.Namespace) -> None:
    params = dict(_pair(text) for text in options.param)
    args = {"name": options.name, "params": params}
    if options.person:
        found = _run(_existing(settings), "query", **args, **{"as": options.person})
    else:
        found = _run(_existing(settings), "query as owner", **args)
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    elif "rows" in found:
        _print_rows(found["rows"])
    else:
        print(_number_line(found))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise WrongUse("--param takes name=value, not {text}.", text=repr(text))
    return name, value


def _print_rows(rows: list[dict[str, Any]]) -> None:
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=-1, fmt_str_lengths=80, fmt_float="full",
                   tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):  # fmt: skip
        print(pl.DataFrame(rows, infer_schema_length=None) if rows else "No rows.")


def _number_line(found: dict[str, Any]) -> str:
    value, unit = found["value"], found["unit"]
    metric = metrics.find(found["name"])
    if value is None:
        return f"{metric.title['en']}: {found['note']}"
    if unit == "money":
        text = i18n.money(value, found["currency"])
    elif unit == "percent":
        text = i18n.number(value, decimals=2) + " %"
    else:
        text = i18n.number(value, decimals=metric.decimals) + ("" if unit == "count" else f" {unit}")
    line = f"{metric.title['en']}: {text} ({found['period']}, as of {found['as_of']})"
    return f"{line}\n{found['note']}" if found["note"] else line


def _user_add(settings: Settings, options: argparse.Namespace) -> None:
    args = {name: getattr(options, name) for name in ("email", "role", "name", "staff")}
    added = _run(settings, "user add", **args)
    say(f"{added['email']} signs in once with this password and then chooses another:")
    print(added["password"])


def _user_list(settings: Settings, _options: argparse.Namespace) -> None:
    for user in _run(_existing(settings), "user list"):
        state = ["disabled"] if user["is_disabled"] else []
        print("\t".join([user["email"], user["role"], user["name"], *state]))


def _user_link(settings: Settings, options: argparse.Namespace) -> None:
    _run(_existing(settings), "user link", email=options.email, staff=options.staff)
    say(f"{options.email} acts for {options.staff}.")


def _user_disable(settings: Settings, options: argparse.Namespace) -> None:
    _run(_existing(settings), "user disable", email=options.email)
    say(f"{options.email} can no longer sign in.")


def _user_password(settings: Settings, options: argparse.Namespace) -> None:
    print(_run(_existing(settings), "user password", email=options.email)["password"])


def _backup(settings: Settings, options: argparse.Namespace) -> None:
    if options.to and options.to.exists():
        raise WrongUse("{path} exists already. Name another file.", path=options.to)
    made = Path(_run(_existing(settings), "backup"))
    print(shutil.move(made, options.to) if options.to else made)


def _restore(settings: Settings, options: argparse.Namespace) -> None:
    """The backup is checked and brought to the program's schema first; the file before it is kept."""
    if not options.file.is_file():
        raise NotFound("There is no file {path}. Look for backups beside the database.", path=options.file)
    db.check_file(options.file)
    path = settings.db.resolve()
    incoming = path.with_name(f"{path.stem}.restoring.duckdb")
    try:
        shutil.copyfile(options.file, incoming)
        Database(incoming).close()  # ours, and brought to this program's schema
        if path.exists():
            say(f"The database before it is kept as {_put_away(path)}")
        incoming.replace(path)
    finally:
        incoming.unlink(missing_ok=True)
        shutil.rmtree(db.files_of(incoming), ignore_errors=True)
    print(path)


def _put_away(path: Path) -> Path:
    """Move a database that nobody has open to its backups, damaged or not; raises DatabaseBusy."""
    try:
        Database(path).close()
    except BadDatabase:
        say(f"{path} cannot be opened as it is.")
    kept = db.files_of(path) / "backups" / f"before-restore-{now():%Y-%m-%d-%H%M%S}.duckdb"
    for old, new in ((path, kept), (path.with_name(path.name + ".wal"), kept.with_name(kept.name + ".wal"))):
        if old.exists():
            old.replace(new)
    return kept


def _doctor(settings: Settings, _options: argparse.Namespace) -> int:
    findings = _run(_existing(settings), "doctor")
    for finding in findings:
        print(f"{'ok   ' if finding['is_well'] else 'WRONG'}  {finding['check']}: {finding['detail']}")
    return 0 if all(finding["is_well"] for finding in findings) else 1


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends it quietly
    sys.exit(main())
