"""Words that stand for something else: for nothing, for yes and no, for countries."""

import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml
from babel import Locale
from babel.core import get_global

NOTHING = ("NULL", "null", "None", "none", "NONE", "N/A", "n/a", "#N/A", "#n/a", "(null)", "<null>", "nil", "NIL",
           "nan", "NaN", "-", "--", "---", "—", "–", "无", "空", "暂无")  # fmt: skip
"""Texts that mean that there is none. As they stand: Null, Nan and Nil are names of people as well."""
NO_VALUE = tuple(sorted({word.lower() for word in NOTHING} | {"na", "n.a.", "(empty)", "(blank)"}))
"""The same for numbers, times, codes, yes and no, where nothing else can be meant; in lower case."""
FAILED = ("#REF!", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
"""What a spreadsheet shows where a formula failed: nobody is called so."""
YES = ("yes", "y", "true", "t", "1", "1.0", "on", "是", "对", "有", "真", "√", "✓")
NO = ("no", "n", "false", "f", "0", "0.0", "off", "否", "不是", "没有", "假", "×", "✗")
NO_COUNTRIES = frozenset(("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"))


def normal(text: str) -> str:
    """A header or word without case, width, accents, and all that is no letter or digit."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def country(text: str) -> str:
    """The English name of a country by any of its names or codes; a text that is none stays as it is."""
    return _countries().get(normal(text), text)


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Name or code without case and marks → English name."""
    own = yaml.safe_load((Path(__file__).parent / "countries.yaml").read_text(encoding="utf-8"))
    english = {code: name for code, name in Locale("en").territories.items() if _is_country(code)}
    names = english | own["names"]
    known: dict[str, str] = {}
    for code, name in names.items():
        for said in (code, english[code], name, *_chinese(code), *own["also"].get(code, ())):
            known.setdefault(normal(said), name)
    for alias, codes in get_global("territory_aliases").items():
        if len(codes) == 1 and codes[0] in names and alias.isalpha():
            known.setdefault(normal(alias), names[codes[0]])
    return known


def _is_country(code: str) -> bool:
    return code.isalpha() and code not in NO_COUNTRIES


def _chinese(code: str) -> list[str]:
    found = (Locale.parse(tag).territories.get(code) for tag in ("zh_Hans", "zh_Hant"))
    return [name for name in found if name]
