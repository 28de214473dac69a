"""Interest that somebody showed: a part became customers, the rest did not."""

import numpy as np
import polars as pl

from data.demo import names
from data.demo.accounts import SOURCE_WEIGHTS, SOURCES, Accounts, phones
from data.demo.contacts import TITLE_WEIGHTS, TITLES, TITLES_CHINESE
from data.demo.days import DAY, Array, Days, at_work, moments
from data.demo.marketing import Campaigns
from data.demo.people import SALES_TEAMS, Staff, staff_keys
from data.demo.places import COUNTRIES, COUNTRY, LANGUAGE, PLACES, WEIGHTS
from data.demo.settings import Plan
from data.demo.text import chosen, keys, pick, pick_in

SHARE_OF_NEW = 0.5
"""Share of the new companies that were leads first."""
LOST_EACH = 2.2
"""Leads that came to nothing, for each that became a customer."""
STATUSES = ("new", "contacted", "qualified", "unqualified", "converted")
NEW, CONTACTED, QUALIFIED, UNQUALIFIED, CONVERTED = range(5)
SHARE_BY_CAMPAIGN = 0.15
BUDGETS = ("below 5,000", "5,000 to 20,000", "above 20,000")


def leads_file(plan: Plan, days: Days, accounts: Accounts, staff: Staff, campaigns: Campaigns) -> pl.DataFrame:
    """Grain: lead, by when it came."""
    random = plan.random("leads")
    new = np.flatnonzero(~accounts.is_person & (accounts.since > 1))
    became = new[random.random(len(new)) < SHARE_OF_NEW]
    count = len(became) + int(len(became) * LOST_EACH)
    account = np.full(count, -1)
    account[: len(became)] = became
    place = np.where(account >= 0, accounts.place[account], chosen(random, WEIGHTS, count))
    begun = np.sqrt(random.random(count) * 0.9 + 0.1) * days.count
    before = np.maximum(accounts.since[account] - random.integers(4, 60, count), 0)
    second = np.where(account >= 0, before, begun.astype(int)) * DAY + random.integers(0, DAY, count)
    by_time = np.argsort(second, kind="stable")
    account, place, second = account[by_time], place[by_time], second[by_time]
    return _rendered(random, days, accounts, staff, campaigns, account, place, at_work(second))


def _rendered(
    random: np.random.Generator, days: Days, accounts: Accounts, staff: Staff, campaigns: Campaigns,
    account: Array, place: Array, second: Array,
) -> pl.DataFrame:  # fmt: skip
    count, is_new = len(account), account >= 0
    country = COUNTRY[place]
    language = LANGUAGE[country]
    industry = np.where(is_new, accounts.industry[account], random.integers(0, len(names.INDUSTRIES), count))
    person, company = names.people(random, language), names.companies(random, language, industry, place)
    own = accounts.name.select("name", "site")[np.maximum(account, 0)]
    frame = pl.DataFrame({
        "mail": person["mail"], "company": company["name"], "site": company["site"], "own": own["name"],
        "own_site": own["site"], "is_new": pl.Series(is_new),
    }).with_columns(
        company=pl.when("is_new").then("own").otherwise("company"),
        site=pl.when("is_new").then("own_site").otherwise("site").str.strip_prefix("www."),
    )  # fmt: skip
    source = np.where(is_new, accounts.source[account], chosen(random, SOURCE_WEIGHTS, count))
    return pl.DataFrame({
        "Lead ID": keys("L", np.arange(1, count + 1)),
        "Lead": person["name"],
        "Company": frame["company"],
        "Title": pick_in(TITLES, TITLES_CHINESE, chosen(random, TITLE_WEIGHTS, count), language == 2),
        "Email": frame.select(pl.concat_str("mail", pl.lit("@"), "site")).to_series(),
        "Phone": phones(random, country, place),
        "Industry": pick(names.INDUSTRIES, industry),
        "Country": pick(COUNTRIES, country),
        "City": pick([entry[2] for entry in PLACES], place),
        "Source": pick(SOURCES, source),
        "Campaign": _campaigns(random, days, campaigns, second),
        "Budget": pick(BUDGETS, np.where(random.random(count) < 0.4, chosen(random, (0.5, 0.35, 0.15), count), -1)),
        "Status": pick(STATUSES, status := _statuses(random, days, is_new, second)),
        "Converted": pick(("no", "yes"), status == CONVERTED),
        "Created at": moments(days, second),
        "Owner": staff_keys(_owners(random, accounts, staff, account, country)),
    })  # fmt: skip


def _statuses(random: np.random.Generator, days: Days, is_new: Array, second: Array) -> Array:
    """By age: the youngest are new, older ones were talked with, and in the end most came to nothing."""
    age = days.count - second // DAY
    draw = random.random(len(second)) * 60
    worked = np.where(age < 6 + draw / 6, NEW, np.where(age < 30 + draw, CONTACTED, UNQUALIFIED))
    is_kept = (age >= 20) & (random.random(len(second)) < 0.12)
    return np.where(is_new, CONVERTED, np.where(is_kept, QUALIFIED, worked))


def _owners(random: np.random.Generator, accounts: Accounts, staff: Staff, account: Array, country: Array) -> Array:
    owner = np.where(account >= 0, accounts.owner[account], -1).astype(np.int64)
    for number, team in enumerate(SALES_TEAMS):
        there = np.flatnonzero((owner < 0) & (country == number))
        people = staff.of(team)
        owner[there] = people[random.integers(0, len(people), len(there))]
    return owner


def _campaigns(random: np.random.Generator, days: Days, campaigns: Campaigns, second: Array) -> pl.Series:
    """The name of the last campaign that had begun by then, for a part of the leads."""
    last = np.searchsorted(campaigns.first_day, second // DAY, side="right") - 1
    code = np.where(random.random(len(second)) < SHARE_BY_CAMPAIGN, last, -1)
    years = days.year[campaigns.first_day]
    return pick([f"{item.name} {year}" for item, year in zip(campaigns.run, years, strict=True)], code)
