"""The history of loads and what did not get in."""

import pytest

from crm.db import Database
from tests import company
from tests.pages.conftest import Open


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("role", "language", "kind"), [("admin", "en", "Deals"), ("management", "zh_CN", "商机")])
def test_files_and_their_counts(open_as: Open, role: str, language: str, kind: str) -> None:
    page = open_as(role, "loads.py", language)
    assert not page.exception and not page.error
    files = page.dataframe[0].value
    assert files["file"].tolist() == ["accounts.csv", "deals.csv"]
    assert files["object"].tolist()[1] == kind
    counts = ["count_read", "count_inserted", "count_updated", "count_unchanged", "count_duplicate", "count_rejected"]
    assert files[counts].iloc[1].tolist() == [6, 4, 0, 0, 1, 1]


@pytest.mark.usefixtures("kestrel")
def test_the_address_names_the_load_whose_rejects_are_shown(open_as: Open) -> None:
    page = open_as("admin", "loads.py", load="1")
    assert page.subheader[0].value == "What did not get in with load 1"
    rejects = page.dataframe[1].value
    assert rejects[["file", "record_number", "column_name", "value", "reason"]].values.tolist() == [
        ["deals.csv", 6, "close_value", "12x", "cannot be read as this kind of value"]
    ]


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("load", ["2", "x", "-1"])
def test_an_unknown_load_shows_no_rejects(open_as: Open, load: str) -> None:
    page = open_as("admin", "loads.py", load=load)
    assert not page.exception and len(page.dataframe) == 1


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("role", ["sales_manager", "sales", "marketing", "service"])
def test_others_are_refused(open_as: Open, role: str) -> None:
    page = open_as(role, "loads.py")
    assert not page.dataframe and not page.title
    said = page.error[0].value.replace("\\", "")  # the values stand escaped in the markdown
    assert said.startswith(f"Your role {role} may not do this (read batch).")


def test_nothing_loaded_yet(served: Database, open_as: Open) -> None:
    company.add_person(served, "admin")
    page = open_as("admin", "loads.py")
    assert not page.exception
    assert page.info[0].value == "Nothing is loaded yet. Load files or a folder with: python -m pipelines load PATH"


@pytest.mark.usefixtures("kestrel")
def test_a_load_that_was_taken_back_says_so(served: Database, open_as: Open) -> None:
    assert "undone_at" not in open_as("admin", "loads.py").dataframe[0].proto.column_order
    with served.cursor() as cursor:
        cursor.run("update landing.batch set undone_at = timestamp '2024-04-01 10:00:00'")
    served.touch(["landing.batch"])
    page = open_as("admin", "loads.py")
    assert "undone_at" in page.dataframe[0].proto.column_order
    assert page.dataframe[0].value["undone_at"].notna().all()


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("role", "count"), [("admin", 1), ("management", 0)])
def test_who_may_export_downloads_what_was_refused(open_as: Open, role: str, count: int) -> None:
    page = open_as(role, "loads.py", load="1")
    assert not page.exception
    assert len(page.get("download_button")) == count
