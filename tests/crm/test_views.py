"""Saved views: whose they are, who picks them, and who changes them."""

import pytest

from crm import views
from crm.access import Viewer, owner_of_file
from crm.db import Database
from crm.errors import InvalidRecord, NotAllowed, NotFound

READS = frozenset({("read", "account"), ("read", "ticket")})
ANN, BOB = (Viewer(key, name, "sales", scopes=(), verbs=READS) for key, name in ((1, "Ann"), (2, "Bob")))
ADMIN = Viewer(3, "Root", "admin", verbs=READS)
ASKED = {"search": "a&b", "where": "city:any_of:Ulm|Köln", "columns": "name,city", "list": "ticket", "page": "3"}


def seen(database: Database, viewer: Viewer, object_name: str = "account") -> list[tuple[str, bool, bool]]:
    """Name, shared, may be changed."""
    return [(view.name, view.is_shared, view.may_change) for view in views.views(database, viewer, object_name)]


def test_a_view_keeps_what_is_asked_of_its_list(database: Database) -> None:
    key = views.save(database, ANN, "account", "  South   of us ", ASKED)
    (view,) = views.views(database, ANN, "account")
    assert (view.id, view.name, view.owner) == (key, "South of us", None)
    assert view.address == {"search": "a&b", "where": "city:any_of:Ulm|Köln", "columns": "name,city"}
    assert seen(database, ANN, "ticket") == []
    views.replace(database, ANN, key, {"sort": "-name"})
    assert views.views(database, ANN, "account")[0].address == {"sort": "-name"}
    views.rename(database, ANN, key, "North", is_shared=True)
    assert seen(database, ANN) == [("North", True, True)]
    views.delete(database, ANN, key)
    assert seen(database, ANN) == []
    with pytest.raises(NotFound):
        views.delete(database, ANN, key)


def test_a_private_view_is_its_owners_alone(database: Database) -> None:
    key = views.save(database, ANN, "account", "Mine", ASKED)
    for other in (BOB, ADMIN, owner_of_file()):
        assert seen(database, other) == []
        with pytest.raises(NotFound):
            views.replace(database, other, key, {})
        with pytest.raises(NotFound):
            views.delete(database, other, key)


def test_a_shared_view_is_picked_by_all_and_changed_by_its_owner_and_admins(database: Database) -> None:
    key = views.save(database, ANN, "account", "Ours", ASKED, is_shared=True)
    views.save(database, BOB, "account", "Zebra", {})
    assert seen(database, BOB) == [("Zebra", False, True), ("Ours", True, False)]
    for work in (
        lambda: views.replace(database, BOB, key, {}),
        lambda: views.rename(database, BOB, key, "Taken", is_shared=False),
        lambda: views.delete(database, BOB, key),
    ):
        with pytest.raises(NotAllowed, match="Ours"):
            work()
    views.rename(database, ADMIN, key, "Everybody's", is_shared=True)
    assert seen(database, ANN) == [("Everybody's", True, True)]
    views.delete(database, ADMIN, key)
    assert seen(database, ANN) == []


def test_a_view_needs_a_name_of_its_own(database: Database) -> None:
    key = views.save(database, ANN, "account", "One", {})
    views.save(database, BOB, "account", "one", {})
    other = views.save(database, ANN, "account", "Two", {})
    for name in ("", "   ", "x" * 61, "ONE"):
        with pytest.raises(InvalidRecord):
            views.save(database, ANN, "account", name, {})
    with pytest.raises(InvalidRecord, match="already"):
        views.rename(database, ANN, other, "one", is_shared=False)
    views.rename(database, ANN, key, "ONE", is_shared=False)
    assert [name for name, _, _ in seen(database, ANN)] == ["ONE", "Two"]


def test_views_of_a_list_that_is_not_granted_are_not_there(database: Database) -> None:
    views.save(database, owner_of_file(), "contact", "All", {}, is_shared=True)
    for work in (views.views, lambda *of: views.save(*of, "X", {})):
        with pytest.raises(NotAllowed):
            work(database, ANN, "contact")
