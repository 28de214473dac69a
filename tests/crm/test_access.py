"""Who sees what: rows by owner, fields by mask, nothing without a viewer."""

from collections.abc import Callable, Iterator
from datetime import datetime

import polars as pl
import pytest

from crm import access, changes, lists, merging, records, undo
from crm.access import ROLES, VERBS, Scope, Viewer
from crm.db import Cursor, Database, EngineError
from crm.errors import InvalidRecord, NotAllowed, NotFound
from crm.fields import EDITABLE, MERGEABLE
from crm.lists import Wanted
from tests.records import add, add_deal

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
        cursor.run("select max(nextval('core.account_id')) from range(4)")  # those below have their numbers given
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


def test_views_are_made_anew_where_they_would_differ(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(Cursor, "run", lambda _cursor, text: ran.append(text))
    with database.cursor() as cursor:
        access.create_views(cursor)
        assert ran == []
        cursor.rows("alter table core.team alter column name set data type blob")
        access.create_views(cursor)
    assert len(ran) == len(access.VIEWS) + 1


def test_the_tables_behind_a_view_are_those_that_say_whose_its_rows_are() -> None:
    """Answers are kept by the versions of these tables."""
    behind = {view.name or view.table.partition(".")[2]: access.tables_behind(view) for view in access.VIEWS}
    assert behind["account"] == ("core.account",)
    assert behind["ticket_event"] == ("core.ticket_event", "core.ticket")
    assert behind["opportunity_event"] == ("core.opportunity_event", "core.opportunity")
    assert behind["history_account"] == ("history.account", "core.account")
    assert {"history.edit", "core.account", "core.ticket"} <= set(behind["edit"])


# Writing


def last_action(database: Database) -> int:
    with database.cursor() as cursor:
        return int(cursor.value("select max(id) from history.action"))


def test_scopes_meet_in_the_rows_of_both_and_the_fields_of_neither() -> None:
    everything, team = Scope(everything=True, masked=("b",)), Scope(owners=(1, 2), teams=(1,), masked=("a",))
    assert everything.within(team) == team.within(everything) == Scope(owners=(1, 2), teams=(1,), masked=("a", "b"))
    assert team.within(Scope(owners=(2, 3), teams=(2,))) == Scope(owners=(2,), masked=("a",))
    assert everything.within(Scope(everything=True)) == everything


def test_who_does_something_sees_no_more_than_it_may_do_that_to() -> None:
    viewer = Viewer(
        1,
        "Lena",
        "sales_manager",
        1,
        scopes=(("account", Scope(owners=(1, 2))), ("lead", Scope(everything=True)), ("staff", Scope())),
        verbs=frozenset({("edit", "account"), ("archive", "account")}),
        limits=((("edit", "account"), Scope(owners=(1,), masked=("phone",))),),
    )
    assert viewer.acting("edit").scopes == (("account", Scope(owners=(1,), masked=("phone",))), ("staff", Scope()))
    assert viewer.acting("archive").scope("account") == Scope(owners=(1, 2))
    assert viewer.acting("archive").acting("edit").scope("account") == Scope(owners=(1,), masked=("phone",))
    assert hash(viewer.acting("edit")) != hash(viewer)


def test_a_grant_for_fewer_rows_than_may_be_read_limits_what_is_written(company: Database) -> None:
    with company.cursor() as cursor:
        cursor.run("update ops.access_grant set scope = 'own' where role = 'sales_manager' and verb = 'edit'")
        cursor.run(
            "update ops.access_grant set masked = ['city'] "
            "where role = 'sales_manager' and verb = 'edit' and object = 'account'"
        )
    lena = viewer(company, "sales_manager1@example.com")
    assert lena.scope("account") == Scope(owners=(1, 2), teams=(1,))
    assert records.edit(company, lena, "account", 1, {"phone": "2"}, 1) == 2
    with pytest.raises(NotFound):
        records.edit(company, lena, "account", 2, {"phone": "2"}, 1)
    with pytest.raises(InvalidRecord, match="city"):
        records.edit(company, lena, "account", 1, {"city": "York"}, 2)


def granted(company: Database) -> set[tuple[str, str, str]]:
    with company.cursor() as cursor:
        return set(cursor.rows("select role, verb, object from ops.access_grant"))


def test_roles_write_what_the_design_says(company: Database) -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for role, verb, name in granted(company):
        if verb not in ("read", "export"):
            found.setdefault((role, verb), set()).add(name)
    sold = {"account", "contact", "lead", "opportunity", "quote", "interaction", "task"}
    assert all(found["admin", verb] == set(access.objects()) for verb in VERBS if verb not in ("read", "export"))
    assert {key: names for key, names in found.items() if key[0] != "admin"} == {
        ("sales_manager", "create"): sold,
        ("sales_manager", "edit"): sold,
        ("sales_manager", "archive"): sold,
        ("sales_manager", "merge"): {"account", "contact", "lead"},
        ("sales_manager", "reassign"): {"account"},
        ("sales", "create"): sold | {"ticket"},
        ("sales", "edit"): sold,
        ("sales", "archive"): sold,
        ("marketing", "create"): {"lead", "campaign"},
        ("marketing", "edit"): {"lead", "campaign"},
        ("marketing", "archive"): {"lead", "campaign"},
        ("service", "create"): {"ticket", "interaction", "task"},
        ("service", "edit"): {"ticket", "interaction", "task"},
        ("service", "archive"): {"ticket", "interaction", "task"},
    }


def calls(database: Database, who: Viewer, table: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """(verb, call) of each function that writes records of a table."""
    yield "create", lambda: records.create(database, who, table, {})
    yield "edit", lambda: records.edit(database, who, table, 999, {}, 1)
    yield "edit", lambda: records.edit_many(database, who, table, {999: 1}, {})
    yield "edit", lambda: records.edit_each(database, who, table, {999: (1, {})})
    yield "archive", lambda: records.archive(database, who, table, {999: 1})
    yield "archive", lambda: records.restore(database, who, table, {999: 1})
    if table in MERGEABLE:
        yield "merge", lambda: merging.merge(database, who, table, merging.Read(998, 1), merging.Read(999, 1))
    if table == "account":
        yield "reassign", lambda: records.reassign(database, who, {999: 1}, 1, "new region")
        yield "reassign", lambda: records.edit(database, who, table, 999, {"owner_id": 1}, 1, reason="new region")


def test_nobody_does_what_is_not_granted(company: Database) -> None:
    """Each function of each verb, for each role and object, from the grants as they stand."""
    grants = granted(company)
    everything = tuple((name, Scope(everything=True)) for name in access.objects())
    refused = 0
    for role in ROLES:
        verbs = frozenset((verb, name) for granted_to, verb, name in grants if granted_to == role)
        for table in EDITABLE:
            for verb, call in calls(company, Viewer(9, "x", role, 1, scopes=everything, verbs=verbs), table):
                if (verb, access.object_of(table)) not in verbs:
                    refused += 1
                    with pytest.raises(NotAllowed):
                        call()
    assert refused > 300


def test_what_somebody_makes_is_its_own(company: Database) -> None:
    omar = viewer(company, "sales2@example.com")
    made = records.create(company, omar, "account", {"name": "New"})
    assert seen(company, omar, f"select owner_id from visible.account where id = {made}") == [(2,)]
    with pytest.raises(NotAllowed, match="would not see"):
        records.create(company, omar, "account", {"name": "New", "owner_id": 3})
    lead = records.create(company, omar, "lead", {"name": "Jo"})
    assert seen(company, omar, f"select owner_id from visible.lead where id = {lead}") == [(2,)]
    lena = viewer(company, "sales_manager1@example.com")
    assert records.create(company, lena, "account", {"name": "For Omar", "owner_id": 2}) > made


def test_a_ticket_waits_for_whom_it_is_given_to_where_it_is_seen_anyway(company: Database) -> None:
    omar = viewer(company, "sales2@example.com")
    of_account = records.create(company, omar, "ticket", {"subject": "Help", "status": "open", "account_id": 2})
    alone = records.create(company, omar, "ticket", {"subject": "Help", "status": "open"})
    owners = f"select owner_id from visible.ticket where id in ({of_account}, {alone}) order by id"
    assert seen(company, omar, owners) == [(None,), (2,)]
    with company.cursor() as cursor:
        assert cursor.value("select count(*) from history.action where kind = 'create'") == 2


def test_what_is_not_seen_is_not_named_either(company: Database) -> None:
    omar = viewer(company, "sales2@example.com")
    with pytest.raises(InvalidRecord, match="no account 3"):
        records.create(company, omar, "task", {"subject": "Call", "account_id": 3})
    task = records.create(company, omar, "task", {"subject": "Call", "account_id": 2})
    with pytest.raises(InvalidRecord, match="no account 3"):
        records.edit(company, omar, "task", task, {"account_id": 3}, 1)


# Reassigning


def test_an_account_changes_hands_at_once_everywhere(company: Database) -> None:
    lena, omar = (viewer(company, f"{name}@example.com") for name in ("sales_manager1", "sales2"))
    with company.cursor() as cursor:
        cursor.run(
            "insert into core.contact (id, name, account_id, account_owner_id, created_at, updated_at, version) values "
            "(1, 'Cy', 1, 1, current_timestamp::timestamp, current_timestamp::timestamp, 1)"
        )
    assert seen(company, omar, ACCOUNTS) == [(2,)]
    written = records.reassign(company, lena, {1: 1}, 2, "Lena leads only")
    assert written.outcomes[1].code == "changed"
    assert seen(company, omar, ACCOUNTS) == [(1,), (2,)]
    assert seen(company, omar, "select id from visible.contact") == [(1,)]
    with company.cursor() as cursor:
        assert cursor.rows("select kind, reason from history.action") == [("edit", "Lena leads only")]


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_an_account_changes_hands_with_a_reason_only(company: Database, reason: str | None) -> None:
    lena = viewer(company, "sales_manager1@example.com")
    for change in (
        lambda: records.reassign(company, lena, {1: 1}, 2, reason or ""),
        lambda: records.edit(company, lena, "account", 1, {"owner_id": 2}, 1, reason=reason),
        lambda: records.edit_many(company, lena, "account", {1: 1}, {"owner_id": 2}, reason=reason),
        lambda: records.edit_each(company, lena, "account", {1: (1, {"owner_id": 2})}, reason=reason),
    ):
        with pytest.raises(InvalidRecord, match="Say why"):
            change()


def test_reassigning_is_taken_back_by_who_may_reassign(company: Database) -> None:
    owner, omar = access.owner_of_file(), viewer(company, "sales2@example.com")
    records.reassign(company, owner, {2: 1}, 1, "mistake")
    records.reassign(company, owner, {2: 2}, 2, "back")
    with pytest.raises(NotAllowed, match="reassign account"):
        undo.undo(company, omar, last_action(company))
    undo.undo(company, owner, last_action(company))
    assert seen(company, omar, ACCOUNTS) == []


def test_a_merge_takes_the_owner_of_the_other_by_who_may_reassign(company: Database) -> None:
    verbs = frozenset({("merge", "account")})
    who = Viewer(9, "x", "sales_manager", 1, scopes=(("account", Scope(everything=True)),), verbs=verbs)
    with pytest.raises(NotAllowed, match="reassign account"):
        merging.merge(company, who, "account", merging.Read(1, 1), merging.Read(2, 1), take=("owner_id",))


def test_addresses_are_taken_along_of_who_agreed_by_who_does_not_work_on_contacts(company: Database) -> None:
    for number, consent in enumerate((True, False, None), start=1):
        add(company, "contact", name=f"C{number}", email=f"{number}@a.com", email_consent=consent, account_id=1,
            account_owner_id=1)  # fmt: skip

    def emails(email: str, verb: str) -> list[str | None]:
        who = viewer(company, email).acting(verb)
        return lists.page(company, who, "contact", Wanted(sort="name"), columns=["name", "email"])["email"].to_list()

    assert emails("marketing@example.com", "export") == ["1@a.com", None, None]
    assert emails("marketing@example.com", "read") == ["1@a.com", "2@a.com", "3@a.com"]
    assert emails("sales_manager1@example.com", "export") == ["1@a.com", "2@a.com", "3@a.com"]


def test_the_reason_stands_with_the_changes_of_the_account(company: Database) -> None:
    records.reassign(company, access.owner_of_file(), {1: 1}, 2, "Lena leads only ")
    (change,) = changes.of(company, access.owner_of_file(), "account:1").filter(pl.col("step") == "edit").to_dicts()
    assert (change["field"], change["before"], change["after"], change["reason"]) == (
        "owner_id",
        "1",
        "2",
        "Lena leads only",
    )


def test_open_work_is_handed_over_as_one_action_and_taken_back(company: Database) -> None:
    owner = access.owner_of_file()
    won = add_deal(company, "won", "5", id=90, owner_id=2)
    for number, done in ((1, None), (2, datetime(2024, 1, 1))):
        add(company, "task", subject=f"T{number}", owner_id=2, done_at=done)
    add(company, "lead", name="L", owner_id=2)
    done = records.hand_over(company, owner, 2, 3, "left")
    assert done.moved == {"account": 1, "opportunity": 4, "task": 1, "lead": 1}
    with company.cursor() as cursor:
        assert cursor.rows("select kind, reason from history.action") == [("edit", "left")]
        assert cursor.value("select owner_id from core.opportunity where id = $id", id=won) == 2
    assert undo.undo(company, owner, done.action_id or 0).kept == ()
    with company.cursor() as cursor:
        assert cursor.value("select count(*) from core.opportunity where owner_id = 3") == 0
        assert cursor.rows("select owner_id from core.account order by id") == [(1,), (2,), (3,), (None,)]
    lena = viewer(company, "sales_manager1@example.com")
    with pytest.raises(NotAllowed):
        records.hand_over(company, lena, 2, 3, "left")
