"""Times in words."""

from datetime import datetime

import pytest

from crm.ui import words


@pytest.mark.parametrize(
    ("values", "zone", "told"),
    [
        (["2024-03-01T00:00", None, "2024-03-02T00:00"], "UTC", ["Mar 1, 2024", None, "Mar 2, 2024"]),
        (["2024-02-29T23:00", "2024-07-01T22:00"], "Europe/Berlin", ["Mar 1, 2024", "Jul 2, 2024"]),
        (["2024-03-01T00:00", "2024-03-02T08:30"], "UTC", ["Mar 1, 2024 00:00", "Mar 2, 2024 08:30"]),
        (["2024-03-01T00:00"], "Europe/Berlin", ["Mar 1, 2024 01:00"]),
        ([None], "UTC", [None]),
    ],
)
def test_a_column_of_nothing_but_midnights_has_days(
    values: list[str | None], zone: str, told: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "language", lambda: "en")
    assert words.moments([value and datetime.fromisoformat(value) for value in values], zone) == told
