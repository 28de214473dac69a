"""The sample company: its files are those that its program writes."""

from pathlib import Path

from data.demo.sample import make

SIZE = 400_000


def test_the_files_are_made_by_the_program(tmp_path: Path) -> None:
    make.write(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in make.FOLDER.glob("*.csv")}
    assert written == kept
    assert sum(map(len, kept.values())) < SIZE


def test_the_files_name_each_other() -> None:
    files = make.make()
    accounts, products = set(files["accounts.csv"]["Account"]), set(files["products.csv"]["SKU"])
    staff, orders = set(files["staff.csv"]["Employee"]), set(files["orders.csv"]["Order number"])
    assert set(files["order_lines.csv"]["Order number"]) == orders
    assert set(files["order_lines.csv"]["SKU"]) <= products
    for name in ("orders.csv", "opportunities.csv", "tickets.csv"):
        assert set(files[name]["Account"]) <= accounts
    assert set(files["accounts.csv"]["Owner"].drop_nulls()) <= staff
    assert set(files["tickets.csv"]["Assignee"]) | set(files["opportunities.csv"]["Owner"]) <= staff
