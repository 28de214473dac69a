"""A job on the screen: how far it is, the way to call it off, and why one failed. The page may be left meanwhile."""

from concurrent.futures import wait

import streamlit as st

from crm.db import now
from crm.server import jobs
from crm.server.jobs import Run
from crm.ui import errors, importing
from crm.ui.session import require
from crm.ui.words import gettext as _

LOOK_EVERY = 1.0
"""Seconds between two looks at a job that runs."""
AT_ONCE = 0.4
"""Seconds that a click waits for a job, so that a short one needs no second look."""


def wait_for(run: Run | None) -> None:
    """Let a short job end, so that the page shows at once what it came to."""
    if run is not None:
        wait([run.future], AT_ONCE)


def came_to_an_end(run: Run | None) -> bool:
    """Whether a job ended; one that runs is shown, and why one failed is said."""
    if run is None or run.is_done:
        failure = run and run.failure
        if run and run.is_cancelled:
            st.info(_("Called off. Nothing was written; everything is as it was before."), icon=":material/block:")
        elif failure:
            importing.failed(failure)
        return True
    running(run.id)
    return False


@st.fragment(run_every=LOOK_EVERY)
def running(number: int) -> None:
    """How far a job is, and the way to call it off; the page may be left meanwhile."""
    require("import", "batch")
    run = jobs.run_of(number)
    if run is None or run.is_done:
        st.rerun()
        return
    importing.progress(run.step, (now() - run.begun_at).total_seconds(), is_stopping=run.stop.is_asked)
    if run.name != "undo" and not run.stop.is_closed:
        st.button(
            _("Cancel"),
            icon=":material/block:",
            disabled=run.stop.is_asked,
            on_click=_cancel,
            args=(number,),
            key=f"job_cancel_{number}",
        )
    st.caption(_("This goes on in the background; you can leave the page and come back."))


@errors.kept
def _cancel(number: int) -> None:
    viewer, run = require("import", "batch"), jobs.run_of(number)
    if run is None or run.user_id != viewer.user_id or not run.cancel():
        st.toast(_("It was too late to call it off."), icon=":material/info:")
