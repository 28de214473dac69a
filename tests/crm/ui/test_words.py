"""Times, and names of codes, in words."""

from datetime import datetime

import pytest

from crm.errors import Given, InvalidRecord
from crm.ui import names, words


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


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["Deal 7: Expected close", "Ticket: Phone \\= 1\\_\\*, Owner \\= None", "Nothing of x"]),
        ("zh_CN", ["商机 7: 预计成交", "工单: 电话 \\= 1\\_\\*、负责人 \\= None", "Nothing of x"]),
    ],
)
def test_errors_speak_of_records_and_fields_in_words(
    language: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "language", lambda: language)
    found = [
        words.explain(InvalidRecord("{object} {id}: {field}", object="opportunity", id=7, field="expected_close_on")),
        words.explain(InvalidRecord("{object}: {fields}", object="ticket", fields=Given(phone="1_*", owner_id=None))),
        words.explain(InvalidRecord("Nothing of {what}", what="x")),
    ]
    assert found == [each.replace("\\=", "=") for each in told]
    assert str(InvalidRecord("{object}: {fields}", object="ticket", fields=Given(phone="1"))) == "ticket: phone = 1"


def test_a_name_that_was_said_in_one_language_is_said_in_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for spoken, called in (("en", "Accounts"), ("zh_CN", "客户"), ("en", "Accounts")):
        monkeypatch.setattr(words, "language", lambda spoken=spoken: spoken)
        assert names.object_name("account") == called


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("www.a.example", "www\N{WORD JOINER}\\.a\\.example"),
        ("HTTPS://a", "HTTPS\\://\N{WORD JOINER}a"),
        ("bo@a", "bo@\N{WORD JOINER}a"),
        ("*Bo*", "\\*Bo\\*"),
    ],
)
def test_an_address_that_is_chosen_is_no_link(text: str, shown: str) -> None:
    assert words.unlinked(text) == shown
