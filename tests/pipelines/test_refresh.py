"""Refresh: marts are built, checked and put in place together, or the ones before them stay."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from crm import access, following, ownership, records
from crm.db import Database
from crm.errors import QualityCheckFailed
from crm.settings import ROOT
from pipelines import inbox, load
from pipelines import refresh as module
from pipelines.refresh import catch_up, refresh
from tests.random_company import TODAY, Chance, fill
from tests.records import add, add_deal, add_event, add_line, add_order, add_ticket, set_company


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with access.cursor_for(database, access.owner_of_file()) as cursor:
        return cursor.rows(statement)


def test_a_line_carries_what_it_is_counted_by(database: Database) -> None:
    account = add(database, "account", name="Acme", country="DE", region="North", owner_id=7)
    product = add(database, "product", name="Tent", category="Outdoor")
    noon = datetime(2025, 3, 1, 12)
    order = add_order(database, noon, account_id=account, account_owner_id=7, region="South", credited_owner_id=8)
    add_line(database, order, noon, "10.50", account_id=account, account_owner_id=7, product_id=product)
    report = refresh(database, as_of=date(2025, 12, 31))
    assert report.count_rows == {
        "sale_line": 1,
        "sale_order": 1,
        "sale_day": 1,
        "account_day": 3,  # it comes, is silent after 90 days, gone after 365
        "account_profile": 1,
    }
    found = rows(
        database,
        "select account_owner_id, credited_owner_id, category, region, ordered_on, sold_on, revenue "
        "from visible.sale_line",
    )
    day = date(2025, 3, 1)
    assert found == [(7, 8, "Outdoor", "South", day, day, Decimal("10.50"))]


def test_days_are_those_of_the_company(database: Database) -> None:
    set_company(database, time_zone="Asia/Shanghai")
    add_order(database, datetime(2025, 3, 1, 15, 59), "1")  # 23:59 in Shanghai
    add_order(database, datetime(2025, 3, 1, 16, 0), "2")  # midnight
    refresh(database, as_of=date(2025, 12, 31))
    found = rows(database, "select revenue, sold_on from visible.sale_line order by revenue")
    assert found == [(Decimal(1), date(2025, 3, 1)), (Decimal(2), date(2025, 3, 2))]


def test_cancelled_orders_and_days_after_as_of_are_left_out(database: Database) -> None:
    add_order(database, datetime(2025, 3, 1), "1", status="cancelled")
    add_order(database, datetime(2025, 3, 2), "2")
    add_order(database, datetime(2025, 3, 3), "4")
    refresh(database, as_of=date(2025, 3, 2))
    assert rows(database, "select revenue from visible.sale_line") == [(Decimal(2),)]
    assert rows(database, "select as_of from visible.refresh") == [(date(2025, 3, 2),)]


def test_the_company_clock_is_the_default_day(database: Database) -> None:
    set_company(database, as_of=date(2025, 3, 2))
    add_order(database, datetime(2025, 3, 3), "4")
    assert refresh(database).as_of == date(2025, 3, 2)
    assert rows(database, "select * from visible.sale_line") == []


def test_an_account_is_a_customer_since_its_first_dated_event(database: Database) -> None:
    said, sold, dealt, asked, unknown = (add(database, "account", name=name) for name in "abcde")
    with database.cursor() as cursor:
        cursor.run("update core.account set since_on = date '2020-02-02' where id = $id", id=said)
    add_order(database, datetime(2025, 1, 5), "10", account_id=said)
    add_order(database, datetime(2025, 1, 5), "-3", account_id=sold)
    add_order(database, datetime(2025, 2, 1), "10", "5", account_id=sold)
    add_order(database, datetime(2025, 4, 1), "1", account_id=sold)
    deal = add_deal(database, "won", "1", account_id=dealt, closed_on=date(2024, 6, 1))
    add_event(database, deal, 1, "won", "1", None)
    add_ticket(database, "open", datetime(2023, 5, 5, 12), account_id=asked)
    refresh(database, as_of=date(2025, 12, 31))
    found = rows(
        database,
        "select account_id, since_on, first_order_on, last_order_on, count_orders, revenue "
        "from visible.account_profile order by account_id",
    )
    assert found == [
        (said, date(2020, 2, 2), date(2025, 1, 5), date(2025, 1, 5), 1, Decimal(10)),
        (sold, date(2025, 1, 5), date(2025, 2, 1), date(2025, 4, 1), 2, Decimal(13)),
        (dealt, date(2024, 6, 1), None, None, 0, Decimal(0)),
        (asked, date(2023, 5, 5), None, None, 0, Decimal(0)),
        (unknown, None, None, None, 0, Decimal(0)),
    ]


def touch_batch(database: Database) -> None:
    """What load 2 would note when it writes."""
    database.write(lambda cursor: cursor.run(load.statement("touch"), batch_id=2), touches=[ownership.TOUCHED])


def sums_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """What the marts hold; rows of the same day and owners added up, those that come to nothing left out."""
    found = {name: rows(database, f"from visible.{name} order by all") for name in module.BY_ACCOUNT}
    for name in module.ADDED_UP:
        with database.cursor() as cursor:
            columns = [column for (column,) in cursor.rows(module._statement("sums"), name=name)]
        kept = " or ".join(f"coalesce({column}, 0) <> 0" for column in columns)
        summed = ", ".join(f"coalesce(sum({column}), 0) as {column}" for column in columns)
        found[name] = rows(
            database, f"from (select columns(lambda x: x not in {columns}), {summed} from visible.{name} group by all) "
            f"where {kept} order by all"
        )  # fmt: skip
    return found


@pytest.mark.parametrize("seed", range(6))
def test_accounts_that_changed_are_counted_as_if_all_were(
    database: Database, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Chance(seed)
    staff = fill(database, chance)
    refresh(database, as_of=TODAY)
    with database.cursor() as cursor:
        accounts = cursor.rows("select id, owner_id, version from core.account order by id")
        orders = [order for (order,) in cursor.rows("select id from core.sales_order order by id")]
        cursor.run(
            "update core.sales_order set status = 'cancelled', batch_id = 2 where id in "
            "(select unnest($orders::bigint[]))", orders=chance.sample(orders, 4),
        )  # fmt: skip
    for account, owner, _ in chance.sample(accounts, 3):
        add_order(
            database, chance.moment(), "7.50", "-2.00", account_id=account, account_owner_id=owner, batch_id=2
        )  # fmt: skip
    for account, _, version in chance.sample(accounts, 2):
        records.edit(
            database,
            access.owner_of_file(),
            "account",
            account,
            {"owner_id": chance.choice(staff)},
            version,
            reason="new region",
        )
    monkeypatch.setattr(module, "FEW", 1)
    touch_batch(database)
    report = catch_up(database)
    assert report and 0 < report.count_rows["account_profile"] < len(accounts)
    caught_up = sums_of(database)
    refresh(database, as_of=TODAY)
    assert caught_up == sums_of(database)
    assert catch_up(database) is None


@pytest.mark.parametrize("change", ["many", "a sale without account", "another day"])
def test_all_is_counted_where_some_are_not_enough(
    database: Database, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_company(database, as_of=TODAY)
    fill(database, Chance(1))
    refresh(database, as_of=TODAY if change != "another day" else date(2025, 6, 29))
    monkeypatch.setattr(module, "FEW", 0 if change == "many" else 1)
    buyers = rows(database, "select id, owner_id from visible.account order by id limit 2")
    if change == "a sale without account":
        buyers = [(None, None)]
    for account, owner in buyers:
        add_order(database, datetime(2025, 3, 1), "1", account_id=account, account_owner_id=owner, batch_id=2)
    touch_batch(database)
    counted = catch_up(database)
    with database.cursor() as cursor:
        assert counted and counted.count_rows["account_profile"] == cursor.value("select count(*) from core.account")
    assert rows(database, "from visible.touched_account") == []


@pytest.mark.parametrize("step", ["_swap", "_put_beside"])
def test_an_order_that_moves_while_it_is_counted_is_counted_once(
    database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    accounts = [add(database, "account", name=name) for name in "AB"]
    other = add_order(database, datetime(2025, 3, 1), "100", account_id=accounts[0], batch_id=2)
    if step == "_put_beside":
        refresh(database, as_of=TODAY)
        set_company(database, as_of=TODAY)
        database.write(lambda cursor: ownership.touch(cursor, "(select 1 as id)"), touches=[])
    put = getattr(module, step)

    def moved_before(database: Database, refresh_id: int) -> None:
        records.edit(database, access.owner_of_file(), "sales_order", other, {"account_id": accounts[1]}, 1)
        put(database, refresh_id)

    monkeypatch.setattr(module, "FEW", 1)
    monkeypatch.setattr(module, step, moved_before)
    if step == "_swap":
        refresh(database, as_of=TODAY)
    else:
        assert catch_up(database)
    monkeypatch.undo()
    monkeypatch.setattr(module, "FEW", 1)
    set_company(database, as_of=TODAY)
    assert rows(database, "select account_id, revenue from visible.sale_line") == [(accounts[1], Decimal(100))]
    assert catch_up(database)
    caught_up = sums_of(database)
    assert rows(database, "select sum(revenue), sum(count_orders) from visible.sale_day") == [(Decimal(100), 1)]
    refresh(database, as_of=TODAY)
    assert caught_up == sums_of(database)


def test_a_count_that_failed_is_not_tried_again_at_once(database: Database) -> None:
    set_company(database, as_of=TODAY)
    refresh(database)
    account = add(database, "account", name="Acme", owner_id=7)
    add_order(database, datetime(2025, 3, 1), "1", account_id=account, account_owner_id=99, batch_id=2)
    touch_batch(database)
    with pytest.raises(QualityCheckFailed, match="sale_line_has_owner_of_account"):
        catch_up(database)
    assert rows(database, "select revenue from visible.sale_line") == []
    with database.cursor() as cursor:
        assert not cursor.value(inbox.statement("has_changes"))
    with pytest.raises(QualityCheckFailed):  # as a whole, after one that failed
        catch_up(database)


@pytest.mark.parametrize("name", ["product", "fx_rate"])
def test_what_all_lines_are_counted_by_counts_all_of_them(database: Database, name: str) -> None:
    set_company(database, as_of=TODAY, currency="EUR")
    add_order(database, datetime(2025, 3, 1), "1")
    refresh(database)
    if name == "product":
        with database.cursor() as cursor:
            cursor.run("insert into history.product (id, replaced_by_batch_id) values (1, 2)")
    else:
        add(database, name, currency="USD", valid_on=date(2025, 1, 1), rate=2, batch_id=2)
    touch_batch(database)
    assert catch_up(database)
    assert catch_up(database) is None


def test_what_an_account_gave_leaves_nothing_behind(database: Database) -> None:
    """Its former owner has no numbers, not zeros, and the small marts do not grow."""
    set_company(database, as_of=TODAY)
    first, second = (add(database, "staff", name=name) for name in "AB")
    account = add(database, "account", name="Acme", owner_id=first)
    add_order(database, datetime(2025, 3, 1), "100", account_id=account, account_owner_id=first)
    refresh(database)
    before = {name: len(rows(database, f"from visible.{name}")) for name in module.ADDED_UP}
    for version, owner in enumerate((second, first, second), start=1):
        records.edit(
            database, access.owner_of_file(), "account", account, {"owner_id": owner}, version, reason="new region"
        )
        assert catch_up(database)
    assert {name: len(rows(database, f"from visible.{name}")) for name in module.ADDED_UP} == before
    assert rows(database, "select distinct account_owner_id from visible.sale_day") == [(second,)]


def test_a_change_while_the_marts_are_counted_is_not_forgotten(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after the snapshot of the count is left to the next one."""
    account = add(database, "account", name="Acme", owner_id=add(database, "staff", name="A"))
    other = add(database, "staff", name="B")
    add_order(database, datetime(2025, 3, 1), "1", account_id=account, account_owner_id=1)
    swap = module._swap

    def changed_before(database: Database, refresh_id: int) -> None:
        records.edit(database, access.owner_of_file(), "account", account, {"owner_id": other}, 1, reason="x")
        swap(database, refresh_id)

    monkeypatch.setattr(module, "_swap", changed_before)
    refresh(database, as_of=TODAY)
    assert rows(database, "select account_owner_id from visible.sale_order") == [(other,)]
    assert rows(database, "select account_id from visible.touched_account") == [(account,)]


def test_comments_and_constraints_outlive_a_refresh(database: Database) -> None:
    question = (
        "select table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
        "where schema_name = 'mart' union all "
        "select table_name, null, null, null, comment from duckdb_tables() where schema_name = 'mart' order by all"
    )
    with database.cursor() as cursor:
        before = cursor.rows(question)
        refresh(database, as_of=date(2025, 1, 1))
        refresh(database, as_of=date(2025, 1, 1))
        assert cursor.rows(question) == before
        assert all(comment for *_, comment in before)


def test_a_refresh_bumps_the_versions_of_the_marts(database: Database) -> None:
    before = database.versions(module.WRITES)
    refresh(database, as_of=date(2025, 1, 1))
    assert all(new > old for new, old in zip(database.versions(module.WRITES), before, strict=True))


def test_a_reader_keeps_its_snapshot_during_a_refresh(database: Database) -> None:
    add_order(database, datetime(2025, 3, 1), "1")
    refresh(database, as_of=date(2025, 12, 31))
    with access.cursor_for(database, access.owner_of_file()) as cursor:
        assert cursor.value("select sum(revenue) from visible.sale_line") == 1
        add_order(database, datetime(2025, 3, 1), "2")
        refresh(database, as_of=date(2025, 12, 31))
        assert cursor.value("select sum(revenue) from visible.sale_line") == 1
    assert rows(database, "select sum(revenue) from visible.sale_line") == [(Decimal(3),)]


def test_a_broken_invariant_leaves_the_marts_before(database: Database) -> None:
    add_order(database, datetime(2025, 3, 1), "1")
    refresh(database, as_of=date(2025, 12, 31))
    add_order(database, datetime(2025, 3, 2), "2")
    add_line(database, 999_999, datetime(2025, 3, 2), "4")  # of no order
    with pytest.raises(QualityCheckFailed, match="order_line_has_order found 1 rows"):
        refresh(database, as_of=date(2025, 12, 31))
    assert rows(database, "select revenue from visible.sale_line") == [(Decimal(1),)]
    with database.cursor() as cursor:
        last = cursor.rows("select failed_check, count_failed, finished_at from ops.refresh order by id desc limit 1")
        assert last[0][:2] == ("order_line_has_order", 1)
        assert last[0][2] is not None
        assert cursor.rows("select table_name from duckdb_tables() where table_name like 'next%'") == []


def break_owner(database: Database) -> None:
    account = add(database, "account", name="Acme", owner_id=1)
    add_order(database, datetime(2025, 3, 1), "1", account_id=account, account_owner_id=2)


def break_stage(database: Database) -> None:
    deal = add_deal(database, "won", "5")
    add_event(database, deal, 1, "proposal", "5", None)


def break_history(database: Database) -> None:
    add_deal(database, "won", "5")


def break_landing(database: Database) -> None:
    with database.cursor() as cursor:
        cursor.run(
            "insert into landing.file by name select 1 as batch_id, 1 as position, 'a.csv' as file, '' as digest, "
            "'' as kept_as, '' as layout, '' as mapping, false as is_own_mapping, 'account' as object, '' as source, "
            "1 as first_record, "
            "1 as count_read, 0 as count_inserted, 0 as count_updated, 0 as count_unchanged, 0 as count_duplicate, "
            "1 as count_rejected, 0 as count_possible_repeat, '{}' as count_created, '{}' as count_changed"
        )


@pytest.mark.parametrize(
    ("break_it", "check"),
    [
        (break_owner, "sale_line_has_owner_of_account"),
        (break_stage, "deal_agrees_with_last_event"),
        (break_history, "deal_has_event"),
        (break_landing, "landing_adds_up"),
    ],
)
def test_each_invariant_is_held(database: Database, break_it: object, check: str) -> None:
    assert callable(break_it)
    break_it(database)
    with pytest.raises(QualityCheckFailed) as broken:
        refresh(database, as_of=date(2025, 12, 31))
    assert broken.value.values["check"] == check


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        ("delete from mart.next_sale_line where revenue = 1", "sale_line_is_complete"),
        ("update mart.next_sale_line set revenue = 2 where revenue = 1", "sale_line_is_complete"),
        ("insert into mart.next_sale_line from mart.next_sale_line", "sale_line_is_complete"),
        ("update mart.next_account_profile set revenue = 9", "account_profile_adds_up"),
        ("delete from mart.next_account_profile", "account_profile_is_complete"),
        ("insert into mart.next_account_profile from mart.next_account_profile", "account_profile_is_complete"),
    ],
)
def test_a_mart_that_was_built_wrong_is_noticed(database: Database, spoil: str, check: str) -> None:
    account = add(database, "account", name="Acme")
    add_order(database, datetime(2025, 3, 1), "1", "3", account_id=account)
    refresh(database, as_of=date(2025, 12, 31))
    values = {"as_of": date(2025, 12, 31), "zone": "UTC"}
    path: Path = module.CHECKS / f"{check}.sql"
    with database.cursor() as cursor:
        for name in module.ORDER:
            cursor.run(f"create table mart.next_{name} as from mart.{name}")
        module._check(cursor, path, dict(values))
        cursor.run(spoil)
        with pytest.raises(QualityCheckFailed):
            module._check(cursor, path, dict(values))


@pytest.mark.parametrize("name", following.COUNTED)
def test_whatever_marts_read_of_a_record_makes_them_count_anew(name: str) -> None:
    """A statement names each column with its table; one that gave the table another name would have to be read here."""
    read: set[str] = set()
    for path in (ROOT / "pipelines" / "marts").glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(rf"core\.{name}\s+(as\s+)?(?!left|join|where|on|group)\w", text)
        read |= set(re.findall(rf"(?<![\w.]){name}\.(\w+)", text)) if f"core.{name}" in text else set()
    assert read and read <= set(following.COUNTED[name])


def test_only_what_marts_read_makes_them_count_anew(database: Database) -> None:
    account, other = add(database, "account", name="Acme"), add(database, "staff", name="Ann")
    viewer = access.owner_of_file()
    waiting = "select count(*) from ops.touched_account"
    sales = database.versions(["mart.sale_line", "core.opportunity"])
    records.edit(database, viewer, "account", account, {"phone": "1"}, 1)
    with database.cursor() as cursor:
        assert cursor.value(waiting) == 0
    records.edit(database, viewer, "account", account, {"region": "North"}, 2)
    made = records.create(database, viewer, "account", {"name": "Bolt"})
    with database.cursor() as cursor:
        assert cursor.rows("select account_id from ops.touched_account order by all") == [(account,), (made,)]
    assert database.versions(["mart.sale_line", "core.opportunity"]) == sales  # answers about them stay known
    records.edit(database, viewer, "account", account, {"owner_id": other}, 3, reason="moved")
    assert database.versions(["mart.sale_line", "core.opportunity"]) == tuple(count + 1 for count in sales)
