"""Which records are there, and what do they say? Lists that are searched, filtered, sorted and edited in place."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from crm import access_log, lists
from crm.access import Viewer
from crm.list_address import Asked
from crm.lists import Wanted
from crm.ui import errors, forms, names, words
from crm.ui.listing import asked as address
from crm.ui.listing import choosing, drafts, filters, opening, outcomes, saved, table, taking, toolbar
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

ROWS = 50
"""Records of a page."""
MOST_PAGES = 200
"""After these a search is a better way."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    known = [name for name in lists.NAMES if viewer.may("read", name)]
    if not known:
        viewer.require("read", "account")
    opening.turn()
    drafts.gather()
    drafts.resume()
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    name = toolbar.choose_list(known)
    with head:
        st.title(names.object_name(name), width="content")
        with st.container(horizontal=True, width="content"):
            to_file = st.container(width="content")
            opening.new_button(viewer, name)
    _list(viewer, name, to_file)
    opening.show(viewer)


def _list(viewer: Viewer, name: str, to_file: DeltaGenerator) -> None:
    """One list: what is asked of it, what it has, and what is done with that; the way to a file has its own place."""
    draft = drafts.hold(name)
    if draft is None:
        saved.open_named(viewer, name)
    errors.show_kept()
    outcomes.say(viewer)
    forms.said(viewer)
    asked = address.read(viewer, name)
    fields = lists.fields(database(), viewer, name)
    shown = [each for each in asked.columns or lists.definition(name).columns if each in fields]
    choosing.settle(name, asked)
    _tools(viewer, name, asked, shown, is_held=draft is not None)
    count = lists.count(database(), viewer, name, asked.wanted)
    if count == 0 and draft is None:
        _nothing(asked.wanted)
        return
    with to_file:
        taking.popover(viewer, name, asked, shown, count)
    page = _bar(viewer, name, asked, count, draft)
    if draft:
        frame = draft.frame  # what is typed was typed over what stood then
    else:
        columns, offset = tuple(shown), (page - 1) * ROWS
        frame = lists.page(database(), viewer, name, asked.wanted, offset=offset, limit=ROWS, columns=columns)
    access_log.looked(database(), viewer, name, shown, "list")
    table.draw(viewer, name, [fields[each] for each in shown], frame, (name, asked, page))


def _tools(viewer: Viewer, name: str, asked: Asked, shown: list[str], *, is_held: bool) -> None:
    """What is asked for, at the left, and how it is shown, at the right."""
    known, fields = lists.definition(name), lists.fields(database(), viewer, name)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            toolbar.search(known, fields, asked, is_held=is_held)
            filters.popover(viewer, name, asked, is_held=is_held)
            toolbar.sort(known, fields, shown, asked, is_held=is_held)
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            toolbar.columns(fields, shown, asked, is_held=is_held)
            saved.pick(viewer, name, is_held=is_held)
            saved.popover(viewer, name, asked, is_held=is_held)
    toolbar.questions(viewer, name, asked, is_held=is_held)
    filters.chips(viewer, name, asked, is_held=is_held)


def _nothing(wanted: Wanted) -> None:
    if wanted == Wanted(sort=wanted.sort):
        st.info(_("There are none yet. They come with the files that you load."), icon=":material/inbox:")
    elif wanted == Wanted(sort=wanted.sort, is_archived=True):
        st.info(_("Nothing is archived."), icon=":material/inbox:")
    else:
        st.info(_("Nothing fits. Search for less, or take a filter off."), icon=":material/search_off:")


def _bar(viewer: Viewer, name: str, asked: Asked, count: int, draft: drafts.Draft | None) -> int:
    """Above the table: how many there are, or what can be done with those that are changed or chosen; the page."""
    pages = min(-(-count // ROWS), MOST_PAGES)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            if draft:
                table.save_bar(viewer, name, draft)
            elif choosing.chosen(name):
                choosing.bar(viewer, name, asked, count)
            else:
                st.caption(_count(count), width="content")
        return toolbar.page(pages, is_held=draft is not None)


def _count(count: int) -> str:
    said = ngettext("{shown} record", "{shown} records", count, shown=words.number(count))
    most = ROWS * MOST_PAGES
    if count <= most:
        return said
    turned = _("the first {count} can be turned to; search to see others", count=words.number(most))
    return f"{said} · {turned}"


main()
