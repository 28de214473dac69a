"""Who sees what: rows by owner, fields by mask, nothing without a viewer."""

import pytest

from crm import access
from crm.access import Scope, Viewer
from crm.db import Database, EngineError
from crm.errors import NotAllowed, NotFound

STAMP = "current_timestamp::timestamp, null, current_timestamp::timestamp, null, 1, null, null, null"


@pytest.fixture
def company(database: Database) -> Database:
    """Lena (1) leads team 1 with Omar (2); Ping (3) is in team 2. Each owns an account; account 4 is nobody's."""
    with database.cursor() as cursor:
        cursor.run(f"insert into core.team select i, 'Team ' || i, i, null, {STAMP} from range(1, 3) as r (i)")
        cursor.run(
            "insert into core.staff select * from (values (1, 'Lena', null, 1, null, null), "
            "(2, 'Omar', null, 1, 1, null), (3, 'Ping', null, 2, null, null)) as v "
            f"cross join (select {STAMP}) as s"
        )
        for number, owner, team in ((1, 1, None), (2, 2, None), (3, 3, None), (4, None, 1)):
            cursor.run(
                "insert into core.account (id, name, phone, owner_id, team_id, created_at, updated_at, version) values "
                "($id, $name, '555', $owner, $team, current_timestamp::timestamp, current_timestamp::timestamp, 1)",
                id=number, name=f"Account {number}", owner=owner, team=team,
            )  # fmt: skip
            cursor.run(
                "insert into core.opportunity (id, name, account_id, account_owner_id, owner_id, stage_id, amount, "
                "created_at, updated_at, version) values ($id, 'Deal', $id, $owner, 2, 1, 10, "
                "current_timestamp::timestamp, current_timestamp::timestamp, 1)",
                id=number, owner=owner,
            )  # fmt: skip
        for role, staff in (
            ("sales", 2),
            ("sales_manager", 1),
            ("marketing", None),
            ("service", None),
            ("sales", None),
        ):
            cursor.run(
                "insert into ops.user (email, name, role, staff_id, password_hash, is_demo, must_change_password, "
                "created_at) values ($email, 'x', $role, $staff, 'x', false, false, current_timestamp::timestamp)",
                email=f"{role}{staff or ''}@example.com", role=role, staff=staff,
            )  # fmt: skip
    return database


def viewer(database: Database, email: str) -> Viewer:
    with database.cursor() as cursor:
        return access.viewer_of(cursor, email)


def seen(database: Database, who: Viewer, statement: str) -> list[tuple[object, ...]]:
    with access.cursor_for(database, who) as cursor:
        return cursor.rows(statement)


ACCOUNTS = "select id from visible.account order by id"


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("sales2@example.com", [(2,)]),
        ("sales_manager1@example.com", [(1,), (2,), (4,)]),
        ("marketing@example.com", [(1,), (2,), (3,), (4,)]),
        ("sales@example.com", []),
    ],
)
def test_rows_follow_the_owner(company: Database, email: str, expected: list[tuple[int]]) -> None:
    assert seen(company, viewer(company, email), ACCOUNTS) == expected


def test_deal_is_seen_by_its_owner_and_the_accounts(company: Database) -> None:
    statement = "select id from visible.opportunity order by id"
    assert seen(company, viewer(company, "sales2@example.com"), statement) == [(1,), (2,), (3,), (4,)]
    alone = Viewer(9, "Ping", "sales", 3, scopes=(("opportunity", Scope(owners=(3,))),))
    assert seen(company, alone, statement) == [(3,)]


def test_object_without_grant_has_no_rows(company: Database) -> None:
    assert seen(company, viewer(company, "service@example.com"), "select * from visible.opportunity") == []
    assert seen(company, viewer(company, "marketing@example.com"), "select * from visible.batch") == []


def test_masked_field_can_be_neither_read_nor_found(company: Database) -> None:
    marketing = viewer(company, "marketing@example.com")
    assert seen(company, marketing, "select distinct amount from visible.opportunity") == [(None,)]
    assert seen(company, marketing, "select id from visible.opportunity where amount = 10") == []
    assert seen(company, marketing, "select id from visible.opportunity where amount is not null") == []


def test_cursor_without_viewer_sees_nothing(company: Database) -> None:
    with company.cursor() as cursor:
        for view in {view.name or view.table.partition(".")[2] for view in access.VIEWS}:
            assert cursor.rows(f"select * from visible.{view}") == [], view


def test_viewer_is_forgotten_with_its_cursor(company: Database) -> None:
    with pytest.raises(ZeroDivisionError), access.cursor_for(company, access.owner_of_file()):
        raise ZeroDivisionError
    with company.cursor() as cursor:
        assert cursor.rows(ACCOUNTS) == []


def test_read_cursor_cannot_write(company: Database) -> None:
    with access.cursor_for(company, access.owner_of_file()) as cursor, pytest.raises(EngineError, match="read-only"):
        cursor.run("update core.account set name = 'x'")


def test_archived_rows_are_marked(company: Database) -> None:
    with company.cursor() as cursor:
        cursor.run("update core.account set archived_at = current_timestamp::timestamp where id = 2")
    statement = "select id from visible.account where is_archived"
    assert seen(company, access.owner_of_file(), statement) == [(2,)]


def test_everything_costs_no_join(company: Database) -> None:
    """A viewer of all rows runs the plain scan: DuckDB folds scope and masks while it plans."""
    with access.cursor_for(company, access.owner_of_file()) as cursor:
        plan = cursor.rows("explain select sum(quantity) from visible.order_line")[0][1]
    assert "Join" not in plan and "Filter" not in plan and "CASE" not in plan


def test_unknown_person_is_not_found(company: Database) -> None:
    with pytest.raises(NotFound, match=r"nobody@example\.com"):
        viewer(company, "nobody@example.com")


def test_require_names_verb_and_object(company: Database) -> None:
    with pytest.raises(NotAllowed, match="import account"):
        viewer(company, "sales2@example.com").require("import", "account")


def test_history_is_seen_by_the_owner_of_now(company: Database) -> None:
    with company.cursor() as cursor:
        cursor.run(
            "insert into history.account by name select *, 1 as replaced_by_batch_id from core.account where id = 2"
        )
        cursor.run("update core.account set owner_id = 3 where id = 2")
    statement = "select id from visible.history_account"
    assert seen(company, viewer(company, "sales2@example.com"), statement) == []
    ping = Viewer(9, "Ping", "sales", 3, scopes=(("account", Scope(owners=(3,))),))
    assert seen(company, ping, statement) == [(2,)]


def test_unassigned_ticket_is_seen_by_its_team_whoever_owns_the_account(company: Database) -> None:
    with company.cursor() as cursor:
        cursor.run(
            "insert into core.ticket (id, subject, status, account_id, account_owner_id, team_id, created_at, "
            "updated_at, version) values (1, 'Help', 'open', 3, 3, 1, current_timestamp::timestamp, "
            "current_timestamp::timestamp, 1)"
        )
    statement = "select id from visible.ticket"
    team = Viewer(9, "Lena", "service", 1, scopes=(("ticket", Scope(owners=(1, 2), teams=(1,))),))
    assert seen(company, team, statement) == [(1,)]
    assert seen(company, Viewer(9, "Omar", "sales", 2, scopes=(("ticket", Scope(owners=(2,))),)), statement) == []


def test_management_does_not_read_masked_values_in_rejects(company: Database) -> None:
    with company.cursor() as cursor:
        cursor.run("insert into landing.reject values (1, 1, true, 'email', 'jo@acme.com', 'duplicate', null)")
        cursor.run("insert into core.record_key values ('contact', 'files', 'jo@acme.com', 1, 1)")
        grants = cursor.rows("select masked from ops.access_grant where role = 'management' and object = 'batch'")
    manager = Viewer(9, "M", "management", scopes=(("batch", Scope(everything=True, masked=tuple(grants[0][0]))),))
    assert seen(company, manager, "select value from visible.reject") == [(None,)]
    assert seen(company, manager, "select key from visible.record_key") == [(None,)]


def test_columns_of_marts_are_masked_with_what_they_tell() -> None:
    expression = access._field("sales_order", "margin")
    assert all(f"'sales_order.{name}'" in expression for name in ("margin", "cost", "revenue"))
    assert "cost" not in access._field("sales_order", "valued_revenue")


def test_the_tables_behind_a_view_are_those_that_say_whose_its_rows_are() -> None:
    """Answers are kept by the versions of these tables."""
    behind = {view.name or view.table.partition(".")[2]: access.tables_behind(view) for view in access.VIEWS}
    assert behind["account"] == ("core.account",)
    assert behind["ticket_event"] == ("core.ticket_event", "core.ticket")
    assert behind["opportunity_event"] == ("core.opportunity_event", "core.opportunity")
    assert behind["history_account"] == ("history.account", "core.account")
    assert {"history.edit", "core.account", "core.ticket"} <= set(behind["edit"])
