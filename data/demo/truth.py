"""What is true of the company and stands in no file: what was planted, and what came of it on this seed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from data.demo import catalogue as goods
from data.demo import lives as living
from data.demo import tastes
from data.demo.accounts import CHANNELS, WEB, account_keys
from data.demo.buying import CAMPAIGN, FADE_DAYS, FADE_TO, FOLLOW_UP, USUAL, order_keys
from data.demo.company import Company
from data.demo.days import NEVER, Array, moments
from data.demo.duplicates import MANNERS
from data.demo.marketing import EFFECT_DAYS, campaign_keys, member_keys
from data.demo.people import TEAM_SKILL, staff_keys
from data.demo.selling import owner_record
from data.demo.text import pick

ESTIMANDS = {
    "accounts": "All is told of accounts; what stands under the key of a second entry (duplicates.csv) belongs to it.",
    "hazard": "Probability that an account which is a customer when a month begins leaves within it: "
    "1 - exp(-base * product of the factors of the drivers that hold). slow_ticket: a ticket opened in the three "
    f"months before took more than {living.SLOW_DAYS} days. no_contact: no interaction in the three months before, nor "
    "did it come in them. discount_only: it never buys without a discount. web: it mostly buys through the web.",
    "follow_up": "P(B within 90 days after the first A of the plan) / P(the same, had no A caused anything), over the "
    "accounts whose first A has 90 days behind it. Both are counted on the same accounts, with and without the orders "
    "that A caused. Cancelled orders do not count.",
    "campaign": f"Orders more per member within {EFFECT_DAYS} days after the choice: over all members, the mean of the "
    "order that the campaign would cause; among the treated, those that it did cause. What these orders cause later is "
    "not counted.",
    "owners": "By how much the odds that a deal is won are multiplied when this person brings it to its end.",
    "season": "How much more than in a mean month is bought of a category, by calendar month, at the same customers.",
    "refused": "Rows that a loader has to refuse. All other rows are good.",
}


def write_truth(company: Company, refused: pl.DataFrame, folder: Path) -> None:
    """Write the truth: numbers and what they mean as JSON, records as tables."""
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps(summary(company, refused), ensure_ascii=False, indent=2)
    (folder / "truth.json").write_text(told + "\n", encoding="utf-8")
    refused.write_csv(folder / "refused.csv")
    duplicates_table(company).write_csv(folder / "duplicates.csv")
    owners_table(company).write_csv(folder / "owners.csv")
    company.lives.cells.write_csv(folder / "hazard.csv")
    accounts_table(company).write_parquet(folder / "accounts.parquet")
    caused_orders(company).write_parquet(folder / "caused_orders.parquet")
    members_table(company).write_parquet(folder / "campaign_members.parquet")


def summary(company: Company, refused: pl.DataFrame) -> dict[str, Any]:
    """Planted and realised numbers, with what they are numbers of."""
    plan, cells = company.plan, company.lives.cells
    return {
        "plan": {"accounts": plan.accounts, "seed": plan.seed, "start": str(plan.start), "end": str(plan.end)},
        "estimands": ESTIMANDS,
        "counts": {
            "accounts": company.accounts.count,
            "accounts_with_an_order": len(np.unique(company.orders.account)),
            "orders": company.orders.count,
            "order_lines": company.lines.count,
            "duplicates": len(company.duplicates.of),
            "left": int((company.lives.left < NEVER).sum()),
        },
        "hazard": {
            "base": living.BASE,
            "factors": living.RISK,
            "fading": {"days": FADE_DAYS, "to": FADE_TO},
            "months_at_risk": int(cells["at_risk"].sum()),
            "departures": int(cells["departures"].sum()),
        },
        "season": {
            name: [round(x, 4) for x in row] for name, row in zip(goods.NAMES, goods.SEASON.tolist(), strict=True)
        },
        "follow_up": [vars(pair) | {"realised": round(pair.realised, 4)} for pair in company.pairs],
        "campaigns": campaign_effects(company),
        "teams": TEAM_SKILL,
        "duplicates": {"count": len(company.duplicates.of), "manners": list(MANNERS)},
        "refused": dict(sorted(refused.group_by("file").len().rows())),
    }


def campaign_effects(company: Company) -> list[dict[str, Any]]:
    """What each campaign did: planted, and by the potential outcomes of its members."""
    campaigns, found = company.campaigns, []
    for number, item in enumerate(campaigns.run):
        of = campaigns.campaign == number
        would, held = campaigns.would_order[of] < NEVER, campaigns.is_held_out[of]
        found.append({
            "campaign": campaign_keys(np.array([number]))[0],
            "name": item.name,
            "rule": item.rule,
            "planted": item.effect,
            "members": int(of.sum()),
            "held_out": int(held.sum()),
            "realised": _mean(would),
            "realised_on_treated": _mean(would[~held]),
            "caused_orders": int(would[~held].sum()),
        })  # fmt: skip
    return found


def _mean(values: Array) -> float | None:
    return round(float(values.mean()), 5) if len(values) else None


def accounts_table(company: Company) -> pl.DataFrame:
    """Grain: account. What drives it, and when it left."""
    accounts, left = company.accounts, company.lives.left
    return pl.DataFrame({
        "account": account_keys(company.duplicates.number),
        "left_at": moments(company.days, left),
        "taste": pick(tastes.CLASSES, accounts.taste),
        "orders_a_month": accounts.rate,
        "is_discount_only": accounts.is_discount_only,
        "is_web": accounts.channel == WEB,
        "channel": pick(CHANNELS, accounts.channel),
        "owner": staff_keys(accounts.owner),
    })  # fmt: skip


def duplicates_table(company: Company) -> pl.DataFrame:
    """Grain: second entry of an account."""
    twice = company.duplicates
    return pl.DataFrame({
        "duplicate": account_keys(twice.own_number),
        "account": account_keys(twice.number[twice.of]),
        "name": company.accounts.name["name"].gather(twice.of),
        "name_of_duplicate": twice.name,
        "manner": pick(MANNERS, twice.manner),
    })  # fmt: skip


def owners_table(company: Company) -> pl.DataFrame:
    """Grain: seller."""
    return owner_record(company.days, company.staff, company.deals)


def caused_orders(company: Company) -> pl.DataFrame:
    """Grain: order that a campaign or an earlier purchase caused."""
    orders = company.orders
    caused = np.flatnonzero(orders.cause != USUAL)
    reason, cause = orders.reason[caused].astype(int), orders.cause[caused]
    pairs = [f"{bought} → {followed}" for bought, followed, _ in goods.PAIRS]
    by_campaign = campaign_keys(np.where(cause == CAMPAIGN, reason, -2))
    by_pair = pick(pairs, np.where(cause == FOLLOW_UP, reason, -1))
    return pl.DataFrame({
        "order": order_keys(caused),
        "cause": pick(("campaign", "follow-up"), cause.astype(int) - 1),
        "reason": pl.select(pl.coalesce(by_pair, by_campaign)).to_series(),
    })  # fmt: skip


def members_table(company: Company) -> pl.DataFrame:
    """Grain: member of a campaign. When it would order because of it, treated or not."""
    campaigns = company.campaigns
    return pl.DataFrame({
        "member": member_keys(np.arange(len(campaigns.account))),
        "campaign": campaign_keys(campaigns.campaign),
        "account": account_keys(company.duplicates.number[campaigns.account]),
        "is_held_out": campaigns.is_held_out,
        "would_order_at": moments(company.days, campaigns.would_order),
    })  # fmt: skip
