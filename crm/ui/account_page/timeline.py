"""What happened with an account, in one order: filtered by kind and by text, page by page."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
import streamlit as st

from crm import accounts, i18n, queries
from crm.access import Viewer
from crm.queries import Clock
from crm.ui import names, words
from crm.ui.account_page import texts
from crm.ui.session import database, language
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

ROWS = 25
MOST_PAGES = 200
LONGEST = 100
"""Letters of a search."""
SHORT = ("sales", "task", "campaign")
"""Kinds whose detail is a word or two."""
TOLD = ("deal_won", "deal_lost", "done")
"""What needs no detail, which would say the same."""
ICONS = {
    "sales": "shopping_cart",
    "service": "support",
    "interaction": "forum",
    "campaign": "campaign",
    "task": "task_alt",
    "change": "edit_note",
    "call": "call",
    "mail": "mail",
    "meeting": "groups",
    "note": "sticky_note_2",
    "came_back": "assignment_return",
    "deal_won": "trophy",
}
"""Kind, or what happened → icon."""


def show(viewer: Viewer, account_id: int) -> None:
    """The timeline with its filters."""
    offered = accounts.kinds(viewer)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        chosen = st.pills(
            _("Show only"),
            offered,
            selection_mode="multi",
            format_func=_kind,
            label_visibility="collapsed",
            key=f"timeline_kinds_{account_id}",
        )
        text = st.text_input(
            _("Search"),
            placeholder=_("Search the timeline"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=LONGEST,
            width=240,
            key=f"timeline_text_{account_id}",
        )
    asked = (tuple(chosen or offered), (text or "").strip())
    page = st.session_state.get(_key(account_id, asked), 1)
    found = _page(viewer, account_id, asked, page)
    if found.is_empty():
        _nothing(is_narrowed=bool(chosen or asked[1]))
        return
    for month in found.partition_by("month", maintain_order=True):
        st.markdown(f"**{month['month'][0]}**")
        st.markdown("\n\n".join(month["line"]))
    _turn(account_id, asked, int(found["count_all"][0]))


def _key(account_id: int, asked: object) -> str:
    return f"timeline_{account_id}_{hash(asked)}"


def _turn(account_id: int, asked: object, count: int) -> None:
    pages = min(-(-count // ROWS), MOST_PAGES)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(ngettext("{count} entry", "{count} entries", count), width="content")
        if pages > 1:
            st.pagination(pages, key=_key(account_id, asked))


def _nothing(*, is_narrowed: bool) -> None:
    if is_narrowed:
        st.info(_("Nothing fits. Search for less, or take a filter off."), icon=":material/search_off:")
    else:
        st.info(_("Nothing has happened yet. Log a call, or plan a task."), icon=":material/history:")


def _page(viewer: Viewer, account_id: int, asked: tuple[tuple[str, ...], str], page: int) -> pl.DataFrame:
    """A page: month, line, count_all."""
    kinds, text = asked
    company = queries.clock(database(), viewer)
    found = accounts.timeline(
        database(), viewer, account_id, kinds=kinds, text=text, offset=(page - 1) * ROWS, limit=ROWS
    )
    days = words.moments_apart(found["happened_at"], company.zone)
    return pl.DataFrame(
        {
            "month": [
                _("Time not known") if row["happened_at"] is None else _month(row, company) for row in _rows(found)
            ],
            "line": [_line(row, day, company) for row, day in zip(_rows(found), days, strict=True)],
            "count_all": found["count_all"],
        },
        schema={"month": pl.String, "line": pl.String, "count_all": pl.Int64},
    )


def _rows(found: pl.DataFrame) -> Iterator[dict[str, Any]]:
    return found.iter_rows(named=True)


def _month(row: Mapping[str, Any], company: Clock) -> str:
    return i18n.month(words.local(row["happened_at"], company.zone).date(), language())


def _line(row: Mapping[str, Any], day: str | None, company: Clock) -> str:
    """What happened, in bold; what it was about; and in grey when, and who."""
    icon = ICONS.get(row["code"]) or ICONS[row["kind"]]
    amount = None if row["amount"] is None else words.money(row["amount"], company.currency)
    title = _fields(row["title"]) if row["code"] == "edited" else texts.line(row["title"] or "", texts.LONG)
    head = texts.joined(f"**{what(row['code'])}**", title or None, amount and words.escaped(amount))
    is_short = row["kind"] in SHORT
    beside = [_detail(row)] if is_short and row["detail"] and row["code"] not in TOLD else []
    below = texts.joined(day, *beside, *(texts.line(row[name]) for name in ("person", "contact") if row[name]))
    said = [f":material/{icon}: {head}"]
    if row["detail"] and not is_short:
        said.append(_detail(row))
    if below:
        said.append(f":small[:gray[{below}]]")
    return "  \n".join(said)


def _detail(row: Mapping[str, Any]) -> str:
    detail = row["detail"]
    return texts.line(names.stage(detail) if row["code"].startswith("deal_") else names.state(detail), texts.LONG)


def _fields(columns: str) -> str:
    return words.listed(names.field(column.removesuffix("_id")) for column in columns.split(","))


def _kind(code: str) -> str:
    kinds = {
        "sales": _("Sales"),
        "service": _("Service"),
        "interaction": _("Interactions"),
        "campaign": _("Campaigns"),
        "task": _("Tasks"),
        "change": _("Changes"),
    }
    return kinds[code]


def what(code: str) -> str:
    """What happened, in a word or two."""
    known = {
        "ordered": _("Order"),
        "order_cancelled": _("Order, cancelled"),
        "came_back": _("Return"),
        "deal_begun": _("Deal begun"),
        "deal_open": _("Deal goes on"),
        "deal_won": _("Deal won"),
        "deal_lost": _("Deal lost"),
        "deal_amount": _("Deal has another value"),
        "deal_expected_close": _("Deal is expected at another time"),
        "deal_owner": _("Deal has another owner"),
        "quote_draft": _("Quote, draft"),
        "quote_sent": _("Quote sent"),
        "quote_accepted": _("Quote accepted"),
        "quote_rejected": _("Quote rejected"),
        "quote_expired": _("Quote expired"),
        "opened": _("Ticket opened"),
        "resolved": _("Ticket resolved"),
        "survey_csat": _("Satisfaction"),
        "survey_nps": _("Recommendation"),
        "survey_feedback": _("Feedback"),
        "call": _("Call"),
        "mail": _("Mail"),
        "meeting": _("Meeting"),
        "chat": _("Chat"),
        "note": _("Note"),
        "other": _("Interaction"),
        "treated": _("Chosen by a campaign"),
        "held_out": _("Held out of a campaign"),
        "responded": _("Answered a campaign"),
        "due": _("Task due"),
        "done": _("Task done"),
        "created": _("Account made"),
        "edited": _("Changed"),
        "loaded": _("Changed by a load"),
    }
    return known.get(code, code)
