"""The people at the accounts."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo import names
from data.demo.accounts import Accounts, account_keys, phones
from data.demo.days import Array
from data.demo.settings import Plan
from data.demo.text import chosen, keys, pick, pick_in

TITLES = ("Owner", "Managing director", "Head of purchasing", "Buyer", "Office manager", "Store manager", "Accountant")
TITLES_CHINESE = ("店主", "总经理", "采购总监", "采购员", "行政主管", "店长", "会计")
TITLE_WEIGHTS = (0.2, 0.12, 0.15, 0.25, 0.12, 0.1, 0.06)
MORE = (0.1, 0.25, 0.5, 0.9, 1.2, 1.6)
"""By size of a company: people beyond the first, in the mean."""


@dataclass(frozen=True)
class Contacts:
    """People by account."""

    account: Array
    first: Array
    """(accounts,) position of each account's first; its others stand behind it."""
    each: Array
    """(accounts,) how many it has."""
    frame: pl.DataFrame
    """name, email, title, phone, email_consent, phone_consent"""


def meet(plan: Plan, accounts: Accounts) -> Contacts:
    """Someone at each company, more at large ones; a person is its own contact."""
    random = plan.random("contacts")
    more = random.poisson(np.array(MORE)[accounts.size])
    each = 1 + np.where(accounts.is_person, 0, more)
    account = np.repeat(np.arange(accounts.count), each)
    called = names.people(random, accounts.language[account])
    is_person = accounts.is_person[account]
    site = accounts.name["site"].gather(account).str.strip_prefix("www.")
    number = pl.Series(np.arange(len(account)) % 997)
    frame = pl.DataFrame({
        "given": called["name"], "mail": called["mail"], "site": site, "number": number,
        "own": accounts.name["name"].gather(account), "own_mail": accounts.name["mail"].gather(account),
        "is_person": pl.Series(is_person), "phone": phones(random, accounts.country[account], accounts.place[account]),
        "own_phone": accounts.phone.gather(account),
        "title": pick_in(TITLES, TITLES_CHINESE, _titles(random, is_person), accounts.is_chinese[account]),
        "email_consent": _consent(random, len(account), 0.62), "phone_consent": _consent(random, len(account), 0.45),
    })  # fmt: skip
    own = pl.concat_str("own_mail", pl.col("number").cast(pl.String), pl.lit("@mail.example"))
    frame = frame.select(
        "title", "email_consent", "phone_consent",
        name=pl.when("is_person").then("own").otherwise("given"),
        email=pl.when("is_person").then(own).otherwise(pl.concat_str("mail", pl.lit("@"), "site")),
        phone=pl.when("is_person").then("own_phone").otherwise("phone"),
    )  # fmt: skip
    return Contacts(account, np.cumsum(each) - each, each, frame)


def _titles(random: np.random.Generator, is_person: Array) -> Array:
    return np.where(is_person, -1, chosen(random, TITLE_WEIGHTS, len(is_person)))


def _consent(random: np.random.Generator, count: int, share: float) -> pl.Series:
    """yes, no, or nothing where nobody asked."""
    return pick(("no", "yes"), np.where(random.random(count) < 0.1, -1, random.random(count) < share))


def contacts_file(numbers: Array, contacts: Contacts) -> pl.DataFrame:
    """Grain: person at an account. `numbers` are those of the accounts."""
    frame = contacts.frame
    return pl.DataFrame({
        "Contact ID": contact_keys(np.arange(len(contacts.account))),
        "Contact": frame["name"],
        "Account ID": account_keys(numbers[contacts.account]),
        "Title": frame["title"],
        "Email": frame["email"],
        "Phone": frame["phone"],
        "Email consent": frame["email_consent"],
        "Phone consent": frame["phone_consent"],
    })  # fmt: skip


def contact_keys(positions: Array) -> pl.Series:
    return keys("K", np.where(positions < 0, -1, positions + 1))


def someone_at(random: np.random.Generator, contacts: Contacts, account: Array) -> Array:
    """Position of one of the people at each of some accounts."""
    found: Array = contacts.first[account] + (random.random(len(account)) * contacts.each[account]).astype(int)
    return found
