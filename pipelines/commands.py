"""The jobs behind `python -m pipelines`, by name: what the server and the command line both run."""

from collections.abc import Callable
from datetime import date
from typing import Any

from crm import conflicts, i18n, origin
from crm.access import owner_of_file
from crm.db import Database, now
from crm.errors import PintailError
from crm.server import jobs
from crm.server.client import Progress
from pipelines import demo, importing, kept, landing, mapping, preview, rejects
from pipelines.landing import Kept
from pipelines.layout import layout_from_json
from pipelines.load import finish_killed, load, statement
from pipelines.refresh import Report, catch_up, refresh
from pipelines.undo import undo


def register() -> None:
    """Give these jobs their names; the server and the command lines both call it."""
    jobs.register("inspect", preview.inspect, writes=False)
    jobs.register("load", load_files)
    jobs.register("refresh", refresh_marts)
    jobs.register("catch_up", catch_up_marts)
    jobs.register("sweep", sweep)
    jobs.register("undo", undo_load)
    jobs.register("conflicts", list_conflicts, writes=False)
    jobs.register("decide", decide)
    jobs.register("rejects", refused, writes=False)
    jobs.register(origin.JOB, kept.told, writes=False)
    jobs.register("status", status, writes=False)
    jobs.register("demo", demo.make)


def load_files(database: Database, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load kept files as one batch and count the marts anew; `args` as `request` makes them."""
    files = landing.kept_files(database.files / "landing", args["files"])
    finish_killed(database)
    named, corrections = args.get("mapping"), args.get("corrections") or {}
    report = load(
        database,
        files,
        layouts=mapping.parsed(named["name"], named["text"]) if named else None,
        corrections={sheet: layout_from_json(text) for sheet, text in corrections.items()},
        left_out=args.get("left_out") or (),
        is_dry_run=bool(args.get("dry_run")),
        keeps_files=bool(args.get("keep")),
        user_id=args.get("user"),
        came_by=args.get("came_by", "command"),
        progress=progress,
    )
    found = report.as_json()
    if report.batch_id is not None and not args.get("no_refresh"):
        found["refresh"] = _refreshed(lambda: catch_up(database, progress))
    return found


def request(files: list[Kept], named: tuple[str, str] | None, *, dry_run: bool, no_refresh: bool) -> dict[str, Any]:
    """The arguments of a load: no path, only what the files below landing/ are called."""
    return {
        "files": landing.described(files),
        "mapping": {"name": named[0], "text": named[1]} if named else None,
        "dry_run": dry_run,
        "no_refresh": no_refresh,
    }


def _refreshed(count: Callable[[], Report | None]) -> str:
    """What became of the marts after a load; the load itself stands in any case."""
    try:
        report = count()
    except PintailError as error:
        return i18n.explain(error, "en")
    return i18n.explain(report.not_kept, "en") if report and report.not_kept else "done"


def undo_load(database: Database, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Take a load back and count the marts anew."""
    done = undo(database, int(args["batch"]), args.get("user")).as_json()
    if not args.get("no_refresh"):
        done["refresh"] = _refreshed(lambda: refresh(database, progress=progress))
    return done


def list_conflicts(database: Database, _args: dict[str, Any], _progress: Progress) -> list[dict[str, Any]]:
    """The values that loads brought against what people wrote, and that nobody has decided on."""
    return conflicts.listed(database, owner_of_file()).to_dicts()


def decide(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    """Take the values of conflicts, or refuse them."""
    chosen = [int(one) for one in args["conflicts"]]
    results = conflicts.decide(database, owner_of_file(), chosen, accept=bool(args["accept"]))
    return {"decided": sum(result["error"] is None for result in results), "results": results}


def refused(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, str]:
    """The records of a load that were refused, as files to be mended."""
    return rejects.texts(database, int(args["batch"]))


def sweep(database: Database, _args: dict[str, Any], _progress: Progress) -> None:
    """Remove what imports that nobody came back to, and loads that were killed, left behind."""
    importing.give_up_abandoned(database, now())
    finish_killed(database)


def refresh_marts(database: Database, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Count the marts anew, up to a day."""
    as_of = date.fromisoformat(args["as_of"]) if args.get("as_of") else None
    done = refresh(database, as_of, progress)
    found = {"refresh": done.refresh_id, "as_of": str(done.as_of), "rows": done.count_rows}
    return found | {"not_kept": i18n.explain(done.not_kept, "en")} if done.not_kept else found


def catch_up_marts(database: Database, _args: dict[str, Any], progress: Progress) -> bool:
    """Count the marts anew where accounts changed; whether any did."""
    return catch_up(database, progress=progress) is not None


def status(database: Database, _args: dict[str, Any], _progress: Progress) -> list[dict[str, Any]]:
    """The loads that there were, latest first, one row a file."""
    with database.cursor() as cursor:
        return cursor.frame(statement("loads")).to_dicts()
