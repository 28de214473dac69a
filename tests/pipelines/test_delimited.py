"""Delimited text in all its forms: encodings, delimiters, quotes, line ends, and where the table begins."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import BadSource
from pipelines import sources
from pipelines.sources.delimited import evened
from pipelines.sources.sheet import Reading, Sheet
from tests.pipelines.conftest import Load, Rows, counts, rejects

Read = Callable[..., Sheet]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read("a,b\\n1,2\\n")` gives the sheet of a file with this content, named accounts.csv."""

    def run(content: str | bytes, headers: tuple[tuple[str, ...], ...] = ()) -> Sheet:
        path = tmp_path / "accounts.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (sheet,) = sources.sheets_of(path, path.name, Reading(tmp_path, headers))
        return sheet

    return run


def said(sheet: Sheet) -> list[str]:
    return [note.message.format(**note.values) for note in sheet.notes]


def names(rows: Rows) -> list[str]:
    return [name for (name,) in rows("select name from core.account order by record_number")]


# Encodings

CHINESE = "客户名称,城市\n阿里巴巴,杭州\n腾讯,深圳\n"
JAPANESE = "顧客名,都市\n株式会社山田,東京\nテスト,名古屋\n"
KATAKANA = "顧客名,都市\nｱｸﾒ,ﾄｳｷﾖｳ\nﾎﾞﾙﾄ,ｵｵｻｶ\n"
GERMAN = "Kunde,Stadt\nMüller & Söhne,Köln\nGroß,Düsseldorf\n"
FRENCH = "Client,Ville\nL’Élan,Orléans\n€uro,Besançon\n"


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        (CHINESE, "gb18030", "GB18030"),
        ("Account,City\nAcme,北京\n", "gb18030", "GB18030"),
        ("公司\n公司\n", "gbk", "GB18030"),
        (JAPANESE, "shift_jis", "Shift-JIS"),
        (KATAKANA, "shift_jis", "Shift-JIS"),
        (GERMAN, "latin-1", "Windows-1252 (Latin-1)"),
        (FRENCH, "cp1252", "Windows-1252 (Latin-1)"),
        ("a,b,c\n4,5,©", "latin-1", "Windows-1252 (Latin-1)"),
    ],
)
def test_an_encoding_is_found_and_said_to_be_found(read: Read, text: str, codec: str, encoding: str) -> None:
    sheet = read(text.encode(codec))
    assert [list(sheet.header), *sheet.sample] == list(csv.reader(io.StringIO(text)))
    assert said(sheet) == [f"Its encoding was found to be {encoding}. If texts look wrong, save it in UTF-8."]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_shows_itself_by_its_mark_or_its_bytes(read: Read, codec: str) -> None:
    sheet = read(CHINESE.encode(codec))
    assert [list(sheet.header), *sheet.sample] == list(csv.reader(io.StringIO(CHINESE)))
    assert said(sheet) == [f"Its encoding is {'UTF-32' if '32' in codec else 'UTF-16'}."]


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, GERMAN, "Account\nAcme\n"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig"])
def test_the_engine_reads_regular_utf_8_itself(read: Read, tmp_path: Path, text: str, codec: str) -> None:
    sheet = read(text.encode(codec))
    assert sheet.path == tmp_path / "accounts.csv" and sheet.notes == ()
    assert [list(sheet.header), *sheet.sample] == list(csv.reader(io.StringIO(text)))


def test_a_damaged_letter_makes_no_other_encoding(load: Load, rows: Rows) -> None:
    content = "Account,City\nCafé,Zürich\nÉlan,Orléans\n".encode() + b"B\xffd,Rome\n\n" + "Año,Perú\n".encode()
    report = load({"accounts.csv": content})
    assert counts(report) == (4, 3, 0, 0, 0, 1)
    assert rejects(report)[0][0] == 3 and rejects(report)[0][3] == "broken"
    assert names(rows) == ["Café", "Élan", "Año"]


FILLER = "".join(f"Company {number},Rome\n" for number in range(70_000))


def test_an_encoding_that_shows_late_is_found(load: Load, rows: Rows) -> None:
    assert len(FILLER) > 1 << 20
    report = load({"accounts.csv": f"Account,City\n{FILLER}Müller,Köln\n".encode("latin-1")})
    assert counts(report) == (70_001, 70_001, 0, 0, 0, 0)
    assert names(rows)[-1] == "Müller"


def test_an_encoding_that_does_not_hold_is_refused(read: Read) -> None:
    content = GERMAN.encode("latin-1") + FILLER.encode() + b"\x81\x8d,Rome\n"
    with pytest.raises(BadSource, match=r"begins in Windows-1252 .* but is not in it throughout"):
        read(content)


def test_a_damaged_letter_far_inside_is_a_reject(load: Load) -> None:
    content = f"Account,City\nCafé,Rome\n{FILLER}".encode() + b"B\xffd,Rome\nZed,Oslo\n"
    report = load({"accounts.csv": content})
    assert counts(report) == (70_003, 70_002, 0, 0, 0, 1)
    assert rejects(report)[0][3] == "broken"


# Delimiters and quotes


@pytest.mark.parametrize(("delimiter", "quote"), [(",", '"'), (";", '"'), (";", ""), ("\t", ""), ("|", '"')])
def test_usual_delimiters(load: Load, rows: Rows, delimiter: str, quote: str) -> None:
    records = [("Account ID", "Account", "City"), ("1", "Acme", "Rome"), ("2", "Bolt", "Oslo")]
    text = "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in record) + "\n" for record in records)
    report = load({"accounts.csv": text})
    assert counts(report) == (2, 2, 0, 0, 0, 0) and report["files"][0]["notes"] == []
    assert rows("select name, city from core.account order by batch_id, record_number") == [
        ("Acme", "Rome"),
        ("Bolt", "Oslo"),
    ]


@pytest.mark.parametrize("delimiter", ["^", "~", ":", "||", "::", "\x01", "\x1f"])
def test_rare_delimiters_are_said(load: Load, rows: Rows, delimiter: str) -> None:
    records = [("Account ID", "Account", "City"), ("1", "", "Rome"), ("2", "Bolt, Inc", "Oslo")]
    report = load({"accounts.csv": "".join(delimiter.join(record) + "\n" for record in records)})
    assert counts(report) == (2, 1, 0, 0, 0, 1)
    assert rows("select name, city from core.account") == [("Bolt, Inc", "Oslo")]
    (note,) = report["files"][0]["notes"]
    assert note["message"].startswith("Its columns are separated by")


@pytest.mark.parametrize(
    ("text", "delimiter", "first"),
    [
        ("name;price\nA;1,5\nB;2,5\n", ";", ["A", "1,5"]),
        ("name;price;qty\nA;1,5;2,0\nB;3,5;4,0\nC;3,5;4,0\n", ";", ["A", "1,5", "2,0"]),
        ("when,count\n10:30:00,1\n10:31:00,2\n10:32:00,3\n", ",", ["10:30:00", "1"]),
        ('a;"b, c, d, e"\n1;2\n', ";", ["1", "2"]),
        ("a,b\n1,x|y|z\n2,x|y|z\n", ",", ["1", "x|y|z"]),
        ("Account\nAcme; Sons\nBolt\nCog\n", ",", ["Acme; Sons"]),
        ("Account\nAcme, Inc\nBolt\nCog\n", ";", ["Acme, Inc"]),
        ("Account,City\nAcme\nBolt\n", ",", ["Acme"]),
        ("sep=;\na;b\n1,5;2\n", ";", ["1,5", "2"]),
    ],
)
def test_the_delimiter_is_that_of_the_records(read: Read, text: str, delimiter: str, first: list[str]) -> None:
    sheet = read(text)
    assert (sheet.delimiter, sheet.sample[0]) == (delimiter, first)


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("'a','b'\n'1','x, y'\n'2','z'\n", [["1", "x, y"], ["2", "z"]]),
        ("a,b,c\n1,'x, y',z\n2,it's,\"q\"\n", [["1", "x, y", "z"], ["2", "it's", '"q"']]),
        ('a,b\n1,"say \\"hi\\""\n2,"y, \\"z\\""\n', [["1", 'say "hi"'], ["2", 'y, "z"']]),
        ("'a','b'\n'1','it\\'s'\n'2','z'\n", [["1", "it's"], ["2", "z"]]),
    ],
)
def test_other_quotes_become_the_usual_ones(read: Read, text: str, records: list[list[str]]) -> None:
    sheet = read(text)
    assert sheet.sample == records
    assert said(sheet)


@pytest.mark.parametrize(
    "text", ["a,b\n1,it's\n2,the '80s\n", 'a,b\n"C:\\",1\n"D:\\",2\n', "a,b\n'Tis,1\nO'Brien,2\n", 'a,b\n1,6" pipe\n']
)
def test_apostrophes_and_backslashes_are_no_quotes(read: Read, tmp_path: Path, text: str) -> None:
    sheet = read(text)
    assert sheet.path == tmp_path / "accounts.csv" and said(sheet) == []


# Line ends


@pytest.mark.parametrize(
    ("end", "mark", "last"), [("\n", "\ufeff", False), ("\r\n", "", True), ("\r\n", "\ufeff", False), ("\r", "", True)]
)
def test_line_ends_and_byte_order_mark(load: Load, rows: Rows, end: str, mark: str, last: bool) -> None:
    text = mark + end.join(["Account,City", "Acme,Rome", "Bolt,Oslo"]) + (end if last else "")
    assert counts(load({"accounts.csv": text})) == (2, 2, 0, 0, 0, 0)
    assert names(rows) == ["Acme", "Bolt"]


def test_mixed_line_ends_are_evened_but_for_those_within_quotes(load: Load, rows: Rows) -> None:
    text = 'Account,City\r\nAcme,"Ro\r\nme"\nBolt,Oslo\rCog,"Be\rrn"\r\n'
    assert counts(load({"accounts.csv": text})) == (3, 3, 0, 0, 0, 0)
    assert rows("select name, city from core.account order by record_number") == [
        ("Acme", "Ro\r\nme"), ("Bolt", "Oslo"), ("Cog", "Be\rrn")
    ]  # fmt: skip


def test_quotes_delimiters_and_line_ends_within_quotes(load: Load, rows: Rows) -> None:
    text = (
        'Ticket ID,Subject,Status,Description\n1,"a ""b"", c",open,"two\n'
        'lines"\n2,d,open,"x\r\ny"\n3,e,bogus,z\n4,f,open,""\n'
    )
    report = load({"tickets.csv": text})
    assert rejects(report) == [(3, "Status", "bogus", "unreadable", "open, pending, resolved, closed")]
    assert rows("select record_number, subject, description from core.ticket order by record_number") == [
        (1, 'a "b", c', "two\nlines"), (2, "d", "x\r\ny"), (4, "f", None)
    ]  # fmt: skip


CELLS = st.text(st.sampled_from('ab,"\r\n é'), max_size=6).map(lambda text: f"x{text}")


@given(
    records=st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=8),
    ends=st.lists(st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\r\r\n"]), min_size=8, max_size=8),
    size=st.integers(1, 9),
)
def test_evening_keeps_every_cell(records: list[list[str]], ends: list[str], size: int) -> None:
    text = ""
    for record, end in zip(records, ends, strict=False):
        line = io.StringIO()
        csv.writer(line, lineterminator=end, quoting=csv.QUOTE_ALL).writerow(record)
        text += line.getvalue()
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    even = "".join(evened(pieces))
    assert list(csv.reader(io.StringIO(even, newline=""), strict=True)) == records
    assert "".join(evened(iter([even]))) == even


# Records


def test_ragged_records_are_rejects_and_keep_their_place(load: Load, rows: Rows) -> None:
    text = 'Account,City,Phone\nAcme,Rome,1\nshort,\nBolt,Oslo,2\n"q\nr",Bonn,3\nlong,a,b,c\nCog,Bern,4\n'
    report = load({"accounts.csv": text})
    assert counts(report) == (6, 4, 0, 0, 0, 2)
    assert [(reject[0], reject[3], reject[4]) for reject in rejects(report)] == [
        (2, "broken", "missing columns"), (5, "broken", "too many columns")
    ]  # fmt: skip
    assert rejects(report)[0][2].strip() == "short,"
    assert rows("select name, record_number from core.account order by batch_id, record_number") == [
        ("Acme", 1), ("Bolt", 3), ("q\nr", 4), ("Cog", 6)
    ]  # fmt: skip


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "gb18030"])
def test_blank_lines_are_no_records_and_ragged_ones_are_counted(load: Load, rows: Rows, codec: str) -> None:
    text = "Account,City\n\n公司,Rome\n\n\nshort\nBolt,Oslo\n\n"
    report = load({"accounts.csv": text.encode(codec)})
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert rejects(report)[0][0] == 2
    assert names(rows) == ["公司", "Bolt"]


def test_blank_lines_in_one_column_are_no_records(load: Load, rows: Rows) -> None:
    assert counts(load({"accounts.csv": "Account\nAcme\n\nBolt\n"})) == (2, 2, 0, 0, 0, 0)
    assert names(rows) == ["Acme", "Bolt"]


def test_broken_quotes_are_rejects(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": 'Account,City\nAcme,Rome\n"Bolt"x,Oslo\nCog,Bern\n'})
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert rejects(report)[0][0] == 2 and rejects(report)[0][3] == "broken"
    assert names(rows) == ["Acme", "Cog"]


def test_a_quote_that_never_ends_is_no_silent_loss(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": 'Account,City\nAcme,Rome\n"Bolt,Oslo\nCog,Bern\n'})
    assert counts(report)[1] == 1 and counts(report)[5] >= 1
    assert names(rows) == ["Acme"]


def test_a_header_alone_is_a_file_of_no_records(load: Load) -> None:
    assert counts(load({"accounts.csv": "Account,City\n"})) == (0, 0, 0, 0, 0, 0)


def test_columns_of_any_number_and_order(load: Load, rows: Rows) -> None:
    load(
        {"a accounts.csv": "City,Account,Customer ID\nRome,Acme,1\n", "b accounts.csv": "Customer ID,Account\n2,Bolt\n"}
    )
    assert rows("select name, city from core.account order by batch_id, record_number") == [
        ("Acme", "Rome"),
        ("Bolt", None),
    ]


# Where the table begins


@pytest.mark.parametrize(
    ("text", "header", "left_out"),
    [
        ("Sales\nBy Ann, on 2024-01-05\n\nAccount,City,Phone\nAcme,Rome,1\n", ("Account", "City", "Phone"), 2),
        ("Report,,\n,,\nAccount,City,Phone\nAcme,Rome,1\n", ("Account", "City", "Phone"), 1),
        ("\n\n\nAccount,City\nAcme,Rome\n", ("Account", "City"), 0),
        ("Account,City,Phone,Fax\nAcme,Rome,1\nBolt,Oslo,2\n", ("Account", "City", "Phone", "Fax"), 0),
        ("Account,City\nAcme,Rome,\nBolt,Oslo,\n", ("Account", "City"), 0),
        ("Account,City\n1,2,3\n4,5,6\n", ("Account", "City"), 0),
        ("Account,,\nAcme,Rome,\n", ("Account", "column 2", "column 3"), 0),
    ],
)
def test_lines_before_the_header_are_left_out_and_counted(
    read: Read, text: str, header: tuple[str, ...], left_out: int
) -> None:
    sheet = read(text)
    assert sheet.header == header
    left = [note.values["count"] for note in sheet.notes if "count" in note.values]
    assert left == ([left_out] if left_out else [])


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3\n",
        "Acme,2024-01-05\nBolt,2024-01-06\nAcme,2024-01-07\n",
        "ann@example.com,5\nbob@example.com,6\n",
        "$1.50,2024/1/5 10:30\n",
    ],
)
def test_a_file_without_header_is_refused(read: Read, text: str) -> None:
    with pytest.raises(BadSource, match=r"accounts.csv has no header: its first line .* looks like data"):
        read(text)


@pytest.mark.parametrize("text", ["Name,2023,2024\nAcme,1,2\n", "d,e\n1,2\n", "Account\nAcme\n", "Q1,Q2\n1,2\n"])
def test_a_header_may_look_a_little_like_data(read: Read, text: str) -> None:
    assert list(read(text).header) == text.splitlines()[0].split(",")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_mapping_can_stand_for_the_header(read: Read, codec: str) -> None:
    sheet = read("1,公司\n2,Bolt\n".encode(codec), headers=(("x", "y", "z"), ("1", "2")))
    assert (sheet.header, sheet.sample) == (("1", "2"), [["1", "公司"], ["2", "Bolt"]])
    assert "It has no header: the mapping says what its columns are." in said(sheet)


def test_columns_without_a_name_or_with_one_name_are_told_apart(load: Load, rows: Rows) -> None:
    report = load({"accounts.csv": "Account,,City,City,City (2),\nAcme,a,b,c,d,e\n"})
    assert [note["values"]["columns"] for note in report["files"][0]["notes"]] == ["column 2, column 6", "City (3)"]
    assert rows("select city, custom_fields->>'City (3)', custom_fields->>'column 2' from core.account") == [
        ("b", "c", "a")
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"Foo,Bar\nx,y\n", "fit no object"),
        (b'"Account,City\nAcme,Rome\n', "header cannot be read"),
        (b"Account,City\nAcme,\0\n", "has a zero byte (line 2)"),
        (bytes(range(256)) * 8, "zero byte"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(load: Load, rows: Rows, content: bytes, sentence: str) -> None:
    with pytest.raises(BadSource) as raised:
        load({"good.csv": "Account\nAcme\n", "accounts.csv": content})
    assert sentence in str(raised.value) and "accounts.csv" in str(raised.value)
    assert rows("select count(*) from landing.batch") == [(0,)]


@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(content)
        try:
            (sheet,) = sources.sheets_of(path, path.name, Reading(Path(folder)))
        except BadSource as error:
            assert "any.csv" in str(error)
        else:
            assert len(set(sheet.header)) == len(sheet.header) > 0
            assert len(sheet.sample) <= 200


def test_a_line_that_is_too_long_for_a_header_is_not_blamed_on_quotes(load: Load) -> None:
    with pytest.raises(BadSource, match="its first line is too long for a header"):
        load({"accounts.csv": "Account," + "x" * 200_000 + "\nAcme,b\n"})
