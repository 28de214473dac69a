"""Are these two one? Side by side, the choice field by field, and what would move; then one record, and a way back."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import streamlit as st

from crm import access_log, forms, lists, merging, pairs, queries
from crm.access import Viewer
from crm.conditions import Field
from crm.fields import MERGEABLE
from crm.pairs import Side
from crm.ui import errors, names, search, session, ways_back, words
from crm.ui.session import database, require
from crm.ui.words import gettext as _
from crm.ui.words import ngettext

PLACES = ("first", "second")
SAID = "merge_said"
"""In the session: the last merge, for the way back."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    known = [name for name in MERGEABLE if viewer.may("merge", name) and viewer.may("read", name)]
    if not known:
        viewer.require("merge", "account")
    st.title(_("Merge"))
    st.caption(_("Two records that are one become one. What belonged to either belongs to the one that stays."))
    _said(viewer)
    name = _object(known)
    ids = _ids()
    _choose_both(viewer, name, ids)
    chosen = [key for key in ids if key is not None]
    if len(chosen) == 1:
        _suggest(viewer, name, chosen[0])
    elif chosen and chosen[0] == chosen[1]:
        st.info(_("That is the same record twice. Choose another one."), icon=":material/info:")
    elif chosen:
        _compare(viewer, name, pairs.sides(database(), viewer, name, *chosen))
    for key in dict.fromkeys(chosen):
        _merged_before(viewer, name, key)


def _object(known: list[str]) -> str:
    """Which kind of records; the address names it."""
    asked = st.query_params.get("object")
    st.session_state["object"] = asked if asked in known else known[0]
    chosen: str = st.pills(
        _("Records"),
        known,
        key="object",
        required=True,
        format_func=names.object_name,
        label_visibility="collapsed",
        on_change=_change_object,
    )
    return chosen


def _change_object() -> None:
    st.query_params.from_dict({"object": st.session_state["object"]})
    for place in PLACES:
        search.forget(f"merge_{place}")


def _ids() -> tuple[int | None, int | None]:
    """The two, as far as the address names them."""
    told = [*st.query_params.get("ids", "").split(","), "", ""]
    first, second = (int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None for text in told[:2])
    return first, second


def _choose_both(viewer: Viewer, name: str, ids: tuple[int | None, int | None]) -> None:
    labels = (_("One"), _("The other"))
    with st.grid(2, min_column_width=280):
        for place, label, key in zip(PLACES, labels, ids, strict=True):
            with st.container():
                chosen = "" if key is None else str(key)
                search.one(viewer, name, label, f"merge_{place}", chosen, lambda text, at=place: _put(at, text))


def _put(place: str, text: str) -> None:
    """Write into the address which record stands in a place."""
    told = ["" if key is None else str(key) for key in _ids()]
    told[PLACES.index(place)] = text
    st.query_params["ids"] = ",".join(told)


def _suggest(viewer: Viewer, name: str, key: int) -> None:
    """Records that may be the same as the one that is chosen."""
    values = pairs.sides(database(), viewer, name, key)[0].values
    found = forms.alike(database(), viewer, name, values, key)
    if not found:
        st.info(
            _("Nothing else has the same name, e-mail or phone. Search for the other one."), icon=":material/search:"
        )
        return
    place = PLACES[1] if _ids()[0] is not None else PLACES[0]
    words.heading(_("Likely the same"))
    with st.container(horizontal=True, gap="xsmall"):
        for other, called in found.items():
            st.button(
                words.escaped(called),
                icon=":material/content_copy:",
                on_click=_take_suggestion,
                args=(place, other),
                key=f"like_{other}",
            )


def _take_suggestion(place: str, other: int) -> None:
    search.forget(f"merge_{place}")
    _put(place, str(other))


# Side by side


def _compare(viewer: Viewer, name: str, both: list[Side]) -> None:
    """Which one stays, field by field what it says, and what would move."""
    for side in both:
        access_log.opened(database(), viewer, name, side.read.id, "merge")
        if side.is_archived:
            st.info(
                _("{record} is put away. Bring it back before you merge it.", record=words.escaped(side.called)),
                icon=":material/inventory_2:",
            )
            return
    by_id = {side.read.id: side for side in both}
    with st.container(border=True):
        stays = st.radio(
            _("Which one stays?"),
            list(by_id),
            format_func=lambda key: _label_of(by_id, key),
            key=f"stays_{'_'.join(map(str, by_id))}",
            horizontal=True,
        )
        winner, loser = by_id[stays], next(side for key, side in by_id.items() if key != stays)
        taken = _fields(viewer, name, winner, loser)
    labels = (_label_of(by_id, winner.read.id), _label_of(by_id, loser.read.id))
    st.markdown(_consequences(viewer, name, loser, labels, len(taken)))
    st.button(
        _("Merge"),
        type="primary",
        icon=":material/merge:",
        on_click=_merge,
        args=(name, winner, loser, taken),
        key="merge",
    )


def _label_of(by_id: dict[int, Side], key: int) -> str:
    """How a side is called; with its number where both are called the same."""
    side = by_id[key]
    is_told = len({each.called for each in by_id.values()}) == len(by_id)
    return words.escaped(side.called if is_told else f"{side.called} (#{key})")


def _fields(viewer: Viewer, name: str, winner: Side, loser: Side) -> tuple[str, ...]:
    """The choice for each field in which they differ; the columns of those that come from the one that goes."""
    known = pairs.fields(database(), viewer, name)
    differing = [each for each in known if winner.values[each.name] != loser.values[each.name]]
    same = [each for each in known if each not in differing and winner.values[each.name] is not None]
    taken = []
    if differing:
        words.heading(_("Where they differ"))
    with st.grid(3, min_column_width=220):
        for each in differing:
            with st.container():
                if not forms.may_give(viewer, name, each.column):
                    value = _spoken(viewer, each, winner.values[each.name])
                    st.markdown(f"{names.field(each.name)}: {words.unlinked(value)}")
                elif _choice(viewer, each, winner, loser) == loser.read.id:
                    taken.append(each.column)
    if same:
        label = ngettext("The same in both: {count} field", "The same in both: {count} fields", len(same))
        with st.expander(label):
            for each in same:
                value = _spoken(viewer, each, winner.values[each.name])
                st.markdown(f"{names.field(each.name)}: {words.unlinked(value)}")
    return tuple(taken)


def _choice(viewer: Viewer, each: Field, winner: Side, loser: Side) -> int:
    """Whose value stays, always in the same order; that of the one that stays, where it has one."""
    sides = {side.read.id: side for side in sorted((winner, loser), key=lambda side: _ids().index(side.read.id))}
    spoken = {key: _spoken(viewer, each, side.values[each.name]) for key, side in sides.items()}
    chosen: int = st.radio(
        names.field(each.name),
        list(sides),
        index=list(sides).index((loser if winner.values[each.name] is None else winner).read.id),
        format_func=lambda key: words.unlinked(spoken[key]),
        key=f"take_{each.name}_{winner.read.id}_{loser.read.id}",
    )
    return chosen


def _spoken(viewer: Viewer, each: Field, value: Any) -> str:
    """A value in words."""
    if value is None:
        return _("nothing")
    if each.kind == "reference":
        return lists.called(database(), viewer, each.target or "", value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return words.moment(value, queries.clock(database(), viewer).zone)
    if isinstance(value, date):
        return words.day(value)
    return words.number(value, 2) if isinstance(value, Decimal) else names.state(str(value))


def _consequences(viewer: Viewer, name: str, loser: Side, labels: tuple[str, str], count_taken: int) -> str:
    """What happens, as sentences; `labels` say which one stays and which goes."""
    stays, goes = labels
    moving = pairs.moving(database(), viewer, name, loser.read.id)
    said = [_("{loser} is put away, and {winner} stays.", loser=goes, winner=stays)]
    if count_taken:
        said.append(ngettext("{count} value comes from the other.", "{count} values come from the other.", count_taken))
    if moving:
        listed = words.listed(
            _("{objects} ({count})", objects=names.object_name(table), count=words.number(count))
            for table, count in moving.items()
        )
        said.append(_("These move to {winner}: {listed}.", winner=stays, listed=listed))
    keys = pairs.count_keys(database(), viewer, name, loser.read.id)
    if keys:
        said.append(
            ngettext(
                "{count} key by which files know the other means {winner} from now on.",
                "{count} keys by which files know the other mean {winner} from now on.",
                keys,
                winner=stays,
            )
        )
    return " ".join(said)


@errors.kept
def _merge(name: str, winner: Side, loser: Side, taken: tuple[str, ...]) -> None:
    viewer = session.viewer()
    if viewer is None:  # the page says that the session has ended
        return
    action_id = merging.merge(database(), viewer, name, winner.read, loser.read, taken)
    st.session_state[SAID] = (winner.called, loser.called, action_id)
    _begin_with(name, winner.read.id)


def _begin_with(name: str, key: int) -> None:
    for place in PLACES:
        search.forget(f"merge_{place}")
    st.query_params.from_dict({"object": name, "ids": str(key)})


# What was merged


def _said(viewer: Viewer) -> None:
    said = st.session_state.get(SAID)
    if said is None:
        ways_back.said(viewer)
        return
    winner, loser, action_id = said
    sentence = _("{loser} is part of {winner} now.", loser=words.escaped(loser), winner=words.escaped(winner))
    ways_back.offer(viewer, sentence, action_id, _forget, _("Part them again"))


def _forget() -> None:
    st.session_state.pop(SAID, None)


def _merged_before(viewer: Viewer, name: str, key: int) -> None:
    """The merges of a record that stand, each with its way back."""
    found = pairs.merges_of(database(), viewer, name, key)
    said = st.session_state.get(SAID)
    found = [each for each in found if said is None or each.action_id != said[2]]
    if not found:
        return
    zone = queries.clock(database(), viewer).zone
    words.heading(_("Merged before: {record}", record=words.escaped(lists.called(database(), viewer, name, key))))
    for each in found:
        loser, winner = (lists.called(database(), viewer, name, other) for other in (each.loser_id, each.winner_id))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                _(
                    "{loser} into {winner}, {moment}",
                    loser=words.escaped(loser),
                    winner=words.escaped(winner),
                    moment=words.moment(each.made_at, zone),
                ),
                width="stretch",
            )
            st.button(
                _("Part them again"),
                icon=":material/call_split:",
                on_click=ways_back.take,
                args=(viewer, each.action_id),
                key=f"part_{key}_{each.action_id}",
            )


main()
