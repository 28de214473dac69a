"""The jobs behind `python -m crm`: sign-ins, backups and questions, by name."""

import re
from typing import Any

from crm import ask, doctor, users
from crm.db import Database, now
from crm.errors import WrongUse
from crm.server import jobs, sessions
from crm.server.client import Progress


def register() -> None:
    """Give these jobs their names; the server and the command lines both call it."""
    jobs.register("user add", add_user)
    jobs.register("user list", list_users, writes=False)
    jobs.register("user link", link_user)
    jobs.register("user disable", disable_user)
    jobs.register("user password", renew_password)
    jobs.register("backup", backup)
    jobs.register("query", ask.as_person, writes=False)
    jobs.register("query as owner", ask.as_owner, writes=False, for_owner=True)
    jobs.register("doctor", doctor.examine, writes=False)


def add_user(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, str]:
    """Make a sign-in, for a member of staff where one is named: its e-mail and one-time password."""
    staff_id = users.staff_called(database, args["staff"]) if args.get("staff") else None
    password = users.add(database, args["email"], args["role"], args.get("name"))
    users.set_staff(database, users.id_of(database, args["email"]), staff_id)
    return {"email": args["email"].strip().lower(), "password": password}


def list_users(database: Database, _args: dict[str, Any], _progress: Progress) -> list[dict[str, Any]]:
    """All sign-ins."""
    return [
        {"email": user.email, "name": user.name, "role": user.role, "is_disabled": user.disabled_at is not None}
        for user in users.list_all(database)
    ]


def link_user(database: Database, args: dict[str, Any], _progress: Progress) -> None:
    """Say for which member of staff a sign-in acts, and so whose records are its own."""
    user_id = users.id_of(database, args["email"])
    users.set_staff(database, user_id, users.staff_called(database, args["staff"]))


def disable_user(database: Database, args: dict[str, Any], _progress: Progress) -> None:
    """Withdraw a sign-in and end its sessions."""
    user_id = users.id_of(database, args["email"])
    users.disable(database, user_id)
    sessions.end_all(database, user_id)


def renew_password(database: Database, args: dict[str, Any], _progress: Progress) -> dict[str, str]:
    """Give somebody who forgot it a one-time password, and end the sessions that rest on the old one."""
    user_id = users.id_of(database, args["email"])
    password = users.renew_password(database, user_id)
    sessions.end_all(database, user_id)
    return {"email": args["email"].strip().lower(), "password": password}


def backup(database: Database, args: dict[str, Any], _progress: Progress) -> str:
    """Copy the database to a checked file; where it stands. Its name must not lead out of the backups."""
    name = str(args.get("name") or f"{now():%Y-%m-%d-%H%M%S}")
    if not re.fullmatch(r"[\w-]+", name):
        raise WrongUse("{name} is no name for a backup. Use letters, digits, - and _ only.", name=repr(name))
    return str(database.backup(name))
