"""Who signs in: sign-ins, their passwords, and the lockout after repeated failure."""

import hashlib
import ipaddress
import re
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from crm import sql
from crm.access import ROLES
from crm.db import Cursor, Database, now
from crm.errors import InvalidRecord, NotAllowed, NotFound
from crm.i18n import LANGUAGES, gettext

_statement = sql.room(Path(__file__).parent / "statements" / "user")
THEMES = ("light", "dark")
DEMO_PASSWORD = "demo"
MIN_PASSWORD = 10
MAX_PASSWORD = 1000
MAX_EMAIL = 254
FAILURES_FROM_ADDRESS = 5
FAILURES_FROM_ANYWHERE = 20
LOCKOUT = timedelta(minutes=15)

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(4)  # each hash takes 64 MiB for a moment
_admitting = threading.Lock()


@dataclass(frozen=True)
class User:
    """A sign-in, as lists show it."""

    id: int
    email: str
    name: str
    role: str
    staff_id: int | None
    is_demo: bool
    created_at: datetime
    disabled_at: datetime | None


def add(database: Database, email: str, role: str, name: str | None = None, *, is_demo: bool = False) -> str:
    """Make a sign-in and return its one-time password; a demo sign-in keeps the password `demo`.

    Raises InvalidRecord for an unreadable or taken e-mail and for an unknown role.
    """
    email = _checked_email(email)
    _check_role(role)
    password = DEMO_PASSWORD if is_demo else secrets.token_urlsafe(12)
    password_hash = _hash(password)

    def insert(cursor: Cursor) -> None:
        if cursor.value(_statement("is_taken"), email=email):
            raise InvalidRecord("{email} signs in already. Use another e-mail.", email=email)
        cursor.run(
            _statement("create"),
            email=email,
            name=(name or "").strip() or _name_from(email),
            role=role,
            password_hash=password_hash,
            is_demo=is_demo,
            created_at=now(),
        )

    database.write(insert, touches=["ops.user"])
    return password


def _checked_email(email: str) -> str:
    email = email.strip().lower()
    if len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email):
        raise InvalidRecord("{email} is no e-mail address. Write it like name@company.com.", email=email)
    return email


def _name_from(email: str) -> str:
    return " ".join(part.capitalize() for part in re.split(r"[._+-]+", email.partition("@")[0]) if part) or email


def list_all(database: Database) -> list[User]:
    """All sign-ins by e-mail, disabled ones too."""
    with database.cursor() as cursor:
        return [User(*row) for row in cursor.rows(_statement("list"))]


def names(database: Database) -> dict[int, str]:
    """Key → name of all who ever signed in."""
    return {user.id: user.name for user in list_all(database)}


def is_demo(database: Database) -> bool:
    """Whether the file holds the demo company."""
    with database.cursor() as cursor:
        return bool(cursor.value(_statement("is_demo_company")))


def demo_users(database: Database) -> list[tuple[str, str, str]]:
    """(e-mail, name, role) of the demo sign-ins."""
    with database.cursor() as cursor:
        return [(email, name, role) for email, name, role in cursor.rows(_statement("demo"))]


def role_name(role: str, language: str) -> str:
    """What a role is called."""
    return {
        "admin": gettext("Administrator", language),
        "management": gettext("Management", language),
        "sales_manager": gettext("Sales manager", language),
        "sales": gettext("Sales", language),
        "marketing": gettext("Marketing", language),
        "service": gettext("Service", language),
    }[role]


def id_of(database: Database, email: str) -> int:
    """The key of the sign-in with that e-mail, disabled or not; raises NotFound."""
    email = email.strip().lower()
    for user in list_all(database):
        if user.email == email:
            return user.id
    raise NotFound("Nobody signs in as {email}. List the sign-ins with: python -m crm user list", email=email)


def set_password(database: Database, user_id: int, password: str) -> None:
    """Replace a password by one that the person chose; raises InvalidRecord for a weak or the same one."""
    if len(password) < MIN_PASSWORD:
        raise InvalidRecord("A password needs at least {count} characters. Choose a longer one.", count=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise InvalidRecord("A password has at most {count} characters. Choose a shorter one.", count=MAX_PASSWORD)
    with database.cursor() as cursor:
        before = cursor.value(_statement("password_of"), id=user_id)
    if before is not None and _fits(before, password):
        raise InvalidRecord("This is the password you have. Choose another one.")
    _replace_password(database, user_id, password, is_one_time=False)


def renew_password(database: Database, user_id: int) -> str:
    """Give a person who forgot it a new one-time password; raises InvalidRecord for a demo sign-in."""
    for user in list_all(database):
        if user.id == user_id and user.is_demo:
            raise InvalidRecord(
                "{email} is a demo sign-in and keeps its password, {password}. Make a sign-in for the person instead.",
                email=user.email,
                password=DEMO_PASSWORD,
            )
    password = secrets.token_urlsafe(12)
    _replace_password(database, user_id, password, is_one_time=True)
    return password


def _replace_password(database: Database, user_id: int, password: str, *, is_one_time: bool) -> None:
    _update(database, "set_password", user_id, password_hash=_hash(password), is_one_time=is_one_time)


def set_language(database: Database, user_id: int, language: str) -> None:
    """Keep the language that a person chose."""
    if language not in LANGUAGES:
        choices = ", ".join(LANGUAGES)
        raise InvalidRecord(
            "There is no language {language}. Choose one of: {languages}.", language=language, languages=choices
        )
    _update(database, "set_language", user_id, value=language)


def set_theme(database: Database, user_id: int, theme: str | None) -> None:
    """Keep the theme that a person chose; None follows the browser."""
    if theme is not None and theme not in THEMES:
        raise InvalidRecord(
            "There is no theme {theme}. Choose one of: {themes}.", theme=theme, themes=", ".join(THEMES)
        )
    _update(database, "set_theme", user_id, value=theme)


def set_staff(database: Database, user_id: int, staff_id: int | None) -> None:
    """Link a sign-in to the member of staff that it acts for; raises NotFound for an unknown one."""
    with database.cursor() as cursor:
        if staff_id is not None and not cursor.value(_statement("is_staff"), id=staff_id):
            raise NotFound("There is no member of staff {id}. Load or create the person first.", id=staff_id)
    _update(database, "set_staff", user_id, value=staff_id)


def staff_called(database: Database, called: str) -> int:
    """The key of the member of staff with that name or e-mail; raises NotFound for none, InvalidRecord for several."""
    with database.cursor() as cursor:
        found = cursor.rows(_statement("staff_called"), called=called.strip())
    if not found:
        raise NotFound("Nobody of the staff is called {called}. Load the staff first.", called=called)
    if len(found) > 1:
        raise InvalidRecord(
            "{count} of the staff are called {called}. Name the e-mail.", count=len(found), called=called
        )
    return int(found[0][0])


def disable(database: Database, user_id: int) -> None:
    """Withdraw a sign-in: its sessions end at their next look-up."""
    _update(database, "disable", user_id, value=now())


def enable(database: Database, user_id: int) -> None:
    """Give a withdrawn sign-in back, with the password that it had."""
    _update(database, "enable", user_id)


def set_role(database: Database, user_id: int, role: str) -> None:
    """Give a person another role, from its next run on; raises InvalidRecord for an unknown one."""
    _check_role(role)
    _update(database, "set_role", user_id, value=role)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidRecord("There is no role {role}. Choose one of: {roles}.", role=role, roles=", ".join(ROLES))


def _update(database: Database, statement: str, user_id: int, **values: object) -> None:
    database.write(lambda cursor: cursor.run(_statement(statement), id=user_id, **values), touches=["ops.user"])


def verify(database: Database, email: str, password: str, address: str, *, is_proxied: bool = False) -> int:
    """The key of the person who proved itself with e-mail and password from a network address.

    Raises NotAllowed, which never tells which part was wrong: unknown and disabled people, and demo
    sign-ins from elsewhere than this machine, take as long and read the same as a wrong password.
    """
    email = email.strip().lower()
    known = email if len(email) <= MAX_EMAIL else hashlib.sha256(email.encode()).hexdigest()
    _admit(database, known, address)
    with database.cursor() as cursor:
        found = cursor.rows(_statement("credentials"), email=email)
    user_id, password_hash, is_demo = found[0] if found else (None, _dummy_hash(), False)
    fits = _fits(password_hash, password[:MAX_PASSWORD])
    away = is_demo and (is_proxied or not is_loopback(address))
    if user_id is None or not fits or away:
        raise NotAllowed("E-mail and password do not fit together. Try again, or ask an administrator for a new one.")
    database.write(
        lambda cursor: cursor.run(_statement("forget_failures"), email=known, address=address),
        touches=["ops.sign_in_failure"],
    )
    return int(user_id)


def _admit(database: Database, email: str, address: str) -> None:
    """Count an attempt as failed before it is tried, so that many at once cannot pass the lockout."""
    at = now()

    def count(cursor: Cursor) -> bool:
        cursor.run(_statement("drop_old_failures"), since=at - LOCKOUT)
        near, anywhere = cursor.rows(_statement("count_failures"), email=email, address=address, since=at - LOCKOUT)[0]
        if near >= FAILURES_FROM_ADDRESS or anywhere >= FAILURES_FROM_ANYWHERE:
            return False
        cursor.run(_statement("add_failure"), email=email, address=address, failed_at=at)
        return True

    with _admitting:
        admitted = database.write(count, touches=["ops.sign_in_failure"])
    if not admitted:
        minutes = int(LOCKOUT.total_seconds() // 60)
        raise NotAllowed("Too many attempts to sign in. Wait {minutes} minutes, then try again.", minutes=minutes)


def is_loopback(address: str) -> bool:
    """Whether a network address is this machine's own."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)


def _hash(password: str) -> str:
    with _hashing:
        return _hasher.hash(password)


def _fits(password_hash: str, password: str) -> bool:
    try:
        with _hashing:
            return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    """What an unknown person's password is compared with, so that it takes as long."""
    return _hash(secrets.token_urlsafe())
