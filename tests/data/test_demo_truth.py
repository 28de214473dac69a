"""What was planted in the demo company can be asked for back, from what happened."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.demo import Company, Plan, simulate, tastes, write
from data.demo import catalogue as goods
from data.demo import lives as living
from data.demo.accounts import WEB
from data.demo.buying import CAMPAIGN, FADE_DAYS, FOLLOW_UP, USUAL
from data.demo.days import DAY, NEVER
from data.demo.marketing import EFFECT_DAYS
from data.demo.people import SALES_TEAMS
from data.demo.selling import LOST, WON


def combinations(company: Company) -> pl.DataFrame:
    """Accounts at risk and departures by combination of drivers, over all months."""
    by = [*living.RISK, "probability"]
    return company.lives.cells.group_by(by, maintain_order=True).agg(pl.col("at_risk", "departures").sum())


def test_nobody_buys_before_it_comes_or_after_it_leaves(demo: Company) -> None:
    account, at = demo.orders.account, demo.orders.at
    assert (at // DAY > demo.accounts.since[account]).all()
    assert (at < demo.lives.left[account]).all()
    assert (at >= 0).all()
    assert (at < demo.days.end).all()
    assert (np.diff(at) >= 0).all()


def test_tickets_open_while_the_account_is_a_customer(demo: Company) -> None:
    account, opened = demo.tickets.account, demo.tickets.at[:, 0]
    assert (opened < demo.lives.left[account]).all()
    assert (opened // DAY > demo.accounts.since[account]).all()


def test_risk_of_leaving_is_as_planted(many: Company) -> None:
    cells = combinations(many)
    expected = cells["at_risk"] * cells["probability"]
    deviation = (cells["departures"] - expected) / (expected * (1 - cells["probability"])).sqrt()
    assert deviation.abs().max() < 4  # type: ignore[operator]
    assert cells["departures"].sum() == (many.lives.left < NEVER).sum()


def test_factors_of_the_drivers_are_found_by_regression(many: Company) -> None:
    cells = combinations(many)
    held = np.column_stack([np.ones(cells.height), *(cells[name].to_numpy() for name in living.RISK)]).astype(float)
    months, departures = cells["at_risk"].to_numpy(), cells["departures"].to_numpy()
    effect = np.zeros(held.shape[1])
    for _ in range(30):  # Newton's steps for departures ~ Poisson(months × exp(held · effect))
        rate = months * np.exp(held @ effect)
        effect += np.linalg.solve(held.T @ (held * rate[:, None]), held.T @ (departures - rate))
    assert np.exp(effect[0]) == pytest.approx(living.BASE, rel=0.1)
    assert np.exp(effect[1:]) == pytest.approx(list(living.RISK.values()), rel=0.17)


@pytest.mark.parametrize("month", [3, 20, 35])
def test_drivers_of_the_truth_are_those_of_the_files(demo: Company, month: int) -> None:
    """Count the accounts at risk in a month anew, from tickets, talks, and days of coming and leaving."""
    everyone, first = np.arange(demo.accounts.count), demo.days.edges[month]
    before = demo.days.edges[month - living.LOOKS_BACK]
    ticket, talk, since = demo.lives.ticket, demo.lives.contact, demo.accounts.since
    opened, solved = ticket["opened"] // DAY, ticket["solved"] // DAY
    is_slow = (opened >= before) & (opened < first) & (solved - opened > living.SLOW_DAYS)
    is_recent = (talk["at"] // DAY >= before) & (talk["at"] // DAY < first)
    was_talked_with = np.isin(everyone, talk["account"][is_recent]) | ((since >= before) & (since < first))
    held = np.isin(everyone, ticket["account"][is_slow]) + 2 * ~was_talked_with
    held += 4 * demo.accounts.is_discount_only + 8 * (demo.accounts.channel == WEB)
    at_risk = (since < first) & (demo.lives.left >= first * DAY)
    counted = demo.lives.cells.filter(pl.col("month") == month)["at_risk"]
    assert np.bincount(held[at_risk], minlength=16).tolist() == counted.to_list()


def test_orders_fade_before_an_account_leaves(many: Company) -> None:
    left = many.lives.left[many.orders.account]
    wait = (left[left < NEVER] - many.orders.at[left < NEVER]) / DAY
    last, earlier = ((wait > low) & (wait <= low + 15) for low in (0, FADE_DAYS + 15))
    assert last.sum() / earlier.sum() == pytest.approx(0.37, abs=0.08)


def test_tickets_come_in_bursts_before_an_account_leaves(many: Company) -> None:
    leavers = many.lives.left < NEVER
    wait = (many.lives.left[many.tickets.account] - many.tickets.at[:, 0]) / DAY
    of_leavers = leavers[many.tickets.account]
    last = (of_leavers & (wait < 90)).sum() / (leavers.sum() * 90)
    earlier = (of_leavers & (wait > 180) & (wait < 360)).sum() / ((leavers & (many.lives.left > 360 * DAY)).sum() * 180)
    assert last > 1.2 * earlier


def test_six_pairs_lift_as_planted(many: Company) -> None:
    assert len(many.pairs) == 6
    assert ("Children's toys", "Children's clothing", 2.5) in goods.PAIRS
    for pair in many.pairs:
        assert pair.realised == pytest.approx(pair.planted, rel=0.07), pair
        assert 0.05 < pair.without_effect / pair.accounts < 0.3


def test_lift_of_a_pair_is_found_in_the_lines(many: Company) -> None:
    """Count both worlds anew from the orders: all of them, and those that the pair did not cause."""
    pair = many.pairs[0]
    category = many.catalogue.category[many.lines.product]
    order = many.lines.order
    sold = (many.lines.quantity > 0) & ~many.orders.is_cancelled[order]
    account, at = many.orders.account[order], many.lines.at.astype(np.int64)
    is_first = sold & (category == goods.NAMES.index(pair.bought))
    first = np.full(many.accounts.count, NEVER, np.int64)
    np.minimum.at(first, account[is_first], at[is_first])
    within = sold & (category == goods.NAMES.index(pair.followed))
    within &= (at > first[account]) & (at <= first[account] + goods.FOLLOW_DAYS * DAY)
    is_caused = (many.orders.cause[order] == FOLLOW_UP) & (many.orders.reason[order] == 0)
    observed = np.flatnonzero(first < many.days.end - goods.FOLLOW_DAYS * DAY)
    with_effect = np.isin(observed, account[within]).sum()
    without = np.isin(observed, account[within & ~is_caused]).sum()
    assert (len(observed), with_effect, without) == (pair.accounts, pair.with_effect, pair.without_effect)


def test_campaigns_work_as_planted_and_one_not_at_all(many: Company) -> None:
    campaigns = many.campaigns
    assert len(campaigns.run) in (8, 9)
    assert [item.effect for item in campaigns.run].count(0.0) == 1
    for number, item in enumerate(campaigns.run):
        of = campaigns.campaign == number
        would = campaigns.would_order[of] < NEVER
        error = np.sqrt(max(item.effect, 0.001) / of.sum())
        assert would.mean() == pytest.approx(item.effect, abs=4 * error)
        assert campaigns.is_held_out[of].mean() == pytest.approx(0.2, abs=0.03)


def test_difference_of_the_arms_is_the_effect(many: Company) -> None:
    """Orders within 30 days, treated less held out, agree with the potential outcomes of the treated."""
    campaigns, orders = many.campaigns, many.orders
    for number, item in enumerate(campaigns.run):
        of = np.flatnonzero(campaigns.campaign == number)
        begins = int(campaigns.first_day[number]) * DAY
        soon = (orders.at >= begins) & (orders.at < begins + EFFECT_DAYS * DAY)
        placed = np.bincount(orders.account[soon], minlength=many.accounts.count)[campaigns.account[of]]
        held = campaigns.is_held_out[of]
        treated, control = placed[~held], placed[held]
        error = np.sqrt(treated.var() / len(treated) + control.var() / len(control))
        caused = (campaigns.would_order[of][~held] < NEVER).mean()
        assert treated.mean() - control.mean() == pytest.approx(caused, abs=3.5 * error), item.name


def test_held_out_members_have_no_caused_order(demo: Company) -> None:
    caused = demo.orders.cause == CAMPAIGN
    assert caused.sum() == (~demo.campaigns.is_held_out & (demo.campaigns.would_order < NEVER)).sum()
    assert (demo.campaigns.responded[demo.campaigns.is_held_out] == NEVER).all()


def test_season_of_each_category_is_found(many: Company) -> None:
    """What is bought in a month, over what would be bought without a season by the same customers."""
    usual = (many.orders.cause[many.lines.order] == USUAL) & (many.lines.quantity > 0)
    order = many.lines.order[usual]
    month = many.days.month[many.lines.at[usual] // DAY]
    category = many.catalogue.category[many.lines.product[usual]]
    taste = many.accounts.taste[many.orders.account[order]]
    counts = np.zeros((len(tastes.CLASSES), 12, len(goods.NAMES)))
    np.add.at(counts, (taste, month, category), 1)
    expected = counts.sum(axis=2)[:, :, None] * tastes.tastes()[:, None, :] / tastes.seasons()[:, :, None]
    found = counts.sum(axis=0) / expected.sum(axis=0)
    assert np.quantile(np.abs(np.log(found / goods.SEASON.T)), 0.9) < 0.12
    toys = counts[..., goods.NAMES.index("Children's toys")].sum(axis=0)
    tents = counts[..., goods.NAMES.index("Tents")].sum(axis=0)
    assert {int(toys.argmax()), int(np.argsort(toys)[-2])} == {10, 11}
    assert int(tents.argmax()) in (4, 5, 6)


def test_better_owners_win_more(many: Company) -> None:
    deals, now = many.deals, (np.arange(many.deals.count), many.deals.now(many.days))
    stage, owner = deals.stage[now], deals.owner[now]
    closed = stage >= WON
    won = np.bincount(owner[stage == WON], minlength=40)
    lost = np.bincount(owner[stage == LOST], minlength=40)
    sellers = np.concatenate([many.staff.of(team) for team in SALES_TEAMS])
    log_odds = np.log(won[sellers] / lost[sellers])
    assert closed.mean() > 0.8
    assert np.corrcoef(log_odds, np.log(many.staff.skill[sellers]))[0, 1] > 0.9
    assert np.polyfit(np.log(many.staff.skill[sellers]), log_odds, 1)[0] == pytest.approx(1, abs=0.2)


def test_truth_says_what_was_planted_and_what_came_of_it(demo_folder: Path) -> None:
    truth = json.loads((demo_folder / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert set(truth) >= {"plan", "estimands", "counts", "hazard", "season", "follow_up", "campaigns", "refused"}
    assert [pair["planted"] for pair in truth["follow_up"]] == [lift for _, _, lift in goods.PAIRS]
    assert all(pair["realised"] for pair in truth["follow_up"])
    assert set(truth["season"]) == set(goods.NAMES)


def test_nothing_follows_from_what_followed() -> None:
    bought, followed = ({pair[side] for pair in goods.PAIRS} for side in (0, 1))
    assert not bought & followed
    assert len(bought) == len(followed) == 6


def test_short_plan_has_no_campaigns_but_all_files(tmp_path: Path) -> None:
    company = simulate(Plan(accounts=300, months=6))
    write(company, tmp_path)
    assert (len(company.campaigns.run), company.days.count) == (0, 184)
    assert pl.read_csv(tmp_path / "campaign_members.csv").height == 0
    assert pl.read_csv(tmp_path / "orders.csv").height > 300


def test_too_small_a_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="100 accounts"):
        Plan(accounts=10)
