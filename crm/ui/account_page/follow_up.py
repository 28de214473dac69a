"""What to do with an account: log a call, plan a task, open a ticket, start a deal, and what is rarer in a menu."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import streamlit as st

from crm import records, writing
from crm.access import Viewer
from crm.ui import changes, errors, forms
from crm.ui.account_page import done, hand_over
from crm.ui.session import database
from crm.ui.words import gettext as _

PAGE, MERGE = "account.py", "merge.py"
BRIEF = "brief"
"""What the address names where the account is to be printed."""
MENU = "account_menu"


def link(account_id: int, name: str) -> None:
    """The way to another account."""
    st.page_link(PAGE, label=name, icon=":material/domain:", query_params={"id": str(account_id)})


def is_away(account: Mapping[str, Any]) -> bool:
    """Whether nothing is begun with it any more."""
    return account["archived_at"] is not None


def buttons(viewer: Viewer, account: Mapping[str, Any]) -> None:
    """The four follow-ups that the viewer may do, then the menu."""
    offered = () if is_away(account) else _follow_ups()
    with st.container(horizontal=True, width="content", gap="xsmall"):
        for name, label, icon, given in offered:
            if viewer.may("create", name):
                st.button(
                    label,
                    icon=icon,
                    on_click=forms.open_form,
                    args=(name, None),
                    kwargs={"account_id": account["id"], **given},
                    key=f"follow_up_{name}",
                )
        _menu(viewer, account)


def _follow_ups() -> tuple[tuple[str, str, str, dict[str, object]], ...]:
    return (
        ("interaction", _("Log a call"), ":material/call:", {"kind": "call"}),
        ("task", _("Plan a task"), ":material/task_alt:", {}),
        ("ticket", _("Open a ticket"), ":material/support:", {}),
        ("opportunity", _("Start a deal"), ":material/handshake:", {}),
    )


def _menu(viewer: Viewer, account: Mapping[str, Any]) -> None:
    labels = {
        "edit": _("Edit"),
        "changes": _("Changes"),
        "hand_over": _("Hand over"),
        "merge": _("Merge with another"),
        "brief": _("Print a brief"),
        "archive": _("Archive"),
        "restore": _("Restore"),
    }
    st.menu_button(
        _("More"),
        [name for name, may in _rarer(viewer, account) if may],
        format_func=labels.__getitem__,
        icon=":material/more_horiz:",
        key=MENU,
        on_click=_chosen,
        args=(viewer, dict(account)),
    )


def _rarer(viewer: Viewer, account: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """What the menu offers, and whether the viewer may do it."""
    away = is_away(account)
    yield "edit", viewer.may("edit", "account") and not away
    yield "changes", True
    yield "hand_over", viewer.may("reassign", "account") and not away
    yield "merge", viewer.may("merge", "account") and not away
    yield "brief", True
    yield "archive", viewer.may("archive", "account") and not away
    yield "restore", viewer.may("archive", "account") and away and account["merged_into_account_id"] is None


@errors.kept
def _chosen(viewer: Viewer, account: dict[str, Any]) -> None:
    do: Mapping[str, Callable[[], None]] = {
        "edit": lambda: forms.open_form("account", account["id"]),
        "changes": lambda: changes.choose(f"account:{account['id']}"),
        "hand_over": lambda: hand_over.choose(account["id"]),
        "merge": lambda: st.session_state.update({MERGE: account["id"]}),
        "brief": lambda: st.query_params.update({BRIEF: "1"}),
        "archive": lambda: _put(viewer, account, records.archive, _("Archived.")),
        "restore": lambda: _put(viewer, account, records.restore, _("Restored.")),
    }
    do[st.session_state[MENU]]()


def _put(viewer: Viewer, account: dict[str, Any], verb: Callable[..., writing.Written], said: str) -> None:
    written = verb(database(), viewer, "account", {account["id"]: account["version"]})
    done.say(said, written.action_id)


def show_chosen(viewer: Viewer, account: Mapping[str, Any]) -> None:
    """What the menu or a button opened, over the page; or the page to which it leads."""
    if st.session_state.pop(MERGE, None) == account["id"]:
        st.switch_page(MERGE, query_params={"object": "account", "ids": str(account["id"])})
    if changes.RECORD in st.query_params:
        changes.show_chosen(viewer, forms.open_form)
    elif hand_over.is_chosen(account["id"]):
        hand_over.show(account)
    if not hand_over.is_chosen(account["id"]):
        forms.show_chosen(viewer)
