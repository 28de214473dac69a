"""Which column is what: by header names, by a mapping; and what is said of a mapping that makes no sense."""

from pathlib import Path

import pytest
import yaml

from crm.errors import BadSource, NotFound
from pipelines import mapping
from tests.pipelines.conftest import Load, Rows, counts


def fields(*header: str, file: str = "file.csv") -> tuple[str, dict[str, str]]:
    """(object, field → column) that a header is taken for."""
    main = mapping.by_synonyms(header, file).main
    found = {name: " + ".join(use.columns) for name, use in main.fields.items() if use.columns}
    return main.object.name, found | ({"key": " + ".join(main.key.columns)} if main.key else {})


def test_header_names_are_matched_without_case_space_and_accents() -> None:
    assert fields("CUSTOMER_ID", "customer  name", "Cíty", "Phone-Number") == (
        "account", {"key": "CUSTOMER_ID", "name": "customer  name", "city": "Cíty", "phone": "Phone-Number"}
    )  # fmt: skip


def test_chinese_header_names() -> None:
    assert fields("客户编号", "客户名称", "行业", "城市") == (
        "account", {"key": "客户编号", "name": "客户名称", "industry": "行业", "city": "城市"}
    )  # fmt: skip
    assert fields("商机名称", "阶段", "金额", "预计成交日期")[0] == "opportunity"


def test_headers_become_the_object_that_they_name_most_of() -> None:
    assert fields("Deal", "Stage", "Amount", "Account")[0] == "opportunity"
    assert fields("Order number", "Ordered at", "Customer")[0] == "sales_order"
    assert fields("Order number", "SKU", "Qty", "Price", "Sold at")[0] == "order_line"
    assert fields("Ticket ID", "Subject", "Status", "Priority")[0] == "ticket"
    assert fields("SKU", "Product", "List price")[0] == "product"
    assert fields("Contact", "Company", "E-mail", "Job title")[0] == "contact"


def test_the_name_of_the_file_decides_where_the_header_does_not() -> None:
    assert fields("Name", file="accounts.csv")[0] == "account"
    assert fields("Name", file="staff 2024.csv")[0] == "staff"


def test_columns_that_no_field_stands_for_are_kept_or_reported(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": "Account ID,Account,Zodiac\n1,Acme,Leo\n2,Bolt,\n"})
    assert report["files"][0]["ignored_columns"] == []
    assert rows("select name, custom_fields::varchar from core.account order by name") == [
        ("Acme", '{"Zodiac":"Leo"}'), ("Bolt", None)
    ]  # fmt: skip
    report = load({"products.csv": "SKU,Product,Colour,Weight\nL,Lamp,red,1\n"})
    assert report["files"][0]["ignored_columns"] == ["Colour", "Weight"]


def test_of_two_columns_for_a_field_the_first_counts(load: Load, rows: Rows) -> None:
    load({"accounts.csv": "Account ID,Account,Industry,Sector\n1,Acme,Toys,Games\n"})
    assert rows("select industry, custom_fields->>'Sector' from core.account") == [("Toys", "Games")]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadSource, match="Nearest is order_line, for which unit_price is missing"):
        mapping.by_synonyms(("Order number", "Qty", "Sold at"), "order_lines.csv")


LAYOUT = """
source: shop
layouts:
  - name: customers
    header: [Nr, First, Last, Kind]
    writes:
      - object: account
        main: true
        key: {column: Nr, number_text: true}
        fields:
          name: {columns: [First, Last]}
          kind: {column: Kind, words: {Mensch: person}}
"""


def test_a_mapping_joins_translates_and_cleans_keys(load: Load, rows: Rows) -> None:
    load({"x.csv": "Nr,First,Last,Kind\n7.0,Ann,Lee,MENSCH\n8,,Acme,company\n"}, layout=LAYOUT)
    assert rows("select name, kind from core.account order by name") == [("Acme", "company"), ("Ann Lee", "person")]
    assert rows("select source, key from core.record_key order by key") == [("shop", "7"), ("shop", "8")]
    assert counts(load({"x.csv": "Nr,First,Last,Kind\n7,Ann,Lee,\n"}, layout=LAYOUT)) == (1, 0, 0, 1, 0, 0)


def test_columns_that_a_mapping_does_not_use_are_reported(load: Load) -> None:
    report = load({"x.csv": "Nr,Hat,First,Last,Kind\n7,9,Ann,Lee,\n"}, layout=LAYOUT)
    assert report["files"][0]["ignored_columns"] == ["Hat"]


def test_a_file_that_does_not_fit_the_mapping_is_refused(load: Load) -> None:
    with pytest.raises(BadSource, match=r"x.csv does not fit the mapping.*customers.*columns First, Kind are missing"):
        load({"x.csv": "Nr,Last,Account\n7,Lee,Acme\n"}, layout=LAYOUT)


def test_a_constant_can_stand_for_a_word(load: Load, rows: Rows) -> None:
    text = LAYOUT.replace("{column: Kind, words: {Mensch: person}}", "{constant: person}")
    load({"x.csv": "Nr,First,Last,Kind\n7,Ann,Lee,\n"}, layout=text)
    assert rows("select kind from core.account") == [("person",)]


MAIN = "{object: account, main: true, key: A, fields: {name: A%s}}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("]", "cannot be understood"),
        ("[]", "cannot be understood"),
        ("source: s", "'layouts'"),
        ("source: s\nlayouts: 5", "cannot be understood"),
        ("source: s\nlayouts: []", "no layout"),
        ("layouts: [{name: a, writes: [" + MAIN % "" + "]}]", "'source'"),
        ("source: s\nlayouts: [{name: a, writes: [{object: dog, main: true, fields: {}}]}]", "'dog'"),
        (("source: s\n"
"layouts: [{name: a, writes: [{object: account, fields: {name: A}, key: A}]}]"), "exactly one entry"),
        (("source: s\n"
"layouts: [{name: a, writes: [{object: account, main: true, fields: {city: A}}]}]"), "needs the fields name"),
        (("source: s\n"
"layouts: [{name: a, writes: [{object: staff, fields: {name: B}}, ") + MAIN % "" + "]}]", "needs a key"),
        ("source: s\nlayouts: [{name: a, header: [B], writes: [" + MAIN % "" + "]}]", "no column A"),
        ("source: s\nzone: Mars/X\nlayouts: [{name: a, writes: [" + MAIN % "" + "]}]", "no time zone Mars/X"),
        (("source: s\n"
"layouts: [{name: a, writes: [") + MAIN % ", kind: {constant: dog}" + "]}]", "company, person, not dog"),
        ("source: s\nlayouts: [{name: a, writes: [" + MAIN % ", since_on: {column: A, format: '%Q'}" + "]}]", "%Q"),
        ("source: s\nlayouts: [{name: a, writes: [" + MAIN % ", hat: A" + "]}]", "field hat"),
        ("source: s\nlayouts: [{name: a, writes: [" + MAIN % ", version: A" + "]}]", "field version"),
    ],
)  # fmt: skip
def test_a_mapping_that_makes_no_sense_says_why(load: Load, text: str, reason: str) -> None:
    with pytest.raises(BadSource) as raised:
        load({"x.csv": "A\n1\n"}, layout=text)
    assert reason in str(raised.value)


def test_mappings_are_found_by_name_or_file(tmp_path: Path) -> None:
    assert mapping.text_of("online_retail")[0] == "online_retail"
    (tmp_path / "mine.yml").write_text(LAYOUT)
    assert mapping.text_of(str(tmp_path / "mine.yml")) == ("mine", LAYOUT)
    for name in ("nothing", str(tmp_path / "absent.yml")):
        with pytest.raises(NotFound, match="online_retail"):
            mapping.text_of(name)


def test_all_mappings_that_come_with_the_program_can_be_understood() -> None:
    assert {layout.source for layout in mapping.known_layouts()} == {"maven_opportunities", "online_retail"}


@pytest.mark.parametrize("name", ["x varchar); delete from core.record_key; create temp table y (q", "deal line", "É"])
def test_a_name_in_a_mapping_never_becomes_sql(name: str) -> None:
    entry = {"object": "account", "as": name, "main": True, "key": "A", "fields": {"name": "A"}}
    text = yaml.safe_dump({"source": "s", "layouts": [{"name": "a", "writes": [entry]}]}, allow_unicode=True)
    with pytest.raises(BadSource, match="is no name"):
        mapping.parsed("m", text)
