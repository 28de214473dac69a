"""When accounts order, and how: a rate of their own, the season of what they like, leaving that shows before.

An account of class c and rate r orders at r × busy[c, day] / mean days of a month on a day, from when it came until it
leaves; in its last FADE_DAYS its orders become fewer and fewer.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from data.demo import tastes
from data.demo.accounts import Accounts
from data.demo.days import DAY, NEVER, WEEK, Array, Days, in_hours
from data.demo.lives import Lives
from data.demo.settings import Plan
from data.demo.text import LARGE, chosen, keys

MONTH_DAYS = 30.4375
GROWTH = 0.03
"""Growth a year of how often everybody orders."""
FADE_DAYS, FADE_TO = 60, 0.25
"""Before it leaves, an account's orders fade over so many days to that share of what they were."""
SHARE_FIRST_ORDER, FIRST_ORDER_DAYS = 0.9, 9
"""Share of the accounts that come with an order, and after how many days it comes in the mean."""
SHARE_CANCELLED = 0.01
SHARE_USUAL_CHANNEL = 0.85
PACKING_DAYS = 3
"""Orders of the last days are placed, but not yet shipped."""
USUAL, CAMPAIGN, FOLLOW_UP = range(3)
"""Causes of an order."""


@dataclass(frozen=True)
class Orders:
    """Orders by when they were placed; arrays have one entry for each."""

    account: Array
    at: Array
    """Second."""
    cause: Array
    """USUAL, CAMPAIGN or FOLLOW_UP."""
    reason: Array
    """Position of the campaign or the pair that caused it; -1 for USUAL."""
    channel: Array
    is_cancelled: Array
    discount: Array
    """Percent taken off all its prices."""

    @property
    def count(self) -> int:
        return len(self.account)

    def taken(self, which: Array) -> "Orders":
        """Some of the orders, in the order given."""
        return replace(self, **{name: column[which] for name, column in vars(self).items()})


def busy_days(days: Days) -> Array:
    """(classes, days) how much more than on a mean day a class orders."""
    week = WEEK / WEEK.mean()
    trend = (1 + GROWTH) ** (np.arange(days.count) / 365.25 - days.count / 365.25 / 2)
    found: Array = tastes.seasons()[:, days.month] * week[days.weekday] * trend
    return found


def usual_orders(plan: Plan, days: Days, accounts: Accounts, lives: Lives) -> tuple[Array, Array]:
    """(account, second) of the orders that nothing but habit causes."""
    random = plan.random("buying")
    left = np.minimum(lives.left, days.end) / DAY
    busy = np.concatenate([np.zeros((len(tastes.CLASSES), 1)), np.cumsum(busy_days(days), axis=1)], axis=1)
    found = [_habit(random, busy[taste], accounts, np.flatnonzero(accounts.taste == taste), left)
             for taste in range(len(tastes.CLASSES))]  # fmt: skip
    account = np.concatenate([account for account, _ in found])
    day = np.concatenate([day for _, day in found])
    stays = random.random(len(day), dtype=np.float32) < fading(lives.left[account] / DAY - day)
    first, first_day = _first_orders(random, accounts)
    account, day = np.concatenate([account[stays], first]), np.concatenate([day[stays], first_day])
    at = day * DAY + in_hours(random, len(day))
    in_time = (at < lives.left[account]) & (day < days.count)
    return account[in_time].astype(np.int32), at[in_time].astype(np.int32)


def _habit(random: np.random.Generator, busy: Array, accounts: Accounts, of: Array, left: Array) -> tuple[Array, Array]:
    """(account, day) of orders of one class: a Poisson number over the busyness of its time, spread by it."""
    edges = np.arange(len(busy))
    begins = np.interp(np.maximum(accounts.since[of] + 1, 0), edges, busy)
    span = np.maximum(np.interp(left[of], edges, busy) - begins, 0)
    count = random.poisson(accounts.rate[of] / MONTH_DAYS * span)
    position = np.repeat(begins, count) + random.random(int(count.sum())) * np.repeat(span, count)
    day = np.searchsorted(busy, position, side="right") - 1
    return np.repeat(of, count), day.astype(np.int32)


def fading(days_left: Array) -> Array:
    """Share of its orders that an account still places so many days before it leaves."""
    shares: Array = np.clip(FADE_TO + (1 - FADE_TO) * days_left / FADE_DAYS, 0, 1)
    return shares


def _first_orders(random: np.random.Generator, accounts: Accounts) -> tuple[Array, Array]:
    """(account, day) of the order with which most new accounts come."""
    comes = np.flatnonzero((accounts.since >= 0) & (random.random(accounts.count) < SHARE_FIRST_ORDER))
    wait = 1 + random.exponential(FIRST_ORDER_DAYS, len(comes)).astype(np.int32)
    return comes, accounts.since[comes] + wait


def dressed(
    random: np.random.Generator, accounts: Accounts, account: Array, at: Array, cause: Array, reason: Array
) -> Orders:
    """Orders with all that stands on them, by when they were placed. What something caused is never cancelled."""
    by_time = np.argsort(at, kind="stable")
    account, at, cause, reason = account[by_time], at[by_time], cause[by_time], reason[by_time]
    count = len(account)
    channel = accounts.channel[account].astype(np.int8)
    strays = np.flatnonzero(random.random(count, dtype=np.float32) >= SHARE_USUAL_CHANNEL)
    channel[strays] = chosen(random, (0.4, 0.25, 0.2, 0.15), len(strays))
    return Orders(
        account=account.astype(np.int32),
        at=at.astype(np.int32),
        cause=cause.astype(np.int8),
        reason=reason.astype(np.int8),
        channel=channel,
        is_cancelled=(random.random(count, dtype=np.float32) < SHARE_CANCELLED) & (cause == USUAL),
        discount=_discounts(random, accounts.is_discount_only[account]),
    )


def _discounts(random: np.random.Generator, is_discount_only: Array) -> Array:
    """(orders,) percent: some orders of everybody are cheaper, all orders of those who want it are."""
    draw = random.random(len(is_discount_only), dtype=np.float32)
    some = np.where(draw < 0.25, 5 * (1 + (draw * 12).astype(np.int8)), 0)
    found: Array = np.where(is_discount_only, 10 + 5 * (draw * 5).astype(np.int8), some).astype(np.int8)
    return found


def order_keys(positions: Array) -> pl.Series:
    return keys("SO", LARGE + positions, 7)


def joined(orders: Orders, others: Orders) -> tuple[Orders, Array, Array]:
    """Both by time, and where each of the first and of the second now stands."""
    columns = {name: np.concatenate([column, getattr(others, name)]) for name, column in vars(orders).items()}
    both = replace(orders, **columns)
    order = np.argsort(both.at, kind="stable")
    place = np.empty(both.count, np.int32)
    place[order] = np.arange(both.count, dtype=np.int32)
    return both.taken(order), place[: orders.count], place[orders.count :]


def last_before(count: int, account: Array, at: Array, moment: int) -> Array:
    """(accounts,) second of each account's last order before a moment; below everything where there is none."""
    is_before = at < moment
    latest = np.full(count, -NEVER, np.int32)
    np.maximum.at(latest, account[is_before], at[is_before])
    return latest
