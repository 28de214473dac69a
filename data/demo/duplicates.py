"""Accounts that exist twice, as somebody entered them again under a differently spelled name."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.accounts import Accounts
from data.demo.days import DAY, Array, Days
from data.demo.places import CHINESE, PLACES
from data.demo.settings import Plan

UPPER, SPACES = "upper case", "spaces"
MANNERS = (UPPER, "no suffix", "swapped words", "other letters", "full width", SPACES)
"""How the name of a second entry differs."""
SHARE_ORDERS = 0.3
"""Share of the later orders of an account that go to its second entry."""
LETTERS = dict(zip("äöüßÄÖÜ", "aousAOU", strict=True)) | dict(
    zip(
        "张陈刘杨赵黄吴孙马罗郑谢韩冯邓许吕苏卢蒋贾叶钟谭陆华丽伟艳军强云东长风乐远启户动场办",
        "張陳劉楊趙黃吳孫馬羅鄭謝韓馮鄧許呂蘇盧蔣賈葉鐘譚陸華麗偉艷軍強雲東長風樂遠啟戶動場辦",
        strict=True,
    )
)
"""Letters without their accents, and traditional characters."""
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
    name, manner = _spelled(accounts, of, manner)
    return Duplicates(of, since, manner, name, phone, numbers[: accounts.count], numbers[accounts.count :])


def _spelled(accounts: Accounts, of: Array, manner: Array) -> tuple[pl.Series, Array]:
    """The names, and the manner of each: another one than drawn where that one changes nothing."""
    frame = accounts.name[of].with_columns(
        is_chinese=pl.Series(accounts.language[of] == CHINESE),
        manner=pl.Series(manner),
        town=pl.Series([PLACES[place][2] for place in accounts.place[of].tolist()], dtype=pl.String),
    )
    ways = frame.select(pl.col("name"), pl.col("is_chinese"), pl.col("manner"), *_spellings())
    drawn = pl.coalesce([pl.when(pl.col("manner") == place).then(way) for place, way in enumerate(MANNERS)])
    otherwise = pl.when("is_chinese").then(pl.lit(MANNERS.index(SPACES))).otherwise(pl.lit(MANNERS.index(UPPER)))
    kept = pl.when(drawn != pl.col("name")).then("manner").otherwise(otherwise).cast(pl.Int64)
    ways = ways.with_columns(manner=kept)
    return ways.select(drawn).to_series(), ways["manner"].to_numpy()


def _spellings() -> list[pl.Expr]:
    """The name in each of MANNERS. Chinese has no capitals, nothing to be written in full width, and blanks where a
    part begins."""
    name, is_company, is_chinese = pl.col("name"), pl.col("brand").is_not_null(), pl.col("is_chinese")
    bare = pl.when(is_company).then(name.str.strip_suffix(pl.col("suffix")).str.strip_chars()).otherwise(name)
    family_first = name.str.replace(r"^(\S+) (.+)$", "$2, $1")
    in_town = pl.format("{}{}（{}）", "brand", "trade", "town")
    turned = pl.when(is_chinese).then(in_town).otherwise(pl.concat_str("trade", "brand", "suffix", separator=" "))
    parted = pl.when(is_company).then(pl.format("{} {}", bare, "suffix")).otherwise(name.str.replace("^(.)", "$1 "))
    spellings = {
        UPPER: name.str.to_uppercase(),
        "no suffix": bare,
        "swapped words": pl.when(is_company).then(turned).otherwise(family_first),
        "other letters": name.str.replace_many(LETTERS),
        "full width": name.str.replace_many(FULL_WIDTH),
        SPACES: pl.when(is_chinese).then(parted).otherwise(name.str.replace_all(" ", "  ")),
    }
    return [spellings[manner].alias(manner) for manner in MANNERS]


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
