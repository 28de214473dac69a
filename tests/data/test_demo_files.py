"""The files of the demo company: what names what, what is to be refused, who stands in them twice."""

import re
from pathlib import Path

import polars as pl
import pytest

from crm.db import Database
from data.demo import Company, Plan, simulate, write
from pipelines import landing
from pipelines.load import load

Files = dict[str, pl.DataFrame]
REFERENCES = (  # file, column, file that it refers to
    ("accounts", "Owner", "staff"),
    ("accounts", "Parent account", "accounts"),
    ("contacts", "Account ID", "accounts"),
    ("leads", "Owner", "staff"),
    ("deals", "Account ID", "accounts"),
    ("deals", "Owner", "staff"),
    ("deal_history", "Deal ID", "deals"),
    ("deal_history", "Owner", "staff"),
    ("quotes", "Deal ID", "deals"),
    ("quotes", "Account ID", "accounts"),
    ("orders", "Account ID", "accounts"),
    ("order_lines", "Order ID", "orders"),
    ("interactions", "Account", "accounts"),
    ("interactions", "Contact", "contacts"),
    ("interactions", "Owner", "staff"),
    ("tasks", "Account", "accounts"),
    ("tickets", "Account", "accounts"),
    ("tickets", "Owner", "staff"),
    ("ticket_events", "Ticket ID", "tickets"),
    ("campaign_members", "Account ID", "accounts"),
    ("campaign_members", "Campaign ID", "campaigns"),
    ("surveys", "Account ID", "accounts"),
    ("surveys", "Ticket ID", "tickets"),
)


def test_keys_are_unique(demo_files: Files) -> None:
    for name, file in demo_files.items():
        if name != "deal_history":
            assert file[file.columns[0]].is_unique().all(), name
            assert file[file.columns[0]].null_count() == 0, name


@pytest.mark.parametrize(("name", "column", "target"), REFERENCES, ids=lambda value: str(value))
def test_references_resolve(demo_files: Files, name: str, column: str, target: str) -> None:
    known = demo_files[target][demo_files[target].columns[0]]
    assert set(demo_files[name][column].drop_nulls()) <= set(known)


def test_lines_are_of_products(demo_files: Files) -> None:
    known = set(demo_files["products"]["SKU"])
    assert len(known) == demo_files["products"].height
    assert set(demo_files["order_lines"]["SKU"]) <= known
    assert set(demo_files["deals"]["SKU"]) <= known


def test_returns_come_later_than_the_sale_and_are_no_more(demo_files: Files) -> None:
    lines = demo_files["order_lines"].with_columns(pl.col("Quantity").cast(int))
    sold, back = lines.filter(pl.col("Quantity") > 0), lines.filter(pl.col("Quantity") < 0)
    both = back.join(sold, on=["Order ID", "SKU", "Unit price"], suffix=" of sale")
    assert both.height == back.height > 10
    assert (both["Ordered at"] > both["Ordered at of sale"]).all()
    assert (-both["Quantity"] <= both["Quantity of sale"]).all()


def test_history_ends_with_the_deal_as_it_stands(demo_files: Files) -> None:
    history = demo_files["deal_history"]
    last = history.group_by("Deal ID", maintain_order=True).last()
    amount = pl.col("Amount").str.replace(",", "", literal=True)
    deals = demo_files["deals"].with_columns(amount)
    both = deals.join(last, on="Deal ID", suffix=" then", validate="1:1")
    assert both.height == deals.height
    for column in ("Stage", "Amount", "Expected close", "Owner"):
        assert (both[column] == both[f"{column} then"]).all(), column
    closed = both.filter(pl.col("Closed on").is_not_null())
    assert (closed["Closed on"] == closed["Changed at"].str.slice(0, 10)).all()
    assert set(closed["Stage"]) == {"Won", "Lost"}


def test_deals_go_back_skip_and_are_put_off(demo_files: Files) -> None:
    stages = ("Prospecting", "Engaging", "Proposal", "Negotiation", "Won", "Lost")
    place = pl.col("Stage").replace_strict({name: place for place, name in enumerate(stages)}, return_dtype=pl.Int8)
    expected = pl.col("Expected close")
    history = demo_files["deal_history"].with_columns(place=place, is_later=expected > expected.shift().over("Deal ID"))
    history = history.with_columns(step=pl.col("place").diff().over("Deal ID"))
    assert (history["step"] == -1).sum() > 3
    assert ((history["step"] == 2) & (history["place"] == 2)).sum() > 3
    assert history.filter(pl.col("step") == 0)["is_later"].sum() > 50


def test_events_of_a_ticket_follow_each_other(demo_files: Files) -> None:
    events = demo_files["ticket_events"]
    first = events.group_by("Ticket ID", maintain_order=True).first()
    assert set(first["Activity"]) == {"opened"}
    opened = demo_files["tickets"].join(first, on="Ticket ID", validate="1:1")
    assert (opened["Opened at"] == opened["Timestamp"]).all()
    assert opened.height == demo_files["tickets"].height
    assert set(events["Activity"]) >= {"first reply", "resolved", "reopened", "closed", "call back", "pending"}


def test_names_are_english_german_and_chinese(demo_files: Files) -> None:
    names = demo_files["accounts"]["Account"]
    chinese = names.str.contains(r"\p{Han}").mean()
    assert chinese == pytest.approx(0.3, abs=0.1)
    assert names.str.contains("[äöüß]").sum() > 5
    bodies = demo_files["interactions"].join(demo_files["accounts"], left_on="Account", right_on="Account ID")
    in_china = bodies["Country"] == "中国"
    assert (bodies["Note"].str.contains(r"\p{Han}") == in_china).all()


def test_duplicates_are_spelled_differently_and_keep_their_town(
    demo: Company, demo_files: Files, demo_folder: Path
) -> None:
    truth = pl.read_csv(demo_folder / "truth" / "duplicates.csv", infer_schema=False)
    assert truth.height == round(demo.plan.accounts * demo.plan.share_duplicates) == len(set(truth["account"]))
    assert (truth["name"] != truth["name_of_duplicate"]).all()
    accounts = demo_files["accounts"]
    assert accounts.height == demo.plan.accounts + truth.height
    entries = truth.join(accounts, left_on="duplicate", right_on="Account ID")
    entries = entries.join(accounts, left_on="account", right_on="Account ID", suffix=" once")
    assert (entries["Account"] == entries["name_of_duplicate"]).all()
    assert (entries["City"] == entries["City once"]).all()
    digits = [re.sub(r"\D", "", text).removeprefix("00") for text in entries["Phone"]]
    assert digits == [re.sub(r"\D", "", text) for text in entries["Phone once"]]
    assert (entries["Phone"] != entries["Phone once"]).all()


def test_every_manner_of_spelling_occurs() -> None:
    company = simulate(Plan(accounts=3000, months=12))
    told = pl.DataFrame({"manner": company.duplicates.manner, "name": company.duplicates.name})
    assert told["manner"].n_unique() == 6
    assert told["name"].str.contains("[Ａ-Ｚａ-ｚ]").any()
    assert told["name"].str.contains("^[^a-z]*[A-Z]{3}[^a-z]*$").any()
    assert told["name"].null_count() == 0


def test_clean_plan_has_nothing_to_refuse(tmp_path: Path) -> None:
    write(simulate(Plan(accounts=200, share_dirty=0, share_duplicates=0)), tmp_path)
    assert pl.read_csv(tmp_path / "truth" / "refused.csv").height == 0
    assert pl.read_csv(tmp_path / "accounts.csv").height == 200


def test_files_load_and_just_the_planted_rows_are_refused(database: Database, demo_folder: Path) -> None:
    paths = [path for path in sorted(demo_folder.glob("*.csv")) if path.stem != "deal_history"]
    report = load(database, landing.bring(paths, database.files / "landing"), is_dry_run=True).as_json()
    truth = pl.read_csv(demo_folder / "truth" / "refused.csv", infer_schema=False)
    planted = dict(truth.group_by("file").len().rows())
    found = {file["file"].removesuffix(".csv"): file for file in report["files"]}
    assert {name: file["rejected"] for name, file in found.items() if file["rejected"]} == planted
    objects = {"accounts": "account", "deals": "opportunity", "orders": "sales_order", "surveys": "survey_response"}
    for name, file in found.items():
        assert file["object"] == objects.get(name, name.removesuffix("s") if name != "staff" else "staff"), name
        assert file["read"] == file["inserted"] + file["rejected"]
        reasons = {reject["reason"] for reject in file["first_rejects"]}
        assert reasons <= set(truth.filter(pl.col("file") == name)["reason"])
