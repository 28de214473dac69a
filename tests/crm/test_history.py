"""Who changed what, when, and from which value: for each way in, and for each who looks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from crm import access, changes, merging, queries, records, undo
from crm.access import Scope, Viewer, owner_of_file
from crm.db import Database, now
from pipelines.undo import undo as undo_load
from tests.company import add_person
from tests.pipelines.conftest import load_files
from tests.records import add

OWNER = owner_of_file()
EVERYTHING: Mapping[str, Any] = {
    "action_id": None, "user_id": None, "is_command": False, "object": None, "kind": None, "since": None, "until": None,
    "count": 100, "skip": 0,
}  # fmt: skip


@pytest.fixture
def ann(database: Database) -> Viewer:
    """An administrator who signs in."""
    user_id = add_person(database, "admin")
    return Viewer(user_id, "Ann", "admin", scopes=OWNER.scopes, verbs=OWNER.verbs)


def load(database: Database, phone: str) -> int:
    files = {"accounts.csv": f"Account ID,Account,Phone\nA,Acme,{phone}\nB,Bolt,b\n"}
    return int(load_files(database, files, database.path.parent / "files")["batch"])


def told(database: Database, record: str, field: str) -> list[tuple[Any, ...]]:
    """(step, person, load, before, after) of each change of a field, the first one first."""
    found = changes.of(database, OWNER, record).filter(pl.col("field") == field).reverse()
    return found.select("step", "person", "batch_id", "before", "after").rows()


def actions(database: Database, viewer: Viewer) -> list[tuple[Any, ...]]:
    """(kind, record) of the actions and loads that a viewer sees, the first one first."""
    found = queries.query(database, viewer, "history/actions", **EVERYTHING).reverse()
    return found.select("kind", "record_id").rows()


def test_each_way_in_tells_who_changed_what_from_which_value(database: Database, ann: Viewer) -> None:
    began = now()
    load(database, "1")
    batch = load(database, "2")
    records.edit(database, ann, "account", 1, {"phone": "3"}, 2)
    written = records.edit_many(database, ann, "account", {1: 3, 2: 1}, {"phone": "4"})
    assert written.action_id is not None
    undo.undo(database, OWNER, written.action_id)
    merging.merge(database, ann, "account", merging.Read(1, 5), merging.Read(2, 3), take=("phone",))
    undo_load(database, batch)
    assert told(database, "account:1", "phone") == [
        ("load", None, batch, "1", "2"),
        ("edit", "Admin", None, "2", "3"),
        ("edit", "Admin", None, "3", "4"),
        ("edit", None, None, "4", "3"),
        ("edit", "Admin", None, "3", "b"),
    ]
    moments = changes.of(database, OWNER, "account:1")["changed_at"].drop_nulls()
    assert moments.len() and all(began <= each <= now() + timedelta(seconds=1) for each in moments)
    assert told(database, "account:2", "merged_into_account_id") == [("edit", "Admin", None, None, "1")]


def test_a_new_record_tells_what_it_began_with_and_who_wrote_it(database: Database, ann: Viewer) -> None:
    records.create(database, ann, "account", {"name": "Acme", "phone": "1", "city": None})
    assert told(database, "account:1", "phone") == [("created", "Admin", None, None, "1")]
    assert told(database, "account:1", "city") == []
    load_files(database, {"contacts.csv": "Contact ID,Name,Account\nC,Cy,Acme\n"}, database.path.parent / "files")
    records.edit(database, ann, "account", 1, {"phone": "2"}, 1)
    assert told(database, "account:1", "phone") == [
        ("created", "Admin", None, None, "1"),
        ("edit", "Admin", None, "1", "2"),
    ]


def test_actions_and_loads_are_told_in_one_order(database: Database, ann: Viewer) -> None:
    load(database, "1")
    action = records.edit_many(database, ann, "account", {1: 1, 2: 1}, {"phone": "4", "city": "Ulm"}).action_id
    load(database, "2")
    assert action is not None
    undo.undo(database, ann, action)
    assert actions(database, OWNER) == [("load", None), ("edit", 1), ("load", None), ("undo", 1)]
    found = queries.query(database, OWNER, "history/actions", **{**EVERYTHING, "action_id": action}).row(0, named=True)
    assert (found["count_records"], found["count_values"], found["person"], found["back_person"]) == (
        2, 4, "Admin", "Admin",
    )  # fmt: skip
    assert found["undone_at"] is not None


def test_an_action_is_seen_with_any_of_its_records_or_by_who_did_it(database: Database) -> None:
    for owner in (1, 2):
        add(database, "staff", name=f"Staff {owner}")
        add(database, "account", name=f"of {owner}", owner_id=owner)
    add(database, "account", name="another", owner_id=2)
    rights = frozenset({("edit", "account"), ("reassign", "account")})
    own, other, masked = (
        Viewer(key, "", "sales", owner, scopes=scope(owner, fields), verbs=rights)
        for key, owner, fields in ((11, 1, ()), (12, 2, ()), (13, 2, ("phone",)))
    )
    records.edit_many(database, OWNER, "account", {1: 1, 2: 1}, {"phone": "1"})
    records.edit(database, OWNER, "account", 3, {"phone": "2"}, 1)
    assert actions(database, own) == [("edit", 1)]
    assert actions(database, other) == [("edit", None), ("edit", 3)]  # of the first, it sees another record
    assert actions(database, masked) == [("edit", 3)]  # and of the second only that it was changed
    asked = {"action_id": 2, "count": 9}
    assert queries.query(database, masked, "history/changes", **asked).is_empty()
    records.edit(database, own, "account", 1, {"owner_id": 2}, 2, reason="moved")
    assert actions(database, own) == [("edit", None)]  # its own, though the record went away
    assert actions(database, Viewer(14, "", "sales", 1, scopes=own.scopes)) == []  # who sees the same is another


def scope(owner: int, masked: tuple[str, ...]) -> tuple[tuple[str, Scope], ...]:
    return (("account", Scope(owners=(owner,), masked=masked)), ("company", Scope()))


def test_actions_of_all_tables_are_seen_by_the_grant_of_their_object(database: Database) -> None:
    """A view for each table whose history is kept: none is forgotten."""
    for place, table in enumerate(access.RECORDS):
        if table in ("order_line", "ticket_event", "opportunity_line"):  # nobody edits those
            continue
        with database.cursor() as cursor:
            cursor.run(
                "insert into history.action (kind, object, record_id, made_at, user_id) "
                "values ('edit', $table, 1, $moment, 5)",
                table=table,
                moment=now() + timedelta(seconds=place),
            )
    database.touch(["history.action"])
    company = (("company", Scope()),)
    assert actions(database, Viewer(6, "", "sales", scopes=company)) == []
    assert len(actions(database, Viewer(5, "", "sales", scopes=company))) == len(access.RECORDS) - 3
