"""What a record can say: the one place that looks at values which a person gives, whichever way they come in.

Only what somebody gives is looked at: what a load accepted stays until it is touched. Values come as Python's own or as
texts, as cells and forms have them; both are read here, and what is stored is tidy: without control characters, without
space around it, and nothing instead of an empty text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from crm import company, custom_fields, lists, sql
from crm.db import Cursor, Database, now
from crm.errors import InvalidRecord
from crm.fields import REFERENCES

_statement = sql.room(Path(__file__).parent / "statements" / "rule")

LINE = 250
"""Letters of a text of one line."""
LONG = 20_000
"""Letters of a text that may have several."""
LONG_TEXTS = ("body", "comment", "description", "preferences", "result", "tags")
YEARS = (1900, 2199)
DAY_AHEAD = timedelta(days=1)
"""What happened may lie ahead of UTC's day by the zone of who says so."""
HAPPENED = ("answered_at", "closed_on", "done_at", "first_reply_at", "happened_at", "opened_at", "ordered_at",
            "resolved_at", "since_at")  # fmt: skip
"""Fields that tell of what was: they cannot lie ahead."""
NOT_NEGATIVE = ("amount", "cost", "list_price", "quantity", "unit_price")
BETWEEN = {"satisfaction": (1, 5), "score": (0, 10)}
IN_ORDER = {
    "campaign": (("begins_on", "ends_on"),),
    "opportunity": (("begun_on", "closed_on"),),
    "quote": (("issued_on", "expires_on"),),
    "ticket": (("opened_at", "first_reply_at"), ("opened_at", "resolved_at")),
}
"""Object → pairs of fields of which the second cannot be before the first."""

_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[+-]?\.\d+")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_WEB = re.compile(r"(?:https?://)?[^\s:/?#@]+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """What the table says of a field."""

    type: str
    is_needed: bool
    """It is never empty."""
    has_default: bool


def columns(database: Database, object_name: str) -> Mapping[str, Column]:
    """Name → column of an object."""
    return _columns(database, object_name, *database.versions((custom_fields.TABLE,)))


@lru_cache(maxsize=64)
def _columns(database: Database, object_name: str, _version: int) -> Mapping[str, Column]:
    """They stay until an admin makes a field."""
    with database.cursor() as cursor:
        rows = cursor.rows(_statement("columns"), object=object_name)
    return {name: Column(kind, bool(is_needed), bool(has_default)) for name, kind, is_needed, has_default in rows}


def tidy(name: str, value: object) -> object:
    """A value as it is stored: a text without control characters and space around it, None for one that is empty."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "\n\t" if name in LONG_TEXTS else ""
    text = "".join(sign if sign in kept or not _is_control(sign) else " " if sign.isspace() else "" for sign in text)
    return text.strip() or None


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")


def read(
    database: Database, object_name: str, values: Mapping[str, object], *, is_new: bool = False
) -> tuple[dict[str, object], dict[str, InvalidRecord]]:
    """(values as they are stored, field → what is wrong with it). A new record also lacks what has to be filled."""
    known = columns(database, object_name)
    tidied = {name: tidy(name, value) for name, value in values.items()}
    found: dict[str, object] = {}
    wrong: dict[str, InvalidRecord] = {}
    for name, value in tidied.items():
        try:
            found[name] = _read(object_name, name, known[name], value) if name in known else value
        except InvalidRecord as problem:
            wrong[name] = problem
    if is_new:
        missing = [name for name, each in known.items() if each.is_needed and not each.has_default]
        wrong |= {name: _needed(name) for name in missing if name not in tidied and name not in OF_WRITING}
    return found, wrong


OF_WRITING = ("id", "created_at", "updated_at", "version")


def check(
    database: Database, object_name: str, values: Mapping[str, object], *, is_new: bool = False
) -> dict[str, object]:
    """The values as they are stored. Raises InvalidRecord for the first that is wrong, which names its `field`."""
    found, wrong = read(database, object_name, values, is_new=is_new)
    for problem in wrong.values():
        raise problem
    return found


def check_rows(cursor: Cursor, object_name: str, names: Iterable[str], records: str) -> None:
    """Whether what was just written fits the rest of the records; `records` is a query of their ids.

    Raises InvalidRecord, which names the `field`, so that the transaction is rolled back.
    """
    given = set(names)
    for first, second in IN_ORDER.get(object_name, ()):
        if given & {first, second}:
            text = _statement("is_before", object=object_name, first=first, second=second, records=records)
            for earlier, later in cursor.rows(text):
                raise InvalidRecord(
                    "{field}: {value} is before {other}. It cannot be earlier.",
                    field=second if second in given else first,
                    value=later,
                    other=earlier,
                )
    if object_name == "opportunity" and given:
        for stage, field in cursor.rows(_statement("missing_of_stage", records=records)):
            if "stage_id" in given or field in given:
                raise InvalidRecord("{field}: a deal needs it in the stage {stage}.", field=field, stage=stage)


def implied(
    object_name: str, stands: Mapping[str, object], values: Mapping[str, object], *, today: date, closed: Iterable[int]
) -> dict[str, object]:
    """What follows from a new stage or status, where nothing else was given.

    A deal that is won or lost closed today, and a ticket that is solved was solved now; one that is open again has
    neither. `closed` names the stages in which a deal is won or lost.
    """
    if object_name == "opportunity" and values.get("stage_id") is not None:
        is_over = int(str(values["stage_id"])) in set(closed)
        dropped = () if is_over else ("closed_on", "lost_reason")
        return _implied(stands, values, {"closed_on": today} if is_over else {}, dropped)
    if object_name == "ticket" and values.get("status") is not None:
        is_over = values["status"] in ("resolved", "closed")
        return _implied(stands, values, {"resolved_at": now()} if is_over else {}, () if is_over else ("resolved_at",))
    return {}


def _implied(
    stands: Mapping[str, object], values: Mapping[str, object], filled: Mapping[str, object], dropped: Iterable[str]
) -> dict[str, object]:
    follows = {name: value for name, value in filled.items() if stands.get(name) is None}
    follows |= {name: None for name in dropped if stands.get(name) is not None}
    return {name: value for name, value in follows.items() if name not in values}


# Reading one value


def _needed(name: str) -> InvalidRecord:
    return InvalidRecord("{field}: a value is needed.", field=name)


def _read(object_name: str, name: str, column: Column, value: object) -> object:
    if value is None:
        if column.is_needed:
            raise _needed(name)
        return None
    kind = column.type.partition("(")[0]
    found = READERS.get(kind, _text)(name, column.type, value)
    codes = lists.definition(object_name).choices.get(name) if object_name in lists.NAMES else None
    if codes and found not in codes:
        raise InvalidRecord(
            "{field}: {value} is none of the values that it can have: {known}.",
            field=name,
            value=value,
            known=", ".join(codes),
        )
    return found


def _text(name: str, _type: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    most = LONG if name in LONG_TEXTS else LINE
    if len(value) > most:
        raise InvalidRecord(
            "{field}: this text has {count} letters, and {most} are the most. Shorten it.",
            field=name,
            count=len(value),
            most=most,
        )
    return FORMS[name](name, value) if name in FORMS else value


def _email(name: str, value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise InvalidRecord(
            "{field}: {value} is no e-mail address. Write it like name@example.com.", field=name, value=value
        )
    return value


def _web(name: str, value: str) -> str:
    if not _WEB.fullmatch(value):
        raise InvalidRecord("{field}: {value} is no web address. Write it like example.com.", field=name, value=value)
    return value


def _currency(name: str, value: str) -> str:
    if value.upper() not in company.currencies():
        raise InvalidRecord("{field}: {value} is no currency. Choose one like EUR or CNY.", field=name, value=value)
    return value.upper()


def _number(name: str, kind: str, value: object) -> object:
    number = _decimal(name, value)
    digits, places = map(int, kind.partition("(")[2].rstrip(")").split(",")) if "(" in kind else (18, 0)
    if name in NOT_NEGATIVE and number < 0:
        raise InvalidRecord("{field}: a number below zero makes no sense here.", field=name)
    least, most = BETWEEN.get(name, (None, None))
    if least is not None and most is not None and not least <= number <= most:
        raise InvalidRecord("{field}: it is between {least} and {most}.", field=name, least=least, most=most)
    if abs(number) >= Decimal(10) ** (digits - places):
        raise InvalidRecord("{field}: {value} is too large.", field=name, value=value)
    if number != round(number, places):
        raise InvalidRecord("{field}: at most {most} digits stand after the point.", field=name, most=places)
    return int(number) if not places else number


def _decimal(name: str, value: object) -> Decimal:
    try:
        if isinstance(value, str) and not _NUMBER.fullmatch(value.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")):
            raise InvalidOperation
        text = re.sub(r"[,\s]", "", str(value))
        number = Decimal(text)
        if not isinstance(value, bool) and number.is_finite():
            return number
    except InvalidOperation:
        pass
    raise InvalidRecord("{field}: {value} is no number. Write it like 1234.50.", field=name, value=value)


def _key(name: str, kind: str, value: object) -> object:
    if name not in REFERENCES:
        return _number(name, kind, value)
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        raise InvalidRecord("{field}: {value} is no number of a record. Choose one.", field=name, value=value)
    return int(text)


def _day(name: str, _type: str, value: object) -> object:
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise InvalidRecord("{field}: {value} is no day. Write it like 2026-03-31.", field=name, value=value) from None
    found = found.date() if isinstance(found, datetime) else found
    _check_time(name, found, value)
    return found


def _moment(name: str, _type: str, value: object) -> object:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise InvalidRecord(
            "{field}: {value} is no time. Write it like 2026-03-31 14:30.", field=name, value=value
        ) from None
    _check_time(name, found.date(), value)
    return found


def _check_time(name: str, day: date, value: object) -> None:
    least, most = YEARS
    if not least <= day.year <= most:
        raise InvalidRecord("{field}: {value} is not in the years {least} to {most}.",
                            field=name, value=value, least=least, most=most)  # fmt: skip
    if name in HAPPENED and day > now().date() + DAY_AHEAD:
        raise InvalidRecord("{field}: {value} is still to come.", field=name, value=value)


def _flag(name: str, _type: str, value: object) -> object:
    found = {"true": True, "false": False}.get(str(value).lower())
    if found is None:
        raise InvalidRecord("{field}: {value} is neither yes nor no.", field=name, value=value)
    return found


READERS: Mapping[str, Callable[[str, str, Any], object]] = {
    "BIGINT": _key,
    "BOOLEAN": _flag,
    "DATE": _day,
    "DECIMAL": _number,
    "INTEGER": _number,
    "TIMESTAMP": _moment,
}
"""Type of a column → what reads a value of it; anything else is a text."""

FORMS: Mapping[str, Callable[[str, str], str]] = {"currency": _currency, "email": _email, "website": _web}
"""Field → what looks at the form of its text."""
