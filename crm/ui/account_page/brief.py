"""An account on one page of paper: who it is, how it does, what is open and what was said."""

from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from crm import accounts, queries
from crm.access import Viewer
from crm.server.html import Html, joined, render
from crm.ui import browser, theme, words
from crm.ui.account_page import follow_up, hand_over, head
from crm.ui.session import database
from crm.ui.words import gettext as _

FEW = 6
"""Lines of a part, so that all of them stay on a page."""
LONGEST = 160
"""Letters of a line, which two lines on paper hold."""


def show(viewer: Viewer, account: Mapping[str, Any]) -> None:
    """The brief, with the way to the printer and back."""
    with st.container(horizontal=True, key="brief_actions"):
        st.button(_("Back"), icon=":material/arrow_back:", on_click=_leave, key="leave_brief")
        browser.print_button(_("Print"), key="print_brief")
    st.html(theme.PRINT + html(viewer, account))


def _leave() -> None:
    st.query_params.pop(follow_up.BRIEF, None)


def html(viewer: Viewer, account: Mapping[str, Any]) -> Html:
    """The page of paper, with all that people and files wrote escaped."""
    company = queries.clock(database(), viewer)
    health = accounts.health(database(), viewer, account["id"])
    return render(
        "brief",
        name=account["name"],
        who=" · ".join(head.who(account, health)),
        figures=joined(
            [
                render("brief_figure", label=each.label, value=each.value, note=each.note or "")
                for each in head.figures(viewer, health)
            ]
        ),
        parts=joined([_part(title, lines) for title, lines in _parts(viewer, account) if lines]),
        foot=_("As of {day}, for {name}", day=words.day(company.today), name=viewer.name),
    )


def _part(title: str, lines: list[str]) -> Html:
    shown = [render("brief_line", text=_cut(line)) for line in lines[:FEW]]
    if len(lines) > FEW:
        shown.append(render("brief_line", text=_("and {count} more", count=words.number(len(lines) - FEW))))
    return render("brief_part", title=title, lines=joined(shown))


def _cut(line: str) -> str:
    plain = " ".join(line.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"


def _parts(viewer: Viewer, account: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What stands on the page, as far as the viewer may see it."""

    def ask(name: str, object_name: str) -> list[dict[str, Any]]:
        if viewer.scope(object_name) is None:
            return []
        return queries.query(database(), viewer, f"account/{name}", account_id=account["id"]).to_dicts()

    yield _("Preferences"), [account["preferences"]] if account["preferences"] else []
    yield _("People"), [_person(row) for row in ask("people", "contact")]
    yield from hand_over.parts(viewer, account)
    yield _("Products bought"), [_product(row) for row in ask("products", "sales_order")]


def _person(row: Mapping[str, Any]) -> str:
    return words.listed(row[name] for name in ("name", "title", "phone", "email") if row[name])


def _product(row: Mapping[str, Any]) -> str:
    last = row["last_order_on"] and _("last {day}", day=words.day(row["last_order_on"]))
    times = words.number(row["count_orders"]) + "×"
    return words.listed(part for part in (row["product"], times, last) if part)
