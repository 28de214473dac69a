"""What was said with customers, and what somebody still has to do."""

import numpy as np
import polars as pl

from data.demo.accounts import Accounts, account_keys, sellers_of
from data.demo.contacts import Contacts, contact_keys, someone_at
from data.demo.days import DAY, NEVER, Array, Days, at_work, dates, moments
from data.demo.lives import Lives
from data.demo.people import staff_keys
from data.demo.settings import Plan
from data.demo.text import LARGE, chosen, keys, pick, pick_in

KINDS = ("call", "mail", "meeting", "chat", "note")
KIND_WEIGHTS = ((0.4, 0.36, 0.12, 0.03, 0.09), (0.34, 0.12, 0.12, 0.34, 0.08))
"""Outside China, and in it."""
SUBJECTS = (
    "Check-in for the quarter",
    "New season range",
    "Price list and terms",
    "Delivery schedule",
    "Reorder reminder",
    "Feedback on samples",
    "Payment terms",
    "Visit to the store",
    "Follow-up to a complaint",
    "Plans for next year",
)
SUBJECTS_CHINESE = (
    "季度回访",
    "新品推荐",
    "报价与条款",
    "交货安排",
    "补货提醒",
    "样品反馈",
    "账期沟通",
    "门店拜访",
    "投诉跟进",
    "明年计划",
)
OPENINGS = (
    "Spoke about the last order and what sells well.",
    "Went through the open points from last time.",
    "Introduced the new articles and sent the catalogue.",
    "They asked about stock and delivery times.",
    "Talked about volumes for the coming months.",
    "Short talk between two meetings.",
)
OPENINGS_CHINESE = (
    "沟通了上一笔订单和热销情况。",
    "逐项回顾了上次的待办事项。",
    "介绍了新品并发送了目录。",
    "客户询问库存和交期。",
    "讨论了未来几个月的采购量。",
    "简短沟通，对方较忙。",
)
OUTCOMES = (
    "They are content and want to reorder soon.",
    "Price is the sticking point: a competitor offers less.",
    "They wait for the budget of next quarter.",
    "Quality was praised, above all of the outdoor range.",
    "They complained about late deliveries.",
    "The buyer changes next month, get in touch with the successor.",
    "They want a sample before they decide.",
    "No need at the moment.",
)
OUTCOMES_CHINESE = (
    "客户满意，近期会补货。",
    "价格是主要问题，竞争对手报价更低。",
    "需等下季度预算。",
    "对质量评价很好，尤其是户外系列。",
    "客户抱怨交货延迟。",
    "采购负责人下月更换，需联系接任者。",
    "决定前希望先看样品。",
    "目前没有需求。",
)
NEXT = ("Call again in two weeks.", "Send an offer.", "Nothing to do for now.", "Ask the warehouse about stock.")
NEXT_CHINESE = ("两周后再联系。", "发送报价。", "暂无后续。", "向仓库确认库存。")

TASKS = (
    "Call about reorder",
    "Send offer",
    "Send catalogue",
    "Check delivery date",
    "Arrange a visit",
    "Clarify open invoice",
    "Ask for feedback on samples",
    "Update contact details",
)
TASKS_CHINESE = (
    "电话确认补货",
    "发送报价",
    "寄送目录",
    "确认交货日期",
    "安排拜访",
    "核对未付发票",
    "收集样品反馈",
    "更新联系人信息",
)
RESULTS = ("done", "reached, follow up", "not reached", "no interest")
RESULTS_CHINESE = ("已完成", "已联系，需跟进", "未联系上", "无意向")
TASKS_EACH = 0.5
"""Tasks for each account."""
DAYS_AHEAD = 28
"""How far tasks are planned beyond the last day."""


def interactions_file(
    plan: Plan, days: Days, accounts: Accounts, numbers: Array, lives: Lives, contacts: Contacts
) -> pl.DataFrame:  # fmt: skip
    """Grain: call, mail, meeting, chat or note, by time."""
    random = plan.random("talks")
    account, at = lives.contact["account"], lives.contact["at"]
    count, is_chinese = len(account), accounts.is_chinese[account]
    kind = np.where(is_chinese, *(chosen(random, weights, count) for weights in reversed(KIND_WEIGHTS)))
    said = [
        pick_in(english, chinese, random.integers(0, len(english), count), is_chinese)
        for english, chinese in ((OPENINGS, OPENINGS_CHINESE), (OUTCOMES, OUTCOMES_CHINESE), (NEXT, NEXT_CHINESE))
    ]
    body = pl.DataFrame(dict(zip("abc", said, strict=True)) | {"between": pick((" ", ""), is_chinese.astype(int))})
    return pl.DataFrame({
        "Interaction ID": keys("I", LARGE + np.arange(count), 7),
        "Interaction type": pick(KINDS, kind),
        "Date": moments(days, at),
        "Subject": pick_in(SUBJECTS, SUBJECTS_CHINESE, random.integers(0, len(SUBJECTS), count), is_chinese),
        "Note": body.select(pl.concat_str("a", "between", "b", "between", "c")).to_series(),
        "Account": account_keys(numbers[account]),
        "Contact": contact_keys(someone_at(random, contacts, account)),
        "Owner": staff_keys(sellers_of(random, accounts, account)),
    })  # fmt: skip


def tasks_file(plan: Plan, days: Days, accounts: Accounts, numbers: Array, lives: Lives) -> pl.DataFrame:
    """Grain: planned work, by when it is due. Some of it is overdue, some is still to come."""
    random = plan.random("tasks")
    count = int(accounts.count * TASKS_EACH)
    due = np.sort((days.count + DAYS_AHEAD) * np.sqrt(random.random(count))).astype(np.int64)
    account = _customers(random, accounts, lives, due)
    done = at_work(
        (due + np.rint(random.normal(-1, 2.5, count)).astype(np.int64)) * DAY + random.integers(0, DAY, count)
    )
    is_left = (due > days.count - 45) & (random.random(count) < 0.18)
    is_done = (done < days.end) & ~is_left
    is_chinese = accounts.is_chinese[account]
    result = np.where(is_done, chosen(random, (0.5, 0.22, 0.16, 0.12), count), -1)
    return pl.DataFrame({
        "Task ID": keys("W", np.arange(1, count + 1)),
        "Subject": pick_in(TASKS, TASKS_CHINESE, random.integers(0, len(TASKS), count), is_chinese),
        "Account": account_keys(numbers[account]),
        "Owner": staff_keys(sellers_of(random, accounts, account)),
        "Due": dates(days, due),
        "Done at": moments(days, np.where(is_done, done, NEVER)),
        "Result": pick_in(RESULTS, RESULTS_CHINESE, result, is_chinese),
    })  # fmt: skip


def _customers(random: np.random.Generator, accounts: Accounts, lives: Lives, due: Array) -> Array:
    """An account for each day: one that had come by then, and, in two of three draws, had not left."""
    come = np.maximum(np.searchsorted(accounts.since, due - 3), 1)
    draws = (random.random((3, len(due))) * come).astype(np.int64)
    has_left = lives.left[draws] < due * DAY
    found: Array = np.where(~has_left[0], draws[0], np.where(~has_left[1], draws[1], draws[2]))
    return found
