"""Rows for tests, written into core without a load."""

from datetime import date, datetime
from itertools import count

from crm import ownership
from crm.db import Database
from pipelines.refresh import refresh

MADE_AT = datetime(2020, 1, 1)
_line_ids = count(1)


def add(database: Database, table: str, **values: object) -> int:
    """Insert a row into core; the columns that every record has are filled in. Returns its id."""
    if table not in ("opportunity_event", "order_line", "ticket_event", "stage"):
        values = {"created_at": MADE_AT, "updated_at": MADE_AT, "version": 1} | values
    names = ", ".join(values)
    places = ", ".join(f"${name}" for name in values)
    returning = "" if table == "opportunity_event" else " returning id"
    with database.cursor() as cursor:
        added = cursor.rows(f"insert into core.{table} ({names}) values ({places}){returning}", **values)
    database.touch([f"core.{table}"])
    return int(added[0][0])


def add_order(database: Database, moment: datetime, *amounts: str | None, **values: object) -> int:
    """An order with a line for each amount, of quantity one; a negative amount came back, None has no rate."""
    order_id = add(database, "sales_order", ordered_at=moment, **values)
    shared = {name: values[name] for name in ("account_id", "account_owner_id") if name in values}
    for amount in amounts:
        add_line(database, order_id, moment, amount, **shared)
    return order_id


def add_line(database: Database, order_id: int, moment: datetime, amount: str | None, **values: object) -> int:
    """A line of an order."""
    line_id = next(_line_ids)
    is_return = (amount or "").startswith("-")
    values = {
        "id": line_id,
        "order_id": order_id,
        "happened_at": moment,
        "quantity": -1 if is_return else 1,
        "unit_price": (amount or "100").lstrip("-"),
        "currency": None if amount else "XXX",
        "is_return": is_return,
        "is_possible_repeat": False,
        "row_hash": line_id,
        "batch_id": 1,
        "file_position": 1,
        "record_number": line_id,
    } | values
    return add(database, "order_line", **values)


def stage(database: Database, code: str) -> int:
    """The key of a stage of the pipeline `sales`."""
    with database.cursor() as cursor:
        return int(cursor.value("select id from core.stage where code = $code", code=code))


def add_deal(database: Database, code: str, amount: str | None = None, **values: object) -> int:
    """A deal in a stage, without event."""
    money = {"amount": amount, "amount_company": amount}
    values = {"name": f"{code} deal"} | money | values
    return add(database, "opportunity", stage_id=stage(database, code), **values)


def add_event(
    database: Database,
    deal: int,
    sequence: int,
    code: str | None,
    amount: str | None,
    moment: datetime | None,
    **values: object,
) -> None:
    """The state of a deal after an event."""
    stage_id = stage(database, code) if code else None
    add(
        database, "opportunity_event", opportunity_id=deal, sequence=sequence, happened_at=moment, known_at=MADE_AT,
        stage_id=stage_id, amount=amount, amount_company=amount, **values,
    )  # fmt: skip
    with database.cursor() as cursor:
        ownership.settle_events(cursor, f"({deal})")


def add_ticket(
    database: Database, status: str, opened: datetime | None, resolved: datetime | None = None, **values: object
) -> int:
    """A ticket."""
    return add(database, "ticket", subject="Help", status=status, opened_at=opened, resolved_at=resolved, **values)


def set_company(database: Database, **values: object) -> None:
    """Change how the company counts."""
    with database.cursor() as cursor:
        for name, value in values.items():
            cursor.run(f"update ops.company set {name} = $value", value=value)
    database.touch(["ops.company"])


def refresh_up_to(database: Database, day: date = date(2030, 1, 1)) -> None:
    """Fill the marts."""
    refresh(database, as_of=day)
