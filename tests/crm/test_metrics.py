"""The registry of KPIs: what a file has to define, who sees a number, and what an empty company shows."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from crm import access, metrics, queries, users
from crm.access import Viewer
from crm.db import Database
from crm.errors import BadSource, NotAllowed, NotFound
from crm.periods import ALL_TIME
from tests.records import add, add_deal, add_event, add_order, add_ticket, refresh_up_to, set_company

OWNER = access.owner_of_file()
FIRST_TEN = {
    "revenue", "won_revenue", "orders", "new_accounts", "active_accounts", "open_pipeline", "win_rate",
    "sales_cycle_days", "open_tickets", "median_resolution",
}  # fmt: skip


def viewer(database: Database, role: str, staff_id: int | None = None) -> Viewer:
    email = f"{role}@example.com"
    users.add(database, email, role)
    with database.cursor() as cursor:
        cursor.run("update ops.user set staff_id = $id where email = $email", id=staff_id, email=email)
        return access.viewer_of(cursor, email)


def test_the_first_ten_are_there() -> None:
    assert set(metrics.registry()) >= FIRST_TEN


@pytest.mark.parametrize("metric_id", sorted(FIRST_TEN))
def test_an_empty_company_has_no_zeros(database: Database, metric_id: str) -> None:
    found = metrics.number(database, OWNER, metric_id)
    assert found.value is None
    assert found.note is not None and found.note.startswith("No ") and found.note.endswith(" are loaded.")
    assert metrics.rows(database, OWNER, metric_id).is_empty()
    assert metrics.count_rows(database, OWNER, metric_id) == 0


def test_an_empty_company_has_no_period(database: Database) -> None:
    assert metrics.last_period_with_data(database, OWNER) == ALL_TIME


def test_rows_end_with_where_they_come_from(database: Database) -> None:
    for metric_id in metrics.registry():
        columns = metrics.rows(database, OWNER, metric_id).columns
        assert columns[-3:] == ["record", "batch_id", "record_number"]


def test_unknown_kpis_bring_those_that_are_near(database: Database) -> None:
    with pytest.raises(NotFound, match="revenue"):
        metrics.number(database, OWNER, "revenues")


def test_the_sql_can_be_shown() -> None:
    assert "visible.sale_day" in metrics.statement("revenue", "number")
    assert "limit $limit" in metrics.statement("revenue", "rows")


def test_a_seller_sees_its_own(database: Database) -> None:
    ann, bob = add(database, "staff", name="Ann"), add(database, "staff", name="Bob")
    for owner, amount in ((ann, "10.00"), (bob, "100.00")):
        account = add(database, "account", name=f"of {owner}", owner_id=owner)
        shared = {"account_id": account, "account_owner_id": owner}
        add_order(database, datetime(2025, 1, 1), amount, **shared)
        deal_values = {"closed_on": date(2025, 1, 2), "owner_id": owner, **shared}
        deal = add_deal(database, "won", amount, **deal_values)
        add_event(database, deal, 1, "won", amount, datetime(2025, 1, 2))
        add_ticket(database, "open", datetime(2025, 1, 1), **shared)
    refresh_up_to(database)
    seen = viewer(database, "sales", ann)
    assert metrics.number(database, seen, "revenue").value == Decimal(10)
    assert metrics.number(database, seen, "won_revenue").value == Decimal(10)
    assert metrics.number(database, seen, "active_accounts").value == 0
    assert metrics.number(database, seen, "new_accounts").value == 1
    assert metrics.number(database, seen, "open_tickets").value == 1
    assert metrics.rows(database, seen, "revenue")["account"].to_list() == [f"of {ann}"]
    assert metrics.number(database, OWNER, "revenue").value == Decimal(110)


def test_a_seller_without_records_reads_that_they_are_not_its_own(database: Database) -> None:
    add_order(database, datetime(2025, 1, 1), "10.00")
    refresh_up_to(database)
    found = metrics.number(database, viewer(database, "sales"), "revenue")
    assert (found.value, found.note) == (None, metrics.NOTHING_IN_SCOPE)


def test_service_sees_no_deals(database: Database) -> None:
    add_deal(database, "won", "5", closed_on=date(2025, 1, 1))
    seen = viewer(database, "service")
    for metric_id in ("won_revenue", "open_pipeline", "win_rate", "sales_cycle_days"):
        found = metrics.number(database, seen, metric_id)
        assert (found.value, found.note) == (None, "Your role does not see this number.")
        with pytest.raises(NotAllowed, match="service"):
            metrics.rows(database, seen, metric_id)
        with pytest.raises(NotAllowed):
            metrics.count_rows(database, seen, metric_id)


def test_marketing_sees_deals_without_amounts(database: Database) -> None:
    add_deal(database, "won", "5", closed_on=date(2025, 1, 1))
    seen = viewer(database, "marketing")
    assert metrics.number(database, seen, "won_revenue").note == metrics.WITHHELD
    assert metrics.number(database, seen, "open_pipeline").note == metrics.WITHHELD
    assert metrics.number(database, seen, "win_rate").value == 100
    assert queries.query(database, seen, "home/won_revenue_by_month", since=None, until=None)["value"].sum() == 0


def test_numbers_are_of_the_day_of_the_company_or_of_the_marts(database: Database) -> None:
    set_company(database, as_of=date(2025, 6, 30), currency="EUR")
    refresh_up_to(database, date(2025, 6, 29))
    assert metrics.number(database, OWNER, "win_rate").as_of == date(2025, 6, 30)
    assert metrics.number(database, OWNER, "revenue").as_of == date(2025, 6, 29)
    assert metrics.number(database, OWNER, "orders").currency is None


def test_all_sentences_are_known_to_the_catalogues() -> None:
    assert metrics.WITHHELD in metrics.messages()
    assert "No orders are loaded." in metrics.messages()


GOOD = (metrics.METRICS / "orders.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("- a", "is empty"),
        ("title: [", "is no YAML"),
        ("title: x", "has to define"),
        (GOOD + "\ncolour: red\n", "colour"),
        (GOOD.replace("unit: count", "unit: parsec"), "wrong in unit"),
        (GOOD.replace("better: up", "better: red"), "wrong in better"),
        (GOOD.replace("zh_CN: 订单数", "fr: Commandes"), "wrong in title"),
        (GOOD.replace("reads: {sales_order: []}", "reads: sales_order"), "wrong in reads"),
        (GOOD.replace("limit $limit", ""), "wrong in rows"),
        (GOOD.replace("decimals: 0", "decimals: none"), "wrong in decimals"),
        (GOOD.replace("$since", "$begin"), "wrong in counted"),
    ],
)
def test_a_broken_file_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "mine.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BadSource, match=sentence):
        metrics.registry(tmp_path)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(GOOD, encoding="utf-8")
    assert metrics.registry(tmp_path)["mine"].title["en"] == "Orders"
