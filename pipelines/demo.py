"""The demo company: simulated, loaded through the same pipeline as everybody's files, with a sign-in for each role."""

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm import sql, users
from crm.db import Cursor, Database
from crm.errors import NotAllowed, WrongUse
from crm.progress import Step
from crm.server.client import Progress
from pipelines import landing
from pipelines.intake import SCRATCH
from pipelines.load import load
from pipelines.refresh import refresh

if TYPE_CHECKING:
    from data.demo import Plan

statement = sql.room(Path(__file__).parent / "statements" / "demo")
COMPANY = {"name": "Alder & Pine", "zone": "Europe/Berlin"}
NOT_LOADED = "deal_history.csv"
"""The stages through which deals went: no loader knows such a file, so it stands with the truth."""
BEFORE_LOAD = 0.1
"""Share of the work that comes before the load."""
SIGN_INS = (  # role, name, whose records are theirs
    ("admin", "Ada Admin", None),
    ("management", "Helena Brandt", "Helena Brandt"),
    ("sales_manager", "Ingrid Larsen", "Ingrid Larsen"),
    ("sales", "Tom Becker", "Tom Becker"),
    ("marketing", "Claire Dubois", "Claire Dubois"),
    ("service", "Olga Petrova", "Olga Petrova"),
)


def make(database: Database, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Fill an empty database with the demo company, or finish what a killed command began; `args` as `plan` takes them.

    The sign-ins come last: where they are, the demo is complete and left as it is. Raises NotAllowed
    for a database that holds anything else.
    """
    wanted = plan(args)
    check(database)
    if not is_complete(database):
        database.write(lambda cursor: _found(cursor, wanted.end), touches=["ops.company"])
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=database.files / "spill") as folder:
            write_files(wanted, Path(folder), progress)
            further = _further(progress)
            load(database, landing.bring([Path(folder)], database.files / "landing"), progress=further)
        refresh(database, progress=further)
        _add_sign_ins(database)
    with database.cursor() as cursor:
        return {"as_of": str(cursor.value(statement("as_of")))}


def check(database: Database) -> None:
    """Raise NotAllowed where a database is neither empty nor a demo company."""
    with database.cursor() as cursor:
        if not cursor.value(statement("is_empty_or_demo")):
            raise NotAllowed("{path} holds a company already. Name another file with --db.", path=database.path)


def is_complete(database: Database) -> bool:
    """Whether the demo company is all there: its sign-ins come last."""
    return len(users.demo_users(database)) >= len(SIGN_INS)


def is_begun(database: Database) -> bool:
    """Whether a demo company was begun and broken off."""
    return users.is_demo(database) and not is_complete(database)


def _further(progress: Progress) -> Progress:
    """Progress of work that counts from 0 although its files were made before."""

    def tell(text: str) -> None:
        if isinstance(text, Step) and text.share is not None:
            share = BEFORE_LOAD + (1 - BEFORE_LOAD) * text.share
            progress(Step(text.message, share=share, **text.values))
        else:
            progress(text)

    return tell


def plan(args: dict[str, Any]) -> "Plan":
    """The demo company of the arguments `accounts`, `seed` and `end`, each of which may be missing."""
    from data.demo import Plan  # the simulator is not needed where the demo stands already

    given: dict[str, Any] = {name: int(args[name]) for name in ("accounts", "seed") if args.get(name) is not None}
    if args.get("end"):
        given["end"] = date.fromisoformat(args["end"])
    try:
        return Plan(**given)
    except ValueError as error:
        raise WrongUse("{reason} Give other numbers.", reason=error) from error


def write_files(wanted: "Plan", folder: Path, progress: Progress) -> None:
    """Write the files that the systems of the demo company would export, and `truth/` beside them."""
    from data.demo import simulate, write

    progress(Step("Simulating the demo company", share=0.0))
    company = simulate(wanted)
    progress(Step("Writing its files", share=BEFORE_LOAD / 2))
    write(company, folder)
    (folder / NOT_LOADED).rename(folder / "truth" / NOT_LOADED)


def _found(cursor: Cursor, end: date) -> None:
    cursor.run(statement("found"), as_of=end, **COMPANY)


def _add_sign_ins(database: Database) -> None:
    known = {email for email, _, _ in users.demo_users(database)}
    for role, name, staff in SIGN_INS:
        email = f"{role.replace('_', '.')}@demo.example"
        if email in known:
            continue
        users.add(database, email, role, name, is_demo=True)
        if staff:
            users.set_staff(database, users.id_of(database, email), users.staff_called(database, staff))
