"""Forms over a page: a new record, or another word in one that stands. What is typed is kept until it is saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from crm import access_log, forms, lists, queries, records, rules
from crm import changes as changes_of
from crm.access import Viewer
from crm.conditions import Field
from crm.errors import InvalidRecord, PintailError
from crm.fields import REASSIGNED
from crm.forms import Record
from crm.ui import changes, errors, names, search, session, ways_back, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

FORM = "form"
"""What the address names: account:12, or interaction:new with what is given."""
_OPEN = "form_open"
"""In the session: the form that is open."""
_SAID = "form_said"
"""In the session: what the last form did, for the way back."""
NEW = "new"
CHOSEN = ("staff", "team", "stage")
"""Objects of which one is chosen from all; others are searched."""
LONGEST = 100_000
"""Letters that a field takes at all: what is too long is said, and not cut off unseen."""
TALL = ("body", "description", "preferences", "result")
"""Fields with room for several lines."""
REASON = Field("reason", "reason", "text")
"""Why an account changes hands; no field of the account."""
FIRST, LAST = date(rules.YEARS[0], 1, 1), date(rules.YEARS[1], 12, 31)
_generations = count(1)


@dataclass
class Open:
    """A form that is open: texts and keys only."""

    form: str
    user_id: int | None
    object_name: str
    record_id: int | None
    began: dict[str, str]
    """Field → what stood in it."""
    version: int | None = None
    is_archived: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    """Field → what was typed, where it differs from what stood."""
    wrong: dict[str, tuple[str, dict[str, object]]] = field(default_factory=dict)
    """Field → what is wrong with it; the empty name is the form as a whole."""
    overtaken: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Field → what stood before, and what somebody wrote meanwhile."""
    alike: dict[int, str] = field(default_factory=dict)
    """Records that may be the same."""
    draft_of: datetime | None = None
    generation: int = field(default_factory=lambda: next(_generations))

    def text(self, name: str) -> str:
        """What stands in a field now."""
        return self.typed.get(name, self.began.get(name, ""))

    def key(self, name: str) -> str:
        """The key of a field's widget; another form has others."""
        return f"form_{name}_{self.generation}"


def open_form(object_name: str, record_id: int | None = None, **given: object) -> None:
    """Open the form of a record, or of a new one in which `given` values stand, by field or column.

    For a callback: the address names the form, so that it can be opened again after signing in.
    """
    told = {name: str(value) for name, value in given.items() if value is not None}
    text = f"{object_name}:{record_id or NEW}" + (f":{urlencode(told)}" if told and record_id is None else "")
    st.query_params.pop(changes.RECORD, None)
    st.session_state.pop(_OPEN, None)
    st.query_params[FORM] = text


def show_chosen(viewer: Viewer) -> None:
    """The form that the address names, in a dialog."""
    asked = st.query_params.get(FORM)
    if not asked or changes.RECORD in st.query_params:
        return
    known = _named(asked)
    title = _("Form") if known is None else _title(viewer, *known[:2])
    st.dialog(title, width="medium", icon=":material/edit:", on_dismiss=_close)(_draw)(asked)


def _named(asked: str) -> tuple[str, int | None, dict[str, str]] | None:
    """Object, key and given values of a form as the address names it; None for what is none."""
    name, _colon, rest = asked.partition(":")
    key, _colon, given = rest.partition(":")
    if name not in lists.NAMES:
        return None
    if key == NEW:
        return name, None, dict(parse_qsl(given))
    known = changes_of.key_of(f"{name}:{key}")
    return (*known, {}) if known else None


def _title(viewer: Viewer, name: str, record_id: int | None) -> str:
    if record_id is None:
        return names.new_record(name)
    return f"{names.one(name)} · {words.escaped(lists.called(database(), viewer, name, record_id))}"


def _close() -> None:
    st.query_params.pop(FORM, None)
    st.session_state.pop(_OPEN, None)


# The dialog


def _draw(asked: str) -> None:
    viewer = require()  # typing runs this alone
    opened = st.session_state.get(_OPEN)
    if st.query_params.get(FORM) != asked:  # it is saved, or another one was asked for
        st.rerun()
    try:
        if opened is None or opened.form != asked:
            opened = st.session_state[_OPEN] = _begun(viewer, asked)
        groups = _groups(viewer, opened)
    except PintailError as error:
        errors.show(error)
        return
    _notes(viewer, opened)
    for each in groups[0]:
        _field(viewer, opened, each)
    if len(groups) > 1:
        is_needed = any(_is_asked(opened, each.name) for group in groups[1:] for each in group)
        with st.expander(_("All fields"), expanded=is_needed, key=f"{opened.key('all')}_{is_needed}"):
            for group in groups[1:]:
                _group(viewer, opened, group)
    _alike(viewer, opened)
    _buttons(viewer, opened)


def _groups(viewer: Viewer, opened: Open) -> tuple[tuple[Field, ...], ...]:
    verb = "create" if opened.record_id is None else "edit"
    return forms.groups(database(), viewer, opened.object_name, verb)


def _is_asked(opened: Open, name: str) -> bool:
    return name in opened.wrong or name in opened.overtaken


def _begun(viewer: Viewer, asked: str) -> Open:
    """The form as it begins: as the record stands, or as a new one does, and over it what was typed before."""
    known = _named(asked)
    if known is None:
        raise InvalidRecord("There is no form {form}. Open one from a list or an account.", form=asked)
    name, record_id, given = known
    viewer.require("create" if record_id is None else "edit", name)
    if record_id is None:
        opened = Open(asked, viewer.user_id, name, None, forms.begun(database(), viewer, name, given))
    else:
        record = forms.read(database(), viewer, name, record_id)
        access_log.opened(database(), viewer, name, record_id, "form")
        opened = Open(asked, viewer.user_id, name, record_id, dict(record.typed), record.version, record.is_archived)
    draft = forms.draft(database(), viewer, asked)
    if draft:
        fields = {REASON.name, *(each.name for group in _groups(viewer, opened) for each in group)}
        opened.typed = {each: text for each, text in draft.typed.items() if each in fields}
        opened.began |= {each: text for each, text in draft.began.items() if each in fields}
        opened.version = draft.version
        opened.draft_of = draft.kept_at
    return opened


def _notes(viewer: Viewer, opened: Open) -> None:
    """What to know before typing: a draft that was kept, a record that was put away, why it could not be saved."""
    if opened.draft_of:
        zone = queries.clock(database(), viewer).zone
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(
                _(
                    "This is what you typed until {moment} and did not save.",
                    moment=words.moment(opened.draft_of, zone),
                ),
                icon=":material/edit_note:",
                width="stretch",
            )
            st.button(_("Discard"), icon=":material/close:", on_click=_discard, args=(opened,), key="form_discard")
    if opened.is_archived:
        st.info(_("This record is put away: lists leave it out."), icon=":material/inventory_2:")
    if "" in opened.wrong:
        message, values = opened.wrong[""]
        errors.show(PintailError(message, **values))
    elif opened.wrong:
        count_wrong = len(opened.wrong)
        st.error(
            ngettext("Not saved yet: {count} field needs another look.",
                     "Not saved yet: {count} fields need another look.", count_wrong),
            icon=":material/error:",
        )  # fmt: skip
    if opened.overtaken:
        st.warning(
            _("Not saved yet: somebody changed the same meanwhile. Save again to write yours, or take theirs."),
            icon=":material/group:",
        )


def _group(viewer: Viewer, opened: Open, group: tuple[Field, ...]) -> None:
    """Fields that belong together, two beside each other where there is room; long texts across."""
    wide = [each for each in group if each.name in TALL]
    narrow = [each for each in group if each.name not in TALL]
    with st.grid(2, min_column_width=240):
        for each in narrow:
            with st.container():
                _field(viewer, opened, each)
    for each in wide:
        _field(viewer, opened, each)


def _buttons(viewer: Viewer, opened: Open) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        label = _("Save anyway") if opened.alike else _("Save")
        st.button(label, type="primary", icon=":material/check:", on_click=_save, args=(opened,), key="form_save")
        if opened.record_id is not None and viewer.may("archive", opened.object_name):
            label, icon = (
                (_("Restore"), ":material/unarchive:") if opened.is_archived else (_("Archive"), ":material/archive:")
            )
            st.button(label, icon=icon, on_click=_archive, args=(opened,), key="form_archive")


# Fields


def _field(viewer: Viewer, opened: Open, each: Field) -> None:
    """A field by its kind, with what is wrong with it below."""
    codes = lists.choices(database(), opened.object_name).get(each.name)
    if each.kind == "reference":
        _reference(viewer, opened, each)
    elif codes is not None:
        _choice(opened, each, {code: names.state(code) for code in codes})
    elif each.kind == "flag":
        _choice(opened, each, {"true": _("Yes"), "false": _("No")})
    elif each.kind in ("day", "moment"):
        _time(opened, each)
    else:
        _text(opened, each)
    _below(viewer, opened, each)


def _label(opened: Open, each: Field) -> str:
    if each == REASON:
        return _("Why does it change hands?")
    needed = rules.columns(database(), opened.object_name)[each.column].is_needed
    return f"{names.field(each.name)} \\*" if needed else names.field(each.name)


def _text(opened: Open, each: Field) -> None:
    key = opened.key(each.name)
    st.session_state.setdefault(key, opened.text(each.name))
    changed: Mapping[str, Any] = {"key": key, "on_change": _take, "args": (opened, each)}
    if each.name in TALL:
        st.text_area(_label(opened, each), height=100, max_chars=LONGEST, **changed)
    else:
        told = _("Several are parted by semicolons") if each.kind == "tags" else None
        st.text_input(_label(opened, each), max_chars=LONGEST, placeholder=told, **changed)


def _time(opened: Open, each: Field) -> None:
    key, is_day = opened.key(each.name), each.kind == "day"
    read = date.fromisoformat if is_day else datetime.fromisoformat
    if key not in st.session_state:
        text = opened.text(each.name)
        st.session_state[key] = read(text) if text else None
    stands = st.session_state[key]
    first, last = (FIRST, LAST) if is_day else (datetime.combine(FIRST, time()), datetime.combine(LAST, time()))
    limits: Mapping[str, Any] = {"min_value": min(first, stands or first), "max_value": max(last, stands or last)}
    changed: Mapping[str, Any] = {"key": key, "on_change": _take, "args": (opened, each), "format": "YYYY-MM-DD"}
    if is_day:
        st.date_input(_label(opened, each), **limits, **changed)
    else:
        st.datetime_input(_label(opened, each), step=300, **limits, **changed)


def _choice(opened: Open, each: Field, options: Mapping[str, str], *, is_fixed: bool = False) -> None:
    """One of a few; one that a load brought and is none of them stays offered."""
    key, text = opened.key(each.name), opened.text(each.name)
    offered = dict(options) if text in options or not text else {text: text} | dict(options)
    st.session_state.setdefault(key, text or None)
    st.selectbox(
        _label(opened, each),
        list(offered),
        format_func=lambda code: offered.get(code, code),
        placeholder=_("Unknown") if each.kind == "flag" else _("Choose"),
        index=None,
        key=key,
        disabled=is_fixed,
        on_change=_take,
        args=(opened, each),
    )


def _reference(viewer: Viewer, opened: Open, each: Field) -> None:
    """Another record: of a small object chosen, of a large one searched."""
    target = each.target or ""
    if target == "stage":
        found = {str(key): names.stage(stage.name) for key, stage in forms.stages(database(), viewer).items()}
        _choice(opened, each, found)
    elif target in CHOSEN:
        found = {str(key): name for key, name in lists.options(database(), viewer, target).items()}
        is_new = opened.record_id is None
        _choice(
            opened, each, found, is_fixed=not is_new and not forms.may_give(viewer, opened.object_name, each.column)
        )
        if not is_new and (opened.object_name, each.column) in REASSIGNED and each.name in opened.typed:
            _text(opened, REASON)
    else:
        account = opened.text("account")
        search.one(
            viewer,
            target,
            _label(opened, each),
            opened.key(each.name),
            opened.text(each.name),
            partial(_note, opened, each.name),
            int(account) if account.isdecimal() else None,
        )


def _called(viewer: Viewer, target: str, text: str) -> str:
    return lists.called(database(), viewer, target, int(text)) if text.isdecimal() else ""


def _below(viewer: Viewer, opened: Open, each: Field) -> None:
    """What is wrong with a field, or what somebody else made of it."""
    if each.name in opened.wrong:
        message, values = opened.wrong[each.name]
        sentence = words.explain(PintailError(message, **values))
        st.markdown(f":red[:material/error: {sentence}]")
    if each.name in opened.overtaken:
        before, theirs = opened.overtaken[each.name]
        sentence = _(
            "Somebody wrote {theirs} meanwhile; before it was {before}.",
            theirs=words.unlinked(_spoken(viewer, opened, each, theirs)),
            before=words.unlinked(_spoken(viewer, opened, each, before)),
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":orange[:material/group: {sentence}]", width="stretch")
            st.button(
                _("Take theirs"), on_click=_take_theirs, args=(opened, each), key=f"{opened.key(each.name)}_theirs"
            )


def _spoken(viewer: Viewer, opened: Open, each: Field, text: str) -> str:
    """What stands in a field, in words."""
    if not text:
        return _("nothing")
    if each.kind == "reference":
        name = _called(viewer, each.target or "", text)
        return names.stage(name) if each.target == "stage" else name
    if each.name in lists.choices(database(), opened.object_name):
        return names.state(text)
    return {"true": _("Yes"), "false": _("No")}.get(text, text) if each.kind == "flag" else text


# What is typed


def _take(opened: Open, each: Field) -> None:
    """Note what was typed, and keep it on the server, so that nothing is lost with the page."""
    value = st.session_state[opened.key(each.name)]
    if value is None:
        text = ""
    elif isinstance(value, datetime):
        text = value.strftime("%Y-%m-%d %H:%M")
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
    _note(opened, each.name, text)


def _note(opened: Open, name: str, text: str) -> None:
    before = dict(opened.typed)
    if text == opened.began.get(name, ""):
        opened.typed.pop(name, None)
    else:
        opened.typed[name] = text
    opened.wrong = {each: problem for each, problem in opened.wrong.items() if each not in (name, "")}
    opened.alike = {}
    if opened.typed != before:
        _keep(opened)


def _keep(opened: Open) -> None:
    """Keep the draft of whoever opened the form, also where the session has ended meanwhile: nobody else sees it."""
    forms.keep_draft(database(), opened.user_id, opened.form, opened.typed, opened.began, opened.version)


def _take_theirs(opened: Open, each: Field) -> None:
    opened.overtaken.pop(each.name)
    opened.typed.pop(each.name, None)
    search.forget(opened.key(each.name))
    _keep(opened)


def _discard(opened: Open) -> None:
    """Begin anew with what stands."""
    forms.drop_draft(database(), opened.user_id, opened.form)
    st.session_state.pop(_OPEN, None)


# Saving


def _save(opened: Open) -> None:
    """Save what was typed, or say at each field why not; what was typed stays either way."""
    viewer = session.viewer()
    if viewer is None:  # the form says that the session has ended, and the draft waits
        return
    fields = {each.name: each for group in _groups(viewer, opened) for each in group}
    try:
        values = _checked(viewer, opened, fields)
        if values is None:
            return
        record = None
        if opened.record_id is not None and opened.version is not None:
            record = Record(opened.record_id, opened.version, opened.is_archived, opened.began)
        reason = opened.typed.get(REASON.name)
        saved = forms.save(database(), viewer, opened.object_name, record, values, reason)
    except PintailError as error:
        _refuse(opened, fields, [error])
        return
    if saved.overtaken:
        opened.overtaken = {name: (opened.began.get(name, ""), text) for name, text in saved.overtaken.items()}
        opened.began |= saved.overtaken
        opened.version = saved.version
        _keep(opened)
        return
    kind = "unchanged" if saved.action_id is None else "created" if record is None else "saved"
    _finish(opened, kind, saved.record_id, saved.action_id)


def _checked(viewer: Viewer, opened: Open, fields: Mapping[str, Field]) -> dict[str, object] | None:
    """What is to be written, by column; None where something is wrong with it or others may be the same."""
    is_new = opened.record_id is None
    wanted = {name: text for name, text in (opened.began | opened.typed).items() if text} if is_new else opened.typed
    zone = queries.clock(database(), viewer).zone
    values, found = rules.read(database(), opened.object_name, forms.values_of(fields, wanted, zone), is_new=is_new)
    unknown = [
        InvalidRecord("{field}: {value} is no record yet. Choose one of those that are found.", field=name, value=text)
        for name in fields
        if (text := search.sought(opened.key(name))) and not opened.text(name)
    ]
    _refuse(opened, fields, [*found.values(), *unknown])
    if opened.wrong:
        return None
    if not opened.alike and (is_new or opened.typed.keys() & {"name", "email", "phone"}):
        opened.alike = forms.alike(database(), viewer, opened.object_name, values, opened.record_id)
        if opened.alike:
            return None
    return values


def _refuse(opened: Open, fields: Mapping[str, Field], problems: Iterable[PintailError]) -> None:
    """Note each problem at its field, or at the form where it is of none."""
    by_column = {each.column: name for name, each in fields.items()}
    opened.wrong = {}
    for problem in problems:
        name = str(problem.values.get("field", ""))
        name = by_column.get(name, name)
        opened.wrong[name if name in fields else ""] = (problem.message, dict(problem.values))


def _archive(opened: Open) -> None:
    """Put the record away, or bring it back."""
    viewer = session.viewer()
    if viewer is None or opened.record_id is None or opened.version is None:
        return
    verb = records.restore if opened.is_archived else records.archive
    try:
        written = verb(database(), viewer, opened.object_name, {opened.record_id: opened.version})
    except PintailError as error:
        _refuse(opened, {}, [error])
        return
    kind = "restored" if opened.is_archived else "archived"
    _finish(opened, kind if written.action_id else "unchanged", opened.record_id, written.action_id)


def _finish(opened: Open, kind: str, record_id: int, action_id: int | None) -> None:
    forms.drop_draft(database(), opened.user_id, opened.form)
    st.session_state[_SAID] = (kind, opened.object_name, record_id, action_id)
    _close()


def _alike(viewer: Viewer, opened: Open) -> None:
    """Records that may be the same, each a way there, before another is made."""
    if not opened.alike:
        return
    st.warning(_("Not saved yet: this may be there already. Look, or save it anyway."), icon=":material/content_copy:")
    may = viewer.may("edit", opened.object_name)
    with st.container(horizontal=True, gap="xsmall"):
        for key, called in opened.alike.items():
            st.button(
                words.escaped(called),
                icon=":material/open_in_new:",
                type="tertiary",
                on_click=open_form if may else changes.choose,
                args=(opened.object_name, key) if may else (f"{opened.object_name}:{key}",),
                key=f"form_alike_{key}",
            )


def said(viewer: Viewer) -> None:
    """What the last form did, and the way back; for the top of a page."""
    kind, name, record_id, action_id = st.session_state.get(_SAID) or (None, "", 0, None)
    if kind is None:
        return
    called = words.escaped(lists.called(database(), viewer, name, record_id))
    sentences = {
        "archived": _("{record} is put away.", record=called),
        "created": _("{record} is created.", record=called),
        "restored": _("{record} is back.", record=called),
        "saved": _("{record} is saved.", record=called),
        "unchanged": _("Nothing was changed."),
    }
    ways_back.offer(viewer, sentences[kind], action_id, _forget)


def _forget() -> None:
    st.session_state.pop(_SAID, None)
