"""The demo company, simulated in the order in which one thing causes another."""

from dataclasses import dataclass

import numpy as np

from data.demo.accounts import Accounts, found_accounts
from data.demo.baskets import Lines, Pair, sell
from data.demo.buying import CAMPAIGN, USUAL, Orders, dressed, usual_orders
from data.demo.catalogue import Catalogue, stock
from data.demo.contacts import Contacts, meet
from data.demo.days import Days, calendar
from data.demo.duplicates import Duplicates, duplicate
from data.demo.lives import Lives, live
from data.demo.marketing import Campaigns, campaign
from data.demo.people import Staff, hire
from data.demo.selling import Deals, deal
from data.demo.service import Tickets, serve
from data.demo.settings import Plan


@dataclass(frozen=True)
class Company:
    """All that happened, in arrays; `files` writes it down as other systems would."""

    plan: Plan
    days: Days
    staff: Staff
    catalogue: Catalogue
    accounts: Accounts
    duplicates: Duplicates
    contacts: Contacts
    lives: Lives
    campaigns: Campaigns
    orders: Orders
    lines: Lines
    pairs: tuple[Pair, ...]
    deals: Deals
    tickets: Tickets


def simulate(plan: Plan) -> Company:
    """Let the company live through the months of the plan. Equal plans give equal companies."""
    days, staff, catalogue = calendar(plan), hire(plan), stock()
    accounts = found_accounts(plan, days, staff)
    lives = live(plan, days, accounts, staff)
    account, at = usual_orders(plan, days, accounts, lives)
    campaigns = campaign(plan, days, accounts, lives, account, at)
    caused_by, caused_at, reason = campaigns.caused()
    usual = dressed(
        plan.random("orders"),
        accounts,
        account=np.concatenate([account, caused_by]),
        at=np.concatenate([at, caused_at]),
        cause=np.repeat([USUAL, CAMPAIGN], [len(account), len(caused_by)]),
        reason=np.concatenate([np.full(len(account), -1), reason]),
    )
    orders, lines, pairs = sell(plan, days, accounts, lives, catalogue, usual)
    return Company(
        plan=plan,
        days=days,
        staff=staff,
        catalogue=catalogue,
        accounts=accounts,
        duplicates=duplicate(plan, days, accounts),
        contacts=meet(plan, accounts),
        lives=lives,
        campaigns=campaigns,
        orders=orders,
        lines=lines,
        pairs=tuple(pairs),
        deals=deal(plan, days, accounts, lives, staff, catalogue),
        tickets=serve(plan, days, accounts, lives),
    )
