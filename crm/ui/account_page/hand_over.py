"""Handing an account over: another owner, why, and a note with what that owner needs to know."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl
import streamlit as st

from crm import accounts, db, lists, queries, records, writing
from crm.access import Viewer
from crm.errors import PintailError
from crm.ui import errors, names, words
from crm.ui.account_page import done
from crm.ui.session import database, require
from crm.ui.words import gettext as _

CHOSEN = "hand_over"
"""In the session: the account that is being handed over."""
TALKS = 3
"""Last talks that the draft of a note tells."""
FEW = 10
"""Deals, tickets and tasks of each kind that it tells."""
LONGEST = 10_000
"""Letters of a note."""


def choose(account_id: int) -> None:
    """Begin to hand an account over."""
    st.session_state[CHOSEN] = account_id


def is_chosen(account_id: int) -> bool:
    """Whether the account is being handed over."""
    return bool(st.session_state.get(CHOSEN) == account_id)


def _close() -> None:
    st.session_state.pop(CHOSEN, None)


def show(account: Mapping[str, Any]) -> None:
    """The dialog."""
    st.dialog(_("Hand over"), width="medium", icon=":material/swap_horiz:", on_dismiss=_close)(_draw)(account["id"])


def _draw(account_id: int) -> None:
    with errors.shown():  # sending the form runs this alone
        viewer = require("reassign", "account")
        account = accounts.find(database(), viewer, account_id)
        if account is None:
            st.info(_("There is no such account among those that you may see."), icon=":material/info:")
        else:
            _form(viewer, account)


def _form(viewer: Viewer, account: Mapping[str, Any]) -> None:
    known = lists.options(database(), viewer, "staff")
    staff = {key: name for key, name in known.items() if key != account["owner_id"]}
    with st.form("hand_over_form", border=False):
        owner = st.selectbox(
            _("New owner"),
            list(staff),
            index=None,
            format_func=lambda key: staff.get(key, f"#{key}"),
            placeholder=_("Choose who takes over"),
            key="hand_over_owner",
        )
        reason = (st.text_input(_("Reason"), max_chars=200, key="hand_over_reason") or "").strip()
        note = _note(viewer, account) if viewer.may("create", "interaction") else ""
        is_sent = st.form_submit_button(_("Hand over"), type="primary", icon=":material/swap_horiz:")
    if not is_sent:
        return
    if owner is None or not reason:
        st.error(_("Choose the new owner and say why."), icon=":material/info:")
    else:
        action_id = hand_over(viewer, account, owner, reason, note)
        done.say(_("Handed over to {name}.", name=words.escaped(staff[owner])), action_id)
        _close()
        st.rerun()


def _note(viewer: Viewer, account: Mapping[str, Any]) -> str:
    """The draft, as the person makes it good."""
    text = st.text_area(
        _("Note for the new owner"),
        draft(viewer, account),
        height=260,
        max_chars=LONGEST,
        help=_("It is kept with the account as a note. The history of the account stays."),
        key=f"hand_over_note_{account['id']}",
    )
    return (text or "").strip()


def hand_over(viewer: Viewer, account: Mapping[str, Any], owner_id: int, reason: str, note: str) -> int | None:
    """Reassign an account and keep the note with it; the action by which the owner can be taken back.

    Raises NotAllowed, InvalidRecord, and StaleRecord where somebody else gave it another owner meanwhile.
    """
    noted = _keep_note(viewer, account["id"], reason, note) if note else None
    try:
        versions = {account["id"]: account["version"]}
        written = records.reassign(database(), viewer, versions, owner_id, reason)
        writing.check_changed(written, "account", account["id"], {"owner_id": owner_id})
    except PintailError:
        if noted is not None:  # there is nothing to note
            records.archive(database(), viewer, "interaction", {noted: 1})
        raise
    return written.action_id


def _keep_note(viewer: Viewer, account_id: int, reason: str, note: str) -> int:
    """Keep the note with the account, while the viewer still sees that."""
    values = {
        "kind": "note",
        "subject": _("Handed over: {reason}", reason=reason),
        "body": note,
        "account_id": account_id,
        "owner_id": viewer.staff_id,
        "happened_at": db.now(),
    }
    return records.create(database(), viewer, "interaction", values)


# The draft of the note


def draft(viewer: Viewer, account: Mapping[str, Any]) -> str:
    """What a new owner needs to know of an account, in plain words, as far as the viewer sees it."""
    told = [(_("Preferences"), [account["preferences"]] if account["preferences"] else []), *parts(viewer, account)]
    return "\n\n".join("\n".join([title, *_listed(lines)]) for title, lines in told if lines)


def _listed(lines: list[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines[:FEW])
    if len(lines) > FEW:
        yield "- " + _("and {count} more", count=words.number(len(lines) - FEW))


def parts(viewer: Viewer, account: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What is open with an account and what was said last: title, and a line for each."""
    company = queries.clock(database(), viewer)
    health = accounts.health(database(), viewer, account["id"])
    if health.deals and health.deals["count_open"]:
        deals = queries.query(database(), viewer, "account/deals", account_id=account["id"])
        yield _("Open deals"), _lines(deals.filter(pl.col("type") == "open"), _deal)
    if health.tickets is not None:
        yield _("Open tickets"), _lines(health.tickets, _ticket)
    if health.tasks is not None:
        yield _("Next tasks"), _lines(health.tasks, _task)
    if health.contact:
        talks = accounts.timeline(database(), viewer, account["id"], kinds=("interaction",), limit=TALKS)
        yield _("Last talks"), _lines(talks, lambda row: _talk(row, company.zone))


def _lines(frame: pl.DataFrame, said: Callable[[Mapping[str, Any]], str]) -> list[str]:
    return [said(row) for row in frame.iter_rows(named=True)]


def _deal(row: Mapping[str, Any]) -> str:
    amount = None if row["amount"] is None else words.money(row["amount"], row["currency"])
    closes = row["expected_close_on"] and _("expected {day}", day=words.day(row["expected_close_on"]))
    return words.listed(part for part in (row["deal"], names.stage(row["stage"]), amount, closes) if part)


def _ticket(row: Mapping[str, Any]) -> str:
    late = _("overdue") if row["is_overdue"] else None
    return words.listed(part for part in (row["subject"], names.state(row["priority"]), late) if part)


def _task(row: Mapping[str, Any]) -> str:
    due = row["due_on"] and _("due {day}", day=words.day(row["due_on"]))
    return words.listed(part for part in (row["subject"], due) if part)


def _talk(row: Mapping[str, Any], zone: str) -> str:
    day = row["happened_at"] and words.moments([row["happened_at"]], zone)[0]
    return words.listed(part for part in (day, names.state(row["code"]), row["title"], row["contact"]) if part)
