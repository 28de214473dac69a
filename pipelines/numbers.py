"""Numbers as people write them: `$22,700.00`, `(1,200)`, `1.234,56 €`, `3.5万`.

Which mark parts the decimals is decided for a column over the whole file; a text that has no meaning
under that decision, or more than one, is none.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from babel.numbers import list_currencies

from crm.sql import literal

SIGNS = ("US$", "HK$", "NT$", "A$", "C$", "S$", "R$", *"$€£¥₹₩₽₺₫฿₴₪", "RMB", "元", "人民币", "Kč", "zł", "kr.", "kr")
UNITS = {"k": 3, "K": 3, "M": 6, "千": 3, "万": 4, "萬": 4, "百万": 6, "千万": 7, "亿": 8, "億": 8, "万亿": 12}
PARTS = ("open", "before", "money", "sign", "body", "power", "unit", "currency", "after", "close")
ANY = r"[\d.,]*\d(?:[ ']\d{3})*(?:[.,]\d*)?"
"""A body by whatever marks."""
GROUPS = (" ", "'")
"""Marks between thousands that can be nothing else."""


@lru_cache(maxsize=1)
def _currencies() -> str:
    """All signs and codes of money, as a list in SQL."""
    return ", ".join(map(literal, sorted({sign.upper() for sign in SIGNS} | set(list_currencies()))))


def _grouped(mark: str, least: int = 1) -> str:
    return rf"\d{{1,3}}(?:{_quoted(mark)}\d{{3}}){{{least},}}"


def _quoted(mark: str) -> str:
    return rf"\{mark}" if mark == "." else mark


def _body(decimal: str) -> str:
    """Digits with at most one kind of mark between thousands."""
    mark, other = _quoted(decimal), "." if decimal == "," else ","
    whole = "|".join(_grouped(group) for group in (other, *GROUPS))
    return rf"(?:{whole})(?:{mark}\d+)?|\d*{mark}\d+|\d+{mark}?"


def _pattern(body: str) -> str:
    units = "|".join(sorted(UNITS, key=len, reverse=True))
    money = "|".join(re.escape(sign) for sign in SIGNS) + "|[A-Za-z]{3}"
    return (
        rf"^(\()? ?([-+])? ?({money})? ?([-+])? ?({body})([eE][-+]?\d+)? ?({units})?"
        rf" ?({money})?(-)?(\))?$"
    )


def _parts(text: str, body: str) -> str:
    names = ", ".join(literal(part) for part in PARTS)
    return f"regexp_extract({text}, {literal(_pattern(body))}, [{names}])"


def _certain(decimal: str) -> str:
    """Bodies in which the mark can only part the decimals."""
    mark, other = _quoted(decimal), "." if decimal == "," else ","
    return (
        rf"{_grouped(other)}{mark}\d+|{_grouped(other, 2)}|(?:{_grouped(' ')}|{_grouped(chr(39))}){mark}\d+"
        rf"|\d*{mark}(?:\d{{1,2}}|\d{{4,}})|(?:0\d*|\d{{4,}})?{mark}\d{{3}}"
    )


def _either(mark: str) -> str:
    """Bodies in which the mark parts decimals or thousands."""
    return rf"[1-9]\d{{0,2}}{_quoted(mark)}\d{{3}}"


def counts(folded: str) -> dict[str, str]:
    """Slots of the statement `number_forms`: the body of a number, and tests for what it shows."""
    return {
        "parts": _parts(folded, ANY),
        "body": "parts['body']",
        "currency": "coalesce(nullif(parts['money'], ''), nullif(parts['currency'], ''))",
        "is_currency": f"upper(currency) in ({_currencies()})",
        "is_comma": f"regexp_full_match(body, {literal(_certain(','))})",
        "is_point": f"regexp_full_match(body, {literal(_certain('.'))})",
        "is_either": f"regexp_full_match(body, {literal(_either(',') + '|' + _either('.'))})",
    }


@dataclass(frozen=True)
class Evidence:
    """What a column's numbers show: how many are certain of a comma or a point, and how many could be either."""

    comma: int = 0
    point: int = 0
    either: int = 0
    known: str | None = None
    """The mark before the decimals, where it was decided before."""

    @property
    def decimal(self) -> str | None:
        """The mark before the decimals; None where nothing decides."""
        if self.known:
            return self.known
        if not (self.comma or self.point):
            return None
        return "," if self.comma > self.point else "."


def value(text: str, folded: str, kind: str, decimal: str, has_odd: bool) -> str:
    """The number in a text; null where it has another form than one of these."""
    plain = f"try_cast({text} as {kind})"
    if decimal == "." and not has_odd:
        return plain
    understood = f"try_cast({_understood(folded, decimal)} as {kind})"
    return understood if decimal == "," else f"coalesce({plain}, {understood})"


def _understood(text: str, decimal: str) -> str:
    """The number as the engine writes it: one sign, a point, a power of ten."""
    part = _parts(text, _body(decimal))
    other = "." if decimal == "," else ","
    digits = f"p['body'], {literal(other)}, ''), ' ', ''), '''', ''), {literal(decimal)}, '.'"
    powers = " ".join(f"when {literal(unit)} then 'e{power}'" for unit, power in UNITS.items())
    return (
        f"list_transform([{part}], lambda p: case when p['body'] <> '' "
        "and (p['open'] = '') = (p['close'] = '') "
        "and strlen(concat(p['open'], p['before'], p['sign'], p['after'])) <= 1 "
        f"and upper(p['money'] || p['currency']) in ('', {_currencies()}) and (p['power'] = '' or p['unit'] = '') "
        "then concat(case when p['open'] || p['before'] || p['sign'] || p['after'] in ('', '+') then '' else '-' end, "
        f"replace(replace(replace(replace({digits}), p['power'], case p['unit'] {powers} else '' end) end)[1]"
    )
