"""What is known of an account, field by field."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import streamlit as st

from crm import accounts, queries
from crm.access import Viewer
from crm.conditions import Field
from crm.ui import forms, names, words
from crm.ui.account_page import follow_up, texts
from crm.ui.session import database
from crm.ui.words import gettext as _

LEFT_OUT = ("name", "owner", "merged_into_account", "created_at", "updated_at")
"""Fields that the head or the timeline says."""
LINKED = ("parent", "channel_partner")
"""Fields that lead to another account."""
LONGEST = 1000
"""Letters of a value."""


def show(viewer: Viewer, account: Mapping[str, Any]) -> None:
    """The facts that are filled in, with links to other accounts."""
    with st.container(border=True, key="facts"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            title = _("Facts")
            st.markdown(f"**{title}**", width="content")
            if viewer.may("edit", "account") and not follow_up.is_away(account):
                st.button(
                    _("Edit"),
                    icon=":material/edit:",
                    type="tertiary",
                    on_click=forms.open_form,
                    args=("account", account["id"]),
                    key="edit_facts",
                )
        with st.grid(2, min_column_width=140, gap="small"):
            for label, value in told(viewer, account):
                st.markdown(f"{label}  \n{value}")
        for name in LINKED:
            if account[name]:
                st.caption(names.field(name))
                follow_up.link(account[f"{name}_id"], texts.line(account[name]))


def told(viewer: Viewer, account: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and value of each fact that is no link, in markdown."""
    zone = queries.clock(database(), viewer).zone
    for field, value in accounts.facts(database(), viewer, account):
        if field.name not in (*LEFT_OUT, *LINKED):
            yield f":small[:gray[{names.field(field.name)}]]", texts.line(_said(field, value, zone), LONGEST)
    for name, value in custom(account):
        yield f":small[:gray[{texts.line(name)}]]", texts.line(value, LONGEST)


def _said(field: Field, value: Any, zone: str) -> str:
    if isinstance(value, datetime):
        return words.moments([value], zone)[0] or ""
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | Decimal):
        return words.number(value)
    return names.state(value) if field.name == "kind" else str(value)


def custom(account: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Fields that the schema does not have, by the names that their source gave them."""
    found = json.loads(account["custom_fields"] or "{}")
    return [(name, str(value)) for name, value in found.items() if value not in (None, "")]
