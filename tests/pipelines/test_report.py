"""How the first records of a dry run are written."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from pipelines.report import as_text
from tests.pipelines.conftest import Load


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("2.000", "2.000"),
        (Decimal("2.000"), "2"),
        (Decimal("10.500000"), "10.5"),
        (Decimal("1000.00"), "1000"),
        (Decimal("-0.250"), "-0.25"),
        (True, "true"),
        (date(2024, 1, 5), "2024-01-05"),
        (datetime(2024, 1, 4, 16), "2024-01-05"),  # midnight in Shanghai
        (datetime(2024, 1, 5, 4, 30), "2024-01-05 12:30"),
        (datetime(2024, 1, 5, 4, 30, 5), "2024-01-05 12:30:05"),
    ],
)
def test_values_are_written_as_people_do(value: object, text: str | None) -> None:
    assert as_text(value, "Asia/Shanghai") == text


def test_a_dry_run_shows_times_as_they_stood_in_the_file(load: Load) -> None:
    sales = "Order number,Order date,Customer,Product,Quantity,Unit price\nA-1,2024-01-05 20:30,Acme,Lamp,2,10.50\n"
    found = load({"sales.csv": sales}, is_dry_run=True)["samples"][0]["records"]
    assert found == [
        {"order": "A-1", "happened_at": "2024-01-05 20:30", "product": "Lamp", "quantity": "2", "unit_price": "10.5"}
    ]
