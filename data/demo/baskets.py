"""What stands on the orders: products, quantities, prices; what follows from a purchase; what comes back.

A follow-up purchase is an order of its own. Accounts have it, or not, whatever else they buy, so that the purchases
without it are the other potential outcome:

    lift = P(B within 90 days after the first A) / P(B within 90 days after the first A, had no A caused anything)

over the accounts whose first A within the plan has 90 days behind it.
"""

from dataclasses import dataclass, replace

import numpy as np

from data.demo import catalogue as goods
from data.demo import tastes
from data.demo.accounts import Accounts
from data.demo.buying import FOLLOW_UP, PACKING_DAYS, Orders, dressed, joined
from data.demo.catalogue import FOLLOW_DAYS, PAIRS, Catalogue
from data.demo.days import DAY, NEVER, Array, Days, in_hours
from data.demo.lives import Lives
from data.demo.settings import Plan

LINES_MEAN = 1.95
"""Lines of an order beyond the first, in the mean, before what stands twice is dropped."""
SHARE_FAVOURITE = 0.4
"""Share of lines on which an account takes its favourite product of the category."""
SHARE_RETURNED = 0.03
RETURN_DAYS = (3, 30)
STEPS = 4096
"""Into how many equal chances a draw is divided."""
PIECE = 500_000
"""Orders that are filled at once: it bounds the memory."""


@dataclass(frozen=True)
class Lines:
    """Lines of orders by when they happened; arrays have one entry for each."""

    order: Array
    """Position of the order."""
    product: Array
    quantity: Array
    """Below 0 for goods that came back."""
    cents: Array
    """Price of one."""
    at: Array

    @property
    def count(self) -> int:
        return len(self.order)

    def taken(self, which: Array | slice) -> "Lines":
        return Lines(**{name: column[which] for name, column in vars(self).items()})


@dataclass(frozen=True)
class Pair:
    """What is true of a follow-up pair, on this seed."""

    bought: str
    followed: str
    planted: float
    accounts: int
    """Accounts whose first purchase has 90 days behind it."""
    with_effect: int
    """Of these, those with the follow-up within 90 days."""
    without_effect: int
    """The same in the world in which nothing was caused."""

    @property
    def realised(self) -> float:
        return self.with_effect / max(self.without_effect, 1)


def sell(
    plan: Plan, days: Days, accounts: Accounts, lives: Lives, catalogue: Catalogue, orders: Orders
) -> tuple[Orders, Lines, list[Pair]]:  # fmt: skip
    """Fill the orders, add those that follow, and let some goods come back."""
    random = plan.random("baskets")
    lines = filled(random, days, accounts, catalogue, orders)
    follow, category, pairs = follow_ups(plan.random("pairs"), days, accounts, lives, catalogue, orders, lines)
    more = _of_category(plan.random("follow-ups"), days, accounts, catalogue, follow, category)
    both, place, place_of_more = joined(orders, follow)
    sold = _joined(replace(lines, order=place[lines.order]), replace(more, order=place_of_more[more.order]))
    every = _joined(sold, returned(plan.random("returns"), days, both, sold))
    return both, every.taken(np.argsort(every.at, kind="stable")), pairs


def filled(random: np.random.Generator, days: Days, accounts: Accounts, catalogue: Catalogue, orders: Orders) -> Lines:
    """Lines for orders of any kind, by taste and season."""
    chances = _chances()
    pieces = []
    for first in range(0, orders.count, PIECE):
        some = np.arange(first, min(first + PIECE, orders.count), dtype=np.int32)
        order = np.repeat(some, 1 + _poisson_table(LINES_MEAN)[random.integers(0, STEPS, len(some))])
        account, day = orders.account[order], orders.at[order] // DAY
        row = accounts.taste[account] * 12 + days.month[day]
        product = chances[row * STEPS + random.integers(0, STEPS, len(order))]
        product = _with_favourites(random, catalogue, account, product)
        kept = ~_repeated(order, product)
        pieces.append(_priced(random, days, accounts, catalogue, orders, order[kept], product[kept]))
    return Lines(**{name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in vars(pieces[0])})


def _chances() -> Array:
    """(classes × 12 × STEPS,) products, each as often as a class buys it in a calendar month."""
    shares = tastes.tastes()[:, None, :] * goods.SEASON.T[None, :, :]
    shares = shares / shares.sum(axis=2, keepdims=True)
    products = (shares[..., None] * goods.POPULARITY).reshape(len(tastes.CLASSES) * 12, -1)
    edges = np.cumsum(products, axis=1)
    steps = (np.arange(STEPS) + 0.5) / STEPS
    return np.concatenate([np.searchsorted(row / row[-1], steps, side="right") for row in edges]).astype(np.uint8)


def _poisson_table(mean: float) -> Array:
    """(STEPS,) numbers, each as often as a Poisson variable takes it; 7 at most."""
    weight, weights = np.exp(-mean), []
    for number in range(8):
        weights.append(weight)
        weight *= mean / (number + 1)
    edges = np.cumsum(weights) / sum(weights)
    return np.searchsorted(edges, (np.arange(STEPS) + 0.5) / STEPS, side="right").astype(np.uint8)


def _with_favourites(random: np.random.Generator, catalogue: Catalogue, account: Array, product: Array) -> Array:
    """The products, of which some give way to the one that the account always takes of their category."""
    category = (product // goods.EACH).astype(np.uint32)
    number = (account.astype(np.uint32) * np.uint32(2654435761)) ^ (category * np.uint32(40503 * 65537 % 2**32))
    favourite = category * np.uint32(goods.EACH) + (number >> np.uint32(13)) % np.uint32(goods.EACH)
    is_favourite = random.random(len(product), dtype=np.float32) < SHARE_FAVOURITE
    assert len(catalogue.name) == goods.EACH * len(goods.NAMES)
    return np.where(is_favourite, favourite, product).astype(np.uint8)


def _repeated(order: Array, product: Array) -> Array:
    """Whether the same product stands on an earlier line of the same order."""
    found = np.zeros(len(order), bool)
    for step in range(1, 8):
        found[step:] |= (order[step:] == order[:-step]) & (product[step:] == product[:-step])
    return found


def _priced(
    random: np.random.Generator, days: Days, accounts: Accounts, catalogue: Catalogue, orders: Orders,
    order: Array, product: Array,
) -> Lines:  # fmt: skip
    """Lines with a quantity that fits the price and the kind of customer, at the price of their year less discount."""
    at = orders.at[order]
    list_cents = catalogue.cents[product]
    band = (list_cents > 3_000).astype(np.int8) + (list_cents > 12_000)
    is_person = accounts.is_person[orders.account[order]]
    table = _quantity_table()
    quantity = table[
        (is_person * 3 + band) * 256 + random.integers(0, 256, len(order), dtype=np.uint8).astype(np.int32)
    ]
    level = ((1 + goods.PRICE_RISE) ** (days.year - days.year[-1]))[at // DAY]
    cents = np.rint(list_cents * level * (1 - orders.discount[order] / 100)).astype(np.int32)
    return Lines(order, product, quantity, cents, at)


def _quantity_table() -> Array:
    """(2 kinds × 3 bands of price × 256,) quantities: a geometric one beyond 1 with the mean of each."""
    means = np.array([[7.0, 3.0, 1.2], [1.0, 0.4, 0.1]]).ravel()
    draw = (np.arange(256) + 0.5) / 256
    return np.concatenate([1 + np.log1p(-draw) // np.log(mean / (1 + mean)) for mean in means]).astype(np.int16)


def follow_ups(
    random: np.random.Generator, days: Days, accounts: Accounts, lives: Lives, catalogue: Catalogue,
    orders: Orders, lines: Lines,
) -> tuple[Orders, Array, list[Pair]]:  # fmt: skip
    """Orders that a purchase causes, by time; the category that each is of; and the truth of each pair."""
    category = catalogue.category.astype(np.uint8)[lines.product]
    counts = ~orders.is_cancelled[lines.order]
    found: list[tuple[Array, Array, Array]] = []
    pairs = []
    for number, (bought, followed, lift) in enumerate(PAIRS):
        first = _first(accounts.count, orders, lines, np.flatnonzero(counts & (category == goods.NAMES.index(bought))))
        after = np.flatnonzero(counts & (category == goods.NAMES.index(followed)))
        has = _bought_after(accounts.count, first, orders, lines, after)
        observed = first < days.end - FOLLOW_DAYS * DAY
        extra, truth = _caused(random, first, has, observed, lives.left, lift)
        found.append((*extra, np.full(len(extra[0]), number)))
        pairs.append(Pair(bought, followed, lift, *truth))
    account, at, reason = (np.concatenate(columns) for columns in zip(*found, strict=True))
    in_time = at < days.end
    account, at, reason = account[in_time], at[in_time], reason[in_time]
    extra_orders = dressed(random, accounts, account, at, np.full(len(at), FOLLOW_UP), reason)
    followed_by = np.array([goods.NAMES.index(name) for _, name, _ in PAIRS])
    return extra_orders, followed_by[extra_orders.reason], pairs


def _first(count: int, orders: Orders, lines: Lines, which: Array) -> Array:
    """(accounts,) second of the first of some lines, which are in order of time; NEVER where there is none."""
    first = np.full(count, NEVER, np.int32)
    backwards = which[::-1]
    first[orders.account[lines.order[backwards]]] = lines.at[backwards]
    return first


def _bought_after(count: int, first: Array, orders: Orders, lines: Lines, which: Array) -> Array:
    """(accounts,) whether one of some lines is within the days after the first purchase."""
    account = orders.account[lines.order[which]]
    wait = lines.at[which].astype(np.int64) - first[account]
    has = np.zeros(count, bool)
    has[account[(wait > 0) & (wait <= FOLLOW_DAYS * DAY)]] = True
    return has


def _caused(
    random: np.random.Generator, first: Array, has: Array, observed: Array, left: Array, lift: float
) -> tuple[tuple[Array, Array], tuple[int, int, int]]:  # fmt: skip
    """((account, second) of what a first purchase causes, (accounts, with, without the effect)).

    The chance is set so that the lift is the planted one in expectation: whoever stays for 90 days has it,
    whether or not it buys the same by itself, which then changes nothing.
    """
    stays = (first < NEVER) & (left > first.astype(np.int64) + FOLLOW_DAYS * DAY)
    gains = int((observed & stays & ~has).sum())
    without = int((observed & has).sum())
    chance = min((lift - 1) * without / max(gains, 1), 0.95)
    causes = stays & (random.random(len(first)) < chance)
    account = np.flatnonzero(causes)
    wait = random.integers(4, FOLLOW_DAYS - 1, len(account))
    at = (first[account] // DAY + wait) * DAY + in_hours(random, len(account))
    return (account, at), (int(observed.sum()), int((observed & (has | causes)).sum()), without)


def _of_category(
    random: np.random.Generator, days: Days, accounts: Accounts, catalogue: Catalogue, orders: Orders, category: Array
) -> Lines:  # fmt: skip
    """One line for each order, of its category."""
    edges = np.cumsum(goods.POPULARITY)
    place = np.searchsorted(edges / edges[-1], random.random(orders.count), side="right")
    product = (category * goods.EACH + place).astype(np.uint8)
    return _priced(random, days, accounts, catalogue, orders, np.arange(orders.count, dtype=np.int32), product)


def returned(random: np.random.Generator, days: Days, orders: Orders, lines: Lines) -> Lines:
    """Lines of goods that come back: of the same order, later, for the price that was paid."""
    which = np.flatnonzero(random.random(lines.count, dtype=np.float32) < SHARE_RETURNED)
    at = (lines.at[which] // DAY + random.integers(*RETURN_DAYS, len(which))) * DAY + in_hours(random, len(which))
    shipped = ~orders.is_cancelled[lines.order[which]] & (at < days.end)
    which, at = which[shipped], at[shipped]
    sold = lines.taken(which)
    part = 1 + (random.random(len(which)) * sold.quantity).astype(np.int16)
    return replace(sold, quantity=-part, at=at.astype(np.int32))


def _joined(lines: Lines, others: Lines) -> Lines:
    """Some lines, and behind them the others by time."""
    others = others.taken(np.argsort(others.at, kind="stable"))
    return Lines(**{name: np.concatenate([column, getattr(others, name)]) for name, column in vars(lines).items()})


def statuses(days: Days, orders: Orders) -> Array:
    """(orders,) position in placed, shipped, cancelled."""
    is_shipped = orders.at < days.end - PACKING_DAYS * DAY
    found: Array = np.where(orders.is_cancelled, 2, is_shipped.astype(np.int8))
    return found


STATUSES = ("placed", "shipped", "cancelled")
