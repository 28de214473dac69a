"""The home page by role, language and period."""

import json
import logging
import threading
from concurrent.futures import wait
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, metrics, origin, records
from crm.db import Database
from crm.server import jobs
from crm.ui import changes
from pipelines import commands, kept
from tests import company
from tests.pages.conftest import Open
from tests.pipelines.conftest import load_files
from tests.records import add

COMPANY = [
    "Revenue", "Gross margin", "Orders", "New accounts", "Won revenue", "Open pipeline", "Net retained revenue",
    "SLA kept",
]  # fmt: skip
SALES = [
    "Won revenue",
    "Open pipeline",
    "Weighted pipeline",
    "Win rate",
    "Revenue",
    "Orders",
    "New leads",
    "Interactions",
]
MARKETING = [
    "New leads", "Lead conversion", "New accounts", "Active accounts", "Revenue", "Repeat purchase rate",
    "Churned accounts", "High-value customers",
]  # fmt: skip
SERVICE = [
    "Open tickets", "New tickets", "First reply", "Resolution time", "SLA kept", "Reopened tickets", "CSAT", "NPS",
]  # fmt: skip


def cards(page: AppTest) -> dict[str, tuple[str, str]]:
    """(value, change) of each card that has a value, by its title."""
    return {metric.label: (metric.value, metric.delta) for metric in page.metric}


def titles(page: AppTest) -> list[str]:
    """The titles of all cards."""
    return [button.label for button in page.button if str(button.key).startswith("open_")]


@pytest.mark.usefixtures("kestrel")
def test_cards_show_the_last_month_with_data_and_its_change(open_as: Open) -> None:
    page = open_as("admin")
    assert not page.exception and not page.error
    assert cards(page) == {
        "Revenue": ("$300", "+200.0%"),
        "Orders": ("2", "+100.0%"),
        "New accounts": ("0", "0"),
        "Won revenue": ("$1,000", "+100.0%"),
        "Open pipeline": ("$700", "-58.8%"),
        "SLA kept": ("100.0%", ""),
    }
    assert "No order line of this period has a product with a cost." in [caption.value for caption in page.caption]
    assert "**March 2024**" in [text.value for text in page.markdown]
    assert "compared with February 2024 · sales up to Mar 31, 2024" in [caption.value for caption in page.caption]
    assert len(page.get("plotly_chart")) == 5


@pytest.mark.usefixtures("kestrel")
def test_a_change_and_its_line_have_the_colour_of_what_is_said_of_it(open_as: Open) -> None:
    found = {metric.label: metric.proto for metric in open_as("admin").metric}
    colours = {name: (proto.delta_description, proto.color) for name, proto in found.items() if proto.delta}
    green, red, grey = (found["Revenue"].MetricColor.Value(name) for name in ("GREEN", "RED", "GRAY"))
    assert colours["Revenue"] == ("better", green)
    assert colours["Open pipeline"] == ("worse", red)
    assert colours["New accounts"] == ("unchanged", grey)


@pytest.mark.usefixtures("kestrel")
def test_cards_in_chinese(open_as: Open) -> None:
    page = open_as("sales_manager", language="zh_CN")
    assert not page.exception and not page.error
    assert page.title[0].value == "首页"
    assert cards(page)["赢单率"] == ("50.0%", "-50.0 个百分点")
    assert "对比 2024年2月 · 销售数据截至 2024年3月31日" in [caption.value for caption in page.caption]


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("management", COMPANY),
        ("sales_manager", SALES),
        ("sales", SALES),
        ("marketing", MARKETING),
        ("service", SERVICE),
    ],
)
def test_roles_see_the_cards_of_their_grants(open_as: Open, role: str, shown: list[str]) -> None:
    page = open_as(role)
    assert not page.exception and not page.error
    assert titles(page) == shown
    page.segmented_control(key="account_language").set_value("zh_CN").run()
    assert not page.exception and not page.error
    assert page.title[0].value == "首页"
    assert len(titles(page)) == len(shown)


@pytest.mark.usefixtures("kestrel")
def test_a_seller_sees_the_numbers_of_own_accounts(open_as: Open) -> None:
    assert cards(open_as("sales"))["Revenue"] == ("$100", "0")


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(
    ("period", "words", "revenue"),
    [
        ("2024-02", "**February 2024**", "$100"),
        ("2024-Q1", "**Q1 2024**", "$400"),
        ("2024", "**2024**", "$400"),
        ("all", "**All time**", "$400"),
        ("2024-03-01..2024-03-05", "**Mar 1\u2009–\u20095, 2024**", "$100"),
    ],
)
def test_the_address_names_the_period(open_as: Open, period: str, words: str, revenue: str) -> None:
    page = open_as("admin", period=period)
    assert not page.exception
    assert words in [text.value for text in page.markdown]
    assert cards(page)["Revenue"][0] == revenue


@pytest.mark.usefixtures("kestrel")
def test_nonsense_as_period_gets_a_sentence_and_the_default(open_as: Open) -> None:
    page = open_as("admin", period="soon")
    assert [warning.value for warning in page.warning] == [
        "The address names a period that there is not: soon. March 2024 is shown instead."
    ]
    assert cards(page)["Revenue"][0] == "$300"


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("period", ["1980-01-01..1980-02-01", "1900", "2099", "1900-01-01..2099-12-31"])
def test_a_period_far_away_is_shown(open_as: Open, period: str) -> None:
    page = open_as("admin", period=period)
    assert not page.exception and not page.error


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("period", ["0001", "0001-Q2", "2150-01-01..2150-02-01"])
def test_a_period_too_far_away_gets_a_sentence_and_the_default(open_as: Open, period: str) -> None:
    page = open_as("admin", period=period)
    assert not page.exception and "names a period that there is not" in page.warning[0].value
    assert cards(page)["Revenue"][0] == "$300"


@pytest.mark.usefixtures("kestrel")
def test_the_kind_of_period_and_its_neighbours_can_be_chosen(open_as: Open) -> None:
    page = open_as("admin")
    page.button(key="period_earlier").click().run()
    assert page.query_params["period"] == "2024-02"
    page.segmented_control(key="period_kind").set_value("quarter").run()
    assert page.query_params["period"] == "2024-Q1"
    page.segmented_control(key="period_kind").set_value("custom").run()
    assert page.query_params["period"] == "2024-01-01..2024-03-31"
    page.segmented_control(key="period_kind").set_value("all").run()
    assert page.query_params["period"] == "all"
    page.segmented_control(key="period_kind").set_value("month").run()
    assert page.query_params["period"] == "2024-03"


@pytest.mark.usefixtures("kestrel")
def test_a_number_opens_to_definition_rows_and_sql(open_as: Open) -> None:
    page = open_as("admin")
    page.button(key="open_won_revenue").click().run()
    assert page.query_params["kpi"] == "won_revenue"
    assert not page.exception and not page.error
    assert page.title[0].value == "Won revenue"
    assert cards(page) == {"Won revenue": ("$1,000.00", "+100.0%")}
    assert metrics.find("won_revenue").definition["en"] in [text.value for text in page.markdown]
    assert "1 record · together $1,000.00" in [caption.value for caption in page.caption]
    rows = page.dataframe[0].value
    assert rows["deal"].tolist() == ["won deal"]
    assert rows["amount_company"].tolist() == ["$1,000.00"]
    assert (rows["file"].tolist(), rows["file_record"].tolist()) == (["deals.csv"], [2])
    page.session_state["sql_won_revenue"] = True
    assert [code.value for code in page.run().code] == [
        metrics.statement("won_revenue", part).rstrip() for part in ("number", "rows")
    ]
    assert page.button(key="close_number").label == "Home"
    page.button(key="close_number").click().run()
    assert "kpi" not in page.query_params


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("role", "language"), [("admin", "en"), ("sales", "zh_CN")])
def test_every_number_opens(open_as: Open, role: str, language: str) -> None:
    page = open_as(role, language=language, period="all")
    for metric in metrics.registry().values():
        page.query_params["kpi"] = metric.id
        page.run()
        assert not page.exception and not page.error
        assert page.title[0].value == metric.title[language]
        nothing = {"en": "No records in this period.", "zh_CN": "本期间没有记录。"}[language]
        has_rows = bool(page.subheader) and nothing not in [caption.value for caption in page.caption]
        assert len(page.dataframe) == has_rows


@pytest.mark.usefixtures("kestrel")
def test_a_number_without_grant_does_not_open(open_as: Open) -> None:
    page = open_as("service", kpi="won_revenue")
    assert [metric.value for metric in page.metric] == ["–"]
    assert any("Your role does not see this number." in caption.value for caption in page.caption)
    assert not page.dataframe


def test_a_file_without_records_lends_its_name_to_none(kestrel: Database, open_as: Open) -> None:
    with kestrel.cursor() as cursor:
        cursor.run(
            "insert into landing.file select * replace (3 as position, 'empty.csv' as file, 0 as count_read, "
            "0 as count_inserted, 0 as count_duplicate, 0 as count_rejected) from landing.file where position = 2"
        )
    kestrel.touch(["landing.file"])
    page = open_as("admin", kpi="won_revenue")
    assert page.dataframe[0].value["file"].tolist() == ["deals.csv"]


@pytest.mark.usefixtures("kestrel")
def test_what_an_error_names_is_no_markdown(open_as: Open) -> None:
    page = open_as("admin", kpi="![x](https://evil.example/x)")
    assert r"\!\[x\]\(https\://evil\.example/x\)" in page.warning[0].value


@pytest.mark.usefixtures("kestrel")
def test_an_unknown_number_gets_a_sentence(open_as: Open) -> None:
    page = open_as("admin", kpi="reveneu")
    assert not page.exception and not page.error
    assert page.warning[0].value == (
        "The address names a KPI that there is not: reveneu. The home page is shown instead."
    )
    assert [link.label for link in page.get("page_link")] == ["All KPIs"]
    assert page.title[0].value == "Home" and cards(page)["Revenue"][0] == "$300"


def test_an_empty_database_says_what_to_do(served: Database, open_as: Open) -> None:
    company.add_person(served, "admin")
    page = open_as("admin", language="zh_CN")
    assert not page.exception and not page.metric
    assert page.title[0].value == "开始使用"
    assert [link.label for link in page.get("page_link")] == ["导入文件", "设置名称、货币、时区和工作时间"]


def test_a_seller_without_staff_record_learns_why_nothing_is_there(served: Database, open_as: Open) -> None:
    company.add_person(served, "sales")
    assert open_as("sales").info[0].value.startswith("Your sign-in belongs to no member of staff yet.")


@pytest.mark.usefixtures("kestrel")
def test_an_unknown_error_is_an_id_on_screen_and_in_the_log(
    open_as: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(metrics, "number", fail)
    with caplog.at_level(logging.ERROR, "crm.ui.errors"):
        page = open_as("admin")
    assert not page.exception
    shown = page.error[0].value
    assert "secret" not in shown
    assert caplog.records[0].args is not None and str(caplog.records[0].args[0]) in shown


@pytest.mark.usefixtures("kestrel")
def test_the_address_narrows_the_numbers(open_as: Open) -> None:
    page = open_as("admin", owner="2")  # Ann, who is credited with deals only
    assert not page.exception and not page.error
    assert cards(page)["Revenue"][0] == "$0"
    assert any("Owner: Ann" in caption.value for caption in page.caption)
    page.multiselect(key="filter_owner").set_value([]).run()
    assert "owner" not in page.query_params
    assert cards(page)["Revenue"][0] == "$300"


def stages(page: AppTest) -> list[str]:
    """The open stages of the picture, with their deals and value."""
    figures = [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]
    return next(
        (figure["data"][0]["y"] for figure in figures if str(figure["data"][0]["y"][0]).startswith("<b>Prospecting")),
        [],
    )


@pytest.mark.usefixtures("kestrel")
def test_open_deals_by_stage_follow_period_and_filters(open_as: Open) -> None:
    """Engaging: at the end of March one deal of 700; at the end of February also those that closed in March."""
    page = open_as("admin", owner="2")
    assert stages(page)[1] == "<b>Engaging</b><br>1 deal · $700"
    assert not any("Not known" in line for line in stages(page))  # no deal is without stage
    assert "As they stood on Mar 31, 2024." in [caption.value for caption in page.caption]
    page.query_params["period"] = "2024-02"
    assert stages(page.run())[1] == "<b>Engaging</b><br>3 deals · $1.7K"
    page.query_params["owner"] = "3"
    assert stages(page.run()) == []


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("period", "is_longer"), [("all", True), ("2024-03", False)])
def test_a_picture_by_month_says_where_the_period_is_longer(open_as: Open, period: str, is_longer: bool) -> None:
    captions = [caption.value for caption in open_as("admin", period=period).caption]
    assert any("The last 12 months of the period." in caption for caption in captions) == is_longer


def months(page: AppTest) -> list[str]:
    """The months of the first picture."""
    return [str(month)[:7] for month in json.loads(page.get("plotly_chart")[0].proto.spec)["data"][0]["x"]]


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("period", ["2024-03", "2024", "2024-08", "all"])
def test_months_after_today_are_not_drawn(open_as: Open, period: str) -> None:
    assert months(open_as("admin", period=period))[-1] == "2024-03"


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(
    ("period", "is_open"), [("2024-02", True), ("2024-03", False), ("2024", False), ("2023", True)]
)
def test_a_period_that_has_not_begun_is_no_next_one(open_as: Open, period: str, is_open: bool) -> None:
    page = open_as("admin", period=period)
    assert page.button(key="period_later").disabled != is_open
    assert not page.button(key="period_earlier").disabled


@pytest.mark.usefixtures("kestrel")
def test_the_number_stands_beside_what_it_is_of(open_as: Open) -> None:
    page = open_as("admin", kpi="revenue")
    assert page.dataframe[0].value.columns[:2].to_list() == ["day", "revenue"]


@pytest.mark.usefixtures("kestrel")
def test_a_picture_that_is_taken_along_says_what_it_shows(open_as: Open) -> None:
    page = open_as("sales", language="zh_CN", owner="2")
    found = [json.loads(part.proto.json) for part in page.get("bidi_component")]
    stamps = {each["chart"]: (each["title"], each["stamp"], each["file"]) for each in found if "stamp" in each}
    assert stamps["stages"] == (
        "各阶段未结商机",
        "2024年3月 · 负责人: Ann · 数据截至 2024年3月31日 · 截至 2024年3月31日 的状态。",
        "stages-2024-03",
    )


@pytest.mark.usefixtures("kestrel")
def test_a_stage_opens_its_deals(open_as: Open) -> None:
    page = open_as("admin", kpi="open_pipeline", stage="Engaging", period="2024-02")
    assert "3 records · together $1,700.00" in [caption.value for caption in page.caption]
    assert page.multiselect(key="filter_stage").value == ["Engaging"]
    page.query_params["stage"] = "Proposal"
    page.run()
    assert any(caption.value.startswith("No records in this period.") for caption in page.caption)


@pytest.mark.usefixtures("kestrel")
def test_who_sees_no_deals_is_not_asked_for_a_stage(open_as: Open) -> None:
    page = open_as("service", stage="Engaging")
    assert not page.exception
    assert "filter_stage" not in [box.key for box in page.multiselect]


@pytest.mark.usefixtures("kestrel")
def test_a_filter_that_there_is_not_is_passed_over(open_as: Open) -> None:
    page = open_as("admin", region="Atlantis", owner="999")
    assert not page.exception and not page.error
    assert page.get("popover")[0].proto.popover.label == "Filters"
    assert cards(page)["Revenue"][0] == "$300"


@pytest.mark.usefixtures("kestrel")
def test_a_number_that_a_filter_does_not_narrow_says_so(kestrel: Database, open_as: Open) -> None:
    with kestrel.cursor() as cursor:
        cursor.run("update core.account set region = 'North'")
    add(kestrel, "lead", name="Lee", since_at=datetime(2024, 3, 2))
    kestrel.touch(["core.account"])
    page = open_as("marketing", region="North")
    assert not page.exception and not page.error
    assert any("not by region" in caption.value for caption in page.caption)
    assert any("Region: North" in caption.value for caption in page.caption)


@pytest.mark.usefixtures("kestrel")
def test_pictures_and_cards_without_value_say_which_filters_do_not_narrow_them(open_as: Open) -> None:
    page = open_as("admin", stage="Engaging", kpi="")
    captions = [caption.value for caption in page.caption]
    assert "The line: SLA kept. Not narrowed by stage." in captions  # tickets
    assert "Grey: the year before. Not narrowed by stage." in captions or "Not narrowed by stage." in captions
    assert "As they stood on Mar 31, 2024." in captions  # stages, which it narrows
    without_value = "No order line of this period has a product with a cost."
    assert f"{without_value} · not by stage" in captions


@pytest.mark.usefixtures("kestrel")
def test_a_picture_that_the_filters_leave_empty_says_so_and_takes_them_off(open_as: Open) -> None:
    page = open_as("admin", owner="3")
    found = [caption.value for caption in page.caption if caption.value.startswith("No deals are open.")]
    assert found == ["No deals are open. There is something without the filters: Owner\\: Cleo."]
    page.button(key="stages_clear").click().run()
    assert "owner" not in page.query_params and stages(page)
    page = open_as("admin", period="2023-01", owner="3")  # nothing either without
    assert "No deals are open." in [caption.value for caption in page.caption]
    page = open_as("admin", period="2024-03", owner="3", kpi="won_revenue")
    assert any("There is something without the filters" in caption.value for caption in page.caption)


@pytest.mark.usefixtures("kestrel")
def test_an_opened_number_is_narrowed_as_well(open_as: Open) -> None:
    page = open_as("admin", kpi="won_revenue", owner="3")
    assert not page.exception and not page.error
    assert cards(page)["Won revenue"][0] == "$0.00"
    page.session_state["sql_won_revenue"] = True
    assert "list_contains($owner" in page.run().code[0].value


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("role", "files"), [("management", ["CSV", "XLSX"]), ("sales", [])])
def test_rows_can_be_taken_along_where_granted(open_as: Open, role: str, files: list[str]) -> None:
    page = open_as(role, kpi="won_revenue")
    assert not page.exception and not page.error
    assert [button.label for button in page.get("download_button")] == files


@pytest.mark.usefixtures("kestrel")
def test_a_record_opens_to_its_changes(kestrel: Database, open_as: Open) -> None:
    owner = access.owner_of_file()
    records.edit(kestrel, owner, "opportunity", 2, {"lost_reason": "none", "owner_id": 3}, 1)
    page = open_as("admin", kpi="won_revenue", record="opportunity:2")
    assert not page.exception and not page.error
    found = page.dataframe[1].value
    cells = found[["how", "field", "before", "after"]].fillna("").values.tolist()
    assert ["edited", "Lost because", "", "none"] in cells
    assert ["edited", "Owner", "Ann", "Cleo"] in cells
    assert cells[-1] == ["load 1", "new record", "", ""]
    assert found["file"].tolist()[-1] == "deals.csv" and found["file_record"].tolist()[-1] == 2
    assert "before" in page.dataframe[1].proto.column_order


@pytest.mark.usefixtures("kestrel")
def test_a_record_that_was_never_changed_has_no_column_of_values_before(open_as: Open) -> None:
    page = open_as("admin", kpi="won_revenue", record="account:2")
    assert not page.exception and not page.error
    order = page.dataframe[1].proto.column_order
    assert "after" in order and "before" not in order


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("record", ["opportunity:99", "x", "account:2"])  # Bolt is nobody's whom Ann leads
def test_a_record_that_is_not_seen_says_so(open_as: Open, record: str) -> None:
    page = open_as("sales", kpi="won_revenue", record=record)
    assert not page.exception
    assert [info.value for info in page.info] == ["There is no such record among those that you may see."]


CONTACTS = "Contact ID,Contact,E-mail,Account\nC1,Ann Lee,ann@acme.example,Acme\n"


@pytest.mark.parametrize(
    ("role", "language", "columns", "left_out"),
    [
        ("admin", "en", ["Contact ID", "Contact", "E-mail", "Account"], []),
        ("management", "zh_CN", ["Contact", "Account"], ["有 2 列未显示：您的角色看不到其去向。"]),
    ],
)
def test_the_record_in_the_file_is_read_when_it_is_unfolded(
    kestrel: Database, open_as: Open, tmp_path: Path, role: str, language: str, columns: list[str], left_out: list[str]
) -> None:
    commands.register()
    batch = load_files(kestrel, {"contacts.csv": CONTACTS}, tmp_path)["batch"]
    page = open_as(role, language=language, kpi="won_revenue", record="contact:1")
    assert not page.exception and len(page.dataframe) == 2
    page.session_state[f"source_{batch}_1"] = True
    page.run()
    assert not page.exception and not page.error
    assert page.dataframe[2].value["column"].tolist() == columns
    assert [caption.value for caption in page.caption if "未显示" in caption.value] == left_out


def test_a_file_that_takes_long_is_read_in_the_background(
    kestrel: Database, open_as: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.register()
    batch = load_files(kestrel, {"contacts.csv": CONTACTS}, tmp_path)["batch"]
    is_ready = threading.Event()

    def slowly(*values: Any) -> Any:
        is_ready.wait(20)
        return kept.told(*values)

    jobs.register(origin.JOB, slowly, writes=False)
    monkeypatch.setattr(changes, "AT_ONCE", 0)
    page = open_as("admin", kpi="won_revenue", record="contact:1")
    page.session_state[f"source_{batch}_1"] = True
    page.run()
    assert "The file is being read; a large one takes some seconds." in [caption.value for caption in page.caption]
    is_ready.set()
    wait([run.future for run in jobs.going_on()], 20)
    assert len(page.run().dataframe) == 3


@pytest.mark.usefixtures("kestrel")
def test_a_file_that_is_gone_is_said_where_its_record_is_asked_for(open_as: Open) -> None:
    commands.register()
    page = open_as("sales", kpi="won_revenue", record="opportunity:2")
    titles = [box.label for box in page.expander]
    assert "The record in the file: load 1, record 5" in titles
    page.session_state["source_1_5"] = True
    page.run()
    assert "The kept file of deals" in page.info[0].value
