"""The jobs behind `python -m pipelines`, by name: what the server and the command line both run."""

from datetime import date
from typing import Any

from crm import i18n
from crm.db import Database
from crm.errors import BadSource, PintailError
from crm.server import jobs
from crm.server.client import Progress
from pipelines import conflicts, demo, landing, mapping, rejects
from pipelines.landing import Kept
from pipelines.load import finish_killed, load, statement
from pipelines.refresh import refresh
from pipelines.undo import undo


def register() -> None:
    """Give these jobs their names; the server and the command lines both call it."""
    jobs.register("load", load_files)
    jobs.register("refresh", refresh_marts)
    jobs.register("undo", undo_load)
    jobs.register("conflicts", list_conflicts, writes=False)
    jobs.register("decide", decide)
    jobs.register("rejects", refused, writes=False)
    jobs.register("status", status, writes=False)
    jobs.register("demo", demo.make)


def load_files(database: Database, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load kept files as one batch and count the marts anew; `args` as `request` makes them."""
    finish_killed(database)
    named = args.get("mapping")
    report = load(
        database,
        [_kept(database, file) for file in args["files"]],
        layouts=mapping.parsed(named["name"], named["text"]) if named else None,
        is_dry_run=bool(args.get("dry_run")),
        progress=progress,
    )
    found = report.as_json()
    if report.batch_id is not None and not args.get("no_refresh"):
        found["refresh"] = _refreshed(database, progress)
    return found


def request(kept: list[Kept], named: tuple[str, str] | None, *, dry_run: bool, no_refresh: bool) -> dict[str, Any]:
    """The arguments of a load: no path, only what the files below landing/ are called."""
    return {
        "files": [{"name": file.name, "digest": file.digest, "suffix": file.path.suffix} for file in kept],
        "mapping": {"name": named[0], "text": named[1]} if named else None,
        "dry_run": dry_run,
        "no_refresh": no_refresh,
    }


def _kept(database: Database, file: dict[str, str]) -> Kept:
    digest, suffix = file["digest"], file["suffix"]
    path = database.files / "landing" / f"{digest}{suffix}"
    if not (digest.isalnum() and suffix[1:].isalnum()) or not path.is_file():
        raise BadSource("{file} did not arrive. Load it again.", file=file["name"])
    kept = Kept(path, file["name"], digest)
    landing.verify(kept)
    return kept


def _refreshed(database: Database, progress: Progress) -> str:
    """What became of the marts after a load; the load itself stands in any case."""
    try:
        refresh(database, progress=progress)
    except PintailError as error:
        return i18n.explain(error, "en")
    return "done"


def undo_load(database: Database, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Take a load back and count the marts anew."""
    done = undo(database, int(args["batch"])).as_json()
    if not args.get("no_refresh"):
        done["refresh"] = _refreshed(database, progress)
    return done


def list_conflicts(database: Database, _args: dict[str, Any], _progress: Progress) -> list[dict[str, Any]]:
    """The values that loads brought against what people wrote, and that nobody has decided on."""
    return conflicts.listed(database)


def decide(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, Any]:
    """Take the values of conflicts, or refuse them."""
    results = conflicts.decide(database, [int(one) for one in args["conflicts"]], accept=bool(args["accept"]))
    return {"decided": sum(result["error"] is None for result in results), "results": results}


def refused(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, str]:
    """The records of a load that were refused, as files to be mended."""
    return rejects.texts(database, int(args["batch"]))


def refresh_marts(database: Database, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Count the marts anew, up to a day."""
    as_of = date.fromisoformat(args["as_of"]) if args.get("as_of") else None
    done = refresh(database, as_of, progress)
    return {"refresh": done.refresh_id, "as_of": str(done.as_of), "rows": done.count_rows}


def status(database: Database, _args: dict[str, Any], _progress: Progress) -> list[dict[str, Any]]:
    """The loads that there were, latest first, one row a file."""
    with database.cursor() as cursor:
        return cursor.frame(statement("loads")).to_dicts()
