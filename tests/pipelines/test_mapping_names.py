"""Which column is what, where no mapping says it: by header names, the file's name and the values."""

import pytest

from crm.errors import BadSource
from pipelines.layout import columns_of
from pipelines.objects import OBJECTS
from pipelines.recognition import by_synonyms
from tests.pipelines.conftest import Load, Rows, counts, rejects


def fields(*header: str, file: str = "file.csv") -> tuple[str, dict[str, str]]:
    """(object, field → column) that a header is taken for."""
    main = by_synonyms(header, file).main
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
        by_synonyms(("Order number", "Qty", "Sold at"), "order_lines.csv")


def test_a_file_that_is_called_after_an_object_becomes_no_other() -> None:
    with pytest.raises(BadSource, match="Nearest is order_line, for which quantity, unit_price is missing"):
        by_synonyms(("Order number", "SKU", "Product", "Date"), "order_lines.csv")
    assert fields("Order number", "SKU", "Product", "Date")[0] == "product"
    with pytest.raises(BadSource, match="Nearest is ticket_event, for which happened_at is missing"):
        by_synonyms(("Ticket ID", "Subject", "Event"), "ticket_events.csv")


def test_a_header_that_speaks_of_nothing_names_the_nearest() -> None:
    with pytest.raises(BadSource, match="Nearest is account, for which name is missing"):
        by_synonyms(("A", "", "B"), "x.csv")


@pytest.mark.parametrize(
    ("header", "item"),
    [
        ("Lead Id,First Name,Last Name,Company,Email,Lead Source,Lead Status,Lead Owner,Created Time", "lead"),
        ("Full Name,Company Name,Business Phone,Status Reason,Source Campaign,Created On", "lead"),  # Dynamics
        ("线索名称,公司名称,手机,线索来源,线索状态,负责人,创建时间", "lead"),
        ("Opportunity Name,Account Name,Stage,Amount,Close Date,Opportunity Owner,Created Date", "opportunity"),
        ("Topic,Potential Customer,Est. Close Date,Est. Revenue,Actual Close Date", "opportunity"),  # Dynamics
        ("商机名称,客户名称,销售阶段,预计成交日期,商机金额,负责人", "opportunity"),
        ("Opportunity,Customer,Expected Revenue,Expected Closing,Salesperson,Stage", "opportunity"),  # Odoo
        ("Account Name,Main Phone,Address 1: City,Address 1: Country/Region,Owner", "account"),
        ("客户名称,客户编号,所属行业,省份,官网,客户所有人", "account"),
        ("联系人姓名,所属客户,职务,手机号码,电子邮箱", "contact"),
        ("Display Name,Email,Phone,Job Position,Related Company", "contact"),
        ("Task,Due Date,Assignee,Related to", "task"),
        ("任务名称,截止日期,执行人,客户名称", "task"),
        ("Activity Subject,Activity Due date,Assigned to,Deal", "task"),
        ("跟进方式,主题,跟进内容,客户名称,跟进时间,跟进人", "interaction"),
        ("Interaction ID,Type,Subject,Body,Date,Contact Name,Interaction type", "interaction"),
        ("Case Number,Event,Timestamp,User", "ticket_event"),
        ("工单编号,操作,操作时间,操作人", "ticket_event"),
        ("Currency,Date,Exchange rate", "fx_rate"),
        ("币种,生效日期,汇率", "fx_rate"),
        ("Ticket ID,Ticket name,Ticket status,Priority,Ticket owner,Create date", "ticket"),  # HubSpot
        ("姓,名,邮箱,部门", "staff"),
    ],
)
def test_headers_of_other_systems(header: str, item: str) -> None:
    assert fields(*header.split(","))[0] == item


def test_first_and_last_name_are_the_name_where_no_column_is() -> None:
    assert fields("Contact ID", "First Name", "Last Name", "Company", "Title")[1]["name"] == "First Name + Last Name"
    assert fields("Contact ID", "First Name", "Contact Name", "Company", "Title")[1]["name"] == "Contact Name"


def test_every_field_of_an_object_stands_for_itself() -> None:
    for name in ("lead", "interaction", "task", "ticket_event", "fx_rate"):
        item, found = fields(*OBJECTS[name].required, file=f"{name}.csv")
        assert item == name and set(OBJECTS[name].required) <= set(found)


def test_a_person_without_e_mail_is_known_by_name_and_company(load: Load, rows: Rows) -> None:
    text = "Contact,Company,E-mail\nAnn,A,ann@a.org\nBo,A,\nBo,B,\n,A,cy@a.org\n"
    load({"contacts.csv": text})
    assert rows("select name, email from core.contact order by name") == [
        ("Ann", "ann@a.org"), ("Bo", None), ("Bo", None), ("cy@a.org", "cy@a.org")
    ]  # fmt: skip
    assert rows("select key from core.record_key where object = 'contact' order by key") == [
        ("Bo A",), ("Bo B",), ("ann@a.org",), ("cy@a.org",)
    ]  # fmt: skip


def test_a_rate_is_known_by_currency_and_day(load: Load, rows: Rows) -> None:
    load({"rates.csv": "Currency,Date,Rate\nUSD,2026-01-01,0.9\n"})
    load({"rates.csv": "Currency,Date,Rate\nUSD,2026-01-01,0.8\nUSD,2026-02-01,0.7\n"})
    assert rows("select valid_on::varchar, rate::varchar from core.fx_rate order by 1") == [
        ("2026-01-01", "0.80000000"), ("2026-02-01", "0.70000000")
    ]  # fmt: skip


def confidences(header: list[str], *records: list[str], file: str = "contacts.csv") -> dict[str, tuple[str, str]]:
    """Column → (its last field, how sure that is)."""
    layout = by_synonyms(tuple(header), file, records)
    return {
        column.name: ((column.fields or ("",))[-1], column.confidence) for column in columns_of(layout, layout.header)
    }


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("email", ["a@b.org", "c.d@e-f.com", "mailto:g@h.cn"]),
        ("phone", ["+33 6 00 00 00 00", "570-809-7197", "(020) 7946 0958"]),
        ("phone", ["13800000000", "15912345678", "+86 138 0000 0000"]),
    ],
)
def test_a_column_whose_name_says_nothing_is_known_by_its_values(field: str, values: list[str]) -> None:
    records = [["1", value] for value in values]
    assert confidences(["Contact", "X"], *records)["X"] == (f"contact.{field}", "values")


def test_currency_codes_and_web_addresses_are_known_by_their_values() -> None:
    records = [["A", code] for code in ("EUR", "USD", "CNY")]
    assert confidences(["Product", "X"], *records, file="products.csv")["X"] == ("product.currency", "values")
    records = [["A", "https://a.org"], ["B", "www.b.com"], ["C", "http://c.cn/x"]]
    assert confidences(["Account", "X"], *records, file="accounts.csv")["X"] == ("account.website", "values")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["2026-01-01", "2026-02-01", "2026-03-01"], "days are no phones"),
        (["100", "20000000", "3000000000"], "numbers are no phones"),
        (["a@b.org", "c@d.org", "none"], "one is something else"),
        (["a@b.org", "", "c@d.org"], "too few to be sure"),
        (["ABC", "DEF", "GHI"], "no currencies"),
    ],
)
def test_values_that_could_be_something_else_say_nothing(values: list[str], why: str) -> None:
    assert confidences(["Contact", "X"], *([["1", value] for value in values]))["X"] == ("", "custom"), why


def test_a_field_that_has_a_column_or_could_have_two_is_not_given_by_values() -> None:
    records = [["1", f"{name}@a.org", f"{name}@b.org"] for name in "abc"]
    assert confidences(["Contact", "Email", "X"], *records)["X"] == ("", "custom")
    assert confidences(["Contact", "X", "Y"], *records)["X"] == ("", "custom")


def test_words_that_a_field_does_not_know_make_its_column_a_custom_field() -> None:
    assert confidences(["Account", "客户类型"], ["A", "重点"], file="x.csv")["客户类型"] == ("", "custom")
    assert confidences(["Account", "客户类型"], ["A", "company"], file="x.csv")["客户类型"] == ("account.kind", "name")


ORDERS = "Order number,Customer,Order date,Status\nO1,N,2026-10-01,cancelled\nO2,N,2026-10-01,{}\n"


def test_a_word_that_is_not_known_does_not_hide_those_that_are(load: Load, rows: Rows) -> None:
    report = load({"orders.csv": ORDERS.format("auf Eis")})
    assert rows("select number, status from core.sales_order") == [("O1", "cancelled")]
    known = "placed, shipped, cancelled, returned"
    assert rejects(report) == [(2, "Status", "auf Eis", "unreadable", known)]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("on hold", "placed"),
        ("Pending Payment", "placed"),
        ("PAID", "placed"),
        ("partially_shipped", "shipped"),
        ("Dispatched", "shipped"),
        ("refunded", "returned"),
        ("Voided", "cancelled"),
        ("待付款", "placed"),
        ("交易关闭", "cancelled"),
    ],
)
def test_usual_words_for_the_state_of_an_order(word: str, status: str, load: Load, rows: Rows) -> None:
    load({"orders.csv": ORDERS.format(word)})
    assert rows("select status from core.sales_order where number = 'O2'") == [(status,)]


def test_of_an_order_one_known_word_is_enough_and_none_is_said(load: Load) -> None:
    words = ["storniert", "bezahlt", "versandt", "offen"]
    text = ORDERS.format(words[0]) + "".join(f"O{n},N,2026-10-01,{word}\n" for n, word in enumerate(words[1:], start=3))
    assert counts(load({"orders.csv": text}))[-1] == 4
    report = load({"more orders.csv": text.replace("cancelled", "zurück").replace("\nO", "\nP")})
    (note,) = report["files"][0]["notes"]
    assert note["message"].startswith("{column}: it is not read as {field}")
    assert note["values"]["field"] == "sales_order.status" and note["values"]["words"].startswith("zurück, storniert")
    assert report["files"][0]["ignored_columns"] == ["Status"]


@pytest.mark.parametrize(
    ("priorities", "is_taken"), [(("high", "blocker"), True), (("high", "P1", "P2", "P3"), False), (("", "-"), True)]
)
def test_a_field_needs_a_fair_share_of_known_words(priorities: tuple[str, ...], is_taken: bool) -> None:
    records = [["1", "Help", priority] for priority in priorities]
    expected = ("ticket.priority", "name") if is_taken else ("", "custom")
    assert confidences(["Ticket ID", "Subject", "Priority"], *records, file="tickets.csv")["Priority"] == expected


@pytest.mark.parametrize(
    ("file", "item"),
    [
        ("quotes_2026.csv", "quote"),
        ("CRM Quotes.csv", "quote"),
        ("OpportunityExport.csv", "opportunity"),
        ("报价单导出.csv", "quote"),
    ],
)
def test_a_file_is_called_by_whole_words(file: str, item: str) -> None:
    assert fields("Deal", "Quote", "Status", "Amount", "Owner", file=file)[0] == item


@pytest.mark.parametrize(
    ("header", "nearest"),
    [
        ("Date,Temp", "sales_order"),
        ("id,name,age", "staff"),
        ("Title,Artist,Type,Description,Date", "ticket"),
        ("Name,City,Population,Country", "account"),
    ],
)
def test_a_table_of_something_else_is_not_taken_for_the_nearest_object(header: str, nearest: str) -> None:
    with pytest.raises(BadSource, match=f"could be those of .*{nearest}.*Call the file after what it holds"):
        by_synonyms(tuple(header.split(",")), "table.csv")
    assert by_synonyms(tuple(header.split(",")), f"{nearest}s.csv").main.object.name == nearest


@pytest.mark.parametrize(
    ("file", "is_called"),
    [
        ("quotes.csv", True), ("my quote-list 2026.csv", True),
        ("QuoteExport.csv", True), ("Q3_Quotes_final.xlsx", True),
        ("报价单汇总.csv", True), ("quoted.csv", False), ("misquoted prices.csv", False),
    ],
)  # fmt: skip
def test_a_file_is_called_after_an_object_by_a_word_of_its_name(file: str, *, is_called: bool) -> None:
    header = ("Name", "Date")
    if is_called:
        assert by_synonyms(header, file).main.object.name == "quote"
    else:
        with pytest.raises(BadSource, match="nothing says which"):
            by_synonyms(header, file)
