"""The pieces that an import is drawn of: its steps, its columns, progress, and what became of the records.

They draw what they are given and know neither files nor jobs, so that other long work can be shown alike.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from crm.errors import PintailError
from crm.progress import Step
from crm.ui import names, tables, words
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

COUNTS = ("read", "inserted", "updated", "unchanged", "duplicate", "rejected")
CUSTOM, KEY, AND = "custom", "key", "+"
"""What a column can become besides fields; `+` joins several."""


def count_title(name: str) -> str:
    """One of COUNTS in a word."""
    return {
        "read": _("Read"),
        "inserted": _("New"),
        "updated": _("Updated"),
        "unchanged": _("Unchanged"),
        "duplicate": _("Duplicate"),
        "rejected": _("Rejected"),
    }[name]


def count_columns(prefix: str = "") -> dict[str, Any]:
    """The columns of a table with COUNTS."""
    whole = st.column_config.NumberColumn
    return {f"{prefix}{name}": whole(count_title(name), format="localized", width=78) for name in COUNTS}


def steps(current: int) -> None:
    """The four steps in a row: those that are done, the one that is on, those to come."""
    titles = (_("Files"), _("Columns"), _("Check"), _("Done"))
    marks = []
    for number, title in enumerate(titles, start=1):
        if number < current:
            marks.append(f":green-badge[:material/check: {title}]")
        elif number == current:
            marks.append(f":primary-badge[:material/radio_button_checked: **{number} {title}**]")
        else:
            marks.append(f":gray-badge[{number} {title}]")
    st.markdown(" :gray[:material/chevron_right:] ".join(marks))


def progress(step: Step, seconds: float, *, is_stopping: bool) -> None:
    """How far a job is."""
    said = _("Calling it off …") if is_stopping else _(step.message, **step.values)
    lasting = ngettext("{count} second", "{count} seconds", int(seconds))
    st.progress(step.share or 0.0, f"{words.escaped(said)} · {lasting}")


# Columns


@dataclass(frozen=True)
class ColumnRow:
    """A column of a file as the editor shows it."""

    name: str
    becomes: str
    is_key: bool
    confidence: str
    examples: tuple[str, ...]


def column_editor(rows: Sequence[ColumnRow], codes: Sequence[str], *, key: str) -> None:
    """A table in which a person says what becomes of each column."""
    frame = pl.DataFrame(
        {
            "column": [row.name for row in rows],
            "becomes": [row.becomes for row in rows],
            "is_key": [row.is_key for row in rows],
            "examples": [" · ".join(row.examples) for row in rows],
            "confidence": [confidence(row.confidence) for row in rows],
        }
    )
    text = st.column_config.TextColumn
    st.data_editor(
        frame,
        hide_index=True,
        disabled=("column", "examples", "confidence"),
        column_config={
            "column": text(_("Column"), width=150),
            "becomes": st.column_config.SelectboxColumn(
                _("Becomes"),
                options=list(codes),
                format_func=lambda code: code_in_words(str(code or "")),
                required=True,
                width=190,
            ),
            "is_key": st.column_config.CheckboxColumn(
                _("Key"), width=60, help=_("By the key columns a record is known again, so that it is updated.")
            ),
            "examples": text(_("First values"), width="medium"),
            "confidence": text(_("How sure"), width=150),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (frame.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        key=key,
        alt=_("What becomes of each column"),
    )


def code_in_words(code: str) -> str:
    """What a column can become, in words."""
    fixed = {"": _("leave out"), CUSTOM: _("custom field"), KEY: _("only the key")}
    if code in fixed:
        return fixed[code]
    return words.listed(_field_in_words(part) for part in code.split(AND))


def _field_in_words(part: str) -> str:
    besides, _dot, field = part.rpartition(".")
    title = _("key") if field == KEY else names.field(field)
    return f"{names.object_name(besides)} · {title}" if besides else title


def confidence(code: str) -> str:
    """How sure it is what a column becomes."""
    return {
        "exact": _("known layout"),
        "name": _("by its name"),
        "values": _("by its values"),
        "custom": _("no field is called so"),
        "ignored": _("nothing stands for it"),
        "person": _("your choice"),
    }.get(code, code)


# What became of the records


def numbers(files: Sequence[Mapping[str, Any]]) -> None:
    """The counts of all files together, large."""
    with st.grid(6, min_column_width=120, gap="small"):
        for name in COUNTS:
            total = sum(file[name] for file in files)
            with st.container(border=True, gap="xxsmall", key=f"import_count_{name}"):
                st.metric(count_title(name), words.number(total))


def report(files: Sequence[Mapping[str, Any]], samples: Sequence[Mapping[str, Any]] = ()) -> None:
    """What became of the records of each file, and what else is to be said of them."""
    numbers(files)
    _remarks(files)
    if len(files) > 1:
        _by_file(files)
    _first_rejects(files)
    _samples(samples)
    _notes(files)


def _remarks(files: Sequence[Mapping[str, Any]]) -> None:
    said = [
        *_besides(_("Made besides: {records}."), files, "created"),
        *_besides(_("Changed besides: {records}."), files, "changed"),
    ]
    if conflicts := sum(file["conflicts"] for file in files):
        said.append(
            ngettext(
                "{count} value stands against what a person wrote, who wins; decide on it under Conflicts.",
                "{count} values stand against what people wrote, who win; decide on them under Conflicts.",
                conflicts,
            )
        )
    if repeats := sum(file["possible_repeats"] for file in files):
        said.append(
            ngettext(
                "{count} line equals another of the same order or ticket; it is kept as a possible repeat.",
                "{count} lines equal another of the same order or ticket; they are kept as possible repeats.",
                repeats,
            )
        )
    keyless = [file["file"] for file in files if file["is_keyless"]]
    if keyless:
        said.append(
            _(
                "No column is a key in {files}: records are known by all that they say, so a changed one is a new one.",
                files=listed(keyless),
            )
        )
    for sentence in said:
        st.markdown(sentence)


def _besides(sentence: str, files: Sequence[Mapping[str, Any]], what: str) -> list[str]:
    totals: dict[str, int] = {}
    for file in files:
        for name, number in file[what].items():
            totals[name] = totals.get(name, 0) + number
    return [sentence.format(records=counted(totals))] if totals else []


def counted(totals: Mapping[str, int]) -> str:
    """Numbers of records by object."""
    return words.listed(f"{names.object_name(name)} {words.number(number)}" for name, number in totals.items())


def listed(files: Sequence[str], most: int = 3) -> str:
    """The first of some files, as markdown."""
    shown = words.listed(words.escaped(name) for name in files[:most])
    more = len(files) - most
    return shown if more <= 0 else _("{files} and {count} more", files=shown, count=words.number(more))


def title_of(file: Mapping[str, Any]) -> str:
    """A file, and the sheet of it."""
    return " · ".join(filter(None, (file["file"], file["sheet"])))


def _by_file(files: Sequence[Mapping[str, Any]]) -> None:
    rows = []
    for file in files[:500]:
        counts = {name: file[name] for name in COUNTS}
        rows.append({"file": title_of(file), "object": names.object_name(file["object"]), **counts})
    files_table(pl.DataFrame(rows), key="import_by_file")


def files_table(frame: pl.DataFrame, *, key: str, prefix: str = "") -> None:
    """Files (`file`, `object`) with their counts."""
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            "file": st.column_config.TextColumn(_("File"), width="medium"),
            "object": st.column_config.TextColumn(_("Records"), width=110),
            **count_columns(prefix),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (frame.height + 1) + 2, 8 * tables.ROW_HEIGHT),
        placeholder="–",
        key=key,
        alt=_("What became of each file"),
    )


def _first_rejects(files: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        {
            "file": title_of(file),
            "record_number": reject["record"],
            "column_name": reject["column"],
            "value": reject["value"],
            "reason": names.reason(reject["reason"], reject["detail"]),
        }
        for file in files
        for reject in file["first_rejects"]
    ]
    if rows:
        words.heading(_("The first records that do not get in"))
        rejects_table(pl.DataFrame(rows[:100], schema_overrides={"column_name": pl.String, "value": pl.String}))


def rejects_table(frame: pl.DataFrame) -> None:
    """Records that did not get in, with the reason in words."""
    text = st.column_config.TextColumn
    st.dataframe(
        frame,
        hide_index=True,
        column_order=["reason", "column_name", "value", "record_number", "file"],
        column_config={
            "file": text(_("File"), width="medium"),
            "record_number": st.column_config.NumberColumn(_("Record"), format="localized", width=80),
            "column_name": text(_("Column"), width=130),
            "value": text(_("What stood there"), width=150),
            "reason": text(_("Why it did not get in"), width=250),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (frame.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        alt=_("Records that did not get in"),
    )


def _samples(samples: Sequence[Mapping[str, Any]]) -> None:
    if not samples:
        return
    words.heading(_("The first records as they will stand"))
    for index, file in enumerate(samples[:10]):
        st.caption(f"{words.escaped(title_of(file))} · {names.object_name(file['object'])}")
        records = [{name: _sample_text(name, text) for name, text in record.items()} for record in file["records"]]
        frame = pl.DataFrame(records, infer_schema_length=None).cast(pl.String)
        st.dataframe(
            frame,
            hide_index=True,
            column_config={name: st.column_config.TextColumn(_sample_title(name)) for name in frame.columns},
            row_height=tables.ROW_HEIGHT,
            placeholder="–",
            key=f"import_sample_{index}",
            alt=_("The first records as they will stand"),
        )


def _sample_text(name: str, text: str | None) -> str | None:
    if name != CUSTOM or text is None:
        return text
    return " · ".join(f"{column}: {value}" for column, value in json.loads(text).items())


def _sample_title(name: str) -> str:
    return {KEY: _("Key"), CUSTOM: _("Custom fields")}.get(name) or names.field(name)


def _notes(files: Sequence[Mapping[str, Any]]) -> None:
    """What was found out about the files, each kind of finding once."""
    found: dict[str, list[str]] = {}
    for file in files:
        for note in file["notes"]:
            message = note["message"]
            values = {name: words.escaped(str(value)) for name, value in note["values"].items()}
            found.setdefault(_(message, **values), []).append(title_of(file))
    if found:
        with st.expander(_("What was found out about the files ({count})", count=words.number(len(found)))):
            for sentence, titles in found.items():
                st.markdown(f"{sentence} :gray[{listed(titles)}]")


def left_after_undo(kept: Iterable[Mapping[str, Any]]) -> None:
    """What taking a load back could not take back, and why."""
    rows = [
        {
            "object": names.object_name(each["object"]),
            "field": names.field(each["field"].removesuffix("_id")) if each["field"] else _("the whole record"),
            "reason": names.kept_reason(each["reason"]),
            "number": each["number"],
        }
        for each in kept
    ]
    if not rows:
        return
    words.heading(_("What stays"))
    text = st.column_config.TextColumn
    st.dataframe(
        pl.DataFrame(rows),
        hide_index=True,
        column_config={
            "object": text(_("Records")),
            "field": text(_("Field")),
            "reason": text(_("Why"), width="large"),
            "number": st.column_config.NumberColumn(_("How many"), format="localized"),
        },
        row_height=tables.ROW_HEIGHT,
        alt=_("What stays"),
    )


def failed(error: PintailError) -> None:
    """Why a job did not come to its end, as one sentence with the next step."""
    st.error(words.explain(error), icon=":material/info:")
