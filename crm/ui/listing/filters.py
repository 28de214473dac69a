"""Filters by any field that the viewer sees, of the record or of one that it refers to: chips to be taken off."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import streamlit as st

from crm import changes, conditions, list_address, lists, tags
from crm.access import Viewer
from crm.conditions import Condition, Field
from crm.list_address import Asked
from crm.ui import errors, names, words
from crm.ui.listing import asked as address
from crm.ui.listing.cells import SMALL
from crm.ui.session import database
from crm.ui.words import gettext as _

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def popover(viewer: Viewer, name: str, asked: Asked, *, is_held: bool) -> None:
    """The way to one more filter."""
    opened = st.popover(
        _("Filter"), icon=":material/filter_list:", key="filter_open", on_change="rerun", disabled=is_held
    )
    if opened.open:
        with opened:
            _form(viewer, name, asked)


def chips(viewer: Viewer, name: str, asked: Asked, *, is_held: bool) -> None:
    """The filters, each with the way to take it off."""
    if not asked.wanted.conditions:
        return
    known = lists.filterable(database(), viewer, name)
    with st.container(horizontal=True, gap="xsmall"):
        for place, condition in enumerate(asked.wanted.conditions):
            st.button(
                words.escaped(said(viewer, name, known[condition.field], condition)),
                icon=":material/close:",
                icon_position="right",
                help=_("Take this filter off"),
                key=f"filter_{place}",
                disabled=is_held,
                on_click=_take_off,
                args=(asked, condition),
            )


def _take_off(asked: Asked, condition: Condition) -> None:
    address.write(list_address.without_condition(asked, condition))


# Words


def said(viewer: Viewer, name: str, by: Field, condition: Condition) -> str:
    """A filter as a phrase."""
    word = _word(viewer, name, by, condition)
    values = words.listed(word(value) for value in condition.values)
    return phrase(address.field_title(by.name), condition.operator, values, by.kind)


def phrase(field: str, operator: str, value: str, kind: str) -> str:
    """What an operator says of a field and a value."""
    if kind in ("day", "moment"):
        dated = {
            "at_least": _("{field} from {value}", field=field, value=value),
            "at_most": _("{field} up to {value}", field=field, value=value),
        }
        if operator in dated:
            return dated[operator]
    return {
        "contains": _("{field} contains {value}", field=field, value=value),
        "begins_with": _("{field} begins with {value}", field=field, value=value),
        "any_of": _("{field} is {value}", field=field, value=value),
        "all_of": _("{field} is all of {value}", field=field, value=value),
        "none_of": _("{field} is not {value}", field=field, value=value),
        "at_least": _("{field} is at least {value}", field=field, value=value),
        "at_most": _("{field} is at most {value}", field=field, value=value),
        "equals": _("{field} equals {value}", field=field, value=value),
        "last_days": _("{field} in the last {value} days", field=field, value=value),
        "next_days": _("{field} in the next {value} days", field=field, value=value),
        "is": _("{field}: {value}", field=field, value=value),
        "is_empty": _("{field} is empty", field=field),
        "is_filled": _("{field} is filled", field=field),
    }[operator]


def _word(viewer: Viewer, name: str, by: Field, condition: Condition) -> Callable[[str], str]:
    """What says a value of a filter in words."""
    if condition.operator in conditions.OF_DAYS:
        return lambda value: words.number(int(value))
    if by.kind == "reference":
        keys = [int(value) for value in condition.values]
        known = changes.names(database(), viewer, by.target or "", keys)
        return lambda value: _called(by, known.get(int(value)), value)
    return {
        "number": lambda value: words.number(Decimal(value), max(-int(Decimal(value).as_tuple().exponent), 0)),
        "day": lambda value: words.day(date.fromisoformat(value)),
        "moment": lambda value: words.day(date.fromisoformat(value)),
        "flag": _flag,
    }.get(by.kind, names.state if _choices(name, by) else str)


def _called(by: Field, found: str | None, value: str) -> str:
    """How a record that is referred to is called; one that the viewer does not see stays a number."""
    if found is None:
        return f"#{value}"
    return names.stage(found) if by.target == "stage" else found


def _flag(value: str) -> str:
    return {"true": _("yes"), "false": _("no")}[value]


def _choices(name: str, by: Field) -> tuple[str, ...]:
    """The codes that a field may have, where these are few."""
    home = by.through.target if by.through else name
    known = lists.choices(database(), home) if home in lists.NAMES else {}
    return known.get(by.column, ())


# One more


def _form(viewer: Viewer, name: str, asked: Asked) -> None:
    known = lists.filterable(database(), viewer, name)
    field = st.selectbox(
        _("Field"),
        list(known),
        index=None,
        key=f"filter_field_{name}",
        format_func=address.field_title,
        placeholder=_("Choose a field"),
        width=320,
    )
    if field is None:
        return
    by = known[field]
    operators = _operators(by)
    operator = st.selectbox(
        _("Condition"),
        operators,
        key=f"filter_operator_{name}_{field}",
        format_func=lambda code: phrase(address.field_title(field), code, "…", by.kind),
        width=320,
    )
    key = f"filter_value_{name}_{field}_{operator}"
    if operator not in conditions.UNARY:
        _value(viewer, name, by, operator, key)
    st.button(
        _("Add filter"),
        type="primary",
        icon=":material/add:",
        on_click=_add,
        args=(viewer, name, asked, field, operator, key),
    )


def _operators(by: Field) -> list[str]:
    """Of a reference to one of many records is asked whether it is there; by which, its own fields say."""
    known = list(conditions.OPERATORS[by.kind])
    is_large = by.kind == "reference" and by.target not in SMALL
    return [name for name in known if name in conditions.UNARY] if is_large else known


def _value(viewer: Viewer, name: str, by: Field, operator: str, key: str) -> None:
    """The field in which the value is given that the operator needs."""
    label = _("Compared with")
    if operator in conditions.OF_DAYS:
        st.number_input(_("Days"), 0, conditions.MOST_DAYS, 30, key=key, width=320)
    elif operator in conditions.OF_MANY:
        _values(label, viewer, name, by, key)
    elif by.kind in ("day", "moment"):
        st.date_input(label, None, FIRST_DAY, LAST_DAY, format="YYYY-MM-DD", key=key, width=320)
    elif by.kind == "number":
        st.number_input(label, value=None, key=key, width=320, placeholder=_("A number"))
    elif by.kind == "flag":
        options = {"true": _("yes"), "false": _("no")}
        st.segmented_control(label, list(options), format_func=options.__getitem__, required=True, key=key)
    else:
        st.text_input(label, key=key, max_chars=list_address.LONGEST, width=320)


def _values(label: str, viewer: Viewer, name: str, by: Field, key: str) -> None:
    choices = _choices(name, by)
    options: Mapping[str, str]
    if by.kind == "reference":
        found = lists.options(database(), viewer, by.target or "")
        options = {str(option): _called(by, called, str(option)) for option, called in found.items()}
    elif by.kind == "tags":
        home = by.through.target if by.through else name
        options = {tag: tag for tag in tags.known(database(), viewer, home or "")}
    elif choices:
        options = {code: names.state(code) for code in choices}
    else:
        options = {value: value for value in lists.frequent(database(), viewer, name, by.name)}
    st.multiselect(
        label,
        list(options),
        key=key,
        format_func=lambda value: options.get(value, value),
        max_selections=list_address.MOST_VALUES,
        accept_new_options=by.kind != "reference" and not choices,
        placeholder=_("Choose one or more"),
        width=320,
    )


@errors.kept
def _add(viewer: Viewer, name: str, asked: Asked, field: str, operator: str, key: str) -> None:
    condition = Condition(field, operator, _texts(st.session_state.get(key)))
    lists.check(database(), viewer, name, condition)
    address.write(list_address.with_condition(asked, condition))
    st.session_state["filter_open"] = False
    for used in (f"filter_field_{name}", f"filter_operator_{name}_{field}", key):
        st.session_state.pop(used, None)


def _texts(value: object) -> tuple[str, ...]:
    """What was given, as an address carries it."""
    if value is None or value == "":
        return ()
    if isinstance(value, list):
        return tuple(map(str, value))
    if isinstance(value, date):
        return (value.isoformat(),)
    return (f"{Decimal(repr(value)).normalize():f}",) if isinstance(value, int | float) else (str(value).strip(),)
