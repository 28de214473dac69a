"""The history of loads."""

import pytest

from crm.ui import loads, words

ROOM = 1440 - 230 - 2 * 75
"""Pixels of a page's content on a screen of 1440, beside the menu and within its margins."""
CHOICE = 33
"""Pixels of the boxes by which a row is chosen."""


def test_all_columns_of_the_history_are_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "en")
    columns = loads._columns()
    shown = ["batch_id", "file", "applied_at", "who", "objects", *loads.COUNTS]
    assert sum(columns[name]["width"] for name in shown) + CHOICE <= ROOM


@pytest.mark.parametrize(
    ("objects", "said"),
    [([], ""), (["account", "opportunity"], "Accounts, Deals"), (["account", "opportunity", "task"], "3 kinds")],
)
def test_the_history_names_few_kinds_and_counts_many(
    objects: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "language", lambda: "en")
    assert loads._kinds(objects) == said
