"""Dates and times as people write them; whether the day or the month stands first is decided for a whole column."""

from collections.abc import Callable
from dataclasses import dataclass

from crm.sql import literal

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
CHINESE_MONTHS = ("十二", "十一", "十", "一", "二", "三", "四", "五", "六", "七", "八", "九")
CHINESE_NUMBERS = (12, 11, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9)

ZONED = r"\d:\d\d(:\d\d(\.\d+)?)? ?[A-Za-z+-]"
"""A time with something behind it: its zone. The engine would drop that without a word."""
WITH_ZONE = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([zZ]|[+-]\d\d:?\d\d)$"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
_ZONE = r" ?(?:[zZ]|UTC|GMT|[+-]\d{2}(?::?\d{2})?|[A-Z][A-Za-z_]+/[A-Za-z_/+-]+)"
"""Letters such as CST or IST mean several zones, so that they are none."""
_REST = rf"(?:[T ]+({_CLOCK}(?: ?[aApP][mM]|{_ZONE})?))?$"
_BETWEEN = r"(?:/|-|\. ?)"
_MONTH = "|".join([rf"{name}|{name[:3]}" for name in MONTHS] + ["sept"])
YEAR_FIRST = rf"^(\d{{4}})(?:/|-|\. ?|年) ?(\d{{1,2}})(?:/|-|\. ?|月) ?(\d{{1,2}})[日号]?{_REST.replace('+', '*', 1)}"
YEAR_LAST = rf"^(\d{{1,2}}){_BETWEEN}(\d{{1,2}}){_BETWEEN}(\d{{4}}){_REST}"
NAME_SECOND = rf"(?i)^(\d{{1,2}})[ ./-]*({_MONTH})[ ./-]*(\d{{4}}){_REST}"
NAME_FIRST = rf"(?i)^({_MONTH})[ ./-]*(\d{{1,2}})[ /-]+(\d{{4}}){_REST}"
NAME_THIRD = rf"(?i)^(\d{{4}})[ ./-]*({_MONTH})[ ./-]*(\d{{1,2}}){_REST}"
CHINESE_SECOND = rf"^(\d{{1,2}})[ -]?(\d{{1,2}})月[ -]?(\d{{4}}){_REST}"
DIGITS = r"^(\d{4})(\d{2})(\d{2})$"
ALL_DIGITS = r"^(\d{4})(\d{2})(\d{2})[T ]?(\d{2}):?(\d{2}):?(\d{2})(Z?)$"
BARE = r"[\d/:. -]+"
"""A text without words."""
SERIAL = r"^\d{5}(\.\d+)?$"
"""Days since 1899-12-30, as spreadsheets count them: from 1927 to 2173."""
TICKS = {r"^\d{10}(\.\d+)?$": 1, r"^\d{13}$": 1000}
"""Form of a time since 1970 → ticks a second."""


def plain_day(text: str) -> str:
    """The day in a text such as 2024-01-05; null for all that is longer."""
    return f"case when strlen({text}) <= 10 then try_cast({text} as date) end"


def plain_moment(text: str) -> str:
    """The time in a text such as 2024-01-05 10:00; null where it says a zone."""
    has_tail = f"strlen({text}) > 10 and regexp_matches(right({text}, 6), '[A-Za-z+-]')"
    return f"case when not ({has_tail}) then try_cast({text} as timestamp) end"


def zoned_moment(text: str) -> str:
    """The time in a text such as 2024-01-05T10:00:00Z, in UTC."""
    return f"case when regexp_matches({text}, '{WITH_ZONE}') then timezone('UTC', try_cast({text} as timestamptz)) end"


ENGLISH = (
    (r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[, ]+", ""),
    (r"(?i)(\d)(?:st|nd|rd|th)\b", r"\1"),
    (r"(?i)([ap])\.m\.?$", r"\1m"),
)
CHINESE = (
    (r"[ (（]*(?:星期|周)[一二三四五六日天][)） ]*", " "),
    (r"(\d)(?:时|点)(\d{1,2})分(\d{1,2})秒", r"\1:\2:\3"),
    (r"(\d)(?:时|点)(\d{1,2})分?", r"\1:\2"),
    (r" *(?:上午|早上|凌晨) *(\d[\d:.]*)", r" \1 AM"),
    (r" *(?:下午|中午) *(\d[\d:.]*)", r" \1 PM"),
)
"""Words → how the patterns below know them."""


def _spelled(text: str, is_wide: bool) -> str:
    """The text in the words that the patterns below know."""
    bare = text
    if is_wide:
        for numeral, number in zip(CHINESE_MONTHS, CHINESE_NUMBERS, strict=True):
            text = f"replace({text}, '{numeral}月', '{number}月')"
    for pattern, instead in (*ENGLISH, *(CHINESE if is_wide else ())):
        text = f"regexp_replace({text}, {literal(pattern)}, {literal(instead)})"
    spelled = f"trim(regexp_replace({text}, '[, ]+', ' ', 'g'))"
    return f"case when regexp_full_match({bare}, '{BARE}') then {bare} else {spelled} end"


def canonical(text: str, is_day_first: bool, is_wide: bool) -> str:
    """The date in a text as year-month-day with the rest behind it; null where it has none of the forms."""
    by_pattern = {
        YEAR_FIRST: r"\1-\2-\3 \4",
        YEAR_LAST: r"\3-\2-\1 \4" if is_day_first else r"\3-\1-\2 \4",
        CHINESE_SECOND: r"\3-\2-\1 \4",
        DIGITS: r"\1-\2-\3 ",
        ALL_DIGITS: r"\1-\2-\3 \4:\5:\6\7",
    }
    cases = [
        f"when regexp_matches(said, {literal(form)}) then regexp_replace(said, {literal(form)}, {literal(order)})"
        for form, order in by_pattern.items()
    ]
    cases += [_named(NAME_SECOND, 3, 2, 1), _named(NAME_FIRST, 3, 1, 2), _named(NAME_THIRD, 1, 2, 3)]
    return f"rtrim(list_transform([{_spelled(text, is_wide)}], lambda said: case {' '.join(cases)} end)[1])"


def _named(form: str, year: int, month: int, day: int) -> str:
    part = {index: f"regexp_extract(said, {literal(form)}, {index})" for index in (1, 2, 3, 4)}
    names = ", ".join(literal(name[:3]) for name in MONTHS)
    number = f"list_position([{names}], lower(left({part[month]}, 3)))"
    date = f"concat({part[year]}, '-', {number}, '-', {part[day]}, ' ', {part[4]})"
    return f"when regexp_matches(said, {literal(form)}) then {date}"


def day(canonical: str) -> str:
    """The day of a canonical text."""
    return f"try_cast(split_part({canonical}, ' ', 1) as date)"


def moment(canonical: str, in_utc: Callable[[str], str]) -> str:
    """The time of a canonical text, in UTC: by the zone that it says itself, else by `in_utc` of its time."""
    offset = r"regexp_replace(said, ' ?([+-]\d{2}):?(\d{2})$', '\1:\2')"
    half = r"regexp_replace(upper(said), ' ?([AP])M$', ' \1M')"
    by_half = f"try_strptime({half}, ['%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S %p'])"
    cases = (
        f"when regexp_matches(said, '[apAP][mM]$') then {in_utc(by_half)} "
        f"when regexp_matches(said, '{ZONED}') then timezone('UTC', try_cast({offset} as timestamptz)) "
        f"else {in_utc('try_cast(said as timestamp)')}"
    )
    return f"list_transform([{canonical}], lambda said: case {cases} end)[1]"


def serial(text: str) -> str:
    """The time that a spreadsheet's number means, to the second."""
    seconds = f"to_seconds(round(try_cast({text} as double) * 86400)::bigint)"
    return f"case when regexp_matches({text}, '{SERIAL}') then timestamp '1899-12-30' + {seconds} end"


def since_1970(text: str, ticks: int) -> str:
    """The time, in UTC, of a count of seconds or of parts of them."""
    form = next(form for form, known in TICKS.items() if known == ticks)
    count = f"(try_cast({text} as decimal(20, 6)) * {1_000_000 // ticks})::bigint"
    return f"case when regexp_matches({text}, '{form}') then make_timestamp({count}) end"


def counts(folded: str, is_wide: bool) -> dict[str, str]:
    """Slots of the statement `date_forms`: the two numbers before the year, and tests for what a text shows."""
    return {
        "said": _spelled(folded, is_wide),
        "is_either": "first_number <= 12 and second_number <= 12 and first_number <> second_number",
        "first_number": f"try_cast(regexp_extract(said, {literal(YEAR_LAST)}, 1) as integer)",
        "second_number": f"try_cast(regexp_extract(said, {literal(YEAR_LAST)}, 2) as integer)",
        "is_slashed": "regexp_matches(said, '^\\d{1,2}/')",
        "is_serial": f"regexp_matches(said, '{SERIAL}')",
        "is_seconds": f"regexp_matches(said, '{next(iter(TICKS))}')",
        "is_ticks": f"regexp_matches(said, '{list(TICKS)[1]}')",
    }


@dataclass(frozen=True)
class Evidence:
    """What a column's dates show, each a number of values."""

    count: int = 0
    odd: int = 0
    """Those that the engine does not take as they stand."""
    day_first: int = 0
    month_first: int = 0
    either: int = 0
    slashed: int = 0
    """Of those that could be either."""
    serial: int = 0
    seconds: int = 0
    milliseconds: int = 0
    known: bool | None = None
    """Whether the day stands first, where it was decided before."""

    @property
    def is_day_first(self) -> bool | None:
        """Whether the day stands first; None where nothing decides."""
        if self.known is not None:
            return self.known
        if not (self.day_first or self.month_first):
            return None
        return self.day_first > self.month_first

    @property
    def usual(self) -> bool:
        """Whether the day stands first where nothing decides: with slashes the month does."""
        return self.slashed * 2 <= self.either

    @property
    def epoch(self) -> int | None:
        """Ticks a second where all values count from 1970."""
        if self.count and self.count in (self.seconds, self.milliseconds):
            return 1 if self.seconds else 1000
        return None
