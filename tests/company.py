"""A company small enough to be counted by hand, with a person of each role."""

from datetime import date, datetime

from crm import users
from crm.access import ROLES
from crm.db import Database
from tests.records import add, add_deal, add_event, add_order, add_ticket, refresh_up_to, set_company

LAST_DAY = date(2024, 3, 31)
PASSWORD = users.DEMO_PASSWORD
"""Of all sign-ins; they are demo sign-ins, so that nobody has to change it first."""


def email_of(role: str) -> str:
    """The sign-in of a role."""
    return f"{role}@example.com"


def found(database: Database) -> None:
    """Fill an empty database. March 2024: revenue 300, won 1,000, one of two deals won, one open ticket."""
    set_company(database, name="Kestrel", currency="USD", as_of=LAST_DAY)
    ben = add(database, "staff", name="Ben")
    ann = add(database, "staff", name="Ann", manager_id=ben)
    cleo = add(database, "staff", name="Cleo")
    acme = _account(database, "Acme", ann)
    bolt = _account(database, "Bolt", cleo)
    own = {"account_id": acme, "account_owner_id": ann}
    add_order(database, datetime(2024, 2, 5), "100.00", number="SO-1", **own)
    add_order(database, datetime(2024, 3, 4), "150.50", "-50.50", number="SO-2", **own)
    add_order(database, datetime(2024, 3, 6), "200.00", number="SO-3", account_id=bolt, account_owner_id=cleo)
    _deal(database, "won", "500.00", date(2024, 2, 20), owner_id=ann, **own)
    _deal(database, "won", "1000.00", date(2024, 3, 21), owner_id=ann, **own)
    _deal(database, "lost", "0.00", date(2024, 3, 22), owner_id=ann, **own)
    _deal(database, "engaging", "700.00", None, owner_id=ann, **own)
    add_ticket(database, "open", datetime(2024, 3, 1), owner_id=cleo, **own)
    add_ticket(database, "resolved", datetime(2024, 3, 2), datetime(2024, 3, 2, 10), owner_id=cleo, **own)
    _load(database)
    refresh_up_to(database, LAST_DAY)
    staff = {"sales_manager": ben, "sales": ann, "service": cleo}
    for role in ROLES:
        add_person(database, role, staff.get(role))


def add_person(database: Database, role: str, staff_id: int | None = None) -> int:
    """A sign-in of a role; returns its key."""
    users.add(database, email_of(role), role, is_demo=True)
    user_id = users.id_of(database, email_of(role))
    users.set_staff(database, user_id, staff_id)
    return user_id


def _account(database: Database, name: str, owner: int) -> int:
    return add(database, "account", name=name, owner_id=owner, since_on=date(2024, 1, 9), batch_id=1, record_number=1)


def _deal(database: Database, code: str, amount: str, closed_on: date | None, **values: object) -> None:
    begun = date(2024, 2, 1)
    values = {"currency": "USD", "batch_id": 1, "record_number": 5} | values
    deal = add_deal(database, code, amount, begun_on=begun, closed_on=closed_on, **values)
    add_event(database, deal, 1, "engaging", amount, datetime(2024, 2, 1), owner_id=values["owner_id"])
    if closed_on:
        closed_at = datetime.combine(closed_on, datetime.min.time())
        add_event(database, deal, 2, code, amount, closed_at, owner_id=values["owner_id"])


def _load(database: Database) -> None:
    """Load 1: a file of three records, and one of six of which one was refused."""
    at = datetime(2024, 3, 31, 8, 30)
    with database.cursor() as cursor:
        cursor.run("insert into landing.batch (started_at, applied_at, is_history) values ($at, $at, true)", at=at)
        for position, file, name, first, counts in (
            (1, "accounts.csv", "account", 1, (3, 3, 0, 0, 0, 0)),
            (2, "deals.csv", "opportunity", 4, (6, 4, 0, 0, 1, 1)),
        ):
            cursor.run(
                "insert into landing.file values ($batch, $position, $file, null, 'hash', 'kept', 'layout', '{}', "
                "false, $object, 'crm', $first, $c0, $c1, $c2, $c3, $c4, $c5, 0, '{}', '{}')",
                batch=1,
                position=position,
                file=file,
                object=name,
                first=first,
                **{f"c{index}": count for index, count in enumerate(counts)},
            )
        cursor.run("insert into landing.reject values (1, 9, false, 'close_value', '12x', 'unreadable', null)")
    database.touch(["landing.batch", "landing.file", "landing.reject"])
