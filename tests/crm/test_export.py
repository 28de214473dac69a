"""Tables as files, read back by other libraries than wrote them."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from crm import access, export, metrics, users
from crm.db import Database

FRAME = pl.DataFrame(
    {
        "name": ["Äcme 北京", "=1+1", None, "-5 apples"],
        "day": [date(2026, 1, 31), None, date(2020, 2, 29), date(1999, 12, 31)],
        "at": [datetime(2026, 1, 31, 8, 30), None, None, None],
        "amount": [Decimal("10.50"), Decimal("-3.25"), None, Decimal(0)],
        "count": [1, 2, None, 4],
    }
)
TITLES = ["Name", "Day", "At", "Amount", "Count"]


def test_csv_is_read_back_but_for_formulas() -> None:
    text = export.as_csv(FRAME, TITLES, ["Revenue", "=cmd"]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[:3] == [["Revenue"], ["'=cmd"], TITLES]
    assert rows[3:] == [
        ["Äcme 北京", "2026-01-31", "2026-01-31 08:30:00", "10.50", "1"],
        ["'=1+1", "", "", "-3.25", "2"],
        ["", "2020-02-29", "", "", ""],
        ["'-5 apples", "1999-12-31", "", "0.00", "4"],
    ]


@given(st.text())
def test_no_text_is_a_formula(text: str) -> None:
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    written = export.as_csv(frame, ["text"], []).decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(written, newline="")))[1:]
    assert not any(value.startswith(export.FORMULA) for row in cell for value in row)


def test_a_workbook_keeps_types() -> None:
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(export.as_xlsx(FRAME, TITLES, ["Revenue", "As of"]))
    )
    assert book.sheet_names == ["Data", "About"]
    rows = book.get_sheet_by_name("Data").to_python()
    assert rows[0] == TITLES
    assert rows[1] == ["Äcme 北京", date(2026, 1, 31), datetime(2026, 1, 31, 8, 30), 10.5, 1.0]
    assert rows[2][0] == "=1+1" and rows[2][3] == -3.25
    assert book.get_sheet_by_name("About").to_python() == [["Revenue"], ["As of"]]


def test_nothing_still_makes_a_file() -> None:
    empty = FRAME.clear()
    assert export.as_csv(empty, TITLES, []).decode("utf-8-sig") == ",".join(TITLES) + "\r\n"
    assert export.as_xlsx(empty, TITLES, [])


@pytest.mark.parametrize(
    ("role", "metric", "allowed"),
    [
        ("admin", "revenue", True),
        ("management", "csat", True),
        ("sales_manager", "won_revenue", True),
        ("sales", "won_revenue", False),
        ("service", "open_tickets", False),
        ("marketing", "new_leads", True),
        ("marketing", "open_tickets", False),
    ],
)
def test_who_may_take_rows_along(database: Database, role: str, metric: str, allowed: bool) -> None:
    users.add(database, "a@example.com", role)
    with database.cursor() as cursor:
        viewer = access.viewer_of(cursor, "a@example.com")
    assert export.may(viewer, metrics.find(metric)) is allowed


def test_who_takes_along_sees_no_more_than_the_grant_to_export_says() -> None:
    read, own = access.Scope(everything=True, masked=("phone",)), access.Scope(owners=(7,), masked=("city",))
    for scope, grant, expected in (
        (
            read,
            access.Scope(everything=True, masked=("city",)),
            access.Scope(everything=True, masked=("city", "phone")),
        ),
        (read, access.Scope(owners=(7,)), access.Scope(owners=(7,), masked=("phone",))),
        (own, access.Scope(everything=True, masked=("phone",)), access.Scope(owners=(7,), masked=("city", "phone"))),
        (own, access.Scope(owners=(6, 7), teams=(1,)), access.Scope(owners=(7,), masked=("city",))),
        (access.Scope(owners=(8, 9)), access.Scope(owners=(7,)), access.Scope()),
    ):
        verbs, limits = frozenset({("export", "account"), ("read", "account")}), ((("export", "account"), grant),)
        viewer = access.Viewer(5, "Ann", "service", 7, scopes=(("account", scope),), verbs=verbs, limits=limits)
        assert viewer.acting("export").scope("account") == expected
        assert viewer.acting("merge").scope("account") is None
