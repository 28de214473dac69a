"""What does this company keep of its records besides what every company does? Fields of its own, and tags."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import streamlit as st

from crm import custom, custom_fields, tags, undo
from crm.access import Viewer
from crm.custom import Suggestion
from crm.custom_fields import CustomField
from crm.errors import NotAllowed
from crm.fields import LISTED, TAGGED
from crm.ui import errors, names, tables, ways_back, words
from crm.ui.session import database, language, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

SAID = "fields_said"
"""In the session: what the last action did, and the actions by which it is taken back."""
GENERATION = "fields_generation"
"""In the session: grows with each action, so that the editors and the form begin anew."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    known = [name for name in LISTED if viewer.may("admin", name)]
    if not known:
        raise NotAllowed("Your role {role} may not make fields.", role=viewer.role)
    st.title(_("Fields and tags"))
    st.caption(_("What your company keeps of its records besides the fields that every company has."))
    name = _object(known)
    errors.show_kept()
    _said(viewer)
    _fields(viewer, name)
    _form(viewer, name)
    if name in TAGGED:
        _tags(viewer, name)


def _object(known: list[str]) -> str:
    """The records whose fields are shown; the address names them."""
    asked = st.query_params.get("object")
    st.session_state["object"] = asked if asked in known else known[0]
    chosen: str = st.pills(
        _("Records"),
        known,
        key="object",
        required=True,
        format_func=names.object_name,
        label_visibility="collapsed",
        on_change=_choose,
    )
    return chosen


def _choose() -> None:
    st.query_params["object"] = st.session_state["object"]
    _begin_anew()


def _begin_anew() -> None:
    st.session_state[GENERATION] = st.session_state.get(GENERATION, 0) + 1


def _key(name: str) -> str:
    return f"fields_{name}_{st.session_state.get(GENERATION, 0)}"


# What was done


def _said(viewer: Viewer) -> None:
    sentence, actions = st.session_state.get(SAID, (None, ()))
    if sentence is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="fields_done"):
        st.success(sentence, icon=":material/check:", width="stretch")
        if actions:
            st.button(_("Take it back"), icon=":material/undo:", on_click=_take_back, args=(viewer, actions))


def _say(sentence: str, *actions: int | None) -> None:
    st.session_state[SAID] = (sentence, tuple(action for action in actions if action is not None))
    _begin_anew()


@errors.kept
def _take_back(viewer: Viewer, actions: tuple[int, ...]) -> None:
    st.session_state.pop(SAID)
    kept = [place for action in reversed(actions) for place in undo.undo(database(), viewer, action).kept]
    sentence = " ".join([_("Taken back."), *ways_back.stays(viewer, tuple(kept))])
    _say(sentence)


# Fields


def _kind(code: str) -> str:
    return {
        "text": _("Free text"),
        "number": _("Decimal number"),
        "date": _("Date"),
        "choice": _("Choice"),
        "flag": _("Yes or no"),
    }[code]


def _fields(viewer: Viewer, name: str) -> None:
    found = custom_fields.of(database(), name, with_archived=True)
    words.heading(_("Fields of your own"))
    if not found:
        st.info(_("There are none yet. Make the first one below."), icon=":material/add_notes:")
        return
    text = st.column_config.TextColumn
    frame = pl.DataFrame(
        {
            "title": [each.title for each in found],
            "title_zh": [each.title_zh for each in found],
            "kind": [_kind(each.kind) for each in found],
            "choices": pl.Series([list(each.choices) or None for each in found], dtype=pl.List(pl.String)),
            "is_personal": [each.is_personal for each in found],
            "is_archived": [each.is_archived for each in found],
            "column": [each.column for each in found],
        }
    )
    _editor(
        "list",
        frame,
        {
            "title": text(_("Title of the field"), max_chars=custom.LONGEST_TITLE, required=True),
            "title_zh": text(_("Title in Chinese"), max_chars=custom.LONGEST_TITLE),
            "kind": text(_("Kind"), width=90),
            "choices": st.column_config.MultiselectColumn(
                _("Words"),
                options=list(dict.fromkeys(word for each in found for word in each.choices)),
                accept_new_options=True,
                help=_("The words of which a choice is one."),
            ),
            "is_personal": st.column_config.CheckboxColumn(
                _("Personal"), width=80, help=_("Personal fields are withheld from roles that see no custom fields.")
            ),
            "is_archived": st.column_config.CheckboxColumn(
                _("Archived"), width=80, help=_("Nobody sees a field that is put away. Its values stay.")
            ),
            "column": text(_("Name in mappings")),
        },
        ("kind", "column"),
        _("Fields of your own"),
        lambda edited: _save_fields(viewer, found, edited),
    )


def _editor(
    name: str,
    frame: pl.DataFrame,
    columns: Mapping[str, Any],
    locked: tuple[str, ...],
    alt: str,
    save: Callable[[Mapping[int, Mapping[str, Any]]], None],
) -> None:
    """A table whose cells are edited in place, and saved when the person says so."""
    key = _key(name)
    st.data_editor(
        frame,
        hide_index=True,
        column_config=dict(columns),
        disabled=locked,
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (frame.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        key=key,
        alt=alt,
    )
    edited = (st.session_state.get(key) or {}).get("edited_rows", {})
    if edited:
        with st.container(horizontal=True):
            st.button(
                _("Save"),
                type="primary",
                icon=":material/check:",
                on_click=errors.kept(save),
                args=(edited,),
                key=f"{key}_save",
            )
            st.button(_("Discard"), icon=":material/close:", on_click=_begin_anew, key=f"{key}_discard")


def _save_fields(viewer: Viewer, found: list[CustomField], edited: Mapping[int, Mapping[str, Any]]) -> None:
    for place, cells in edited.items():
        field = found[int(place)]
        if cells.keys() & {"title", "title_zh"}:
            title = str(cells.get("title", field.title) or "")
            custom.rename(database(), viewer, field.code, title, cells.get("title_zh", field.title_zh))
        if "choices" in cells:
            custom.set_choices(database(), viewer, field.code, cells["choices"] or ())
        if "is_personal" in cells:
            custom.set_personal(database(), viewer, field.code, bool(cells["is_personal"]))
        if "is_archived" in cells:
            (custom.archive if cells["is_archived"] else custom.restore)(database(), viewer, field.code)
    _say(_("Saved."))


# A new field


def _form(viewer: Viewer, name: str) -> None:
    with st.container(border=True, key="fields_new"):
        words.heading(_("A new field"))
        found = {each.name: each for each in custom.suggestions(database(), viewer, name)}
        if found:
            _source(found)
        left, middle, right = st.columns(3)
        left.text_input(_("Title of the field"), key=_key("title"), max_chars=custom.LONGEST_TITLE)
        middle.text_input(
            _("Title in Chinese"),
            key=_key("title_zh"),
            max_chars=custom.LONGEST_TITLE,
            placeholder=_("the same, where this is empty"),
        )
        right.text_input(
            _("Name in mappings"),
            key=_key("code"),
            max_chars=custom.LONGEST_CODE,
            placeholder=_("made of the title"),
            help=_("Small letters, digits and _. It stays when the title changes."),
        )
        kind = st.segmented_control(
            _("Kind"), list(custom.TYPES), key=_key("kind"), format_func=_kind, default="text", required=True
        )
        if kind == "choice":
            st.text_area(_("Words, one a line"), key=_key("choices"), height=110)
        st.toggle(
            _("Personal"),
            value=True,
            key=_key("is_personal"),
            help=_("Personal fields are withheld from roles that see no custom fields."),
        )
        st.button(
            _("Make the field"),
            type="primary",
            icon=":material/add:",
            on_click=_make,
            args=(viewer, name),
            key="fields_make",
        )


def _source(found: Mapping[str, Suggestion]) -> None:
    def called(name: str) -> str:
        count = found[name].count_records
        records = ngettext("{shown} record", "{shown} records", count, shown=words.number(count))
        return f"{name} · {records}"

    st.selectbox(
        _("From a column of your files"),
        list(found),
        index=None,
        key=_key("source"),
        format_func=called,
        placeholder=_("none: the field begins empty"),
        help=_("Columns that no field took are kept with the records. What of them fits, the new field takes over."),
        on_change=_fill,
        args=(found,),
    )


def _fill(found: Mapping[str, Suggestion]) -> None:
    """Begin with what the column suggests."""
    chosen = found.get(st.session_state[_key("source")] or "")
    if chosen:
        st.session_state[_key("title")] = chosen.name[: custom.LONGEST_TITLE]
        st.session_state[_key("kind")] = chosen.kind
        st.session_state[_key("choices")] = "\n".join(chosen.choices)


@errors.kept
def _make(viewer: Viewer, name: str) -> None:
    state = st.session_state
    source = state.get(_key("source"))
    field = custom.create(
        database(),
        viewer,
        name,
        state[_key("title")],
        state[_key("kind")],
        code=state[_key("code")].strip() or None,
        title_zh=state[_key("title_zh")],
        choices=state.get(_key("choices"), "").splitlines(),
        is_personal=state[_key("is_personal")],
        source_name=source,
    )
    said = _("The field {title} is there, in lists, filters and files.", title=words.escaped(field.called(language())))
    if source is None:
        _say(said)
        return
    action, count = custom.take_over(database(), viewer, field.code)
    taken = ngettext("{shown} record took its value over.", "{shown} records took their values over.", count,
                     shown=words.number(count))  # fmt: skip
    _say(f"{said} {taken}", action)


# Tags


def _tags(viewer: Viewer, name: str) -> None:
    words.heading(_("Tags"))
    found = tags.known(database(), viewer, name)
    if not found:
        st.info(_("No record has a tag yet. Write one into a list, or load a column of tags."), icon=":material/sell:")
        return
    frame = pl.DataFrame({"tag": list(found), "count": list(found.values()), "is_gone": [False] * len(found)})
    _editor(
        "tags",
        frame,
        {
            "tag": st.column_config.TextColumn(
                _("Tag"), required=True, help=_("A tag that you call like another becomes one with it.")
            ),
            "count": st.column_config.NumberColumn(_("Records"), format="localized", width=110),
            "is_gone": st.column_config.CheckboxColumn(_("Take off"), width=90),
        },
        ("count",),
        _("Tags"),
        lambda edited: _save_tags(viewer, name, list(found), edited),
    )


def _save_tags(viewer: Viewer, name: str, found: list[str], edited: Mapping[int, Mapping[str, Any]]) -> None:
    written = [
        tags.drop(database(), viewer, name, found[int(place)])
        if cells.get("is_gone")
        else tags.rename(database(), viewer, name, found[int(place)], str(cells.get("tag") or ""))
        for place, cells in edited.items()
        if cells.get("is_gone") or "tag" in cells
    ]
    count = sum(outcome.code == "changed" for each in written for outcome in each.outcomes.values())
    said = ngettext("{count} record saved.", "{count} records saved.", count)
    _say(said, *(each.action_id for each in written))


main()
