"""Who the customers are: what files say of them, and what nobody writes down."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo import names, tastes
from data.demo.days import DAY, Array, Days
from data.demo.people import SALES_TEAMS, STAFF, Staff
from data.demo.places import CHINA, CHINESE, COUNTRY, LANGUAGE, PLACES, WEIGHTS
from data.demo.settings import Plan
from data.demo.text import chosen, keys, pick, pick_in

SHARE_PEOPLE = 0.35
SHARE_BEFORE = 0.49
"""Share of accounts that were customers before the first day."""
ARRIVAL_GROWTH = 0.15
"""Growth a year of how many accounts arrive."""
SHARE_WITHOUT_OWNER = 0.03
CHANNELS = ("web", "phone", "shop", "partner")
CHANNEL_WEIGHTS = ((0.25, 0.4, 0.05, 0.3), (0.6, 0.1, 0.28, 0.02))
"""By kind: of companies, of people."""
WEB = CHANNELS.index("web")
SHARE_DISCOUNT_ONLY = 0.15
RATE_SHAPE = 1.3
RATE_MEAN = (0.37, 0.24)
"""Orders a month in a mean month, by kind."""
SIZES = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1000+")
SIZE_WEIGHTS = (0.34, 0.32, 0.2, 0.08, 0.04, 0.02)
SIZE_RATE = np.array([0.8, 0.9, 1.1, 1.3, 1.5, 1.8])
"""By how much the rate of a company is multiplied by its size."""
SOURCES = ("Trade fair", "Web search", "Referral", "Partner", "Cold call", "Advertisement", "Social media")
SOURCE_WEIGHTS = (0.16, 0.28, 0.22, 0.1, 0.1, 0.09, 0.05)
PREFERENCES = (
    "Prefers e-mail",
    "Prefers phone",
    "Calls only in the morning",
    "Wants catalogues in print",
    "Delivery on Fridays only",
    "Invoices by e-mail",
    "Collects in the shop",
)
PREFERENCES_CHINESE = (
    "希望邮件联系",
    "希望电话联系",
    "只在上午接听电话",
    "需要纸质目录",
    "仅周五收货",
    "需要电子发票",
    "到店自提",
)
TERMS = ("14 days", "30 days", "60 days", "Prepaid")


@dataclass(frozen=True)
class Accounts:
    """Customers in the order in which they came; arrays have one entry for each."""

    since: Array
    """Day on which it became a customer; below 0 before the plan begins."""
    is_person: Array
    place: Array
    taste: Array
    """Class of taste: position in tastes.CLASSES."""
    industry: Array
    size: Array
    owner: Array
    """Position in STAFF; -1 is nobody."""
    channel: Array
    """Through which it mostly buys: position in CHANNELS."""
    is_discount_only: Array
    """Buys at a discount or not at all."""
    rate: Array
    """Orders a month in a mean month, while it is a customer."""
    source: Array
    name: pl.DataFrame
    """`name`, `site`, `mail`, and of a company `brand`, `trade` and `suffix`."""
    phone: pl.Series
    text: pl.DataFrame
    """What files say besides: `preferences`, `terms`."""

    @property
    def count(self) -> int:
        return len(self.since)

    @property
    def country(self) -> Array:
        """Position in places.COUNTRIES."""
        found: Array = COUNTRY[self.place]
        return found

    @property
    def language(self) -> Array:
        found: Array = LANGUAGE[self.country]
        return found

    @property
    def is_chinese(self) -> Array:
        found: Array = self.language == CHINESE
        return found


def found_accounts(plan: Plan, days: Days, staff: Staff) -> Accounts:
    """Draw the customers."""
    random, count = plan.random("accounts"), plan.accounts
    is_person = random.random(count) < SHARE_PEOPLE
    place = chosen(random, WEIGHTS, count)
    taste = _tastes(random, is_person)
    size = np.where(is_person, -1, chosen(random, SIZE_WEIGHTS, count))
    channel = np.where(is_person, *(chosen(random, weights, count) for weights in reversed(CHANNEL_WEIGHTS)))
    rate = random.gamma(RATE_SHAPE, 1 / RATE_SHAPE, count) * np.where(is_person, RATE_MEAN[1], RATE_MEAN[0])
    return Accounts(
        since=_arrivals(random, days, count),
        is_person=is_person,
        place=place,
        taste=taste,
        industry=np.where(is_person, -1, tastes.INDUSTRY[taste]),
        size=size,
        owner=_owners(random, COUNTRY[place], staff),
        channel=channel.astype(np.int8),
        is_discount_only=random.random(count) < SHARE_DISCOUNT_ONLY,
        rate=rate * np.where(is_person, 1.0, SIZE_RATE[size]),
        source=chosen(random, SOURCE_WEIGHTS, count),
        name=_names(plan.random("names"), place, is_person, tastes.INDUSTRY[taste]),
        phone=phones(random, COUNTRY[place], place),
        text=_text(random, LANGUAGE[COUNTRY[place]] == CHINESE, is_person),
    )


def _arrivals(random: np.random.Generator, days: Days, count: int) -> Array:
    """(count,) days on which accounts come, earliest first: some long ago, then more and more each year."""
    before = round(count * SHARE_BEFORE)
    old = -1 - np.minimum(random.exponential(700, before), 2500).astype(int)
    end = days.count / 365.25 * ARRIVAL_GROWTH
    new = np.log1p(random.random(count - before) * np.expm1(end)) / end * days.count
    return np.sort(np.concatenate([old, new.astype(int)])).astype(np.int32)


def _tastes(random: np.random.Generator, is_person: Array) -> Array:
    of_people = np.flatnonzero(tastes.OF_PEOPLE)
    of_company = random.integers(0, len(tastes.CLASSES), len(is_person))
    return np.where(is_person, of_people[random.integers(0, len(of_people), len(is_person))], of_company)


def _owners(random: np.random.Generator, country: Array, staff: Staff) -> Array:
    """(count,) someone of the team of each account's country; its leader has few, the next ones most."""
    owner = np.empty(len(country), np.int16)
    for number, team in enumerate(SALES_TEAMS):
        sellers, there = staff.of(team), np.flatnonzero(country == number)
        owner[there] = sellers[chosen(random, [0.5, *np.linspace(1.4, 0.8, len(sellers) - 1)], len(there))]
    owner[random.random(len(country)) < SHARE_WITHOUT_OWNER] = -1
    return owner


def _names(random: np.random.Generator, place: Array, is_person: Array, industry: Array) -> pl.DataFrame:
    language = LANGUAGE[COUNTRY[place]]
    people = names.people(random, language)
    company = names.companies(random, language, industry, place)
    frame = company.with_columns(people["mail"], person=people["name"], is_person=pl.Series(is_person))
    of_company = [
        pl.when(~pl.col("is_person")).then(pl.col(name)).alias(name) for name in ("brand", "trade", "suffix", "site")
    ]
    return frame.select("mail", *of_company, name=pl.when("is_person").then("person").otherwise("name"))


def phones(random: np.random.Generator, country: Array, place: Array) -> pl.Series:
    """Numbers as people write them in each country."""
    digits = pl.Series(random.integers(20_000_000, 99_999_999, len(place))).cast(pl.String)
    codes = ("+49", "+44", "+1", "+86")
    frame = pl.DataFrame({"n": digits, "code": pick(codes, country), "area": pick([p[3] for p in PLACES], place)})
    rest = pl.concat_str(pl.col("n").str.slice(0, 4), pl.col("n").str.slice(4, 4), separator=" ")
    return frame.select(pl.concat_str("code", "area", rest, separator=" ")).to_series()


def _text(random: np.random.Generator, is_chinese: Array, is_person: Array) -> pl.DataFrame:
    count = len(is_person)
    preference = np.where(random.random(count) < 0.3, random.integers(0, len(PREFERENCES), count), -1)
    terms = np.where(is_person, -1, chosen(random, (0.25, 0.5, 0.15, 0.1), count))
    words = pick_in(PREFERENCES, PREFERENCES_CHINESE, preference, is_chinese)
    return pl.DataFrame({"preferences": words, "terms": pick(TERMS, terms)})


def sellers_of(random: np.random.Generator, accounts: Accounts, of: Array) -> Array:
    """Who works with each of some accounts: its owner, else somebody of the team of its country."""
    owner = accounts.owner[of].astype(np.int64)
    for number, team in enumerate(SALES_TEAMS):
        alone = np.flatnonzero((owner < 0) & (accounts.country[of] == number))
        people = np.array([position for position, entry in enumerate(STAFF) if entry[2] == team])
        owner[alone] = people[random.integers(0, len(people), len(alone))]
    return owner


def parents(plan: Plan, accounts: Accounts) -> Array:
    """(accounts,) the company that each belongs to: a larger, older one of its country; mostly -1, none."""
    random = plan.random("parents")
    parent = np.full(accounts.count, -1)
    is_company = ~accounts.is_person
    for country in range(CHINA + 1):
        there = is_company & (accounts.country == country)
        heads = np.flatnonzero(there & (accounts.size >= 3))
        belongs = np.flatnonzero(there & (accounts.size < 3) & (random.random(accounts.count) < 0.03))
        if len(heads):
            parent[belongs] = heads[random.integers(0, len(heads), len(belongs))]
    return parent


def since_second(accounts: Accounts) -> Array:
    """The second at which each account's first day begins."""
    return accounts.since.astype(np.int64) * DAY


def account_keys(numbers: Array) -> pl.Series:
    """Keys of accounts by their numbers, which begin at 1."""
    return keys("A", numbers)
