"""What day it is for the company, asked at the edge only and handed on from there, and when its days begin."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crm import db, sql
from crm.db import Cursor

_statement = sql.room(Path(__file__).parent / "statements" / "clock")


def today(cursor: Cursor) -> date:
    """The day on which the company's clock stands, else the day in its time zone."""
    day: date = cursor.value(_statement("today"), now=db.now())
    return day


def begin_of(day: date | None, zone: str) -> datetime | None:
    """The moment (UTC) at which a day begins in a zone; where its clock skips midnight, that of the leap."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None) if day else None


def end_of(day: date | None, zone: str) -> datetime | None:
    """The moment (UTC) at which a day is over in a zone."""
    return begin_of(day + timedelta(days=1), zone) if day else None
