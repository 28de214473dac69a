"""What a save, a change of many records, putting away or taking back did, with the way back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl
import streamlit as st

from crm import changes, writing
from crm.access import Viewer
from crm.ui import names, tables, three_way, ways_back, words
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

SAVED = "records_saved"
FEW = 3
"""As many records have a sentence each; more a table."""
MOST_SHOWN = 1000


@dataclass(frozen=True)
class Done:
    """What was done with records of a list."""

    name: str
    verb: str
    """edit, archive or restore."""
    written: writing.Written
    wanted: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    """Record → the values that were to be saved."""


def keep(done: Done) -> None:
    """Say it in the next run."""
    st.session_state[SAVED] = done


def say(viewer: Viewer) -> None:
    """What was done last, and the way back; or what taking back did."""
    if ways_back.DONE in st.session_state:
        st.session_state.pop(SAVED, None)
        ways_back.said(viewer)
    elif SAVED in st.session_state:
        _say_done(viewer, st.session_state[SAVED])


def _say_done(viewer: Viewer, done: Done) -> None:
    counted = Counter(outcome.code for outcome in done.written.outcomes.values())
    with st.container(horizontal=True, vertical_alignment="center"):
        if counted["changed"]:
            st.success(_count(done.verb, counted["changed"]), icon=":material/check:", width="stretch")
            ways_back.button(viewer, done.written.action_id or 0, "take_back")
            st.button(_("Close"), icon=":material/close:", type="tertiary", on_click=_forget, key="outcome_close")
        elif not counted["overtaken"] and not counted["gone"]:
            st.info(_("Nothing was changed."), icon=":material/info:")
    left = {key: each for key, each in done.written.outcomes.items() if each.code in ("overtaken", "gone")}
    if len(left) <= FEW and (done.wanted or not counted["overtaken"]):
        for record_id, outcome in left.items():
            if outcome.code == "gone":
                st.warning(_("Record {id} is not there any more, or no longer yours to see.", id=record_id))
            elif record_id in done.wanted:
                three_way.show(viewer, done.name, record_id, done.wanted[record_id], outcome)
    elif left:
        said = ngettext("{shown} record stays as it was.", "{shown} records stay as they were.", len(left),
                        shown=words.number(len(left)))  # fmt: skip
        st.warning(said, icon=":material/group:")
    if len(done.written.outcomes) > FEW:
        _each(viewer, done)


def _forget() -> None:
    st.session_state.pop(SAVED, None)


def _count(verb: str, count: int) -> str:
    shown = words.number(count)
    if verb == "archive":
        return ngettext("{shown} record archived.", "{shown} records archived.", count, shown=shown)
    if verb == "restore":
        return ngettext("{shown} record restored.", "{shown} records restored.", count, shown=shown)
    return ngettext("{shown} record saved.", "{shown} records saved.", count, shown=shown)


def _stands(outcome: writing.Outcome) -> str:
    return words.listed(
        _("{field} is {value} now", field=names.field(name.removesuffix("_id")), value=stand.value or "–")
        for name, stand in (outcome.stands or {}).items()
    )


def _each(viewer: Viewer, done: Done) -> None:
    """What became of each record, those that stay as they were first, as a table that can be taken along."""
    folded = st.expander(_("What became of each record"), icon=":material/list:", key="outcomes", on_change="rerun")
    if not folded.open:
        return
    with folded:
        frame = table(viewer, done)
        frame = frame if frame["now"].is_not_null().any() else frame.drop("now")
        text = st.column_config.TextColumn
        st.dataframe(
            frame.head(MOST_SHOWN),
            hide_index=True,
            column_config={
                "number": st.column_config.NumberColumn(_title("number"), format="%d", width=90),
                "record": text(_title("record")),
                "became": text(_title("became")),
                "now": text(_title("now")),
            },
            row_height=tables.ROW_HEIGHT,
            height=min(tables.ROW_HEIGHT * (frame.height + 1) + 2, tables.TALLEST),
            placeholder="–",
            alt=_("What became of each record"),
        )
        if frame.height > MOST_SHOWN:
            st.caption(_("The first {count} are shown; the file has all.", count=words.number(MOST_SHOWN)))
        # Names are records' own content: who may not take that along gets the numbers of the records.
        kept = frame if viewer.may("export", done.name) else frame.select("number", "became")
        tables.downloads(
            f"{done.name}-{done.verb}", "outcomes", lambda: kept, list, viewer=viewer, of=done.name, title=_title
        )


def _title(column: str) -> str:
    return {
        "number": _("Number"),
        "record": _("Record"),
        "became": _("What became of it"),
        "now": _("What stands now"),
    }[column]


def table(viewer: Viewer, done: Done) -> pl.DataFrame:
    """number, record, became, now: one row a record."""
    order = {"gone": 0, "overtaken": 1, "same": 2, "changed": 3}
    found = sorted(done.written.outcomes.items(), key=lambda each: (order[each[1].code], each[0]))
    called = changes.names(database(), viewer, done.name, [key for key, _outcome in found])
    return pl.DataFrame(
        {
            "number": [key for key, _outcome in found],
            "record": [called.get(key) for key, _outcome in found],
            "became": [_word(done.verb, outcome.code) for _key, outcome in found],
            "now": [_stands(outcome) or None for _key, outcome in found],
        },
        schema={"number": pl.Int64, "record": pl.String, "became": pl.String, "now": pl.String},
    )


def _word(verb: str, code: str) -> str:
    if code == "changed":
        return {"edit": _("changed"), "archive": _("archived"), "restore": _("restored")}[verb]
    return {
        "same": _("as it was already"),
        "overtaken": _("changed by somebody else meanwhile"),
        "gone": _("not there any more, or no longer yours to see"),
    }[code]
