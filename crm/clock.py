"""What day it is for the company: asked at the edge only, and handed on from there."""

from datetime import date
from pathlib import Path

from crm import db, sql
from crm.db import Cursor

_statement = sql.room(Path(__file__).parent / "statements" / "clock")


def today(cursor: Cursor) -> date:
    """The day on which the company's clock stands, else the day in its time zone."""
    day: date = cursor.value(_statement("today"), now=db.now())
    return day
