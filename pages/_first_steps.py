"""The home of a company that is still empty: what its administrator does first, ticked off as the data shows it."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from crm import queries, users
from crm.access import ROLES, Viewer
from crm.server import state
from crm.ui import cards, words
from crm.ui.session import database, language
from crm.ui.words import gettext as _
from pipelines import inbox


@dataclass(frozen=True)
class Todo:
    """Something to do, whether it is done, and how it is drawn."""

    key: str
    title: str
    is_done: bool
    draw: Callable[[], None]


def show(viewer: Viewer) -> None:
    """The steps from top to bottom, and what comes of them."""
    found = queries.query(database(), viewer, "home/first_steps").row(0, named=True)
    steps = _steps(found)
    st.title(_("First steps"))
    done = sum(step.is_done for step in steps)
    st.caption(_("Your company is still empty. {done} of {all} steps are done.", done=done, all=len(steps)))
    for step in steps:
        _draw(step)
    _outlook(viewer)


def _steps(found: dict[str, Any]) -> list[Todo]:
    signed_in = [user for user in users.list_all(database()) if user.disabled_at is None]
    return [
        Todo("files", _("Bring your files in"), found["is_loaded"], _files),
        Todo("company", _("Say what the company counts by"), bool(found["currency"]), _company(found)),
        Todo("people", _("Add the people who work with it"), len(signed_in) > 1, _people),
    ]


def _draw(step: Todo) -> None:
    mark = ":green[:material/check_circle:]" if step.is_done else ":gray[:material/radio_button_unchecked:]"
    done = " :green-badge[" + _("Done") + "]" if step.is_done else ""
    with st.container(border=True, gap="small", key=f"first_{step.key}"):
        st.markdown(f"{mark} **{step.title}**{done}")
        step.draw()


def _files() -> None:
    st.markdown(
        _(
            "Customers, deals, orders, tickets: as CSV, workbook, Parquet or JSON, as your systems export them. "
            "You see what becomes of them before anything is written."
        )
    )
    st.page_link("loads.py", label=_("Import files"), icon=":material/upload_file:")
    st.caption(_("Or put them into this folder, from which they load by themselves:"))
    st.code(str(inbox.folder(database())), language=None, wrap_lines=True)


def _company(found: dict[str, Any]) -> Callable[[], None]:
    def draw() -> None:
        said = [
            _("Currency: {currency}", currency=found["currency"] or _("that of the first load with money")),
            _("Time zone: {zone}", zone=found["time_zone"]),
        ]
        st.markdown("\n".join(f"- {line}" for line in said))
        st.caption(_("Amounts in other currencies count by exchange rates that you load."))
        st.page_link("company.py", label=_("Set name, currency, time zone and working hours"), icon=":material/domain:")

    return draw


def _people() -> None:
    st.markdown(_("Everybody signs in with a password of their own and sees what the role allows. On the server type:"))
    st.code(f"python -m crm user add name@company.com --role sales{_naming()}", language="bash", wrap_lines=True)
    roles = words.listed(f"`{role}` {users.role_name(role, language())}" for role in ROLES)
    st.caption(_("Roles: {roles}", roles=roles))


def _naming() -> str:
    """The option that names this database, where a command would take another one."""
    path = database().path
    return "" if path == state.current().settings.own_db.resolve() else f" --db {shlex.quote(str(path))}"


def _outlook(viewer: Viewer) -> None:
    """What this page shows once there is something."""
    st.markdown("**" + _("Then this page shows") + "**")
    st.markdown(" ".join(f":gray-badge[{metric.title[language()]}]" for metric in cards.of_home(viewer)))
    st.caption(_("Each number opens to its definition, its records and the file that they came from."))
