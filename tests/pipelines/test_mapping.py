"""Mappings in YAML: what they say, what is said of one that makes no sense, and how one is remembered."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crm.db import Database
from crm.errors import BadSource, NotFound
from pipelines import __main__ as command
from pipelines import mapping
from pipelines.layout import Layout, Use, Write, as_json, fitted, layout_from_json
from pipelines.objects import OBJECTS
from tests.pipelines.conftest import Load, Report, Rows, counts

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


def test_columns_that_a_mapping_does_not_know_are_kept_unless_it_lists_them(load: Load, rows: Rows) -> None:
    text = "Nr,Hat,First,Last,Kind\n7,9,Ann,Lee,\n"
    assert load({"x.csv": text}, layout=LAYOUT)["files"][0]["ignored_columns"] == []
    assert rows("select custom_fields->>'Hat' from core.account") == [("9",)]
    listed = LAYOUT + "    custom: []\n"
    assert load({"x.csv": text}, layout=listed)["files"][0]["ignored_columns"] == ["Hat"]


def test_a_file_may_lack_what_is_optional(load: Load, rows: Rows) -> None:
    text = """
source: shop
layouts:
  - name: deals
    header: [Nr, Deal]
    optional: [Firm, Boss, Phase]
    writes:
      - {object: staff, key: Boss, fields: {name: Boss}}
      - object: opportunity
        main: true
        key: Nr
        fields: {name: Deal, account: Firm, owner: Boss, stage: {column: Phase, default: engaging}}
"""
    load({"x.csv": "Nr,Deal,Firm\n1,Big,Acme\n"}, layout=text)
    load({"x.csv": "Nr,Deal,Firm,Phase,Boss\n2,Small,Acme,Won,Ann\n3,Tiny,,,\n"}, layout=text)
    assert rows(
        """select deal.name, account.name, stage.code, staff.name from core.opportunity as deal
        join core.stage as stage on stage.id = deal.stage_id
        left join core.account as account on account.id = deal.account_id
        left join core.staff as staff on staff.id = deal.owner_id order by 1"""
    ) == [("Big", "Acme", "engaging", None), ("Small", "Acme", "won", "Ann"), ("Tiny", None, "engaging", None)]


FIELDS = """
source: shop
layouts:
  - name: people
    header: [Nr, First, Last, Mail, Firms, State, Day]
    keep: [State]
    writes:
      - object: contact
        main: true
        key: Nr
        fields:
          name: {columns: [First, Last], else: Mail}
          account: {column: Firms, before: ";"}
          title: {column: Day, where: {State: [Won, lost]}}
          phone: {column: Day, where: Mail}
"""


def test_other_columns_conditions_and_the_first_of_several(load: Load, rows: Rows) -> None:
    load(
        {"x.csv": "Nr,First,Last,Mail,Firms,State,Day\n1,Ann,Lee,,7;8,WON,D\n2,,,bo@x.org,Acme,open,E\n"},
        layout=FIELDS,
    )
    assert rows(
        """select contact.name, account.name, title, contact.phone, contact.custom_fields::varchar from core.contact
        join core.account on account.id = contact.account_id order by 1"""
    ) == [
        ("Ann Lee", "7", "D", None, '{"State":"WON","Firms":"7;8"}'),
        ("bo@x.org", "Acme", None, "E", '{"State":"open","Mail":"bo@x.org","Firms":"Acme"}'),
    ]


def test_what_names_the_main_record_may_come_with_each_of_its_lines(load: Load, rows: Rows) -> None:
    text = """
source: shop
layouts:
  - name: people
    writes:
      - {object: contact, main: true, key: Who, fields: {name: Who, account: Firm}}
      - {object: task, key: To do, fields: {subject: To do, contact: Who}}
"""
    report = load({"x.csv": "Who,Firm,To do\nAnn,A,Call\nAnn,A,Write\nBo,,\n"}, layout=text)
    assert counts(report) == (3, 2, 0, 0, 1, 0)
    tasks = "select subject, contact.name from core.task join core.contact on contact.id = contact_id order by 1"
    assert rows(tasks) == [("Call", "Ann"), ("Write", "Ann")]


def test_what_names_a_main_record_gets_in_with_it(load: Load, rows: Rows) -> None:
    text = """
source: shop
layouts:
  - name: people
    header: [Who, Firm, To do]
    writes:
      - {object: contact, main: true, key: Who, fields: {name: Who, account: Firm}}
      - {object: task, key: To do, fields: {subject: To do, contact: Who}}
  - name: firms
    writes: [{object: account, main: true, key: Nr, fields: {name: Firm}}]
"""
    files = {"f.csv": "Nr,Firm\n1,A\n2,A\n", "x.csv": "Who,Firm,To do\nAnn,A,Call\nAnn,,Write\nBo,,Sing\n"}
    assert counts(load(files, layout=text), 1) == (3, 2, 0, 0, 0, 1)
    tasks = "select subject, contact.name from core.task join core.contact on contact.id = contact_id"
    assert sorted(rows(tasks)) == [("Sing", "Bo"), ("Write", "Ann")]
    assert rows("select key from core.record_key where object = 'task' order by 1") == [("Sing",), ("Write",)]


def test_columns_of_a_file_without_header_are_numbers(load: Load, rows: Rows) -> None:
    text = """
source: till
layouts:
  - name: goods
    header: false
    columns: 3
    writes: [{object: product, main: true, key: 1, fields: {sku: 1, name: 2, list_price: 3}}]
"""
    assert counts(load({"x.csv": "L-1,Lamp,7.50\nC-2,Chair,60.00\n"}, layout=text)) == (2, 2, 0, 0, 0, 0)
    assert rows("select sku, name, list_price::varchar from core.product order by sku") == [
        ("C-2", "Chair", "60.000000"), ("L-1", "Lamp", "7.500000")
    ]  # fmt: skip


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
        ("# nothing", "a mapping is a table with the entries source, zone, currency, layouts, not nothing"),
        ("hello world", "a table with the entries source, zone, currency, layouts, not 'hello world'"),
        ("source: s", "needs the entry 'layouts', a list"),
        ("source: s\nlayouts:", "the entry 'layouts' of a mapping is a list, not nothing"),
        ("source: s\nlayouts: [abc]", "a layout is a table with the entries name, header"),
        ("source: s\nlayouts: [{name: a}]", "layout a needs the entry 'writes', a list"),
        ("source: s\nlayouts: [{name: a, writes: [{object: acount, fields: {}}]}]", "the nearest is account"),
        ("source: s\nlayouts: [{name: a, writes: [" + MAIN % ", city: null" + "]}]", "of account is a column or a"),
        ("source: s\nlayouts: [{name: a, writes: [" + MAIN % ", city: {column: A, words: b}" + "]}]",
         "the entry 'words' of the field city of account is a table, not 'b'"),
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
        ("source: s\nlayouts: [{name: a, writes: [" + MAIN % ", city: {cloumn: A}" + "]}]", "no entry cloumn"),
        ("source: s\ncolour: red\nlayouts: [{name: a, writes: [" + MAIN % "" + "]}]", "no entry colour"),
        ("source: s\nlayouts: [{name: a, optional: [A], writes: [" + MAIN % "" + "]}]", "cannot be optional"),
        ("source: s\nlayouts: [{name: a, day_first: often, writes: [" + MAIN % "" + "]}]", "true or false"),
        ("source: s\nlayouts: [{name: a, header: false, writes: [" + MAIN % "" + "]}]", "'columns'"),
        ("source: s\nlayouts: [{name: a, writes: [" + MAIN % ", city: {}" + "]}]", "needs a column"),
        (("source: s\n"
"layouts: [{name: a, custom: [B], writes: [{object: product, main: true, fields: {name: A}}]}]"), "no custom fields"),
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
    assert {layout.name.partition("/")[0] for layout in mapping.known_layouts()} == {
        path.stem for path in mapping.MAPPINGS.glob("*.yml")
    }


@pytest.mark.parametrize("name", ["x varchar); delete from core.record_key; create temp table y (q", "deal line", "É"])
def test_a_name_in_a_mapping_never_becomes_sql(name: str) -> None:
    entry = {"object": "account", "as": name, "main": True, "key": "A", "fields": {"name": "A"}}
    text = yaml.safe_dump({"source": "s", "layouts": [{"name": "a", "writes": [entry]}]}, allow_unicode=True)
    with pytest.raises(BadSource, match="is no name"):
        mapping.parsed("m", text)


def test_a_record_made_of_a_name_is_the_one_that_comes_under_a_key_later(load: Load, rows: Rows) -> None:
    contacts = {"contacts.csv": "Contact ID,Contact,Account\n1,Ann,Acme\n2,Bo,Twin\n"}
    load(contacts)
    accounts = {"accounts.csv": "Account ID,Account,City\n7,Acme,Rome\n8,Twin,Bern\n9,Twin,Kiel\n"}
    assert counts(load(accounts)) == (3, 2, 1, 0, 0, 0)
    assert rows("select name, city from core.account order by name, city nulls first") == [
        ("Acme", "Rome"), ("Twin", None), ("Twin", "Bern"), ("Twin", "Kiel")
    ]  # fmt: skip
    assert counts(load({"contacts.csv": "Contact ID,Contact,Account\n1,Ann,7\n3,Cy,Acme\n"})) == (2, 1, 0, 1, 0, 0)
    assert counts(load(accounts)) == (3, 0, 0, 3, 0, 0)


# Kept as JSON


TEXTS = st.text(max_size=8)
USES = st.builds(
    Use,
    columns=st.lists(TEXTS, max_size=3).map(tuple),
    words=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    strict=st.booleans(),
    separator=TEXTS,
    constant=st.none() | TEXTS,
    otherwise=st.lists(TEXTS, max_size=2).map(tuple),
    where=st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=2).map(tuple)), max_size=2).map(tuple),
)
WRITES = st.builds(
    Write,
    object=st.sampled_from(list(OBJECTS.values())),
    fields=st.dictionaries(TEXTS, USES, max_size=3),
    key=st.none() | USES,
    name=TEXTS,
    is_main=st.booleans(),
)
LAYOUTS = st.builds(
    Layout,
    name=TEXTS,
    source=TEXTS,
    writes=st.lists(WRITES, max_size=3).map(tuple),
    header=st.lists(TEXTS, max_size=3).map(tuple),
    zone=st.none() | TEXTS,
    custom=st.lists(TEXTS, max_size=3).map(tuple),
    has_header=st.booleans(),
    day_first=st.none() | st.booleans(),
)


@given(LAYOUTS)
def test_a_layout_is_rebuilt_from_what_is_kept_of_it(layout: Layout) -> None:
    assert layout_from_json(as_json(layout)) == layout
    assert [list(write.fields) for write in layout_from_json(as_json(layout)).writes] == [
        list(write.fields) for write in layout.writes
    ]


@pytest.mark.parametrize("layout", mapping.known_layouts(), ids=lambda layout: layout.name)
def test_a_known_layout_is_rebuilt_and_fits_its_own_header(layout: Layout) -> None:
    assert layout_from_json(as_json(layout)) == layout
    fit = mapping.choose(layout.header + layout.optional, None, "x.csv")
    assert (fit.name, fit.writes, fit.ignored) == (layout.name, layout.writes, ())


# Remembered


def own(report: Report) -> str:
    """What was found out about the first file."""
    return " ".join(str(note["message"]).format(**note["values"]) for note in report["files"][0]["notes"])


def test_a_mapping_that_a_person_gave_serves_for_the_same_header_again(load: Load, rows: Rows) -> None:
    header = "Nr,First,Last,Kind,Hat\n"
    first = load({"x.csv": header + "7,Ann,Lee,Mensch,9\n"}, layout=LAYOUT)
    again = load({"y.csv": header + "7,Ann,Ray,Mensch,9\n"})
    assert (again["files"][0]["layout"], counts(again)) == ("mine/customers", (1, 0, 1, 0, 0, 0))
    assert own(again) == f"Its columns are read by the mapping that was given with load {first['batch']}."
    assert counts(load({"z.csv": "Hat,Kind,Last,First,Nr\n9,Mensch,Ray,Ann,7\n"})) == (1, 0, 0, 1, 0, 0)
    assert counts(load({"y.csv": header + "7,Ann,Ray,Mensch,9\n"})) == (1, 0, 0, 1, 0, 0), "known by its hash"
    assert counts(load({"x.csv": header + "7,Ann,Lee,Mensch,9\n"})) == (1, 0, 1, 0, 0, 0), "y.csv said otherwise since"
    assert rows("select batch_id from landing.file where is_own_mapping") == [(first["batch"],)]


def test_another_header_a_dry_run_or_a_load_that_was_undone_leaves_no_mapping(load: Load, database: Database) -> None:
    header = "Account,First,Last,Kind\n"
    text = LAYOUT.replace("Nr", "Account")
    load({"x.csv": header + "7,Ann,Lee,Mensch\n"}, layout=text, is_dry_run=True)
    assert load({"x.csv": header + "8,Bo,Ray,company\n"})["files"][0]["layout"] == "columns/account"
    batch = load({"x.csv": header + "7,Ann,Lee,Mensch\n"}, layout=text)["batch"]
    assert load({"x.csv": "Account,City\n9,Rome\n"})["files"][0]["layout"] == "columns/account"
    undone = "update landing.batch set undone_at = applied_at where id = $batch"
    database.write(lambda cursor: cursor.run(undone, batch=batch), touches=["landing.batch"])
    assert load({"x.csv": header + "6,Cy,Fox,person\n"})["files"][0]["layout"] == "columns/account"


def test_the_latest_mapping_counts(load: Load) -> None:
    header = "Nr,First,Last,Kind\n"
    load({"x.csv": header + "7,Ann,Lee,Mensch\n"}, layout=LAYOUT)
    load({"x.csv": header + "7,Ann,Lee,person\n"}, layout=LAYOUT.replace("customers", "people"))
    assert load({"x.csv": header + "7,Ann,Fox,person\n"})["files"][0]["layout"] == "mine/people"


def test_what_becomes_of_each_column_is_shown_with_its_confidence(load: Load) -> None:
    mail = "".join(f"{number},Firm {number},{number}@firm.org,x\n" for number in range(3))
    known = load({"x.csv": "Nr,First,Last,Kind,Hat\n7,Ann,Lee,Mensch,9\n"}, layout=LAYOUT, is_dry_run=True)
    assert known["files"][0]["columns"] == [
        {"column": "Nr", "field": "account.key", "confidence": "exact"},
        {"column": "First", "field": "account.name", "confidence": "exact"},
        {"column": "Last", "field": "account.name", "confidence": "exact"},
        {"column": "Kind", "field": "account.kind", "confidence": "exact"},
        {"column": "Hat", "field": None, "confidence": "custom"},
    ]
    guessed = load({"contacts.csv": "Contact ID,Contact,Reach,Hat\n" + mail}, is_dry_run=True)
    assert guessed["files"][0]["columns"] == [
        {"column": "Contact ID", "field": "contact.key", "confidence": "name"},
        {"column": "Contact", "field": "contact.name", "confidence": "name"},
        {"column": "Reach", "field": "contact.name, contact.email", "confidence": "values"},
        {"column": "Hat", "field": None, "confidence": "custom"},
    ]
    goods = load({"products.csv": "SKU,Product,Hue\nL,Lamp,red\n"}, is_dry_run=True)
    assert [column["confidence"] for column in goods["files"][0]["columns"]] == ["name", "name", "ignored"]


def test_a_dry_run_prints_what_becomes_of_each_column(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("Account ID,Account,Hat\n7,Acme,9\n")
    call = ["load", str(tmp_path / "accounts.csv"), "--db", str(tmp_path / "x.duckdb")]
    assert command.main([*call, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "  Account ID name    → account.key",
        "  Account    name    → account.name",
        "  Hat        custom",
    ]
    assert command.main([*call, "--no-refresh"]) == 0
    assert "→" not in capsys.readouterr().out


@pytest.mark.parametrize("layout", mapping.known_layouts(), ids=lambda layout: layout.name)
def test_a_layout_as_yaml_is_the_same_layout(layout: Layout) -> None:
    name = layout.name.partition("/")[0]
    assert mapping.parsed(name, mapping.as_yaml(layout)) == [layout]
    header = (*layout.header, *layout.optional, "Else")
    found = fitted(layout, header)
    (again,) = mapping.parsed(name, mapping.as_yaml(found))
    assert fitted(again, header) == found
