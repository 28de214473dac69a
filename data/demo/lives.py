"""How the accounts live, month by month: who talks with them, what goes wrong, and when they leave.

An account is at risk in each month that begins while it is a customer. Its risk in the month follows from what
happened in the three months before:

    rate = BASE × Π RISK[driver]^(driver holds)        P(leaves in the month) = 1 − exp(−rate)
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from data.demo.accounts import WEB, Accounts
from data.demo.days import DAY, NEVER, Array, Days, at_work, weighted_days
from data.demo.people import SERVICE_TEAMS, Staff
from data.demo.places import CHINA
from data.demo.settings import Plan

BASE = 0.011
RISK = {"slow_ticket": 3.0, "no_contact": 1.5, "discount_only": 1.7, "web": 1.35}
"""Driver → by how much it multiplies the risk of leaving."""
LOOKS_BACK = 3
"""Months before the month at risk in which a ticket or a contact counts."""
SLOW_DAYS = 5
"""A ticket that is solved more days after the day on which it was opened counts as a driver: `slow_ticket`."""

TROUBLE_STARTS, TROUBLE_MONTHS, TROUBLE_FACTOR = 0.012, 2, 10
"""How likely a bad time begins in a month, how long it takes, by how much it multiplies tickets."""
TICKETS = (0.042, 0.024)
"""Tickets a month of a customer outside bad times, by kind."""
CONTACTS = (0.22, 0.07)
"""Contacts a month by kind, at an owner of mean diligence."""
CONTACTS_AFTER, MONTHS_AFTER = 0.4, 6
"""By how much contacts become fewer when an account has left, which nobody sees at once; for how long they go on."""
HOURS = {"low": 110, "medium": 60, "high": 28, "urgent": 9}
"""Priority → median hours to solve a ticket, at an agent of mean speed."""
PRIORITIES = tuple(HOURS)
SPREAD = 0.9
"""Standard deviation of the logarithm of those hours."""
SHARE_STUCK, STUCK_FACTOR = 0.06, 12
"""Share of tickets that wait for something, and by how much that multiplies their time."""


@dataclass(frozen=True)
class Lives:
    """What happened to the accounts."""

    left: Array
    """(accounts,) second at which each left; NEVER while it is a customer."""
    ticket: dict[str, Array]
    """Tickets by when they opened: account, opened, solved, agent, priority, trouble (a bad time). The moments are of
    any hour, still to be moved into those of work."""
    contact: dict[str, Array]
    """Talks by when they were: account, at."""
    cells: pl.DataFrame
    """Grain: month × combination of drivers. Accounts at risk, and those of them that left."""


@dataclass
class _State:
    """What is known of the accounts at the beginning of a month."""

    left: Array
    trouble_until: Array
    slow_in: Array
    """Month of the last slow ticket."""
    contact_in: Array
    """Month of the last contact."""
    tickets: list[dict[str, Array]] = field(default_factory=list)
    contacts: list[dict[str, Array]] = field(default_factory=list)


def live(plan: Plan, days: Days, accounts: Accounts, staff: Staff) -> Lives:
    """Live through the months."""
    random = plan.random("lives")
    state = _beginning(random, accounts)
    risk = risks()
    counts = np.zeros((2, plan.months, len(risk)), np.int64)
    static = 4 * accounts.is_discount_only + 8 * (accounts.channel == WEB)
    talks = contact_rates(accounts, staff)
    for month in range(plan.months):
        first, last = int(days.edges[month]), int(days.edges[month + 1])
        at_risk = np.flatnonzero((accounts.since < first) & (state.left == NEVER))
        cell = static[at_risk] + drivers(state.slow_in[at_risk], state.contact_in[at_risk], month)
        leaves = random.random(len(at_risk)) < risk[cell]
        counts[:, month] = np.bincount(cell, minlength=len(risk)), np.bincount(cell[leaves], minlength=len(risk))
        moment = first * DAY + random.integers(0, (last - first) * DAY, int(leaves.sum()))
        state.left[at_risk[leaves]] = moment
        likely_days = weighted_days(days, first, last)
        _open_tickets(random, state, accounts, staff, at_risk, month, likely_days)
        _talk(random, state, accounts, talks, month, likely_days, first)
    return Lives(state.left, _tickets(state), _joined(state.contacts), _cells(risk, *counts))


def risks() -> Array:
    """(16,) probability of leaving within a month, by combination of drivers: bit 0 is the first driver."""
    held = np.arange(2 ** len(RISK))[:, None] >> np.arange(len(RISK)) & 1
    found: Array = 1 - np.exp(-BASE * np.exp(held @ np.log(list(RISK.values()))))
    return found


def drivers(slow_in: Array, contact_in: Array, month: int) -> Array:
    """The part of a combination that changes: a slow ticket, or no contact, in the months before this one."""
    is_slow, is_silent = slow_in >= month - LOOKS_BACK, contact_in < month - LOOKS_BACK
    return is_slow + 2 * is_silent


def contact_rates(accounts: Accounts, staff: Staff) -> Array:
    """(accounts,) contacts a month: as its kind wants them and its owner has them."""
    diligence = np.where(accounts.owner < 0, 0.5, staff.diligence[accounts.owner])
    rates: Array = np.where(accounts.is_person, CONTACTS[1], CONTACTS[0]) * diligence
    return rates


def _beginning(random: np.random.Generator, accounts: Accounts) -> _State:
    """An old customer was talked with at some time; a new one when it came, which `_talk` sees to."""
    count = accounts.count
    return _State(
        left=np.full(count, NEVER, np.int32),
        trouble_until=np.full(count, -1, np.int16),
        slow_in=np.full(count, -99, np.int16),
        contact_in=random.integers(-12, 0, count).astype(np.int16),
    )


def _open_tickets(
    random: np.random.Generator,
    state: _State,
    accounts: Accounts,
    staff: Staff,
    at_risk: Array,
    month: int,
    likely: Array,
) -> None:
    """Open the tickets of a month: more in a bad time, and then they take longer, too."""
    begins = (random.random(len(at_risk)) < TROUBLE_STARTS) & (state.trouble_until[at_risk] < month)
    state.trouble_until[at_risk[begins]] = month + TROUBLE_MONTHS - 1
    is_trouble = state.trouble_until[at_risk] >= month
    rate = np.where(accounts.is_person[at_risk], TICKETS[1], TICKETS[0]) * np.where(is_trouble, TROUBLE_FACTOR, 1)
    account = np.concatenate([at_risk[some] for some in _up_to_two(random, rate)])
    count = len(account)
    agent = _agents(random, staff, accounts.country[account] == CHINA)
    is_bad = state.trouble_until[account] >= month
    priority = np.searchsorted((0.25, 0.75, 0.95), random.random(count) + 0.15 * is_bad)
    median = np.array(list(HOURS.values()))[priority] * staff.speed[agent] * np.where(is_bad, 2.0, 1.0)
    median *= np.where(random.random(count) < SHARE_STUCK, STUCK_FACTOR, 1)
    opened = likely[random.integers(0, len(likely), count)] * DAY + random.integers(0, DAY, count)
    solved = opened + (random.lognormal(np.log(median), SPREAD) * 3600).astype(np.int64)
    state.slow_in[account[solved // DAY - opened // DAY > SLOW_DAYS]] = month
    state.tickets.append({
        "account": account, "opened": opened, "solved": solved, "agent": agent, "priority": priority, "trouble": is_bad,
    })  # fmt: skip


def _up_to_two(random: np.random.Generator, rate: Array) -> tuple[Array, Array]:
    """Which have at least one, and which have two, of what comes at a rate."""
    draw, none = random.random(len(rate)), np.exp(-rate)
    return draw > none, draw > none * (1 + rate)


def _agents(random: np.random.Generator, staff: Staff, is_chinese: Array) -> Array:
    agent = np.empty(len(is_chinese), np.int64)
    for team, there in zip(SERVICE_TEAMS, (~is_chinese, is_chinese), strict=True):
        people = staff.of(team)
        agent[there] = people[random.integers(0, len(people), int(there.sum()))]
    return agent


def _talk(
    random: np.random.Generator, state: _State, accounts: Accounts, talks: Array, month: int, likely: Array, first: int
) -> None:  # fmt: skip
    """Have the contacts of a month, and remember those who came in it as talked with."""
    last = int(likely[-1]) + 1
    state.contact_in[(accounts.since >= first) & (accounts.since < last)] = month
    is_customer = (accounts.since < first) & (state.left > (first - MONTHS_AFTER * 30) * DAY)
    rate = talks * np.where(state.left < first * DAY, CONTACTS_AFTER, 1) * is_customer
    account = np.concatenate([np.flatnonzero(some) for some in _up_to_two(random, rate)])
    state.contact_in[account] = month
    day = likely[random.integers(0, len(likely), len(account))]
    state.contacts.append({"account": account, "at": at_work(day * DAY + random.integers(0, DAY, len(account)))})


def _tickets(state: _State) -> dict[str, Array]:
    """The tickets that were opened while their account was a customer, in order."""
    found = _joined(state.tickets)
    kept = at_work(found["opened"]) < state.left[found["account"]]
    return {name: column[kept] for name, column in found.items()}


def _joined(parts: list[dict[str, Array]]) -> dict[str, Array]:
    """The parts behind each other, put in order of time."""
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["opened" if "opened" in columns else "at"], kind="stable")
    return {name: column[order] for name, column in columns.items()}


def _cells(risk: Array, at_risk: Array, departures: Array) -> pl.DataFrame:
    """The counts (months, combinations) as a table."""
    month, held = np.indices(at_risk.shape).reshape(2, -1)
    flags = {name: (held >> bit & 1).astype(bool) for bit, name in enumerate(RISK)}
    return pl.DataFrame({
        "month": month, **flags, "probability": risk[held],
        "at_risk": at_risk.ravel(), "departures": departures.ravel(),
    })  # fmt: skip
