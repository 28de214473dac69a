"""The sample company: loaded through the same pipeline as everybody's files, with a sign-in for each role."""

from datetime import date
from pathlib import Path
from typing import Any

from crm import sql, users
from crm.db import Cursor, Database
from crm.errors import NotAllowed
from crm.server.client import Progress
from crm.settings import ROOT
from pipelines import landing
from pipelines.load import load
from pipelines.refresh import refresh

statement = sql.room(Path(__file__).parent / "statements" / "demo")
SAMPLE = ROOT / "data" / "demo" / "sample"
COMPANY = {"name": "Alder & Pine", "zone": "Europe/Berlin", "as_of": date(2026, 10, 31)}
SIGN_INS = (  # role, name, whose records are theirs
    ("admin", "Ada Admin", None),
    ("management", "Max Manager", None),
    ("sales_manager", "Ingrid Larsen", "Ingrid Larsen"),
    ("sales", "Tom Becker", "Tom Becker"),
    ("marketing", "Mia Marketing", None),
    ("service", "Olga Petrova", "Olga Petrova"),
)


def make(database: Database, _args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Fill an empty database with the sample company, or finish what a killed command began.

    The sign-ins come last: where they are, the demo is complete and left as it is. Raises NotAllowed
    for a database that holds anything else.
    """
    with database.cursor() as cursor:
        if not cursor.value(statement("is_empty_or_demo")):
            raise NotAllowed("{path} holds a company already. Name another file with --db.", path=database.path)
    if len(users.demo_users(database)) < len(SIGN_INS):
        database.write(_found, touches=["ops.company"])
        load(database, landing.bring([SAMPLE], database.files / "landing"), progress=progress)
        refresh(database, progress=progress)
        _add_sign_ins(database)
    return {"as_of": str(COMPANY["as_of"])}


def _found(cursor: Cursor) -> None:
    cursor.run(statement("found"), **COMPANY)


def _add_sign_ins(database: Database) -> None:
    known = {email for email, _, _ in users.demo_users(database)}
    for role, name, staff in SIGN_INS:
        email = f"{role.replace('_', '.')}@demo.example"
        if email in known:
            continue
        users.add(database, email, role, name, is_demo=True)
        if staff:
            users.set_staff(database, users.id_of(database, email), users.staff_called(database, staff))
