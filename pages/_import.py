"""An import step by step: files, columns, check, load."""

from typing import Any

import streamlit as st

from crm import queries
from crm.access import Viewer
from crm.errors import PintailError
from crm.ui import errors, importing, names, uploads, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext
from pages import _job, _ways_back
from pipelines import correction, mapping
from pipelines import importing as steps
from pipelines.importing import Group, Import
from pipelines.sources import ENDINGS

FEW_GROUPS = 3
"""So many kinds of files are shown with their columns opened."""
IN_DEMO = "import_into_demo"


def show(viewer: Viewer) -> None:
    """The step that the person is at."""
    one = steps.import_of(database(), viewer)
    one.settle()
    importing.steps(one.step)
    with st.container(border=True, key="import"):
        (_files, _columns, _check, _done)[one.step - 1](viewer, one)


def _files(viewer: Viewer, one: Import) -> None:
    if queries.query(database(), viewer, "shell/company")["is_demo"].item() and IN_DEMO not in st.session_state:
        st.warning(
            _("This is the demo company: everything in it is invented. Load your files into it anyway?"),
            icon=":material/science:",
        )
        st.button(_("Load into the demo company"), on_click=_allow_demo, key=IN_DEMO + "_yes")
        return
    uploads.uploader(_("Files to load, up to 200 MB each"), (*ENDINGS, *mapping.ENDINGS), _receive)
    st.caption(
        _("Larger files load from the inbox of this server; see below.")
        + " "
        + _("A mapping in YAML, sent along or before, says how the files that have its columns are read.")
    )
    _refused(one)
    for name, _text in one.mappings:
        st.markdown(_("Mapping {file}: choose the files that it is for.", file=words.escaped(name)))


def _allow_demo() -> None:
    st.session_state[IN_DEMO] = True


@errors.kept
def _receive() -> None:
    viewer = require("import", "batch")
    one = steps.receive(database(), viewer, uploads.take())
    _job.wait_for(one.reading)


def _columns(_viewer: Viewer, one: Import) -> None:
    if one.reading is not None:
        _job.running(one.reading.id)
        return
    _refused(one)
    is_ready = bool(one.groups)
    for index, group in enumerate(one.groups):
        is_ready = _group(one, index, group) and is_ready
    with st.container(horizontal=True):
        st.button(
            _("Check the files"),
            type="primary",
            icon=":material/fact_check:",
            disabled=not is_ready,
            on_click=_start_check,
            key="import_check",
        )
        _start_over_button()


def _refused(one: Import) -> None:
    for index, each in enumerate(one.refused):
        with st.container(horizontal=True, vertical_alignment="center"):
            importing.failed(PintailError(each.message, **each.values))
            st.button(
                _("Leave out"),
                icon=":material/close:",
                on_click=_leave_out,
                args=(each.digest, each.file),
                key=f"import_leave_out_{index}",
            )


@errors.kept
def _leave_out(digest: str, file: str) -> None:
    steps.leave_out(database(), require("import", "batch"), digest, file)


def _group(one: Import, index: int, group: Group) -> bool:
    """The columns of files with one header, to be confirmed or corrected; whether they can be loaded so."""
    _take_edits(one, index, group)
    try:
        missing, problem = correction.lacking(group.layout()), None
    except PintailError as error:
        missing, problem = (), error
    is_fine = problem is None and not missing
    title = f"{_titles(group)} · {names.object_name(group.choice.object)}"
    is_open = len(one.groups) <= FEW_GROUPS or not is_fine or not group.is_recognised
    with st.expander(title, expanded=is_open, key=f"import_group_{index}"):
        if not group.is_recognised and missing:
            st.warning(_("The columns do not say what these records are. Choose it here."), icon=":material/help:")
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
            st.selectbox(
                _("These records are"),
                correction.CHOSEN,
                index=correction.CHOSEN.index(group.choice.object)
                if group.choice.object in correction.CHOSEN
                else None,
                format_func=names.object_name,
                placeholder=names.object_name(group.choice.object),
                width=240,
                key=f"import_object_{index}_{one.generation}",
                on_change=_choose_object,
                args=(index,),
            )
            if len(one.groups) > 1:
                st.button(
                    _("Leave out"),
                    icon=":material/close:",
                    on_click=_leave_group_out,
                    args=(index,),
                    key=f"import_group_out_{index}",
                )
        _editor(one, index, group)
        if problem:
            field = names.field(str(problem.values.get("field", "")))
            importing.failed(PintailError(problem.message, **{**problem.values, "field": field}))
        if missing:
            fields = words.listed(map(names.field, missing))
            st.error(_("Choose a column for what these records need: {fields}.", fields=fields), icon=":material/info:")
        if not group.choice.keys:
            st.caption(_("No column is a key: a record that changed in the next file comes as a new one."))
        if problem is None:
            _download(index, group)
        for note in group.first.notes:
            message = note.message
            st.caption(_(message, **{name: words.escaped(str(value)) for name, value in note.values.items()}))
    return is_fine


def _download(index: int, group: Group) -> None:
    """The mapping as it is chosen, to be kept, changed, and given again."""
    st.download_button(
        _("Mapping as YAML"),
        data=mapping.as_yaml(group.layout()),
        file_name=f"{group.choice.object}.yml",
        mime="application/yaml",
        on_click="ignore",
        icon=":material/download:",
        type="tertiary",
        key=f"import_mapping_{index}",
    )


def _place(object_name: str) -> int | None:
    return correction.CHOSEN.index(object_name) if object_name in correction.CHOSEN else None


@errors.kept
def _leave_group_out(index: int) -> None:
    viewer = require("import", "batch")
    sheets = steps.import_of(database(), viewer).groups[index].sheets
    steps.leave_sheets_out(database(), viewer, [sheet.id for sheet in sheets])


def _titles(group: Group) -> str:
    first, more = words.escaped(group.first.title), len(group.sheets) - 1
    return _("{files} and {count} more", files=first, count=words.number(more)) if more else first


def _editor(one: Import, index: int, group: Group) -> None:
    columns, keys = st.session_state[f"{_editor_key(one, index)}_shown"]
    recognised = correction.choice_of(group.first.layout, group.first.header).columns
    rows = [
        importing.ColumnRow(
            column.name,
            columns[column.name],
            column.name in keys,
            column.confidence if group.choice.columns[column.name] == recognised[column.name] else "person",
            examples,
        )
        for column, examples in zip(group.first.columns, group.first.named_examples, strict=True)
    ]
    codes = correction.codes_for(group.first.layout, group.choice, steps.fields(database()))
    importing.column_editor(rows, codes, key=_editor_key(one, index))


def _editor_key(one: Import, index: int) -> str:
    return f"import_columns_{index}_{one.generation}"


def _take_edits(one: Import, index: int, group: Group) -> None:
    """The editor begins with what was chosen when it appeared; what is edited counts from there."""
    key = _editor_key(one, index)
    if key not in st.session_state or f"{key}_shown" not in st.session_state:
        st.session_state[f"{key}_shown"] = (dict(group.choice.columns), group.choice.keys)
    shown, keys = st.session_state[f"{key}_shown"]
    columns, ticked = dict(shown), set(keys)
    for row, cells in st.session_state.get(key, {}).get("edited_rows", {}).items():
        name = list(shown)[int(row)]
        columns[name] = cells.get("becomes", columns[name]) or correction.LEFT_OUT
        if "is_key" in cells:
            ticked = ticked | {name} if cells["is_key"] else ticked - {name}
    group.choose(columns, ticked)


@errors.kept
def _choose_object(index: int) -> None:
    one = steps.import_of(database(), require("import", "batch"))
    chosen = st.session_state[f"import_object_{index}_{one.generation}"]
    if chosen in correction.CHOSEN:
        one.groups[index].choose_object(chosen)
        one.generation += 1


def _start_over_button() -> None:
    st.button(_("Start over"), icon=":material/restart_alt:", on_click=_start_over, key="import_start_over")


@errors.kept
def _start_over() -> None:
    steps.start_over(database(), require("import", "batch"))


@errors.kept
def _start_check() -> None:
    viewer = require("import", "batch")
    steps.check(database(), viewer)
    _job.wait_for(steps.import_of(database(), viewer).check)


def _check(_viewer: Viewer, one: Import) -> None:
    if not _job.came_to_an_end(one.check):
        return
    found = one.check and one.check.result
    if found:
        st.caption(_("A dry run: nothing is written yet."))
        importing.report(found["files"], found["samples"])
        if not sum(file["read"] - file["rejected"] for file in found["files"]):
            st.warning(_("Nothing of these files would get in."), icon=":material/info:")
    with st.container(horizontal=True):
        if found:
            st.button(
                _("Load the files"), type="primary", icon=":material/upload:", on_click=_start_load, key="import_load"
            )
        st.button(_("Back to the columns"), icon=":material/arrow_back:", on_click=_back, key="import_back")
        _start_over_button()


@errors.kept
def _start_load() -> None:
    viewer = require("import", "batch")
    steps.load(database(), viewer)
    _job.wait_for(steps.import_of(database(), viewer).load)


@errors.kept
def _back() -> None:
    steps.back(database(), require("import", "batch"))


def _done(viewer: Viewer, one: Import) -> None:
    if not _job.came_to_an_end(one.load):
        return
    found = one.load and one.load.result
    if not found:
        with st.container(horizontal=True):
            st.button(_("Back to the columns"), icon=":material/arrow_back:", on_click=_back, key="import_back")
            _start_over_button()
        return
    _loaded(found)
    importing.report(found["files"])
    with st.container(horizontal=True):
        st.button(_("Load more files"), type="primary", icon=":material/add:", on_click=_start_over, key="import_more")
        is_refused = any(file["rejected"] for file in found["files"])
        _ways_back.buttons(viewer, found["batch"], is_refused=is_refused, key="import")


def _loaded(found: dict[str, Any]) -> None:
    records = sum(file["inserted"] + file["updated"] for file in found["files"])
    said = ngettext("{count} record is new or changed.", "{count} records are new or changed.", records)
    is_in = _("Load {batch} is in.", batch=found["batch"])
    st.success(f"{is_in} {said}", icon=":material/check_circle:")
    if found.get("refresh", "done") != "done":
        st.warning(words.escaped(found["refresh"]), icon=":material/info:")
