"""What a person says of columns, as a layout."""

from dataclasses import replace

import pytest

from crm.db import Database
from crm.errors import BadSource
from pipelines import correction, mapping, recognition
from pipelines.correction import Choice
from pipelines.layout import Layout, as_json, layout_from_json

HEADER = ("Account", "Country", "Owner", "Foo")
DEALS = ("Deal ID", "Deal", "Account", "Product", "Amount", "Stage", "Number")


def recognised(header: tuple[str, ...], file: str = "file.csv") -> tuple[Layout, Choice]:
    layout = mapping.choose(header, None, file)
    return layout, correction.choice_of(layout, header)


def changed(choice: Choice, keys: tuple[str, ...] | None = None, **codes: str) -> Choice:
    return replace(choice, columns={**choice.columns, **codes}, keys=choice.keys if keys is None else keys)


def test_a_layout_is_said_as_a_person_would() -> None:
    _, choice = recognised(HEADER)
    assert choice.object == "account"
    assert choice.columns == {"Account": "name", "Country": "country", "Owner": "owner", "Foo": "custom"}
    assert choice.keys == ("Account",)


def test_nothing_new_changes_nothing() -> None:
    layout, choice = recognised(HEADER)
    assert correction.corrected(layout, HEADER, choice) is layout


def test_columns_become_what_was_chosen() -> None:
    layout, choice = recognised(HEADER)
    made = correction.corrected(layout, HEADER, changed(choice, Foo="industry", Country="", Owner="custom"))
    assert {name: use.columns for name, use in made.main.fields.items()} == {"name": ("Account",), "industry": ("Foo",)}
    assert (made.custom, made.ignored, made.is_automatic) == (("Owner",), ("Country",), False)
    assert correction.choice_of(made, HEADER).columns == {
        "Account": "name",
        "Country": "",
        "Owner": "custom",
        "Foo": "industry",
    }
    assert layout_from_json(as_json(made)) == made


def test_a_corrected_layout_is_recalled_for_the_same_columns() -> None:
    layout, choice = recognised(HEADER)
    made = correction.corrected(layout, HEADER, changed(choice, Country=""))
    assert mapping.recall(tuple(reversed(HEADER)), [(7, made)]) == (7, made)
    assert mapping.recall((*HEADER, "more"), [(7, made)]) is None


def test_keys_are_chosen_and_what_refers_to_them_follows() -> None:
    layout, choice = recognised(DEALS)
    assert choice.keys == ("Deal ID",) and {write.name for write in layout.writes} == {
        "opportunity",
        "opportunity_line",
    }
    made = correction.corrected(layout, DEALS, changed(choice, keys=("Number", "Deal ID")))
    main, line = made.writes
    assert main.key and main.key.columns == ("Deal ID", "Number")
    assert line.key == main.key == line.fields["opportunity"]
    bare = correction.corrected(layout, DEALS, changed(choice, keys=(), **{"Deal ID": ""}))
    assert [write.name for write in bare.writes] == ["opportunity"] and bare.main.key is None


def test_what_another_object_needs_may_go_with_it() -> None:
    layout, choice = recognised(DEALS)
    made = correction.corrected(layout, DEALS, changed(choice, Product="source"))
    assert [write.name for write in made.writes] == ["opportunity"]
    assert made.main.fields["source"].columns == ("Product",)


def test_a_needed_field_is_missed_or_stood_in_for() -> None:
    layout, choice = recognised(HEADER)
    assert correction.lacking(correction.corrected(layout, HEADER, changed(choice, Account="city"))) == ("name",)
    deals, said = recognised(DEALS)
    without = correction.corrected(deals, DEALS, changed(said, Stage="", Deal=""))
    assert correction.lacking(without) == ()
    assert without.main.fields["stage"].constant == "prospecting"
    assert without.main.fields["name"].columns == ("Deal ID",)


def test_two_columns_are_one_field_only_where_texts_can_be_joined() -> None:
    layout, choice = recognised(HEADER)
    with pytest.raises(BadSource, match="Two columns cannot both be country: Country, Foo"):
        correction.corrected(layout, HEADER, changed(choice, Foo="country"))
    made = correction.corrected(layout, HEADER, changed(choice, Foo="name"))
    assert made.main.fields["name"].columns == ("Account", "Foo")


def test_words_of_a_field_are_understood_in_a_corrected_column() -> None:
    layout, choice = recognised(("Ticket ID", "Subject", "How bad"))
    made = correction.corrected(layout, ("Ticket ID", "Subject", "How bad"), changed(choice, **{"How bad": "priority"}))
    use = made.main.fields["priority"]
    assert use.strict and ("critical", "urgent") in use.words


def test_every_object_can_be_chosen_for_any_columns(database: Database) -> None:
    with database.cursor() as cursor:
        fields = correction.fields_of(cursor)
    for name in correction.CHOSEN:
        layout = recognition.as_object(name, ("x", "y"), "file.csv")
        choice = correction.choice_of(layout, ("x", "y"))
        codes = correction.codes_for(layout, choice, fields)
        assert set(layout.main.object.required) <= set(codes), name
        assert "custom" in codes or not layout.main.object.has_custom_fields
        assert not {"id", "version", "custom_fields", "row_hash"} & set(codes)


def test_known_layouts_can_be_corrected_in_one_column() -> None:
    for layout in mapping.known_layouts():
        header = tuple(dict.fromkeys((*layout.header, *layout.optional)))
        fitting = mapping.choose(header, None, "file.csv")
        choice = correction.choice_of(fitting, header)
        assert correction.corrected(fitting, header, choice) is fitting
        for column in header:
            made = correction.corrected(fitting, header, changed(choice, **{column: ""}))
            assert column in made.ignored or column in made.used
            assert made.main.object == fitting.main.object
