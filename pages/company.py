"""What does the company count by? Its administrator sets its name, its money, its days and its targets here."""

from dataclasses import replace
from datetime import time
from decimal import Decimal

import streamlit as st

from crm import company, i18n, queries
from crm.access import Viewer
from crm.company import Company
from crm.errors import NotAllowed
from crm.ui import errors, names
from crm.ui.session import database, language, require
from crm.ui.words import gettext as _

BEFORE = "settings_before"
"""In the session: the settings before the last change and after it, for the way back."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    if not viewer.may("edit", "company"):
        raise NotAllowed("Your role {role} may not change the company's settings.", role=viewer.role)
    st.title(_("Company"))
    st.caption(_("What all numbers count by. A change shows in them within a minute."))
    errors.show_kept()
    _said(viewer)
    now = company.read(database(), viewer)
    with st.form(f"company_{hash(now)}", border=False):  # what is saved elsewhere shows here, too
        wanted = _hours(_calendar(_customers(_identity(now), viewer)))
        is_saved = st.form_submit_button(_("Save"), type="primary", icon=":material/check:")
    if is_saved and _change(viewer, now, wanted):
        st.rerun()


@errors.kept
def _take_back(viewer: Viewer) -> None:
    before, after = st.session_state.pop(BEFORE)
    company.change(database(), viewer, after, before)


def _change(viewer: Viewer, now: Company, wanted: Company) -> bool:
    changed = company.change(database(), viewer, now, wanted)
    if not changed:
        st.info(_("Nothing was changed."), icon=":material/info:")
        return False
    st.session_state[BEFORE] = (now, wanted)
    return True


def _said(viewer: Viewer) -> None:
    """What the last change did, and the way back."""
    if BEFORE not in st.session_state:
        return
    before, after = st.session_state[BEFORE]
    said = [_("Saved.")]
    if any(getattr(before, name) != getattr(after, name) for name in company.COUNTED_BY):
        said.append(_("The numbers of sales are being counted anew."))
    with st.container(horizontal=True, vertical_alignment="center", key="saved"):
        st.success(" ".join(said), icon=":material/check:", width="stretch")
        if before.currency == after.currency:  # once money is counted in it, it stays
            st.button(_("Take it back"), icon=":material/undo:", on_click=_take_back, args=(viewer,))


def _identity(now: Company) -> Company:
    with st.container(border=True):
        left, right = st.columns(2)
        name = left.text_input(_("Name of the company"), now.name or "", max_chars=company.LONGEST_NAME)
        codes = [None, *company.currencies()] if now.currency is None else [now.currency]
        currency = right.selectbox(
            _("Currency of all totals"),
            codes,
            format_func=_currency,
            disabled=now.currency is not None,
            help=_("Once it is set it stays. Other money counts by exchange rates that you load."),
        )
    return replace(now, name=name.strip() or None, currency=currency)


def _currency(code: str | None) -> str:
    return i18n.currency(code, language()) if code else _("that of the first load with money")


def _customers(now: Company, viewer: Viewer) -> Company:
    found = queries.clock(database(), viewer).silent_days
    with st.container(border=True):
        left, right = st.columns(2)
        zones = company.zones()
        zone = left.selectbox(
            _("Time zone"),
            zones,
            index=zones.index(now.time_zone) if now.time_zone in zones else None,
            placeholder=now.time_zone,
            help=_(
                "It decides on which day something happened, and how files are read that name no zone of their own."
            ),
        )
        silent = right.number_input(
            _("Days without an order after which a customer has churned"),
            min_value=1,
            max_value=company.LONGEST_SILENCE,
            value=now.silent_after_days,
            placeholder=_("now counted with {count}", count=found),
            help=_("Left empty: what nine of ten gaps between two orders stay within."),
        )
    return replace(now, time_zone=zone or now.time_zone, silent_after_days=silent)


def _calendar(now: Company) -> Company:
    with st.container(border=True):
        st.markdown("**" + _("Working hours") + "**")
        days = st.pills(
            _("Working days"),
            range(1, 8),
            format_func=lambda day: i18n.weekday(day, language()),
            selection_mode="multi",
            default=now.work_days,
            label_visibility="collapsed",
        )
        left, right = st.columns(2)
        begins: time = left.time_input(_("A day begins"), now.work_begins)
        ends: time = right.time_input(_("A day ends"), now.work_ends)
    return replace(now, work_days=tuple(sorted(days)), work_begins=begins, work_ends=ends)


def _hours(now: Company) -> Company:
    with st.container(border=True):
        st.markdown("**" + _("Working hours within which a ticket is to be solved, by its priority") + "**")
        wanted = {
            f"hours_{priority}": _decimal(
                column.number_input(
                    names.state(priority),
                    min_value=float(company.LEAST_HOURS),
                    max_value=float(company.MOST_HOURS),
                    value=float(getattr(now, f"hours_{priority}")),
                    step=1.0,
                    format="%g",
                )
            )
            for priority, column in zip(company.PRIORITIES, st.columns(len(company.PRIORITIES)), strict=True)
        }
    return replace(now, **wanted)


def _decimal(hours: float) -> Decimal:
    return Decimal(str(hours)).quantize(Decimal("0.01"))


main()
