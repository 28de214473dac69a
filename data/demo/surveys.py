"""What customers answered when they were asked."""

import numpy as np
import polars as pl

from data.demo.accounts import Accounts, account_keys
from data.demo.days import DAY, Array, Days, at_work, moments
from data.demo.lives import Lives
from data.demo.service import RESOLVED, Tickets, ticket_keys
from data.demo.settings import Plan
from data.demo.text import keys, pick, pick_in

KINDS = ("csat", "nps", "feedback")
ASKED_EVERY, SHARE_ANSWERING = 182, 0.07
"""Days between two rounds of NPS, and the share of the customers that answer."""
FEEDBACK_EACH = 0.06
"""Feedback in words for each account."""
SOON = 90
"""Days before leaving in which a customer is already less content."""
GOOD = (
    "Quick and friendly, thank you.",
    "All solved at once.",
    "Good quality, fair price.",
    "Always happy to order here.",
)
GOOD_CHINESE = ("处理很快，态度很好，谢谢。", "问题一次就解决了。", "质量好，价格公道。", "一直很乐意在这里下单。")
FAIR = (
    "It took a while, but it works now.",
    "All right.",
    "Delivery could be faster.",
    "Some articles are often sold out.",
)
FAIR_CHINESE = ("花了点时间，不过现在好了。", "还可以。", "发货可以再快一点。", "有些商品经常缺货。")
POOR = (
    "Had to ask three times.",
    "Nobody called back.",
    "Too slow, we look elsewhere now.",
    "The goods broke within a month.",
)
POOR_CHINESE = ("问了三次才有回复。", "没有人回电话。", "太慢了，我们在考虑别家。", "不到一个月就坏了。")
WORDS, WORDS_CHINESE = (*POOR, *FAIR, *GOOD), (*POOR_CHINESE, *FAIR_CHINESE, *GOOD_CHINESE)
"""From the worst mood to the best."""
SHARE_COMMENTING = 0.4


def surveys_file(
    plan: Plan, days: Days, accounts: Accounts, numbers: Array, lives: Lives, tickets: Tickets
) -> pl.DataFrame:  # fmt: skip
    """Grain: answer, by time."""
    random = plan.random("surveys")
    parts = [
        _csat(random, tickets),
        _nps(random, days, accounts, lives),
        _feedback(random, days, accounts, lives),
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns["kind"] = np.repeat(np.arange(len(KINDS)), [len(part["at"]) for part in parts])
    by_time = np.argsort(columns["at"], kind="stable")
    kind, account, ticket, score, mood, at = (
        columns[name][by_time] for name in ("kind", "account", "ticket", "score", "mood", "at")
    )
    says = (random.random(len(at)) < SHARE_COMMENTING) | (kind == 2)
    word = np.where(says, mood * len(GOOD) + random.integers(0, len(GOOD), len(at)), -1)
    return pl.DataFrame({
        "Survey ID": keys("S", np.arange(1, len(at) + 1)),
        "Type": pick(KINDS, kind),
        "Account ID": account_keys(numbers[account]),
        "Ticket ID": ticket_keys(ticket),
        "Score": pick([str(number) for number in range(11)], score),
        "Comment": pick_in(WORDS, WORDS_CHINESE, word, accounts.is_chinese[account]),
        "Answered at": moments(days, at),
    })  # fmt: skip


def _csat(random: np.random.Generator, tickets: Tickets) -> dict[str, Array]:
    """The answer to each ticket that was rated, within three hours of its solution: before the night."""
    rated = np.flatnonzero(tickets.csat > 0)
    at = tickets.at[rated, RESOLVED] + random.integers(300, 3 * 3600, len(rated))
    score = tickets.csat[rated]
    return {
        "account": tickets.account[rated],
        "ticket": rated,
        "score": score,
        "at": at,
        "mood": np.digitize(score, (3, 4)),
    }


def _nps(random: np.random.Generator, days: Days, accounts: Accounts, lives: Lives) -> dict[str, Array]:
    """Two rounds a year among the customers."""
    rounds = np.arange(60, days.count - 14, ASKED_EVERY)
    asked = [np.flatnonzero((accounts.since < day - 30) & (lives.left > day * DAY)) for day in rounds]
    answered = [some[random.random(len(some)) < SHARE_ANSWERING] for some in asked]
    account = np.concatenate(answered)
    day = np.repeat(rounds, [len(some) for some in answered]) + random.integers(0, 12, len(account))
    at = at_work(day * DAY + random.integers(0, DAY, len(account)))
    score = np.clip(
        np.rint(random.normal(8.3, 1.6, len(account)) - 2.5 * _leaves_soon(lives, account, at)), 0, 10
    ).astype(int)
    return {
        "account": account,
        "ticket": np.full(len(account), -1),
        "score": score,
        "at": at,
        "mood": np.digitize(score, (7, 9)),
    }


def _feedback(random: np.random.Generator, days: Days, accounts: Accounts, lives: Lives) -> dict[str, Array]:
    """Words without a score."""
    account = random.integers(0, accounts.count, int(accounts.count * FEEDBACK_EACH))
    first, last = np.maximum(accounts.since[account], 0) + 5, np.minimum(lives.left[account] / DAY, days.count)
    day = first + random.random(len(account)) * np.maximum(last - first, 0)
    is_there = (day < days.count) & (last > first)
    account, at = account[is_there], at_work((day[is_there] * DAY).astype(np.int64))
    mood = np.where(_leaves_soon(lives, account, at), 0, random.integers(0, 3, len(account)))
    none = np.full(len(account), -1)
    return {"account": account, "ticket": none, "score": none, "at": at, "mood": mood}


def _leaves_soon(lives: Lives, account: Array, at: Array) -> Array:
    found: Array = lives.left[account].astype(np.int64) - at < SOON * DAY
    return found
