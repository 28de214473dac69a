"""Lists of records: what each role sees of them, how they are asked, edited, saved and taken back."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm import access, lists, records, tags, views
from crm.db import Database
from crm.list_address import Asked
from crm.lists import Wanted
from crm.ui.listing import taking
from tests.company import add_person, email_of
from tests.pages.conftest import Open
from tests.records import add

ADMIN = access.owner_of_file()


def edited(page: AppTest, place: int, **cells: object) -> AppTest:
    """The page after cells of a row were given other values."""
    key = page.session_state["records_grid"][0]
    page.session_state[key] = {"edited_rows": {place: cells}, "added_rows": [], "deleted_rows": []}
    return page.run()


def chosen(page: AppTest, *places: int) -> AppTest:
    """The page after the boxes of rows were checked."""
    key = page.session_state["records_grid"][0]
    rows = {place: {"_chosen": True} for place in places}
    page.session_state[key] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    return page.run()


def opened(page: AppTest, popover: str) -> AppTest:
    """The page after a popover was opened."""
    page.session_state[popover] = True
    return page.run()


def named(page: AppTest, name: str) -> str | None:
    """What the address says under a name."""
    value = page.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def labels(page: AppTest) -> list[str]:
    """Of the buttons."""
    return [button.label for button in page.button]


def pressed(page: AppTest, *labels: str) -> AppTest:
    """The page after a button was pressed."""
    return next(button for button in page.button if button.label in labels).click().run()


def shown(page: AppTest) -> Any:
    """The table."""
    return page.session_state["records_grid"][1]


def standing(database: Database, text: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        return cursor.rows(text)


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("role", access.ROLES)
def test_each_role_sees_the_lists_it_may_read(open_as: Open, role: str, language: str) -> None:
    page = open_as(role, "records.py", language)
    assert not page.exception and not page.error
    offered = page.button_group[0].options
    assert 0 < len(offered) <= len(lists.NAMES)
    assert page.title[0].value in ("Accounts", "客户")


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("name", lists.NAMES)
def test_each_list_is_drawn(open_as: Open, name: str) -> None:
    page = open_as("admin", "records.py")
    page.query_params["list"] = name
    page = page.run()
    assert not page.exception and not page.error


def test_cells_are_saved_and_taken_back(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py")
    first = int(shown(page)["id"][0])
    before = standing(kestrel, f"select phone, city from core.account where id = {first}")
    page = edited(page, 0, phone="+49 1", city="Ulm")
    assert any("1 record is changed" in caption.value for caption in page.caption)
    assert page.text_input[0].disabled  # what is not saved is not lost by a search
    page = pressed(page, "Save")
    assert not page.exception and "1 record saved." in page.success[0].value
    assert standing(kestrel, f"select phone, city from core.account where id = {first}") == [("+49 1", "Ulm")]
    page = pressed(page, "Take it back")
    assert not page.exception and page.success[0].value == "Taken back."
    assert standing(kestrel, f"select phone, city from core.account where id = {first}") == before


def test_what_somebody_changed_meanwhile_is_said(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py")
    row = shown(page).row(0, named=True)
    records.edit(kestrel, ADMIN, "account", row["id"], {"phone": "theirs"}, row["version"])
    page = pressed(edited(page, 0, phone="mine", city="Ulm"), "Save")
    said = [each.value for each in page.markdown]
    assert any("was not saved" in each for each in said) and {"theirs", "mine"} <= set(said)
    assert any("1 other field" in each.value for each in page.caption)
    asked = "select phone, city from core.account where id = " + str(row["id"])
    assert standing(kestrel, asked) == [("theirs", None)]
    button = next(each for each in page.button if each.label == "Save")
    assert button.disabled  # until it is said whose value stands
    choice = next(each for each in page.segmented_control if str(each.key).endswith("_phone"))
    page = choice.set_value("mine").run()
    page = pressed(page, "Save")
    assert not page.exception and "is saved" in page.success[0].value
    assert standing(kestrel, asked) == [("mine", "Ulm")]
    page = pressed(page, "Take it back")
    assert not page.exception and page.success[0].value == "Taken back."
    assert standing(kestrel, asked) == [("theirs", None)]


def test_theirs_may_stand_and_may_have_changed_once_more(kestrel: Database, open_as: Open) -> None:
    page = open_as("admin", "records.py")
    row = shown(page).row(0, named=True)
    records.edit(kestrel, ADMIN, "account", row["id"], {"phone": "theirs"}, row["version"])
    page = pressed(edited(page, 0, phone="mine"), "Save")
    records.edit(kestrel, ADMIN, "account", row["id"], {"phone": "newer"}, row["version"] + 1)

    def decided(choice: str) -> AppTest:
        field = next(each for each in page.segmented_control if str(each.key).endswith("_phone"))
        return pressed(field.set_value(choice).run(), "Save")

    page = decided("mine")
    assert "newer" in [each.value for each in page.markdown]
    page = decided("theirs")
    assert not page.exception and "stays as the other person left it" in page.info[0].value
    assert standing(kestrel, f"select phone from core.account where id = {row['id']}") == [("newer",)]


@pytest.mark.usefixtures("kestrel")
def test_what_a_record_cannot_have_is_said_and_waits(open_as: Open) -> None:
    page = open_as("admin", "records.py")
    page = pressed(edited(page, 0, since_on="2025-02-31"), "Save")
    assert not page.exception and "is no day" in page.error[0].value
    page = pressed(page, "Discard")
    assert not page.exception and not any(button.label == "Save" for button in page.button)


@pytest.mark.usefixtures("kestrel")
def test_a_search_that_finds_nothing_says_so(open_as: Open) -> None:
    page = open_as("admin", "records.py")
    page = page.text_input[0].set_value("no such thing anywhere").run()
    assert not page.exception and "Nothing fits" in page.info[0].value


def test_an_empty_company_has_empty_lists(served: Database, open_as: Open) -> None:
    add_person(served, "admin", None)
    page = open_as("admin", "records.py")
    assert not page.exception and "none yet" in page.info[0].value


# What is asked for


@pytest.mark.usefixtures("kestrel")
def test_a_filter_is_put_on_and_taken_off(open_as: Open) -> None:
    page = opened(open_as("admin", "records.py"), "filter_open")
    page = page.selectbox(key="filter_field_account").set_value("owner.name").run()
    page = page.selectbox(key="filter_operator_account_owner.name").set_value("begins_with").run()
    page.text_input(key="filter_value_account_owner.name_begins_with").set_value("an").run()
    page = pressed(page, "Add filter")
    assert not page.exception and not page.error
    assert named(page, "where") == "owner.name:begins_with:an"
    assert shown(page)["name"].to_list() == ["Acme"]
    page = pressed(page, "Owner › Name begins with an")
    assert "where" not in page.query_params and shown(page).height == 2


@pytest.mark.usefixtures("kestrel")
def test_the_address_says_what_the_list_shows(open_as: Open) -> None:
    asked = {"where": "stage:any_of:2;account.name:contains:ACME", "columns": "amount,name", "sort": "amount"}
    page = open_as("admin", "records.py", list="opportunity", **asked)
    assert not page.warning and shown(page).columns == ["id", "version", "amount", "name"]
    assert shown(page)["name"].to_list() == ["engaging deal"]
    assert {"Stage is Engaging", "Account › Name contains ACME"} <= set(labels(page))
    page = open_as("admin", "records.py", where="nonsense;phone:at_least:3;name:contains:bolt", sort="-secret")
    said = [warning.value for warning in page.warning]
    assert len(said) == 3 and all("shown without it" in sentence for sentence in said)
    assert shown(page)["name"].to_list() == ["Bolt"]


MASKED = [
    ("management", "contact", "email"),
    ("marketing", "opportunity", "amount"),
    ("marketing", "ticket", "subject"),
]


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize(("role", "name", "field"), MASKED)
def test_a_masked_field_is_asked_in_no_way(kestrel: Database, open_as: Open, role: str, name: str, field: str) -> None:
    add(kestrel, "contact", name="Kim", email="kim@acme.example", account_id=1, account_owner_id=2)
    page = open_as(role, "records.py", list=name, where=f"{field}:is_filled", columns=f"{field},id", sort=f"-{field}")
    assert not page.exception and len({warning.value for warning in page.warning}) == 2  # the field, and id
    assert field not in shown(page).columns
    assert shown(page).height == lists.count(kestrel, ADMIN, name, Wanted())
    page = opened(page, "filter_open")
    assert not any(field in option.lower() for option in page.selectbox(key=f"filter_field_{name}").options)


def test_the_page_stands_in_the_address(kestrel: Database, open_as: Open) -> None:
    for place in range(60):
        add(kestrel, "account", name=f"Customer {place:02}", city="Ulm")
    page = open_as("admin", "records.py", sort="name")
    page.query_params["page"] = "2"
    page = page.run()
    assert shown(page).height == 12 and shown(page)["name"][-1] == "Customer 59"
    page = pressed(edited(page, 11, phone="1"), "Save")
    assert named(page, "page") == "2" and shown(page)["phone"][-1] == "1"
    page = page.text_input(key="search").set_value("customer").run()
    assert "page" not in page.query_params and shown(page).height == 50
    page.query_params["page"] = "99999"  # the nearest that there is
    assert shown(page.run()).height == 10


def test_views_are_saved_picked_and_shared(kestrel: Database, open_as: Open) -> None:
    page = opened(
        open_as("admin", "records.py", where="city:is_empty;phone:is_empty", columns="name,phone"), "view_open"
    )
    page.text_input(key="view_name").set_value("Without *phone*")
    page.toggle(key="view_shared").set_value(True)
    page = pressed(page, "Save as a new view")
    assert not page.exception and not page.error and named(page, "view") == "1"
    page = open_as("marketing", "records.py")
    page = page.selectbox(key="view_account").set_value(1).run()
    assert named(page, "where") == "city:is_empty;phone:is_empty"
    assert shown(page).columns == ["id", "version", "name", "phone"]
    assert "Delete" not in labels(opened(page, "view_open"))  # it is somebody else's
    page = opened(open_as("admin", "records.py", view="1"), "view_open")  # the address may name the view alone
    assert shown(page).columns == ["id", "version", "name", "phone"]
    page = pressed(page, "Delete")
    assert not page.exception and "view" not in page.query_params
    with kestrel.cursor() as cursor:
        assert views.views(kestrel, access.viewer_of(cursor, email_of("admin")), "account") == []


def test_a_view_leaves_out_what_its_viewer_does_not_see(kestrel: Database, open_as: Open) -> None:
    address = {"columns": "name,email", "where": "email:is_filled"}
    views.save(kestrel, ADMIN, "contact", "Reachable", address, is_shared=True)
    add(kestrel, "contact", name="Kim", account_id=1, account_owner_id=2)
    page = open_as("management", "records.py", list="contact", view="1")
    assert shown(page).columns == ["id", "version", "name"] and shown(page).height == 1
    assert [warning.value for warning in page.warning] == [
        "This list has no field E\\-mail. The list is shown without it."
    ]


# Many at once


def test_chosen_records_are_archived_and_brought_back(kestrel: Database, open_as: Open) -> None:
    page = chosen(open_as("admin", "records.py", sort="name"), 0)
    assert any("1 chosen" in text.value for text in page.markdown) and "Save" not in labels(page)
    page = pressed(page, "Archive")
    assert page.success[0].value == "1 record archived." and shown(page)["name"].to_list() == ["Bolt"]
    page.query_params["ask"] = "away"
    page = chosen(page.run(), 0)
    assert shown(page)["name"].to_list() == ["Acme"]
    page = pressed(page, "Restore")
    assert page.success[0].value == "1 record restored."
    page = pressed(page, "Take it back")
    assert page.success[0].value == "Taken back."
    assert standing(kestrel, "select name from core.account where archived_at is not null") == [("Acme",)]


def test_a_field_of_all_that_were_found_is_changed(kestrel: Database, open_as: Open) -> None:
    for place in range(60):
        add(kestrel, "account", name=f"Customer {place:02}")
    page = pressed(chosen(open_as("admin", "records.py", search="customer"), 0), "Choose all 60")
    assert any("60 chosen" in text.value for text in page.markdown)
    page = opened(page, "change_open")
    assert "account_owner" not in page.selectbox(key="change_field_account").options
    page = page.selectbox(key="change_field_account").set_value("city").run()
    page.text_input(key="change_value_account_city").set_value(" Ulm ").run()
    first = standing(kestrel, "select min(id) from core.account where name like 'Customer%'")[0][0]
    records.edit(kestrel, ADMIN, "account", first, {"city": "Köln"}, 1)  # somebody is faster
    page = pressed(page, "Change 60 records")
    assert not page.exception and page.success[0].value == "59 records saved."
    assert "Köln" in [text.value for text in page.markdown]  # and asks whose value stands
    assert standing(
        kestrel, "select city, count(*) from core.account where city is not null group by 1 order by 1"
    ) == [
        ("Köln", 1),
        ("Ulm", 59),
    ]
    table = opened(page, "outcomes").dataframe[0].value
    assert len(table) == 60 and table["now"][0] == "City is Köln now"
    page = pressed(page, "Take it back")
    assert standing(kestrel, "select city from core.account where city is not null") == [("Köln",)]


@pytest.mark.usefixtures("kestrel")
@pytest.mark.parametrize("role", access.ROLES)
def test_without_the_right_there_is_no_button(kestrel: Database, open_as: Open, role: str) -> None:
    with kestrel.cursor() as cursor:
        viewer = access.viewer_of(cursor, email_of(role))
    for name in lists.NAMES:
        if not viewer.may("read", name) or not lists.count(kestrel, viewer, name, Wanted()):
            continue
        page = chosen(open_as(role, "records.py", list=name), 0)
        assert not page.exception
        assert ("Archive" in labels(page)) == viewer.may("archive", name)
        page.session_state["export_open"] = True
        page = page.run()
        offered = any("in the columns that are shown" in caption.value for caption in page.caption)
        assert offered == viewer.may("export", name)


@pytest.mark.parametrize("role", ["admin", "management", "marketing"])
def test_what_is_taken_along_is_what_is_shown(
    kestrel: Database, open_as: Open, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    standing(kestrel, "update core.account set name = '=cmd' where name = 'Bolt' returning 1")
    with kestrel.cursor() as cursor:
        cursor.run(
            "update ops.access_grant set masked = ['owner_id'] "
            "where role = 'management' and object = 'account' and verb = 'export'"
        )
        viewer = access.viewer_of(cursor, email_of(role))
    monkeypatch.setattr(taking, "taker", lambda *_: viewer)
    monkeypatch.setattr(taking, "database", lambda: kestrel)
    asked = Asked(Wanted(sort="name"), ("name", "kind"))
    assert taking.content("account", asked, ["name", "kind"]).rows() == [("=cmd", "company"), ("Acme", "company")]
    page = opened(open_as(role, "records.py"), "export_open")
    assert not page.exception
    said = any("left out: Owner" in caption.value for caption in page.caption)
    assert said == (role == "management")


# What is typed


def test_what_is_typed_waits_while_one_looks_elsewhere(kestrel: Database, open_as: Open) -> None:
    page = edited(open_as("admin", "records.py", sort="name"), 0, city="Ulm")
    page.switch_page("home.py").run()
    page = page.switch_page("records.py").run()
    assert not page.exception and "Save" in labels(page) and named(page, "sort") == "name"
    page = edited(page, 0, phone="7")  # one goes on where one stopped
    page = page.button_group[0].set_value("contact").run()
    assert page.title[0].value == "Contacts" and "Save" not in labels(page)
    assert any("not saved yet, in: Accounts" in caption.value for caption in page.caption)
    page = page.button_group[0].set_value("account").run()
    page = pressed(page, "Save")
    assert page.success[0].value == "1 record saved."
    assert standing(kestrel, "select city, phone from core.account where name = 'Acme'") == [("Ulm", "7")]
    page = edited(page, 0, city="Köln")
    page.switch_page("home.py").run()
    page = pressed(page.switch_page("records.py").run(), "Discard")
    assert "Save" not in labels(page)
    assert standing(kestrel, "select city, phone from core.account where name = 'Acme'") == [("Ulm", "7")]


def test_chosen_accounts_change_hands_with_a_reason(kestrel: Database, open_as: Open) -> None:
    page = opened(chosen(open_as("admin", "records.py"), 0, 1), "reassign_open")
    ids = sorted(shown(page)["id"].to_list()[:2])
    page.selectbox(key="reassign_owner").set_value(1).run()
    page = page.button(key="reassign").click().run()
    assert "Say why" in page.error[0].value and not page.exception
    page.text_input(key="reassign_reason").set_value("New region").run()
    page = page.button(key="reassign").click().run()
    assert not page.exception and "saved" in page.success[0].value
    asked = f"select id from core.account where owner_id = 1 and id in ({ids[0]}, {ids[1]}) order by id"
    assert [row[0] for row in standing(kestrel, asked)] == ids
    assert standing(kestrel, "select reason from history.action") == [("New region",)]


def test_chosen_records_are_tagged(kestrel: Database, open_as: Open) -> None:
    tags.add(kestrel, ADMIN, "account", [1], "VIP")
    page = opened(chosen(open_as("admin", "records.py"), 0, 1), "tag_open")
    page.selectbox(key="tag_account").set_value("VIP").run()
    page = page.button(key="tag_add").click().run()
    assert not page.exception and page.success[0].value == "1 record saved."  # the other had it
    asked = "select count(*) from core.account where tags = 'VIP'"
    assert standing(kestrel, asked) == [(2,)]
    page = pressed(page, "Take it back")
    assert standing(kestrel, asked) == [(1,)]


@pytest.mark.usefixtures("kestrel")
def test_two_chosen_records_can_be_merged(open_as: Open) -> None:
    page = chosen(open_as("admin", "records.py"), 0)
    assert not any(button.label == "Merge" for button in page.button)
    ids = ",".join(map(str, shown(page)["id"].to_list()[:2]))
    page = pressed(chosen(page, 0, 1), "Merge")
    assert not page.exception and page.title[0].value == "Merge"
    assert page.query_params["ids"] in (ids, [ids])
