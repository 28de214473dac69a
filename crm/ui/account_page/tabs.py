"""The sides of an account, one open at a time: only that one asks its questions. The address names it."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import streamlit as st

from crm import queries
from crm.access import Viewer
from crm.ui import changes, names, tables, words
from crm.ui.account_page import follow_up, texts, timeline
from crm.ui.session import database, language
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

TAB, ORDER = "tab", "order"
"""What the address says: the open tab, and the order whose lines are shown."""
FIRST = "timeline"
NEEDS = {
    "timeline": "account",
    "people": "contact",
    "deals": "opportunity",
    "orders": "sales_order",
    "tickets": "ticket",
    "products": "sales_order",
    "hierarchy": "account",
    "scores": "account",
}
"""Tab → the object without whose grant it is not there."""
MOST = 1000
"""Rows that a table has at most, as the questions say."""
RELATIONS = ("parent", "channel_partner", "child", "brought")


def show(viewer: Viewer, account_id: int) -> None:
    """The tabs that the viewer may see, and what is in the open one."""
    labels = {code: _label(code) for code, name in NEEDS.items() if viewer.scope(name) is not None}
    asked = st.query_params.get(TAB, FIRST)
    key = f"account_tabs_{language()}"
    st.session_state[key] = labels.get(asked, labels[FIRST])
    drawn = st.tabs(list(labels.values()), key=key, on_change=_open, args=(key, labels))
    for code, tab in zip(labels, drawn, strict=True):
        if tab.open:
            with tab:
                SIDES[code](viewer, account_id)


def _open(key: str, labels: Mapping[str, str]) -> None:
    """Write into the address which tab was opened."""
    code = next(code for code, label in labels.items() if label == st.session_state[key])
    st.query_params.pop(ORDER, None)
    if code == FIRST:
        st.query_params.pop(TAB, None)
    else:
        st.query_params[TAB] = code


def _label(code: str) -> str:
    labels = {
        "timeline": _("Timeline"),
        "people": _("People"),
        "deals": _("Deals"),
        "orders": _("Orders"),
        "tickets": _("Tickets"),
        "products": _("Products"),
        "hierarchy": _("Hierarchy"),
        "scores": _("Scores"),
    }
    return labels[code]


def _ask(viewer: Viewer, name: str, account_id: int, **values: queries.Value) -> pl.DataFrame:
    return queries.query(database(), viewer, f"account/{name}", account_id=account_id, **values)


def _records(
    viewer: Viewer,
    frame: pl.DataFrame,
    name: str,
    empty: str,
    choose: Callable[[str | None], None] = changes.choose,
    hint: str | None = None,
) -> None:
    """A table whose rows open what became of a record; a sentence where there are none."""
    if frame.is_empty():
        st.info(empty, icon=":material/inbox:")
        return
    said = ngettext("{count} record", "{count} records", frame.height)
    if frame.height == MOST:
        said = _("The first {count} are shown.", count=words.number(MOST))
    st.caption(texts.joined(said, hint or _("Choose a row to see what became of it.")))
    company = queries.clock(database(), viewer)
    key = f"account_{name}_{hash(tuple(frame['record']))}_{changes.generation()}"
    tables.records(frame, company, key=key, alt=_label(name), on_choose=choose, title=names.field)


def _people(viewer: Viewer, account_id: int) -> None:
    found = _ask(viewer, "people", account_id)
    yes_no = {True: _("yes"), False: _("no")}
    shown = found.with_columns(
        pl.Series(name, [yes_no.get(value) for value in found[name]], dtype=pl.String)
        for name in ("email_consent", "phone_consent")
    )
    masked = getattr(viewer.scope("contact"), "masked", ())
    shown = shown.drop([name for name in shown.columns if name in masked])
    _records(viewer, shown, "people", _("Nobody is known here yet. People come with loads, or are entered by hand."))


def _deals(viewer: Viewer, account_id: int) -> None:
    found = _ask(viewer, "deals", account_id).drop("type")
    _records(viewer, found, "deals", _("There is no deal with this account yet."))


def _orders(viewer: Viewer, account_id: int) -> None:
    found = _ask(viewer, "orders", account_id)
    _records(
        viewer,
        found,
        "orders",
        _("This account has not ordered yet."),
        _choose_order,
        _("Choose a row to see its lines."),
    )
    chosen = st.query_params.get(ORDER, "")
    if f"sales_order:{chosen}" in found["record"]:
        _lines(viewer, account_id, int(chosen))


def _choose_order(record: str | None) -> None:
    if record:
        st.query_params[ORDER] = record.partition(":")[2]
    else:
        st.query_params.pop(ORDER, None)


def _lines(viewer: Viewer, account_id: int, order_id: int) -> None:
    """What was in an order."""
    found = _ask(viewer, "order_lines", account_id, order_id=order_id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        words.heading(_("Lines of the order"))
        st.button(
            _("Changes"),
            icon=":material/history:",
            type="tertiary",
            on_click=changes.choose,
            args=(f"sales_order:{order_id}",),
            key="order_changes",
        )
    if found.is_empty():
        st.info(_("This order has no lines."), icon=":material/inbox:")
        return
    company = queries.clock(database(), viewer)
    tables.records(found, company, key=f"lines_{order_id}", alt=_("Lines of the order"), title=names.field)


def _tickets(viewer: Viewer, account_id: int) -> None:
    _records(viewer, _ask(viewer, "tickets", account_id), "tickets", _("There is no ticket of this account yet."))


def _products(viewer: Viewer, account_id: int) -> None:
    found = _ask(viewer, "products", account_id)
    if found.is_empty():
        st.info(_("This account has bought nothing yet."), icon=":material/inbox:")
        return
    company = queries.clock(database(), viewer)
    tables.records(found, company, key=f"products_{account_id}", alt=_("Products"), title=names.field)


def _hierarchy(viewer: Viewer, account_id: int) -> None:
    found = _ask(viewer, "hierarchy", account_id)
    if found.is_empty():
        said = [_("It belongs to no other account, and none belongs to it.")]
        if viewer.may("edit", "account"):
            said.append(_("Its parent and partner are set in its form."))
        st.info(" ".join(said), icon=":material/account_tree:")
        return
    company = queries.clock(database(), viewer)
    sees_sales = viewer.scope("sales_order") is not None
    for relation in RELATIONS:
        rows = found.filter(pl.col("relation") == relation)
        if not rows.is_empty():
            words.heading(_relation(relation))
            for row in rows.iter_rows(named=True):
                _related(row, company.currency if sees_sales else None, sees_sales=sees_sales)
            if (left := rows["count_related"][0] - rows.height) > 0:
                st.caption(_("and {count} more", count=words.number(left)))


def _related(row: Mapping[str, Any], currency: str | None, *, sees_sales: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        follow_up.link(row["id"], texts.line(row["name"]))
        revenue = None if row["revenue"] is None else words.money(row["revenue"], currency)
        said = words.escaped(revenue) if revenue else _("nothing in 365 days")
        st.caption(texts.joined(texts.line(row["city"] or ""), said if sees_sales else None), width="content")


def _relation(code: str) -> str:
    relations = {
        "parent": _("It belongs to"),
        "channel_partner": _("It buys through"),
        "child": _("To it belong"),
        "brought": _("It has brought"),
    }
    return relations[code]


def _scores(_viewer: Viewer, _account_id: int) -> None:
    st.info(
        _(
            "No model has scored this account yet. Once models are fitted, here stands how likely it is to leave, what "
            "it may buy next and what it will be worth, with the reasons, from its orders, talks, tickets and deals."
        ),
        icon=":material/insights:",
    )


SIDES: Mapping[str, Callable[[Viewer, int], None]] = {
    "timeline": timeline.show,
    "people": _people,
    "deals": _deals,
    "orders": _orders,
    "tickets": _tickets,
    "products": _products,
    "hierarchy": _hierarchy,
    "scores": _scores,
}
