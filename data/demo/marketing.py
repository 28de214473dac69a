"""Campaigns: whom a rule chose, who was held out, and what the campaign caused.

Each member has an extra order that the campaign would cause, or none: its potential outcome. It becomes an order
only where the member was treated.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from data.demo.accounts import Accounts, account_keys
from data.demo.buying import last_before
from data.demo.days import DAY, NEVER, Array, Days, dates, in_hours, moments
from data.demo.lives import Lives
from data.demo.places import CHINA
from data.demo.settings import Plan
from data.demo.text import LARGE, keys, pick

SHARE_HELD_OUT = 0.2
EFFECT_DAYS = 30
"""Days after the choice in which what a campaign causes happens."""
SHARE_ANSWERING = 0.15
"""Share of the treated that answer though they do not order."""
COST = 1500
"""EUR of a campaign, whoever is treated."""
ARMS = ("treated", "held out")


@dataclass(frozen=True)
class Campaign:
    """What marketing planned."""

    name: str
    channel: str
    month: int
    """Calendar month in which it starts."""
    years_before: int
    """Years before the one in which the plan ends."""
    people: bool | None
    """Whether it is for people, for companies, or for both (None)."""
    china: bool | None
    silent: tuple[int, int]
    """Least and most days since the last order."""
    effect: float
    """Share of the treated that place one more order within EFFECT_DAYS."""
    cost: float
    """EUR for each treated, beside what it costs at all."""

    @property
    def rule(self) -> str:
        """Whom it is for, in words."""
        kind = {None: "accounts", True: "people", False: "companies"}[self.people]
        where = {None: "", True: " in China", False: " outside China"}[self.china]
        least, most = self.silent
        return f"{kind}{where} whose last order is {least} to {most} days ago"


CAMPAIGNS = (
    Campaign("Camping season", "mail", 4, 2, None, False, (30, 365), 0.09, 0.9),
    Campaign("Christmas toys", "post", 11, 2, True, None, (20, 400), 0.14, 4.2),
    Campaign("New Year office refresh", "mail", 1, 1, False, None, (20, 365), 0.08, 0.7),
    Campaign("Come back", "phone", 3, 1, None, None, (120, 500), 0.06, 8.5),
    Campaign("夏季露营节", "chat", 5, 1, None, True, (15, 365), 0.12, 0.6),
    Campaign("Back to the office", "mail", 9, 1, False, False, (20, 300), 0.07, 0.7),
    Campaign("Christmas toys", "post", 11, 1, True, None, (20, 400), 0.13, 4.2),
    Campaign("Logo calendar", "post", 2, 0, None, None, (20, 200), 0.0, 6.0),
    Campaign("Summer outdoors", "mail", 6, 0, None, None, (40, 300), 0.10, 0.8),
)
"""One has no effect at all: one should be able to see that."""


@dataclass(frozen=True)
class Campaigns:
    """Which campaigns there were, and their members."""

    run: tuple[Campaign, ...]
    first_day: Array
    """(campaigns,) day on which each chose its members and began."""
    campaign: Array
    """(members,) position in `run`."""
    account: Array
    is_held_out: Array
    assigned: Array
    responded: Array
    """(members,) second; NEVER where it did not answer."""
    would_order: Array
    """(members,) second of the order that the campaign would cause; NEVER where it would not."""

    def caused(self) -> tuple[Array, Array, Array]:
        """(account, second, campaign) of the orders that were caused."""
        caused = ~self.is_held_out & (self.would_order < NEVER)
        return self.account[caused], self.would_order[caused], self.campaign[caused]


def campaign(plan: Plan, days: Days, accounts: Accounts, lives: Lives, account: Array, at: Array) -> Campaigns:
    """Choose the members, knowing the orders of habit and those that earlier campaigns caused."""
    random = plan.random("marketing")
    run, first_days = _planned(plan, days)
    members = [_members(random, CAMPAIGNS[0], 0, np.empty(0, int), 0, lives, days)]  # none, so that there are columns
    for number, (item, day) in enumerate(zip(run, first_days, strict=True)):
        latest = last_before(accounts.count, account, at, day * DAY)
        for earlier in members:
            caused = ~earlier["is_held_out"] & (earlier["would_order"] < day * DAY)
            np.maximum.at(latest, earlier["account"][caused], earlier["would_order"][caused])
        chosen = np.flatnonzero(_fits(item, accounts, latest, day))
        members.append(_members(random, item, number, chosen, day, lives, days))
    columns = {name: np.concatenate([member[name] for member in members]) for name in members[0]}
    return Campaigns(run, np.array(first_days, np.int64), **columns)


def _planned(plan: Plan, days: Days) -> tuple[tuple[Campaign, ...], list[int]]:
    """The campaigns of which enough days lie within the plan, by when they began, and their first days."""
    last = plan.end if plan.end.month == 12 else date(plan.end.year, plan.end.month, 1)
    found = []
    for item in CAMPAIGNS:
        day = (date(last.year - item.years_before, item.month, 8) - days.start).days
        if 90 <= day <= days.count - EFFECT_DAYS:
            found.append((day, item))
    found.sort(key=lambda entry: entry[0])
    return tuple(item for _, item in found), [day for day, _ in found]


def _fits(item: Campaign, accounts: Accounts, latest: Array, day: int) -> Array:
    """(accounts,) whether the rule of a campaign chooses each."""
    silent = day - latest.astype(np.int64) // DAY
    fits: Array = (silent >= item.silent[0]) & (silent <= item.silent[1])
    if item.people is not None:
        fits &= accounts.is_person == item.people
    if item.china is not None:
        fits &= (accounts.country == CHINA) == item.china
    return fits


def _members(
    random: np.random.Generator, item: Campaign, number: int, account: Array, day: int, lives: Lives, days: Days
) -> dict[str, Array]:  # fmt: skip
    """Members with their arm and potential outcome; nobody who has left, or leaves before it, would order."""
    count = len(account)
    is_held_out = random.random(count) < SHARE_HELD_OUT
    order = (day + random.integers(1, EFFECT_DAYS, count)) * DAY + in_hours(random, count)
    there = (lives.left[account] > order) & (order < days.end)
    share = min(item.effect * count / max(int(there.sum()), 1), 1.0)
    would_order = np.where(there & (random.random(count) < share), order, NEVER)
    answers = random.random(count) < SHARE_ANSWERING
    alone = (day + random.integers(1, 15, count)) * DAY + in_hours(random, count)
    responded = np.where(would_order < NEVER, would_order - 1800, np.where(answers & there, alone, NEVER))
    return {
        "campaign": np.full(count, number), "account": account, "is_held_out": is_held_out,
        "assigned": np.full(count, day * DAY + 8 * 3600), "responded": np.where(is_held_out, NEVER, responded),
        "would_order": would_order,
    }  # fmt: skip


def campaigns_file(days: Days, campaigns: Campaigns) -> pl.DataFrame:
    """Grain: campaign."""
    run, first = campaigns.run, campaigns.first_day
    treated = np.bincount(campaigns.campaign[~campaigns.is_held_out], minlength=len(run))
    costs = [round(COST + item.cost * count, 2) for item, count in zip(run, treated.tolist(), strict=True)]
    begins = [days.start + timedelta(days=int(day)) for day in first]
    return pl.DataFrame({
        "Campaign ID": campaign_keys(np.arange(len(run))),
        "Campaign": [f"{item.name} {day.year}" for item, day in zip(run, begins, strict=True)],
        "Channel": [item.channel for item in run],
        "Starts on": begins,
        "Ends on": dates(days, first + EFFECT_DAYS),
        "Cost": costs,
        "Currency": ["EUR"] * len(run),
    })  # fmt: skip


def members_file(days: Days, accounts_number: Array, campaigns: Campaigns) -> pl.DataFrame:
    """Grain: account that a campaign chose."""
    return pl.DataFrame({
        "Member ID": member_keys(np.arange(len(campaigns.account))),
        "Campaign ID": campaign_keys(campaigns.campaign),
        "Account ID": account_keys(accounts_number[campaigns.account]),
        "Arm": pick(ARMS, campaigns.is_held_out.astype(int)),
        "Assigned at": moments(days, campaigns.assigned),
        "Responded at": moments(days, campaigns.responded),
    })  # fmt: skip


def member_keys(positions: Array) -> pl.Series:
    return keys("M", LARGE + positions, 7)


def campaign_keys(positions: Array) -> pl.Series:
    return keys("C", positions + 1, 2)
