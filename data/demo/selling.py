"""Deals: how they move through the stages, who works on them, what is quoted, and whether they are won.

    odds of winning = ODDS × skill of the owner × SOURCE_ODDS[source]

The file of deals tells how each stands on the last day; the history tells every change with the full state after it.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.accounts import SOURCE_WEIGHTS, SOURCES, Accounts, account_keys, sellers_of
from data.demo.catalogue import Catalogue
from data.demo.days import DAY, NEVER, Array, Days, at_work, dates, moments
from data.demo.lives import Lives
from data.demo.people import SALES_TEAMS, STAFF, Staff, staff_keys
from data.demo.settings import Plan
from data.demo.text import chosen, keys, pick

STAGES = ("Prospecting", "Engaging", "Proposal", "Negotiation", "Won", "Lost")
WON, LOST = STAGES.index("Won"), STAGES.index("Lost")
STEPS = np.array([0, 1, 2, 1, 2, 3])
"""Stage of each possible step of a deal; the fourth and fifth are a way back to Engaging."""
STEP_DAYS = np.array([9.0, 15.0, 13.0, 8.0, 9.0, 11.0])
"""Median days that a deal stays in each step."""
STEP_SPREAD = 0.7
SHARE_SKIPPING, SHARE_BACK, SHARE_STALLED = 0.08, 0.07, 0.1
STALL_FACTOR = 5
LOST_AT = (0.25, 0.3, 0.28, 0.17)
"""How often a deal is lost in each open stage."""
ODDS = 0.95
SOURCE_ODDS = np.array([1.0, 0.9, 1.6, 1.2, 0.6, 0.8, 0.8])
"""By source of the deal."""
DEALS_A_MONTH = 0.058
"""Of a company."""
SHARE_FIRST_DEAL = 0.3
"""Share of new companies that came through a deal."""
SHARE_HANDED_ON = 0.04
PUSHES = 4
"""How often an expected close is put off at most."""
REASONS = ("Price", "Competitor", "No budget", "Timing", "No answer")
REASON_WEIGHTS = (0.34, 0.24, 0.17, 0.14, 0.11)
QUOTE_STATUSES = ("draft", "sent", "accepted", "rejected", "expired")
DRAFT, SENT, ACCEPTED, REJECTED, EXPIRED = range(5)
QUOTE_DAYS = 30


@dataclass(frozen=True)
class Deals:
    """Deals by when they began. Of the events of a deal each column is one, by time; NEVER is none."""

    account: Array
    source: Array
    product: Array
    reason: Array
    """Position in REASONS; -1 where it is not lost, or will not be."""
    at: Array
    """(deals, events) second."""
    stage: Array
    """(deals, events) stage after it; so too the next ones."""
    cents: Array
    expected: Array
    """Day."""
    owner: Array
    proposed: Array
    """(deals, 2) second of the first proposal and of one after a way back."""

    @property
    def count(self) -> int:
        return len(self.account)

    def now(self, days: Days) -> Array:
        """(deals,) position of the last event of the plan."""
        found: Array = (self.at < days.end).sum(axis=1) - 1
        return found


def deal(plan: Plan, days: Days, accounts: Accounts, lives: Lives, staff: Staff, catalogue: Catalogue) -> Deals:
    """Work on deals with the companies."""
    random = plan.random("selling")
    account, begun = _begun(random, days, accounts, lives)
    count = len(account)
    owner = sellers_of(random, accounts, account)
    later_owner = _handed_on(random, staff, owner)
    own_source = accounts.source[account]
    source = np.where(random.random(count) < 0.5, own_source, chosen(random, SOURCE_WEIGHTS, count))
    odds = ODDS * staff.skill[later_owner] * SOURCE_ODDS[source]
    is_won = random.random(count) < odds / (1 + odds)
    at, has = _steps(random, begun, is_won)
    events = _events(random, at, has, is_won, owner, later_owner)
    lost_for = np.where(is_won, -1, chosen(random, REASON_WEIGHTS, count))
    product = random.integers(0, len(catalogue.name), count)
    proposed = np.where(has[:, [2, 4]], at[:, [2, 4]], NEVER)
    return Deals(account, source, product, lost_for, **events, proposed=at_work(proposed))


def _begun(random: np.random.Generator, days: Days, accounts: Accounts, lives: Lives) -> tuple[Array, Array]:
    """(account, second) of the beginning of deals, by time: with companies while they are customers, and before."""
    companies = np.flatnonzero(~accounts.is_person)
    first = np.maximum(accounts.since[companies], 0)
    last = np.minimum(lives.left[companies] / DAY, days.count)
    number = random.poisson(np.maximum(last - first, 0) / 30.4 * DEALS_A_MONTH)
    account = np.repeat(companies, number)
    day = np.repeat(first, number) + random.random(len(account)) * np.repeat(np.maximum(last - first, 0), number)
    new = companies[(accounts.since[companies] > 0) & (random.random(len(companies)) < SHARE_FIRST_DEAL)]
    before = np.maximum(accounts.since[new] - random.integers(10, 70, len(new)), 0)
    account, day = np.concatenate([account, new]), np.concatenate([day, before]).astype(np.int64)
    day -= np.maximum((days.weekday[day] - 4), 0) * (day > 1)
    by_time = np.argsort(day, kind="stable")
    return account[by_time], day[by_time] * DAY + random.integers(0, DAY, len(day))


def _handed_on(random: np.random.Generator, staff: Staff, owner: Array) -> Array:
    """The owner who brings a deal to its end: mostly the first one, else somebody of the same team."""
    later = owner.copy()
    for team in SALES_TEAMS:
        people = staff.of(team)
        moved = np.flatnonzero(np.isin(owner, people) & (random.random(len(owner)) < SHARE_HANDED_ON))
        later[moved] = people[random.integers(0, len(people), len(moved))]
    return later


def _steps(random: np.random.Generator, begun: Array, is_won: Array) -> tuple[Array, Array]:
    """((deals, steps + 1) second at which each step begins, the last being the end; which steps a deal has)."""
    count = len(begun)
    reach = np.where(is_won, 3, chosen(random, LOST_AT, count))[:, None]
    has = reach >= STEPS
    has[:, 1] &= random.random(count) >= SHARE_SKIPPING
    has[:, 3:5] &= has[:, 2:3] & (random.random((count, 1)) < SHARE_BACK)
    stay = STEP_DAYS * random.lognormal(0, STEP_SPREAD, has.shape)
    stalls = random.integers(0, len(STEPS), count)
    stay[np.arange(count), stalls] *= np.where(random.random(count) < SHARE_STALLED, STALL_FACTOR, 1)
    passed = np.cumsum(np.where(has, np.maximum(stay, 0.3), 0), axis=1)
    at = begun[:, None] + (np.concatenate([np.zeros((count, 1)), passed], axis=1) * DAY).astype(np.int64)
    return at, np.concatenate([has, np.ones((count, 1), bool)], axis=1)


def _events(
    random: np.random.Generator, at: Array, has: Array, is_won: Array, owner: Array, later_owner: Array
) -> dict[str, Array]:  # fmt: skip
    """Every change of a deal with the full state after it: steps, closes put off, a new owner."""
    count, end = len(at), at[:, -1]
    pushed, expected = _put_off(random, at)
    handed = at[:, 0] + ((end - at[:, 0]) * random.uniform(0.2, 0.8, count)).astype(np.int64)
    handed = np.where(owner == later_owner, NEVER, handed)
    moment = np.concatenate([np.where(has, at, NEVER), pushed, handed[:, None]], axis=1)
    order = np.argsort(moment, axis=1, kind="stable")
    moment = np.take_along_axis(moment, order, axis=1)
    steps = at.shape[1]
    stages = np.concatenate([np.broadcast_to(STEPS, (count, len(STEPS))), np.where(is_won, WON, LOST)[:, None]], axis=1)
    is_step, is_push = order < steps, (order >= steps) & (order < steps + PUSHES)
    last_step = _latest(np.where(is_step, np.arange(order.shape[1]), -1))
    stage = np.take_along_axis(np.take_along_axis(stages, np.minimum(order, steps - 1), axis=1), last_step, axis=1)
    row = np.arange(count)[:, None]
    return {
        "at": at_work(np.minimum(moment, NEVER)),
        "stage": stage.astype(np.int8),
        "cents": _amounts(random, count)[row, np.maximum.accumulate(_priced_steps(order, steps), axis=1)],
        "expected": expected[row, np.cumsum(is_push, axis=1)],
        "owner": np.where(moment >= handed[:, None], later_owner[:, None], owner[:, None]).astype(np.int16),
    }


def _latest(positions: Array) -> Array:
    """(deals, events) position of the last step up to each event."""
    found: Array = np.maximum.accumulate(positions, axis=1)
    return found


def _priced_steps(order: Array, steps: int) -> Array:
    """(deals, events) how often the amount was set anew: by the first proposal, and by the negotiation."""
    raised = np.array([0, 0, 1, 0, 1, 2, 0] + [0] * (order.max() + 1 - steps))
    found: Array = raised[order]
    return found


def _amounts(random: np.random.Generator, count: int) -> Array:
    """(deals, 3) cents: as guessed, as proposed, as negotiated."""
    guess = np.round(random.lognormal(8.2, 0.85, count) / 50) * 50 + 250
    proposal = guess * random.lognormal(0, 0.18, count)
    final = proposal * random.uniform(0.88, 1.0, count)
    cents: Array = np.stack([guess * 100, proposal * 100, final * 100], axis=1).astype(np.int64)
    return cents


def _put_off(random: np.random.Generator, at: Array) -> tuple[Array, Array]:
    """((deals, PUSHES) second at which the expected close is put off, (deals, PUSHES + 1) day expected then)."""
    count, end = len(at), at[:, -1]
    expected = [at[:, 0] // DAY + random.integers(25, 90, count)]
    pushed = []
    for _ in range(PUSHES):
        now = expected[-1] * DAY + random.integers(-4 * DAY, 14 * DAY, count)
        is_late = now < end
        pushed.append(np.where(is_late & (now > at[:, 0]), now, NEVER))
        expected.append(expected[-1] + random.integers(14, 60, count))
    return np.stack(pushed, axis=1), np.stack(expected, axis=1)


def deals_file(days: Days, accounts: Accounts, numbers: Array, catalogue: Catalogue, deals: Deals) -> pl.DataFrame:
    """Grain: deal, as it stands on the last day."""
    now = (np.arange(deals.count), deals.now(days))
    stage = deals.stage[now]
    closed = np.where(stage >= WON, deals.at[now] // DAY, NEVER)
    name = pl.concat_str(accounts.name["name"].gather(deals.account), pl.lit(": "), pick(catalogue.name, deals.product))
    return pl.DataFrame({
        "Deal ID": deal_keys(np.arange(deals.count)),
        "Deal": pl.select(name).to_series(),
        "Account ID": account_keys(numbers[deals.account]),
        "SKU": catalogue.sku.gather(deals.product),
        "Owner": staff_keys(deals.owner[now]),
        "Stage": pick(STAGES, stage),
        "Amount": pl.Series(deals.cents[now] / 100),
        "Currency": pick(("EUR",), np.zeros(deals.count, int)),
        "Created on": dates(days, deals.at[:, 0] // DAY),
        "Expected close": dates(days, deals.expected[now]),
        "Closed on": dates(days, closed),
        "Lost reason": pick(REASONS, np.where(stage == LOST, deals.reason, -1)),
        "Source": pick(SOURCES, deals.source),
    })  # fmt: skip


def history_file(days: Days, deals: Deals) -> pl.DataFrame:
    """Grain: change of a deal, with the full state after it."""
    happened = deals.at < days.end
    row = np.nonzero(happened)[0]
    return pl.DataFrame({
        "Deal ID": deal_keys(row),
        "Changed at": moments(days, deals.at[happened]),
        "Stage": pick(STAGES, deals.stage[happened]),
        "Amount": pl.Series(deals.cents[happened] / 100),
        "Expected close": dates(days, deals.expected[happened]),
        "Owner": staff_keys(deals.owner[happened]),
    })  # fmt: skip


def deal_keys(positions: Array) -> pl.Series:
    return keys("D", np.where(positions < 0, -1, positions + 1))


def quotes_file(plan: Plan, days: Days, numbers: Array, deals: Deals) -> pl.DataFrame:
    """Grain: quote, of which a deal has one for each proposal."""
    random = plan.random("quotes")
    row, turn = np.nonzero(deals.proposed < days.end)
    by_time = np.argsort(deals.proposed[row, turn], kind="stable")
    row, turn = row[by_time], turn[by_time]
    issued = deals.proposed[row, turn] // DAY
    then = np.minimum((deals.at[row] <= deals.proposed[row, turn][:, None]).sum(axis=1) - 1, deals.now(days)[row])
    years = pl.Series(days.year[issued]).cast(pl.String)
    order = np.arange(1, len(row) + 1)
    number = pl.select(pl.concat_str(pl.lit("AP-"), years, keys("", order, 5))).to_series()
    return pl.DataFrame({
        "Quote ID": keys("Q", order),
        "Quote": number,
        "Deal ID": deal_keys(row),
        "Account ID": account_keys(numbers[deals.account[row]]),
        "Owner": staff_keys(deals.owner[row, then]),
        "Status": pick(QUOTE_STATUSES, _quote_status(random, days, deals, row, turn, issued)),
        "Issued on": dates(days, issued),
        "Expires on": dates(days, issued + QUOTE_DAYS),
        "Amount": pl.Series(deals.cents[row, then] / 100),
        "Currency": pick(("EUR",), np.zeros(len(row), int)),
    })  # fmt: skip


def _quote_status(
    random: np.random.Generator, days: Days, deals: Deals, row: Array, turn: Array, issued: Array
) -> Array:
    stage = deals.stage[row, deals.now(days)[row]]
    draw = random.random(len(row))
    old = np.where(
        issued + QUOTE_DAYS < days.count, EXPIRED, np.where((draw < 0.2) & (issued > days.count - 6), DRAFT, SENT)
    )
    lost = np.where(draw < 0.75, REJECTED, EXPIRED)
    status = np.where(stage == WON, ACCEPTED, np.where(stage == LOST, lost, old))
    is_replaced = (turn == 0) & (deals.proposed[row, 1] < days.end)
    return np.where(is_replaced, REJECTED, status)


def owner_record(days: Days, staff: Staff, deals: Deals) -> pl.DataFrame:
    """Grain: seller. How good each is in truth, and how many deals each closed and won."""
    now = (np.arange(deals.count), deals.now(days))
    owner, stage = deals.owner[now], deals.stage[now]
    count = len(STAFF)
    frame = pl.DataFrame({
        "owner": staff_keys(np.arange(count)),
        "name": [name for name, _, _, _ in STAFF],
        "team": [team for _, _, team, _ in STAFF],
        "odds_multiplied_by": staff.skill,
        "closed": np.bincount(owner[stage >= WON], minlength=count),
        "won": np.bincount(owner[stage == WON], minlength=count),
    })  # fmt: skip
    return frame.filter(pl.col("team").is_in(SALES_TEAMS))
