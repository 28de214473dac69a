"""What does each role see and do? Its rights as a table, in words, as somebody would see them, and how they changed."""

from collections.abc import Iterable
from typing import Any

import polars as pl
import streamlit as st

from crm import access, grants, people, queries, users
from crm.access import EVERYONE, ROLES, VERBS, Viewer
from crm.errors import NotAllowed
from crm.grants import Grant
from crm.ui import errors, names, tables, words
from crm.ui.session import database, language, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

SHOWN = tuple(verb for verb in VERBS if verb not in ("read", "admin"))
"""Verbs that have a column, beside what may be seen; to administer is for administrators alone."""
SCOPES = ("none", *grants.SCOPES)
GENERATION = "rights_generation"
"""In the session: grows when a table is to be drawn without what was typed into it."""
TABLE = "rights_table"
"""In the session: the key of the table that was drawn last."""
ASKED = "rights_asked"
"""In the session: the role whose loss of rights waits for a yes."""
SAVED = "rights_saved"
"""In the session: what the last change did, for the way back: its number and the role."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    if not viewer.may("admin", "company"):
        raise NotAllowed("Your role {role} may not change permissions.", role=viewer.role)
    st.title(_("Permissions"))
    st.caption(_("What each role sees and does. A change holds from everybody's next click on."))
    errors.show_kept()
    _said(viewer)
    role = _role()
    standing = grants.of_role(database(), viewer, role)
    st.markdown(in_words(role, standing))
    if role == "admin":
        st.caption(_("The rights of administrators stay as they are, so that nobody locks the company out."))
    edited = _table(role, standing)
    if role != "admin":
        _actions(viewer, role, standing, edited)
    _see_as(viewer)
    _changes(viewer, role)


def _role() -> str:
    asked = st.query_params.get("of")
    st.session_state["role"] = asked if asked in ROLES else "sales"
    chosen: str = st.pills(
        _("Role"),
        [*ROLES[1:], "admin"],
        key="role",
        required=True,
        format_func=lambda role: users.role_name(role, language()),
        label_visibility="collapsed",
        on_change=_choose,
    )
    return chosen


def _choose() -> None:
    st.query_params["of"] = st.session_state["role"]
    st.session_state.pop(ASKED, None)


def in_words(role: str, standing: Iterable[Grant]) -> str:
    """What a role sees and does, in sentences of markdown."""
    parts = []
    for verb, sentence in (
        ("read", _("**{role}** sees {what}.")),
        ("edit", _("It edits {what}.")),
        ("export", _("It takes along as files {what}.")),
    ):
        said = []
        for scope in ("own", "team", "all"):
            found = [
                names.object_name(each.object)
                for each in standing
                if (each.verb, each.scope) == (verb, scope) and each.object not in EVERYONE
            ]
            if found:
                said.append(_("{rows}: {objects}", rows=names.rows_of(scope), objects=words.listed(found)))
        if said:
            parts.append(sentence.format(role=words.escaped(users.role_name(role, language())), what="; ".join(said)))
    return " ".join(parts) or _("This role sees nothing of the records.")


# The table


def _table(role: str, standing: tuple[Grant, ...]) -> dict[int, dict[str, Any]]:
    """The rights of a role by object; what was changed of it and is not saved yet."""
    rows = _rows(standing)
    key = f"rights_{role}_{hash(standing)}_{st.session_state.get(GENERATION, 0)}"
    st.session_state[TABLE] = key
    known = grants.fields(database())
    fields = sorted({name for columns in known.values() for name in columns} | set(grants.STORED_MASKS))
    scope = {"options": list(SCOPES), "format_func": names.rows_of, "required": True, "width": 92}
    st.data_editor(
        pl.DataFrame(rows, schema_overrides={"masked": pl.List(pl.String)}),
        hide_index=True,
        column_order=["name", "read", "masked", *SHOWN],
        column_config={
            "name": st.column_config.TextColumn(_("Object"), width=130, pinned=True),
            "read": st.column_config.SelectboxColumn(names.verb("read"), **scope),
            "masked": st.column_config.MultiselectColumn(
                _("Withheld fields"),
                options=fields,
                format_func=lambda name: names.field(name.removesuffix("_id")),
                width=190,
                help=_("They can be neither seen, searched, filtered, sorted nor taken along."),
            ),
            **{verb: st.column_config.SelectboxColumn(names.verb(verb), **scope) for verb in SHOWN},
        },
        disabled=True if role == "admin" else ["name"],
        row_height=tables.ROW_HEIGHT,
        height=tables.ROW_HEIGHT * (len(rows) + 1) + 2,
        key=key,
        alt=_("Permissions"),
    )
    edited: dict[int, dict[str, Any]] = (st.session_state.get(key) or {}).get("edited_rows", {})
    return edited


def _rows(standing: Iterable[Grant]) -> list[dict[str, Any]]:
    by_place = {(each.object, each.verb): each for each in standing}
    found = []
    for name in sorted(access.objects(), key=names.object_name):
        read = by_place.get((name, "read"))
        row: dict[str, Any] = {"object": name, "name": names.object_name(name)}
        row["read"] = read.scope if read else "all" if name in EVERYONE else "none"
        row["masked"] = list(read.masked) if read else []
        for verb in SHOWN:
            row[verb] = by_place[name, verb].scope if (name, verb) in by_place else "none"
        found.append(row)
    return found


def _wanted(standing: tuple[Grant, ...], edited: dict[int, dict[str, Any]]) -> tuple[Grant, ...]:
    """The rights with what was typed."""
    by_place = {(each.object, each.verb): each for each in standing}
    for place, cells in edited.items():
        row = {**_rows(standing)[int(place)], **cells}
        for verb in ("read", *SHOWN):
            old = by_place.pop((row["object"], verb), None)
            masked = tuple(sorted(row["masked"] or ())) if verb == "read" else old.masked if old else ()
            is_told = verb in cells or (verb == "read" and "masked" in cells) or old is not None
            if row[verb] != "none" and is_told:
                by_place[row["object"], verb] = Grant(row["object"], verb, row[verb], masked)
    return tuple(sorted(by_place.values()))


# Saving


def _actions(viewer: Viewer, role: str, standing: tuple[Grant, ...], edited: dict[int, dict[str, Any]]) -> None:
    wanted = _wanted(standing, edited)
    if wanted == standing:
        first = grants.beginning(database(), viewer, role)
        if first != standing:
            st.button(
                _("As it was at the beginning"),
                icon=":material/restart_alt:",
                on_click=_save,
                args=(viewer, role, standing, first),
            )
        return
    st.markdown("\n".join(f"- {line}" for line in differences(standing, wanted)))
    lost = grants.taken(standing, wanted)
    present = grants.signed_in(database(), role) if lost else []
    if present and st.session_state.get(ASKED) == role:
        st.warning(
            _(
                "{people} work with these rights right now. What is taken away is gone at their next click.",
                people=words.listed(words.escaped(name) for name in present),
            ),
            icon=":material/warning:",
        )
    is_asked = bool(present) and st.session_state.get(ASKED) != role
    with st.container(horizontal=True):
        st.button(
            _("Take the rights away") if present and not is_asked else _("Save"),
            type="primary",
            icon=":material/check:",
            on_click=_ask if is_asked else _save,
            args=(role,) if is_asked else (viewer, role, standing, wanted),
            key="rights_save",
        )
        st.button(_("Discard"), icon=":material/close:", on_click=_draw_anew)


def differences(before: Iterable[Grant], after: Iterable[Grant]) -> list[str]:
    """What differs between rights, a line of markdown each."""
    old, new = ({(each.object, each.verb): each for each in found} for found in (before, after))
    found = []
    for place in sorted(old.keys() | new.keys()):
        was, is_ = old.get(place), new.get(place)
        what = f"{names.object_name(place[0])}, {names.verb(place[1])}"
        if (was and was.scope) != (is_ and is_.scope):
            scopes = [names.rows_of(each.scope if each else "none") for each in (was, is_)]
            found.append(_("{what}: {before} → {after}", what=what, before=scopes[0], after=scopes[1]))
        masked = [set(each.masked) if each else set() for each in (was, is_)]
        if is_ and masked[0] != masked[1]:
            for sentence, fields in (
                (_("{what}: {fields} withheld"), masked[1] - masked[0]),
                (_("{what}: {fields} shown again"), masked[0] - masked[1]),
            ):
                if fields:
                    said = words.listed(names.field(name) for name in sorted(fields))
                    found.append(sentence.format(what=what, fields=words.escaped(said)))
    return found


def _ask(role: str) -> None:
    st.session_state[ASKED] = role


def _draw_anew() -> None:
    st.session_state.pop(ASKED, None)
    st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1


@errors.kept
def _save(viewer: Viewer, role: str, before: tuple[Grant, ...], after: tuple[Grant, ...]) -> None:
    change = grants.change(database(), viewer, role, before, after)
    st.session_state[SAVED] = (change, role, differences(before, after))
    _draw_anew()


@errors.kept
def _take_back(viewer: Viewer, change: int, role: str) -> None:
    st.session_state.pop(SAVED, None)
    grants.undo(database(), viewer, change)
    st.session_state[SAVED] = (None, role, [])
    _draw_anew()


def _said(viewer: Viewer) -> None:
    """What the last change did, and the way back."""
    if SAVED not in st.session_state:
        return
    change, role, lines = st.session_state[SAVED]
    if change is None:
        st.session_state.pop(SAVED)
        st.success(_("Taken back."), icon=":material/undo:")
        return
    called = words.escaped(users.role_name(role, language()))
    said = ngettext(
        "The rights of {role} are saved: {count} change.",
        "The rights of {role} are saved: {count} changes.",
        len(lines),
        role=called,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(said, icon=":material/check:", width="stretch")
        st.button(
            _("Take it back"),
            icon=":material/undo:",
            on_click=_take_back,
            args=(viewer, change, role),
            key="rights_take_back",
        )


# What follows from it


def _see_as(viewer: Viewer) -> None:
    """How many records somebody sees, as it would be counted for that person."""
    with st.expander(_("See as somebody"), icon=":material/visibility:", key="see_as", on_change="rerun") as folded:
        if not folded.open:
            return
        known = {each.id: each for each in people.listed(database(), viewer) if each.disabled_at is None}
        chosen = st.selectbox(
            _("Person"),
            list(known),
            index=None,
            placeholder=_("Choose somebody"),
            format_func=lambda key: f"{known[key].name} · {users.role_name(known[key].role, language())}",
            key="see_as_person",
        )
        if chosen is None:
            return
        counted = access.count_seen(database(), known[chosen].email)
        frame = pl.DataFrame(
            [(names.object_name(name), count) for name, count in counted.items()],
            {"object": pl.String, "count": pl.Int64},
            orient="row",
        ).sort("object")
        st.dataframe(
            frame,
            hide_index=True,
            column_config={
                "object": st.column_config.TextColumn(_("Object")),
                "count": st.column_config.NumberColumn(_("Records seen"), format="localized"),
            },
            row_height=tables.ROW_HEIGHT,
            height="content",
            width=420,
            alt=_("Records seen"),
        )


def _changes(viewer: Viewer, role: str) -> None:
    """How the rights of a role came to be what they are."""
    made = grants.changes(database(), viewer, role)
    words.heading(_("How these rights changed"))
    if not made:
        st.caption(_("Nobody changed them yet: they are as Pintail began with."))
        return
    zone = queries.clock(database(), viewer).zone
    st.dataframe(
        pl.DataFrame(
            {
                "when": [words.moment(each.made_at, zone) for each in made],
                "who": [each.person or _("Command line") for each in made],
                "what": ["; ".join(_plain(line) for line in differences(each.before, each.after)) for each in made],
                "state": [_state(each) for each in made],
            }
        ),
        hide_index=True,
        column_config={
            "when": st.column_config.TextColumn(_("When"), width=150),
            "who": st.column_config.TextColumn(_("Who"), width=130),
            "what": st.column_config.TextColumn(_("What changed")),
            "state": st.column_config.TextColumn(_("State"), width=120),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (len(made) + 1) + 2, tables.TALLEST),
        placeholder="–",
        alt=_("How these rights changed"),
    )


def _plain(line: str) -> str:
    return line.replace("\\", "")


def _state(change: grants.Change) -> str | None:
    if change.undoes is not None:
        return _("takes one back")
    return _("taken back") if change.undone_at else None


main()
