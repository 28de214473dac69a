"""Accounts that exist twice, as somebody entered them again under a differently spelled name."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.accounts import Accounts
from data.demo.days import DAY, Array, Days
from data.demo.places import CHINESE, PLACES
from data.demo.settings import Plan

MANNERS = ("upper case", "no suffix", "swapped words", "no accents", "full width", "spaces")
SHARE_ORDERS = 0.3
"""Share of the later orders of an account that go to its second entry."""
ACCENTS = {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "Ä": "A", "Ö": "O", "Ü": "U", "é": "e", "è": "e"}
FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"}


@dataclass(frozen=True)
class Duplicates:
    """Second entries, and the numbers that all entries have in the files."""

    of: Array
    """(duplicates,) account that each is."""
    since: Array
    manner: Array
    """How the name differs: position in MANNERS."""
    name: pl.Series
    phone: pl.Series
    number: Array
    """(accounts,) number of each account, from 1, in the order in which they were entered."""
    own_number: Array
    """(duplicates,) number of each second entry."""


def duplicate(plan: Plan, days: Days, accounts: Accounts) -> Duplicates:
    """Enter some accounts again."""
    random = plan.random("duplicates")
    old_enough = np.flatnonzero(accounts.since < days.count - 90)
    wanted = min(round(plan.accounts * plan.share_duplicates), len(old_enough))
    of = np.sort(random.choice(old_enough, wanted, replace=False))
    first = np.maximum(accounts.since[of], 0) + 20
    since = first + (random.random(wanted) * (days.count - 5 - first)).astype(np.int32)
    manner = random.integers(0, len(MANNERS), wanted)
    entered = np.argsort(np.concatenate([accounts.since, since]), kind="stable")
    numbers = np.empty(len(entered), np.int64)
    numbers[entered] = np.arange(1, len(entered) + 1)
    phone = accounts.phone.gather(of).str.replace_all(" ", "").str.replace("+", "00", literal=True)
    name = _spelled(accounts, of, manner)
    return Duplicates(of, since, manner, name, phone, numbers[: accounts.count], numbers[accounts.count :])


def _spelled(accounts: Accounts, of: Array, manner: Array) -> pl.Series:
    """The names, each in another manner; where one changes nothing, in capitals or with a space within."""
    frame = accounts.name[of].with_columns(
        manner=pl.Series(manner),
        is_chinese=pl.Series(accounts.language[of] == CHINESE),
        town=pl.Series([PLACES[place][2] for place in accounts.place[of].tolist()], dtype=pl.String),
    )
    name, is_company, is_chinese = pl.col("name"), pl.col("brand").is_not_null(), pl.col("is_chinese")
    parted = pl.concat_str(name.str.slice(0, 1), pl.lit(" "), name.str.slice(1))
    swapped = (
        pl.when(is_company & is_chinese)
        .then(pl.concat_str("brand", "trade", pl.lit("（"), "town", pl.lit("）")))
        .when(is_company)
        .then(pl.concat_str("trade", "brand", "suffix", separator=" "))
        .when(is_chinese)
        .then(parted)
        .otherwise(name.str.replace(r"^(\S+) (.+)$", "$2, $1"))
    )
    without = pl.when(is_company).then(name.str.strip_suffix(pl.col("suffix")).str.strip_chars()).otherwise(name)
    spellings = (
        name.str.to_uppercase(), without, swapped, name.str.replace_many(ACCENTS), name.str.replace_many(FULL_WIDTH),
        pl.when(is_chinese).then(parted).otherwise(name.str.replace_all(" ", "  ")),
    )  # fmt: skip
    chosen = pl.coalesce([pl.when(pl.col("manner") == number).then(text) for number, text in enumerate(spellings)])
    frame = frame.select("name", is_chinese, chosen=chosen, parted=parted)
    changed = pl.when(pl.col("chosen") != name).then("chosen")
    return frame.select(changed.when(is_chinese).then("parted").otherwise(name.str.to_uppercase())).to_series()


def numbers_of_orders(plan: Plan, accounts: Accounts, duplicates: Duplicates, account: Array, at: Array) -> Array:
    """(orders,) number of the account that stands on each: that of its second entry on some, once there is one."""
    random = plan.random("orders of duplicates")
    entry = np.full(accounts.count, -1, np.int32)
    entry[duplicates.of] = np.arange(len(duplicates.of))
    numbers = duplicates.number[account].astype(np.int32)
    twice = np.flatnonzero(entry[account] >= 0)
    there = entry[account[twice]]
    moved = (at[twice] > (duplicates.since[there] + 1) * DAY) & (random.random(len(twice)) < SHARE_ORDERS)
    numbers[twice[moved]] = duplicates.own_number[there[moved]]
    return numbers
