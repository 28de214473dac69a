"""The import page: files in step by step, the history of loads, and what did not get in."""

from collections.abc import Iterator
from concurrent.futures import wait
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from crm import records, users
from crm.access import owner_of_file
from crm.db import Database
from crm.server import jobs
from crm.ui import words
from pipelines import commands
from tests import company
from tests.pages.conftest import Open

ACCOUNTS = b"Account,Country,Foo\nAcme,DE,x\nBolt,FR,y\n,FR,z\n"
COUNTS = ["count_read", "count_inserted", "count_updated", "count_unchanged", "count_duplicate", "count_rejected"]


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """The jobs have their names, and none outlives its test."""
    commands.register()
    yield
    jobs.finish()


@pytest.fixture
def admin(served: Database, open_as: Open) -> AppTest:
    """The page of an administrator of an empty database."""
    company.add_person(served, "admin")
    return open_as("admin", "loads.py")


def settle(page: AppTest) -> AppTest:
    """Run again until no job goes on."""
    wait([run.future for run in jobs.going_on()], 30)
    page.run()
    assert not page.exception
    return page


def upload(page: AppTest, name: str = "accounts.csv", content: bytes = ACCOUNTS) -> AppTest:
    page.file_uploader[0].upload(name, content, "text/csv").run()
    return settle(page)


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    return settle(page)


def keys(page: AppTest) -> set[str]:
    return {str(button.key) for button in page.button}


def counted(page: AppTest) -> list[str]:
    """The large numbers: read, new, updated, unchanged, duplicate, rejected."""
    return [metric.value for metric in page.metric]


def steps_of(page: AppTest) -> str:
    return page.markdown[0].value


# History


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(
    ("role", "language", "title", "kinds"),
    [("admin", "en", "Import", "Accounts, Deals"), ("management", "zh_CN", "数据导入", "客户、商机")],
)
def test_loads_and_their_counts(open_as: Open, role: str, language: str, title: str, kinds: str) -> None:
    page = open_as(role, "loads.py", language)
    assert not page.exception and not page.error
    assert page.title[0].value == title
    loads = page.dataframe[0].value
    assert loads["objects"].tolist() == [kinds]
    assert loads["file"].tolist() == ["accounts.csv and 1 more" if language == "en" else "accounts.csv 及另外 1 个"]
    assert loads["who"].tolist() == ["Command line" if language == "en" else "命令行"]
    assert loads[COUNTS].iloc[0].tolist() == [9, 7, 0, 0, 1, 1]


@pytest.mark.usefixtures("kestrel")
def test_the_address_names_the_load_whose_files_and_rejects_are_shown(open_as: Open) -> None:
    page = open_as("admin", "loads.py", load="1")
    assert page.subheader[0].value == "Load 1"
    files, rejects = page.dataframe[1].value, page.dataframe[2].value
    assert files["file"].tolist() == ["accounts.csv", "deals.csv"]
    assert files[COUNTS].iloc[1].tolist() == [6, 4, 0, 0, 1, 1]
    assert rejects[["file", "record_number", "column_name", "value", "reason"]].values.tolist() == [
        ["deals.csv", 6, "close_value", "12x", "cannot be read as this kind of value"]
    ]


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("load", ["2", "x", "-1", "9" * 30])
def test_an_unknown_load_shows_no_rejects(open_as: Open, load: str) -> None:
    page = open_as("admin", "loads.py", load=load)
    assert not page.exception and not page.error and len(page.dataframe) == 1


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("role", ["sales_manager", "sales", "marketing", "service"])
def test_others_are_refused(open_as: Open, role: str) -> None:
    page = open_as(role, "loads.py")
    assert not page.dataframe and not page.title and not page.file_uploader
    said = page.error[0].value.replace("\\", "")  # the values stand escaped in the markdown
    assert said.startswith(f"Your role {users.role_name(role, 'en')} may not do this (see Load).")


@pytest.mark.usefixtures("kestrel")
def test_management_sees_the_history_and_can_change_nothing(open_as: Open) -> None:
    page = open_as("management", "loads.py", load="1")
    assert not page.exception and page.dataframe
    assert not page.file_uploader and not page.get("download_button")
    assert not any(key.startswith(("import", "chosen")) for key in keys(page))
    assert page.segmented_control(key="loads_part").options == ["History", "Conflicts"]


def test_nothing_loaded_yet(admin: AppTest) -> None:
    assert not admin.exception
    assert admin.info[0].value == "Nothing is loaded yet."
    assert admin.file_uploader


@pytest.mark.usefixtures("kestrel")
def test_a_load_that_was_taken_back_says_so(served: Database, open_as: Open) -> None:
    assert "undone_at" not in open_as("admin", "loads.py").dataframe[0].proto.column_order
    with served.cursor() as cursor:
        cursor.run("update landing.batch set undone_at = timestamp '2024-04-01 10:00:00'")
    served.touch(["landing.batch"])
    page = open_as("admin", "loads.py", load="1")
    assert "undone_at" in page.dataframe[0].proto.column_order
    assert page.dataframe[0].value["undone_at"].notna().all()
    assert "chosen_undo_1" not in keys(page)


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("role", "count"), [("admin", 1), ("management", 0)])
def test_who_may_export_downloads_what_was_refused(open_as: Open, role: str, count: int) -> None:
    page = open_as(role, "loads.py", load="1")
    assert not page.exception
    assert len(page.get("download_button")) == count


def test_many_loads_are_turned_page_by_page(kestrel: Database, open_as: Open) -> None:
    with kestrel.cursor() as cursor:
        cursor.run(
            "insert into landing.batch (id, started_at, applied_at, user_id, came_by, is_history) "
            "select number, $at, $at, $user_id, 'page', false from range(2, 61) as r (number)",
            at=datetime(2024, 4, 1),
            user_id=users.id_of(kestrel, company.email_of("admin")),
        )
        cursor.run(
            "insert into landing.file select file.* replace (number as batch_id, 'orders.csv' as file) "
            "from landing.file as file, range(2, 61) as r (number) where position = 1"
        )
    kestrel.touch(["landing.batch", "landing.file"])
    page = open_as("admin", "loads.py")
    assert page.dataframe[0].value["batch_id"].tolist() == list(range(60, 35, -1))
    assert set(page.dataframe[0].value["who"]) == {"Admin"}
    assert page.button(key="loads_newer").disabled
    press(page, "loads_older")
    press(page, "loads_older")
    assert page.dataframe[0].value["batch_id"].tolist() == list(range(10, 0, -1))
    assert "51 to 60 of 60" in [caption.value for caption in page.caption]
    assert page.button(key="loads_older").disabled and page.query_params["skip"] == "50"
    press(page, "loads_newer")
    assert page.dataframe[0].value["batch_id"][0] == 35


# Step by step


def test_files_are_loaded_step_by_step_and_taken_back(admin: AppTest, served: Database) -> None:
    assert "1 Files" in steps_of(admin)
    upload(admin)
    assert "2 Columns" in steps_of(admin)
    press(admin, "import_check")
    assert "3 Check" in steps_of(admin)
    assert counted(admin) == ["3", "2", "0", "0", "0", "1"]
    rejects, sample = admin.dataframe[0].value, admin.dataframe[1].value
    assert rejects[["record_number", "reason"]].values.tolist() == [[3, "a value is needed"]]
    assert sample.values.tolist() == [["Acme", "Acme", "Germany", "Foo: x"], ["Bolt", "Bolt", "France", "Foo: y"]]
    with served.cursor() as cursor:
        assert cursor.value("select count(*) from core.account") == 0
    press(admin, "import_load")
    assert "4 Done" in steps_of(admin)
    assert admin.success[0].value == "Load 1 is in. 2 records are new or changed."
    assert len(admin.get("download_button")) == 1
    assert admin.dataframe[-1].value["who"].tolist() == ["Admin"]
    press(admin, "import_undo_1")
    assert "1 Files" in steps_of(admin)
    assert admin.success[0].value == "Load 1 is taken back. Removed: Accounts 2."
    with served.cursor() as cursor:
        assert cursor.value("select count(*) from core.account") == 0
        assert cursor.rows("select came_by, user_id = undone_by from landing.batch") == [("page", True)]


def test_the_steps_speak_chinese(served: Database, open_as: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "language", lambda: "zh_CN")  # for the test's own look at what a field offers
    company.add_person(served, "admin")
    page = open_as("admin", "loads.py", "zh_CN")
    upload(page)
    press(page, "import_check")
    assert "3 检查" in steps_of(page)
    assert [metric.label for metric in page.metric] == ["读取", "新增", "更新", "未变", "重复", "拒绝"]
    press(page, "import_load")
    assert page.success[0].value == "第 1 次导入已完成。 新增或更改了 2 条记录。"


def test_a_corrected_column_is_used_and_remembered(admin: AppTest, served: Database) -> None:
    upload(admin)
    editor = "import_columns_0_0"
    admin.session_state[editor] = {
        "edited_rows": {2: {"becomes": "industry"}, 1: {"becomes": ""}},
        "added_rows": [],
        "deleted_rows": [],
    }
    settle(admin)
    press(admin, "import_check")
    press(admin, "import_load")
    with served.cursor() as cursor:
        found = cursor.rows("select name, industry, country, custom_fields from core.account order by name")
    assert found == [("Acme", "x", None, None), ("Bolt", "y", None, None)]
    press(admin, "import_more")
    upload(admin, "later.csv", b"Foo,Country,Account\nnew,ES,Corvus\n")
    assert "Its columns are read by the mapping that was given with load 1." in [each.value for each in admin.caption]
    press(admin, "import_check")
    assert admin.dataframe[0].value["industry"].tolist() == ["new"]


def test_another_object_can_be_chosen(admin: AppTest, served: Database) -> None:
    upload(admin, "people.csv", b"Name,Company,Phone\nAda,Acme,+49 30 123456\n")
    admin.selectbox(key="import_object_0_0").set_value("contact").run()
    press(settle(admin), "import_check")
    press(admin, "import_load")
    with served.cursor() as cursor:
        assert cursor.rows("select name from core.contact") == [("Ada",)]


def test_columns_that_say_nothing_need_a_person(admin: AppTest, served: Database) -> None:
    upload(admin, "odd.csv", b"x,y\nfoo,bar\n")
    assert admin.warning[0].value.startswith("The columns do not say what these records are.")
    assert admin.error[0].value == "Choose a column for what these records need: Name."
    assert admin.button(key="import_check").disabled
    admin.session_state["import_columns_0_0"] = {
        "edited_rows": {0: {"becomes": "name", "is_key": True}},
        "added_rows": [],
        "deleted_rows": [],
    }
    settle(admin)
    assert not admin.error
    press(admin, "import_check")
    press(admin, "import_load")
    with served.cursor() as cursor:
        assert cursor.rows("select name, custom_fields from core.account") == [("foo", '{"y":"bar"}')]


def test_two_columns_cannot_be_one_field(admin: AppTest) -> None:
    upload(admin)
    admin.session_state["import_columns_0_0"] = {
        "edited_rows": {2: {"becomes": "country"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    settle(admin)
    assert admin.error[0].value == "Two columns cannot both be Country: Country, Foo. Leave one of them out."
    assert admin.button(key="import_check").disabled


def test_a_file_that_cannot_be_read_is_named_and_can_be_left_out(admin: AppTest, served: Database) -> None:
    admin.file_uploader[0].upload("accounts.csv", ACCOUNTS, "text/csv")
    admin.file_uploader[0].upload("book.xlsx", b"no workbook", "application/xlsx").run()
    settle(admin)
    assert "book" in admin.error[0].value
    press(admin, "import_leave_out_0")
    assert not admin.error
    press(admin, "import_check")
    assert counted(admin)[0] == "3"
    press(admin, "import_start_over")
    assert "1 Files" in steps_of(admin)
    assert not list((served.files / "landing").iterdir())


def test_an_import_is_found_again_after_leaving_the_page(admin: AppTest, open_as: Open) -> None:
    upload(admin)
    press(admin, "import_check")
    again = open_as("admin", "loads.py")
    assert "3 Check" in steps_of(again) and counted(again) == counted(admin)
    press(again, "import_back")
    assert "2 Columns" in steps_of(again)


def test_the_demo_company_asks_first(served: Database, open_as: Open) -> None:
    company.add_person(served, "admin")
    served.write(lambda cursor: cursor.run("update ops.company set is_demo = true"), touches=["ops.company"])
    page = open_as("admin", "loads.py")
    assert (
        page.warning[0].value
        == "This is the demo company: everything in it is invented. Load your files into it anyway?"
    )
    assert not page.file_uploader
    press(page, "import_into_demo_yes")
    assert page.file_uploader and not page.warning


def test_who_lost_the_right_meanwhile_loads_nothing(admin: AppTest, served: Database) -> None:
    upload(admin)
    with served.cursor() as cursor:
        cursor.run("delete from ops.access_grant where verb = 'import' and object = 'account'")
    served.touch(["ops.access_grant"])
    admin.button(key="import_check").click().run()
    assert "(import Account)" in admin.error[0].value.replace("\\", "")
    with served.cursor() as cursor:
        cursor.run("delete from ops.access_grant where verb = 'import'")
    served.touch(["ops.access_grant"])
    admin.run()
    assert not admin.file_uploader and not any(key.startswith("import") for key in keys(admin))


def test_a_mapping_comes_before_its_files(admin: AppTest) -> None:
    write = b"{object: account, main: true, key: Nr, fields: {name: Who}}"
    text = b"source: shop\nlayouts:\n  - {name: c, header: [Nr], writes: [" + write + b"]}"
    admin.file_uploader[0].upload("shop.yml", text, "application/yaml").run()
    assert not admin.exception
    assert r"shop\.yml cannot be understood: layout c has no column Who in its header" in admin.error[0].value
    press(admin, "import_leave_out_0")
    text = text.replace(b"[Nr]", b"[Nr, Who]")
    admin.file_uploader[0].upload("shop.yml", text, "application/yaml").run()
    assert r"Mapping shop\.yml: choose the files that it is for." in [each.value for each in admin.markdown]
    upload(admin, "customers.csv", b"Nr,Who\n1,Acme\n")
    assert any("Its columns are read by shop/c" in each.value for each in admin.caption)
    assert admin.get("download_button")[0].proto.label == "Mapping as YAML"
    press(admin, "import_check")
    press(admin, "import_load")
    assert counted(admin) == ["1", "1", "0", "0", "0", "0"]


# Conflicts and inbox


def test_conflicts_are_decided_several_at_once(admin: AppTest, served: Database) -> None:
    upload(admin, content=b"Account,Country,City\nAcme,DE,Berlin\nBolt,FR,Paris\n")
    for key in ("import_check", "import_load", "import_more"):
        press(admin, key)
    with served.cursor() as cursor:
        known = cursor.rows("select id, version from core.account order by name")
    for record_id, version in known:
        records.edit(served, owner_of_file(), "account", record_id, {"city": "Rome"}, version)
    upload(admin, "later.csv", b"Account,Country,City\nAcme,DE,Bonn\nBolt,FR,Lyon\n")
    press(admin, "import_check")
    assert any("2 values stand against what people wrote" in each.value for each in admin.markdown)
    for key in ("import_load", "import_more"):
        press(admin, key)
    with served.cursor() as cursor:
        bolt, version = cursor.rows("select id, version from core.account where name = 'Bolt'")[0]
    records.edit(served, owner_of_file(), "account", bolt, {"city": "Nice"}, version)
    admin.segmented_control(key="loads_part").set_value("conflicts").run()
    shown = admin.dataframe[0].value if admin.dataframe else admin.get("data_editor")[0].value
    assert shown[["record", "field", "standing", "value"]].values.tolist() == [
        ["Accounts · Acme", "City", "Rome", "Bonn"],
        ["Accounts · Bolt", "City", "Nice", "Lyon"],
    ]
    admin.session_state["conflicts_0"] = {
        "edited_rows": {0: {"choose": True}},
        "added_rows": [],
        "deleted_rows": [],
    }
    press(admin, "conflicts_true")
    with served.cursor() as cursor:
        assert cursor.rows("select city from core.account order by name") == [("Bonn",), ("Nice",)]
    admin.session_state["conflicts_1"] = {
        "edited_rows": {0: {"choose": True}},
        "added_rows": [],
        "deleted_rows": [],
    }
    press(admin, "conflicts_false")
    assert "No load stands against what people wrote." in [each.value for each in admin.info]


def test_the_inbox_shows_what_waits(admin: AppTest, served: Database) -> None:
    (served.files / "inbox" / "orders.csv").write_bytes(b"x" * 2_000_000)
    admin.run()
    assert admin.segmented_control(key="loads_part").options[2] == "Inbox (1)"
    admin.segmented_control(key="loads_part").set_value("inbox").run()
    assert not admin.exception
    assert admin.code[0].value == str(served.files / "inbox")
    assert admin.dataframe[0].value.values.tolist() == [["orders.csv", 2_000_000]]


# What goes wrong


def test_what_nobody_foresaw_leaves_a_way_on(admin: AppTest) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("secret detail")

    upload(admin)
    press(admin, "import_check")
    jobs.register("load", fail)
    press(admin, "import_load")
    assert "secret" not in admin.error[0].value and "Something went wrong" in admin.error[0].value
    press(admin, "import_back")
    commands.register()
    press(admin, "import_check")
    press(admin, "import_load")
    assert admin.success
