"""What can be done with a load: download what did not get in, take it back."""

import streamlit as st

from crm import access_log, queries
from crm.access import Viewer
from crm.server import jobs
from crm.ui import errors, importing, loads
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from pages import _job
from pipelines import importing as steps
from pipelines import rejects

UNDO = "loads_undo"
"""The job that takes a load back."""
REFUSED = "load-{batch}.refused.zip"
"""The file of what did not get in."""


def buttons(viewer: Viewer, batch: int, *, is_refused: bool, key: str) -> None:
    """Download what did not get in, and take the load back."""
    if is_refused and viewer.may("export", "batch"):
        st.download_button(
            _("Download to mend and load again"),
            data=lambda: _refused(viewer, batch),
            file_name=REFUSED.format(batch=batch),
            mime="application/zip",
            on_click="ignore",
            icon=":material/download:",
            key=f"{key}_rejects",
        )
    load = queries.query(database(), viewer, "loads/load", batch_id=batch)
    if viewer.may("import", "batch") and load.height and load["undone_at"].item() is None:
        _undo_button(batch, key)


def _refused(viewer: Viewer, batch: int) -> bytes:
    access_log.exported(database(), viewer, "batch", None, REFUSED.format(batch=batch))
    return rejects.archive(database(), batch)


def _undo_button(batch: int, key: str) -> None:
    with st.popover(_("Take back"), icon=":material/undo:"):
        st.markdown(
            _(
                "Take load {batch} back? Values that it changed stand again as before, and records that it made go. "
                "What somebody changed since stays, and is listed.",
                batch=batch,
            )
        )
        st.button(_("Take load {batch} back", batch=batch), type="primary", on_click=_undo, args=(batch,),
                  key=f"{key}_undo_{batch}")  # fmt: skip


@errors.kept
def _undo(batch: int) -> None:
    viewer = require("import", "batch")
    run = steps.undo(database(), viewer, batch)
    st.session_state[UNDO] = run.id
    one = steps.import_of(database(), viewer)
    if one.load is not None and one.load.result and one.load.result["batch"] == batch:
        steps.start_over(database(), viewer)
    st.query_params[loads.LOAD] = str(batch)
    _job.wait_for(run)


def undone(batch: int) -> None:
    """What taking the load back came to, where that was just done."""
    run = jobs.run_of(st.session_state.get(UNDO))
    if run is None or (run.is_done and run.result and run.result["batch"] != batch):
        return
    if not run.is_done:
        _job.running(run.id)
        return
    failure = run.failure
    if failure:
        importing.failed(failure)
        return
    said = [_("Load {batch} is taken back.", batch=batch)]
    if run.result["restored"]:
        said.append(_("Put back: {records}.", records=importing.counted(run.result["restored"])))
    if run.result["removed"]:
        said.append(_("Removed: {records}.", records=importing.counted(run.result["removed"])))
    st.success(" ".join(said), icon=":material/undo:")
