"""Two people changed the same field: what each made of it, what stood before, and whose stands from now on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from crm import changes as told
from crm import queries, records, writing
from crm.access import Viewer
from crm.ui import changes, errors, names, ways_back, words
from crm.ui.session import database
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class _Decided:
    """What became of a decision: the values that were wanted, and the change that wrote them."""

    mine: Mapping[str, object]
    written: writing.Written


def show(
    viewer: Viewer, object_name: str, record_id: int, mine: Mapping[str, object], outcome: writing.Outcome
) -> None:
    """Ask whose value stands, field by field, after a change was overtaken; then save that as one action.

    `mine` are all values that the viewer wanted to save, `outcome` is what `records` said of them.
    """
    key = f"three_way_{object_name}_{record_id}_{outcome.version}"
    decided: _Decided | None = st.session_state.get(key)
    if decided is None:
        _ask(viewer, object_name, record_id, mine, outcome, key)
        return
    after = decided.written.outcomes[record_id]
    if after.code == "overtaken":  # once more, while it was decided
        show(viewer, object_name, record_id, decided.mine, after)
    else:
        _said(viewer, object_name, record_id, after, decided.written.action_id, key)


def _said(
    viewer: Viewer, object_name: str, record_id: int, after: writing.Outcome, action_id: int | None, key: str
) -> None:
    called = changes.called(viewer, object_name, record_id)
    if after.code == "gone":
        st.warning(_("Record {id} is not there any more, or no longer yours to see.", id=record_id))
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_said"):
        if action_id is None:
            st.info(_("{record} stays as the other person left it.", record=called), icon=":material/info:")
        else:
            st.success(_("{record} is saved.", record=called), icon=":material/check:", width="stretch")
            ways_back.button(viewer, action_id, f"{key}_back")


def _ask(
    viewer: Viewer,
    object_name: str,
    record_id: int,
    mine: Mapping[str, object],
    outcome: writing.Outcome,
    key: str,
) -> None:
    stands = outcome.stands or {}
    frame = _rows(mine, stands)
    zone, known = queries.clock(database(), viewer).zone, changes.references(viewer, frame)
    authors = _authors(viewer, object_name, record_id, zone)
    with st.container(border=True, key=key + "_box"):
        st.markdown(
            _(
                "**{record}** was not saved: somebody changed the same field meanwhile. Whose value shall stand?",
                record=changes.called(viewer, object_name, record_id),
            )
        )
        for row in frame.iter_rows(named=True):
            said = {
                name: changes.in_words(row["field"], row[name], known, zone) for name in ("mine", "after", "before")
            }
            _field(row["field"], said, authors.get(row["field"]), key)
        choices = {name: st.session_state.get(f"{key}_{name}") for name in stands}
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Save"),
                type="primary",
                icon=":material/check:",
                disabled=None in choices.values(),
                on_click=_save,
                args=(viewer, object_name, record_id, mine, outcome, key),
                key=f"{key}_save",
            )
            others = len(mine.keys() - stands.keys())
            if others:
                st.caption(
                    ngettext(
                        "Your change of {count} other field is saved with it.",
                        "Your changes of {count} other fields are saved with it.",
                        others,
                    ),
                    width="content",
                )


def _rows(mine: Mapping[str, object], stands: Mapping[str, writing.Stand]) -> pl.DataFrame:
    """A row a field, with what each wants as texts; `after` is what stands."""
    rows = [
        {"field": name, "before": stand.before, "after": stand.value, "mine": _text(mine.get(name))}
        for name, stand in stands.items()
    ]
    schema = dict.fromkeys(("field", "before", "after", "mine"), pl.String)
    return pl.DataFrame(rows, schema=schema)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _authors(viewer: Viewer, object_name: str, record_id: int, zone: str) -> dict[str, str]:
    """Field → who changed it last, and when."""
    found: dict[str, str] = {}
    for row in told.of(database(), viewer, f"{object_name}:{record_id}").iter_rows(named=True):
        if row["field"] and row["field"] not in found:
            said = [changes.who(row), row["changed_at"] and words.moment(row["changed_at"], zone)]
            found[row["field"]] = words.escaped(" · ".join(filter(None, said)))
    return found


def _field(name: str, said: Mapping[str, Any], author: str | None, key: str) -> None:
    """One field: before, theirs, mine, and the choice between the last two."""
    with st.grid(4, min_column_width=190, vertical_alignment="bottom"):
        for title, value, note in (
            (names.field(name.removesuffix("_id")), said["before"], _("Before")),
            (_("Theirs"), said["after"], author),
            (_("Yours"), said["mine"], None),
        ):
            with st.container(gap="xxsmall"):
                st.caption(f"{title} · {note}" if note else title)
                st.markdown(words.unlinked(value or "–"))
        st.segmented_control(
            _("Whose value of {field} stands", field=names.field(name.removesuffix("_id"))),
            [MINE, THEIRS],
            format_func=lambda code: _("Keep mine") if code == MINE else _("Take theirs"),
            key=f"{key}_{name}",
            label_visibility="collapsed",
        )


@errors.kept
def _save(
    viewer: Viewer,
    object_name: str,
    record_id: int,
    mine: Mapping[str, object],
    outcome: writing.Outcome,
    key: str,
) -> None:
    """Write what was decided, over the version that was shown."""
    stands = outcome.stands or {}
    wanted = {
        name: value
        for name, value in mine.items()
        if name not in stands or st.session_state.get(f"{key}_{name}") == MINE
    }
    version = outcome.version or 0
    written = records.edit_each(database(), viewer, object_name, {record_id: (version, wanted)})
    st.session_state[key] = _Decided(wanted, written)
