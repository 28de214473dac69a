"""Bring files in, step by step; what was loaded, by whom, and what did not get in; and the way back."""

import streamlit as st

from crm import queries
from crm.access import Viewer
from crm.ui import errors, importing, loads, uploads, words
from crm.ui.session import database, language, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext
from pages import _import, _ways_back
from pipelines import inbox


def main() -> None:
    """The page from top to bottom."""
    viewer = require("read", "batch")
    st.title(_("Import"))
    errors.show_kept()
    if viewer.may("import", "batch"):
        _import.show(viewer)
    _history(viewer)


def _history(viewer: Viewer) -> None:
    parts = {"history": _("History"), "conflicts": _("Conflicts")}
    if count := loads.count_conflicts(viewer):
        parts["conflicts"] += f" ({words.number(count)})"
    if viewer.may("import", "batch"):
        parts["inbox"] = _("Inbox")
        if waiting := len(inbox.waiting(database())):
            parts["inbox"] += f" ({words.number(waiting)})"
    part = st.segmented_control(
        _("What to show"),
        list(parts),
        format_func=parts.__getitem__,
        default="history",
        required=True,
        label_visibility="collapsed",
        key="loads_part",
    )
    if part == "conflicts":
        loads.to_decide(viewer)
    elif part == "inbox":
        _inbox()
    else:
        loads.history(viewer)
        _chosen(viewer)


def _chosen(viewer: Viewer) -> None:
    load = loads.chosen(viewer)
    if load is None:
        return
    batch = int(str(load["batch_id"]))
    st.subheader(_("Load {batch}", batch=batch))
    _ways_back.undone(batch)
    is_refused = loads.details(viewer, batch)
    with st.container(horizontal=True):
        _ways_back.buttons(viewer, batch, is_refused=is_refused, key="chosen")


@st.fragment(run_every=5.0)
def _inbox() -> None:
    require("import", "batch")
    st.markdown(_("Files that are put into this folder of the server load by themselves once they have stood still:"))
    st.code(str(inbox.folder(database())), language=None)
    uploads.waiting([(file.name, file.size) for file in inbox.waiting(database())])
    refused = inbox.refused(database(), language())
    aside = {name for name, _why in refused}
    others = [each for each in inbox.results(database()) if each.error is None or not aside.issuperset(each.files)]
    uploads.results([_said(result) for result in others])
    uploads.refused(refused)


def _said(result: inbox.Result) -> tuple[bool, str]:
    """Whether files of the inbox came in, and what became of them."""
    when = words.moment(result.ended_at, queries.clock(database(), require("import", "batch")).zone)
    files = importing.listed(result.files)
    if result.error is not None:
        return False, f"{when} · {files} · {words.explain(result.error)}"
    read = ngettext("{count} record read", "{count} records read", result.count_read)
    refused = _("{count} of them refused", count=words.number(result.count_rejected)) if result.count_rejected else ""
    return True, " · ".join(filter(None, (when, _("Load {batch}", batch=result.batch_id), files, read, refused)))


main()
