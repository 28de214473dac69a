"""The head of an account's page: what to do next, who it is, and how it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from crm import accounts, i18n, queries
from crm.access import Viewer
from crm.accounts import Health
from crm.queries import Clock
from crm.ui import names, words
from crm.ui.account_page import follow_up, texts
from crm.ui.session import database, language
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

LATE = 1.5
"""So many times its usual rhythm without an order, an account is late."""


def show(viewer: Viewer, account: Mapping[str, Any]) -> None:
    """Name, follow-ups, who owns it, and health at a glance."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(texts.line(account["name"]), width="content", anchor=False)
        follow_up.buttons(viewer, account)
    health = accounts.health(database(), viewer, account["id"])
    st.caption(texts.joined(*map(texts.line, who(account, health))))
    _away(account)
    _cards(viewer, health)


def who(account: Mapping[str, Any], health: Health) -> list[str]:
    """Owner, grade, and what kind of account it is where, as plain texts."""
    place = words.listed(account[name] for name in ("city", "country") if account[name])
    told = (
        _("Owner {name}", name=account["owner"]) if account["owner"] else _("Nobody owns it"),
        _("Grade {grade}", grade=health.grade) if health.grade else None,
        names.state(account["kind"]) if account["kind"] else None,
        account["industry"],
        place,
    )
    return [each for each in told if each]


def _away(account: Mapping[str, Any]) -> None:
    """That lists leave it out, and why."""
    if account["merged_into_account_id"]:
        st.warning(_("It became one with another account."), icon=":material/merge:")
        name = texts.line(account["merged_into_account"] or f"#{account['merged_into_account_id']}")
        follow_up.link(account["merged_into_account_id"], name)
    elif account["archived_at"]:
        day = words.day(account["archived_at"].date())
        st.warning(_("It was put away on {day}: lists leave it out.", day=day), icon=":material/archive:")


@dataclass(frozen=True)
class Figure:
    """A card: what it says, and beside it what it is held against."""

    label: str
    value: str
    note: str | None = None
    is_bad: bool = False
    help: str | None = None


def figures(viewer: Viewer, health: Health) -> list[Figure]:
    """How an account does in numbers, those that the viewer may see."""
    company = queries.clock(database(), viewer)
    found = []
    if health.sales is not None:
        found += [_revenue(health.sales, company), _last_order(health.sales, company)]
    if health.deals is not None:
        found.append(_open_deals(health.deals, company))
    if health.tickets is not None:
        found.append(_open_tickets(health.tickets))
    return found


def _cards(viewer: Viewer, health: Health) -> None:
    company = queries.clock(database(), viewer)
    if shown := figures(viewer, health):
        with st.grid(len(shown), min_column_width=150, gap="small"):
            for each in shown:
                st.metric(
                    each.label,
                    each.value,
                    each.note,
                    delta_color="red" if each.is_bad else "gray",
                    delta_arrow="off",
                    help=each.help,
                    border=True,
                    height="stretch",
                )
    if line := texts.joined(_contact(health, company), _next_task(health)):
        st.markdown(line)


def _money(amount: Any, currency: str | None) -> str:
    return i18n.money(amount, currency, language(), compact=True)


def _revenue(sales: Mapping[str, Any], company: Clock) -> Figure:
    revenue, before = sales["revenue"], sales["revenue_before"]
    changed = accounts.change(revenue, before)
    note = None
    if changed is not None:
        share = i18n.percent(abs(changed), language(), 0)
        arrow = "↓" if changed < 0 else "↑"
        note = _("{change} year on year", change=f"{arrow} {share}")
    value = "–" if revenue is None else _money(revenue, company.currency)
    return Figure(_("Revenue in 365 days"), value, note, is_bad=changed is not None and changed < 0)


def _last_order(sales: Mapping[str, Any], company: Clock) -> Figure:
    day, usual = sales["last_order_on"], sales["usual_days"]
    days = accounts.days_since(day, company.today)
    if days is None:
        return Figure(_("Last order"), _("none yet"))
    is_late = usual is not None and days > LATE * usual
    said = usual and ngettext("usually every {count} day", "usually every {count} days", usual)
    note = texts.joined(_("late") if is_late else None, said)
    value = ngettext("{count} day ago", "{count} days ago", days)
    return Figure(_("Last order"), value, note or None, is_bad=is_late, help=words.day(day))


def _open_deals(deals: Mapping[str, Any], company: Clock) -> Figure:
    amount, count = deals["amount_company"], deals["count_open"]
    if amount is None:
        return Figure(_("Open deals"), words.number(count))
    said = ngettext("{count} deal", "{count} deals", count)
    return Figure(_("Open deals"), _money(amount, company.currency), said)


def _open_tickets(tickets: pl.DataFrame) -> Figure:
    overdue = int(tickets["is_overdue"].sum())
    note = _("{count} overdue", count=words.number(overdue)) if overdue else None
    return Figure(_("Open tickets"), words.number(tickets.height), note, is_bad=overdue > 0)


def _contact(health: Health, company: Clock) -> str | None:
    """When and with whom was last spoken."""
    last = health.contact
    if last is None:
        return None
    if not last:
        return _("No contact yet")
    with_whom = texts.joined(texts.line(last["contact"] or ""), texts.line(last["owner"] or ""))
    said = _("Last contact: {kind}, {when}", kind=names.state(last["kind"]), when=when(last["happened_at"], company))
    return f"{said} ({with_whom})" if with_whom else said


def _next_task(health: Health) -> str | None:
    """What is to be done next."""
    if health.tasks is None:
        return None
    if health.tasks.is_empty():
        return _("No task is planned")
    task = health.tasks.row(0, named=True)
    said = _("Next task: {subject}", subject=texts.line(task["subject"]))
    if task["due_on"]:
        due = _("due {day}", day=words.day(task["due_on"]))
        late = _("overdue")
        said += f", :red[**{late}**, {due}]" if task["is_overdue"] else f", {due}"
    return said


def when(moment: datetime, company: Clock) -> str:
    """A moment, or a day where the source knew no hours."""
    return words.moments([moment], company.zone)[0] or ""
