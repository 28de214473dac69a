"""What customers needed help with, what was done about it, and how they liked it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.accounts import Accounts, account_keys
from data.demo.days import DAY, NEVER, Array, Days, at_work, moments
from data.demo.lives import PRIORITIES, SLOW_DAYS, Lives
from data.demo.people import SERVICE_TEAMS, STAFF, staff_keys
from data.demo.settings import Plan
from data.demo.text import LARGE, chosen, keys, pick, pick_in

TOPICS = (  # category, subject, what the customer says, both in Chinese, weight
    (
        "Delivery",
        "Parcel arrived damaged",
        "The box was crushed and one article is broken. Please send a new one.",
        "包裹送达时破损",
        "外箱被压坏，有一件商品已损坏，请尽快补发。",
        9,
    ),
    (
        "Delivery",
        "Delivery is late",
        "The order should have been here last week. Where is it?",
        "订单延迟送达",
        "订单上周就该到了，请问现在在哪里？",
        12,
    ),
    (
        "Delivery",
        "Wrong article delivered",
        "We received a different colour than we ordered.",
        "收到的商品不对",
        "收到的颜色与订单不一致。",
        7,
    ),
    (
        "Delivery",
        "Part of the order is missing",
        "Two of the five articles were not in the parcel.",
        "订单少发货",
        "五件商品中有两件没有收到。",
        6,
    ),
    (
        "Billing",
        "Invoice shows the wrong address",
        "Please correct the address on the invoice.",
        "发票抬头有误",
        "请更正发票上的公司名称和地址。",
        7,
    ),
    (
        "Billing",
        "Credit note is missing",
        "We sent the goods back three weeks ago and still wait for the credit.",
        "退款未到账",
        "退货已经三周，仍未收到退款。",
        6,
    ),
    (
        "Billing",
        "Discount was not applied",
        "The agreed discount does not show on the last invoice.",
        "折扣未生效",
        "最近一张发票没有体现约定的折扣。",
        5,
    ),
    (
        "Product",
        "Part is missing in the box",
        "A bag of screws is missing, so it cannot be put together.",
        "包装内缺少配件",
        "缺少一包螺丝，无法安装。",
        7,
    ),
    (
        "Product",
        "Zip broke after a week",
        "The zip came off after a few days of normal use.",
        "拉链使用一周后损坏",
        "正常使用几天后拉链就脱落了。",
        6,
    ),
    (
        "Product",
        "Colour faded after washing",
        "It was washed as the label says, and the colour is gone.",
        "洗后褪色",
        "按照标签洗涤后颜色明显变淡。",
        4,
    ),
    (
        "Return",
        "How can goods be sent back?",
        "We ordered too much. How can we return the rest?",
        "如何办理退货",
        "多订了一些商品，请问怎么退回？",
        8,
    ),
    (
        "Return",
        "Exchange for another size",
        "The size is too small. Can it be exchanged?",
        "需要换尺码",
        "尺码偏小，可以换大一号吗？",
        6,
    ),
    (
        "Question",
        "How is it assembled?",
        "The manual is not clear at step four.",
        "安装方法咨询",
        "说明书第四步看不太明白。",
        6,
    ),
    (
        "Question",
        "When is it in stock again?",
        "The article shows as sold out. When will it be back?",
        "何时补货",
        "商品显示缺货，请问什么时候到货？",
        6,
    ),
    (
        "Account",
        "Cannot sign in to the shop",
        "The password reset mail does not arrive.",
        "无法登录商城",
        "收不到重置密码的邮件。",
        5,
    ),
)
CHANNELS = ("mail", "phone", "chat", "web form", "wechat")
CHANNEL_WEIGHTS = ((0.45, 0.28, 0.15, 0.12, 0.0), (0.15, 0.3, 0.1, 0.1, 0.35))
"""Outside China, and in it."""
ACTIVITIES = (
    "opened",
    "assigned",
    "first reply",
    "note",
    "customer reply",
    "pending",
    "call back",
    "resolved",
    "reopened",
    "resolved",
    "closed",
)
"""In order of time; the first `resolved` is that of a ticket that is reopened."""
PARTS = (
    (0, 0),
    (0.01, 0.05),
    (0.06, 0.25),
    (0.27, 0.34),
    (0.36, 0.44),
    (0.46, 0.54),
    (0.56, 0.64),
    (0.68, 0.74),
    (0.76, 0.82),
    (1, 1),
)
"""By activity: between which parts of the time to the solution it happens; it is closed some days after that."""
HAPPENS = (1, 1, 1, 0.35, 0.5, 0.35, 0.2, 0.07, 0.07, 1, 1)
REPLY, PENDING, REOPENED, RESOLVED, CLOSED = 2, 5, 8, 9, 10
DAYS_TO_CLOSE = 5
BY_CUSTOMER = (0, 4, 8)
"""Activities of which the customer is the actor."""
SHARE_RATED = 0.5


@dataclass(frozen=True)
class Tickets:
    """Tickets by when they were opened."""

    account: Array
    agent: Array
    topic: Array
    channel: Array
    priority: Array
    at: Array
    """(tickets, ACTIVITIES) second; NEVER where it does not happen within the plan."""
    csat: Array
    """1 to 5; -1 where the customer gave none."""

    @property
    def count(self) -> int:
        return len(self.account)


def serve(plan: Plan, days: Days, accounts: Accounts, lives: Lives) -> Tickets:
    """Answer the tickets."""
    random, ticket = plan.random("service"), lives.ticket
    count = len(ticket["account"])
    at = _moments(random, days, ticket["opened"], ticket["solved"])
    took = ticket["solved"] // DAY - ticket["opened"] // DAY
    is_chinese = accounts.is_chinese[ticket["account"]]
    mood = 4.8 - 0.18 * np.minimum(took, 8) - 0.5 * (took > SLOW_DAYS) - 0.7 * (at[:, REOPENED] < NEVER)
    score = np.clip(np.rint(mood + random.normal(0, 0.7, count)), 1, 5).astype(int)
    is_rated = (random.random(count) < SHARE_RATED) & (at[:, RESOLVED] < NEVER)
    channel = np.where(is_chinese, *(chosen(random, weights, count) for weights in reversed(CHANNEL_WEIGHTS)))
    return Tickets(
        account=ticket["account"],
        agent=ticket["agent"],
        topic=chosen(random, [topic[5] for topic in TOPICS], count),
        channel=channel,
        priority=ticket["priority"],
        at=at,
        csat=np.where(is_rated, score, -1),
    )


def _moments(random: np.random.Generator, days: Days, opened: Array, solved: Array) -> Array:
    """(tickets, activities) when each happens, if it does within the plan."""
    count = len(opened)
    low, high = np.array(PARTS).T
    part = low + (high - low) * random.random((count, len(PARTS)))
    at = opened[:, None] + (part * (solved - opened)[:, None]).astype(np.int64)
    at = np.concatenate([at, solved[:, None] + DAYS_TO_CLOSE * DAY], axis=1)
    happens = random.random((count, len(HAPPENS))) < np.array(HAPPENS)
    happens[:, 7] = happens[:, REOPENED]
    at = at_work(np.where(happens, at, NEVER))
    found: Array = np.where(at < days.end, at, NEVER)
    return found


def tickets_file(days: Days, accounts: Accounts, numbers: Array, tickets: Tickets) -> pl.DataFrame:
    """Grain: ticket, as it stands on the last day."""
    is_chinese = accounts.is_chinese[tickets.account]
    text = list(zip(*TOPICS, strict=True))
    is_assigned = tickets.at[:, 1] < NEVER
    team = np.array([SERVICE_TEAMS.index(entry[2]) if entry[2] in SERVICE_TEAMS else -1 for entry in STAFF])
    return pl.DataFrame({
        "Ticket ID": ticket_keys(np.arange(tickets.count)),
        "Subject": pick_in(text[1], text[3], tickets.topic, is_chinese),
        "Description": pick_in(text[2], text[4], tickets.topic, is_chinese),
        "Account": account_keys(numbers[tickets.account]),
        "Owner": staff_keys(np.where(is_assigned, tickets.agent, -1)),
        "Team": pick(SERVICE_TEAMS, team[tickets.agent]),
        "Channel": pick(CHANNELS, tickets.channel),
        "Category": pick(text[0], tickets.topic),
        "Priority": pick(PRIORITIES, tickets.priority),
        "Status": pick(("open", "pending", "resolved", "closed"), _statuses(tickets)),
        "Opened at": moments(days, tickets.at[:, 0]),
        "First reply": moments(days, tickets.at[:, REPLY]),
        "Resolved at": moments(days, tickets.at[:, RESOLVED]),
        "CSAT": pick([str(score) for score in range(6)], tickets.csat),
    })  # fmt: skip


def _statuses(tickets: Tickets) -> Array:
    """A ticket waits where the last that happened was to wait."""
    has = tickets.at < NEVER
    last = len(ACTIVITIES) - 1 - np.argmax(has[:, ::-1], axis=1)
    return np.where(last == CLOSED, 3, np.where(last == RESOLVED, 2, np.where(last == PENDING, 1, 0)))


def ticket_events_file(days: Days, tickets: Tickets) -> pl.DataFrame:
    """Grain: something that happened with a ticket, by time."""
    row, activity = np.nonzero(tickets.at < NEVER)
    at = tickets.at[row, activity]
    by_time = np.argsort(at, kind="stable")
    row, activity, at = row[by_time], activity[by_time], at[by_time]
    is_customer = np.isin(activity, BY_CUSTOMER)
    people = [name for name, _, _, _ in STAFF]
    return pl.DataFrame({
        "Event ID": keys("V", LARGE + np.arange(len(row)), 7),
        "Ticket ID": ticket_keys(row),
        "Timestamp": moments(days, at),
        "Activity": pick(ACTIVITIES, activity),
        "Agent": pick([*people, "customer"], np.where(is_customer, len(people), tickets.agent[row])),
    })  # fmt: skip


def ticket_keys(positions: Array) -> pl.Series:
    return keys("T", np.where(positions < 0, -1, positions + 1))
