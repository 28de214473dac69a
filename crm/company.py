"""What the company counts by: its name and currency, the zone of its days, its working hours and its targets."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import time
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from babel.core import get_global

from crm import ownership, queries, sql
from crm.access import Viewer
from crm.db import Cursor, Database, now
from crm.errors import InvalidRecord, StaleRecord

_statement = sql.room(Path(__file__).parent / "statements" / "company")
_keep_edit = sql.room(Path(__file__).parent / "statements" / "record")("keep_edit")
PRIORITIES = ("urgent", "high", "medium", "low")
LONGEST_NAME = 100
LONGEST_SILENCE = 364
"""Days; after 365 an account is no customer any more."""
LEAST_HOURS, MOST_HOURS = Decimal("0.25"), 9999
CENT = Decimal("0.01")
COUNTED_BY = ("currency", "time_zone", "silent_after_days")
"""Settings after whose change the marts are counted anew."""
TOUCHES = ("ops.company", "ops.service_target", "history.edit", ownership.TOUCHED)
REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@dataclass(frozen=True)
class Company:
    """The settings, as columns of `ops.company` and hours by priority."""

    name: str | None
    currency: str | None
    """ISO 4217; None until a load or an administrator sets it."""
    time_zone: str
    silent_after_days: int | None
    """None lets the refresh find it."""
    work_days: tuple[int, ...]
    """1 for Monday to 7 for Sunday."""
    work_begins: time
    work_ends: time
    hours_urgent: Decimal
    """Working hours within which a ticket of that priority is to be solved."""
    hours_high: Decimal
    hours_medium: Decimal
    hours_low: Decimal


@cache
def zones() -> tuple[str, ...]:
    """The time zones that a company may have: UTC and those of places."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in REGIONS))


@cache
def currencies() -> tuple[str, ...]:
    """The codes of money that is legal tender somewhere."""
    found = {
        code
        for known in get_global("territory_currencies").values()
        for code, _begin, end, is_tender in known
        if is_tender and end is None
    }
    return tuple(sorted(found))


def read(database: Database, viewer: Viewer) -> Company:
    """The settings as they stand."""
    found = queries.query(database, viewer, "company/settings").row(0, named=True)
    return Company(**found | {"work_days": tuple(found["work_days"])})


def change(database: Database, viewer: Viewer, before: Company, after: Company) -> tuple[str, ...]:
    """Change the settings that differ from those that were read; which these are, none where nothing differs.

    What marts count by has them counted anew. Raises NotAllowed, InvalidRecord for what a company cannot have,
    and StaleRecord where somebody changed the same setting meanwhile; then nothing is changed.
    """
    viewer.require("edit", "company")
    _check(before, after)
    changed = _different(before, _tidy(after))
    if not changed:
        return ()

    def write(cursor: Cursor) -> None:
        if "time_zone" in changed:
            _check_loads(cursor, before.time_zone)
        version = int(cursor.value(_statement("next_version")))
        for name, (old, new) in changed.items():
            _set(cursor, name, old, new)
            cursor.run(
                _keep_edit,
                object="company",
                id=1,
                field=name,
                before=_as_text(old),
                after=_as_text(new),
                version=version,
                now=now(),
                user_id=viewer.user_id,
                is_held=True,
                action_id=None,
            )
        if changed.keys() & set(COUNTED_BY):
            ownership.touch(cursor, "(select null::bigint as id)")

    database.write(write, touches=TOUCHES)
    return tuple(changed)


def _different(before: Company, after: Company) -> Mapping[str, tuple[object, object]]:
    old, new = asdict(before), asdict(after)
    return {
        field.name: (old[field.name], new[field.name])
        for field in fields(Company)
        if old[field.name] != new[field.name]
    }


def _set(cursor: Cursor, name: str, old: object, new: object) -> None:
    if name.startswith("hours_"):
        text, values = _statement("set_hours"), {"priority": name.removeprefix("hours_")}
    else:
        text, values = _statement("set_field", field=name), {}
    if not cursor.rows(text, before=_bound(old), after=_bound(new), **values):
        raise StaleRecord(
            "Somebody changed the company's settings meanwhile. Look at them again and repeat your change."
        )


def _check_loads(cursor: Cursor, zone: str) -> None:
    """What was read in the zone stays in it: the same file would say other times afterwards."""
    count = int(cursor.value(_statement("count_read_in_zone"), zone=zone))
    if count:
        raise InvalidRecord(
            "What stands was read in the time zone {zone}, by {count} loads. Take them back, change the time zone, "
            "and load them again.",
            count=count,
            zone=zone,
        )


def _tidy(wanted: Company) -> Company:
    """The settings as they are stored."""
    hours = {f"hours_{priority}": getattr(wanted, f"hours_{priority}") for priority in PRIORITIES}
    return replace(
        wanted,
        name=wanted.name and wanted.name.strip(),
        work_days=tuple(sorted(set(wanted.work_days))),
        **{name: value.quantize(CENT) for name, value in hours.items()},
    )


def _bound(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _as_text(value: object) -> str | None:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return None if value is None else str(value)


def _check(before: Company, after: Company) -> None:
    name = after.name
    if name is not None and not (0 < len(name.strip()) <= LONGEST_NAME and name.isprintable()):
        raise InvalidRecord("The company's name has 1 to {most} characters.", most=LONGEST_NAME)
    if after.currency != before.currency and before.currency is not None:
        raise InvalidRecord("The company counts in {currency} already, and that stays.", currency=before.currency)
    if after.currency is not None and after.currency not in (before.currency, *currencies()):
        raise InvalidRecord("{currency} is no currency. Choose one like EUR or CNY.", currency=after.currency)
    if after.time_zone not in (before.time_zone, *zones()):
        raise InvalidRecord("{zone} is no time zone. Choose one like Europe/Berlin.", zone=after.time_zone)
    if after.silent_after_days is not None and not 1 <= after.silent_after_days <= LONGEST_SILENCE:
        raise InvalidRecord("A customer is silent after 1 to {most} days.", most=LONGEST_SILENCE)
    _check_calendar(after)


def _check_calendar(after: Company) -> None:
    if not after.work_days or not set(after.work_days) <= set(range(1, 8)):
        raise InvalidRecord("A week has at least one working day.")
    if after.work_begins >= after.work_ends:
        raise InvalidRecord("A working day ends after it begins. Choose a later end.")
    hours = [getattr(after, f"hours_{priority}") for priority in PRIORITIES]
    if not all(value.is_finite() and LEAST_HOURS <= value <= MOST_HOURS for value in hours):
        raise InvalidRecord(
            "A ticket is to be solved within {least} to {most} hours.", least=LEAST_HOURS, most=MOST_HOURS
        )
