"""When the days of a zone begin, also where its clock leaps at midnight."""

from datetime import date, datetime, timedelta

import pytest

from crm import clock
from crm.db import Database


@pytest.mark.parametrize(
    ("zone", "day", "begin", "hours"),
    [
        ("UTC", date(2025, 3, 1), datetime(2025, 3, 1), 24),
        ("Asia/Shanghai", date(2025, 3, 1), datetime(2025, 2, 28, 16), 24),
        ("Europe/Berlin", date(2025, 3, 30), datetime(2025, 3, 29, 23), 23),
        ("Europe/Berlin", date(2025, 10, 26), datetime(2025, 10, 25, 22), 25),
        ("America/Havana", date(2025, 3, 9), datetime(2025, 3, 9, 5), 23),  # 0:00 becomes 1:00
        ("Asia/Beirut", date(2025, 10, 25), datetime(2025, 10, 24, 21), 25),  # 24:00 becomes 23:00
    ],
)
def test_a_day_begins_and_ends(zone: str, day: date, begin: datetime, hours: int, database: Database) -> None:
    found, end = clock.begin_of(day, zone), clock.end_of(day, zone)
    assert found == begin
    assert end == begin + timedelta(hours=hours)
    with database.cursor() as cursor:  # as the engine tells the day of a moment
        days = [
            cursor.value(
                "select cast(($moment at time zone 'UTC') at time zone $zone as date)", moment=moment, zone=zone
            )
            for moment in (begin - timedelta(seconds=1), begin, end - timedelta(seconds=1), end)
        ]
    assert days == [day - timedelta(days=1), day, day, day + timedelta(days=1)]


def test_no_day_has_no_moment() -> None:
    assert clock.begin_of(None, "UTC") is None
    assert clock.end_of(None, "UTC") is None
