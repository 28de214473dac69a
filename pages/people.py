"""Who signs in, with which role and for whom of the staff? Invited, changed, sent away and back by an administrator."""

import polars as pl
import streamlit as st

from crm import lists, people, queries, users
from crm.access import ROLES, Viewer
from crm.errors import NotAllowed
from crm.people import Person
from crm.ui import errors, names, tables, ways_back, words
from crm.ui.session import database, language, require
from crm.ui.words import gettext as _

INVITATION = "invitation"
"""In the session: whether the form of an invitation is open."""
TOLD = "people_told"
"""In the session: a one-time password that is told once, and for whom."""
DONE = "people_done"
"""In the session: what was done last, as a sentence, and the way back: the sign-in, and the action if work moved."""
CHOSEN = "person"
"""What the address names."""
NOBODY = 0
"""Stands for no member of staff in a choice."""


def main() -> None:
    """The page from top to bottom."""
    viewer = require()
    if not viewer.may("admin", "company"):
        raise NotAllowed("Your role {role} may not manage sign-ins.", role=viewer.role)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(_("People"))
        _invitation(viewer)
    st.caption(_("Who signs in, with which role, and for whom of the staff. A change holds from the next click on."))
    errors.show_kept()
    _said(viewer)
    known = people.listed(database(), viewer)
    _table(viewer, known)
    chosen = next((each for each in known if str(each.id) == st.query_params.get(CHOSEN)), None)
    if chosen is None:
        st.caption(_("Choose a row to change a role, link a person to the staff, or sign somebody out."))
    else:
        _person(viewer, chosen)
    _teams(viewer)


def _role_name(role: str) -> str:
    return users.role_name(role, language())


# What was done


def _said(viewer: Viewer) -> None:
    told = st.session_state.pop(TOLD, None)
    if told:
        email, password = told
        with st.container(border=True, key="one_time_password"):
            st.markdown(
                _(
                    "The one-time password of **{email}**. It is shown this once; the person replaces it at the first "
                    "sign-in.",
                    email=words.escaped(email),
                )
            )
            st.code(password, language=None)
    done = st.session_state.get(DONE)
    if not done:
        return
    sentence, user_id, action_id = done
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(sentence, icon=":material/check:", width="stretch")
        if user_id is None:
            st.session_state.pop(DONE)
        else:
            st.button(
                _("Take it back"),
                icon=":material/undo:",
                on_click=_take_back,
                args=(viewer, user_id, action_id),
                key="people_take_back",
            )


def _done(sentence: str, user_id: int | None = None, action_id: int | None = None) -> None:
    st.session_state[DONE] = (sentence, user_id, action_id)


# Inviting


def _invitation(viewer: Viewer) -> None:
    with (
        st.popover(_("Invite somebody"), icon=":material/person_add:", key=INVITATION, on_change="rerun"),
        st.form("invite", border=False, clear_on_submit=False),
    ):
        st.text_input(_("E-mail"), key="invite_email", max_chars=users.MAX_EMAIL)
        st.text_input(_("Name"), key="invite_name", max_chars=100)
        st.selectbox(_("Role"), ROLES, index=ROLES.index("sales"), format_func=_role_name, key="invite_role")
        _staff_choice(viewer, "invite_staff", None)
        st.form_submit_button(_("Invite"), type="primary", icon=":material/check:", on_click=_invite, args=(viewer,))


def _staff_choice(viewer: Viewer, key: str, staff_id: int | None) -> None:
    staff = lists.options(database(), viewer, "staff")
    options = [NOBODY, *staff]
    st.selectbox(
        _("Member of staff"),
        options,
        index=options.index(staff_id) if staff_id in staff else 0,
        format_func=lambda key: staff.get(key) or _("nobody: owns no records"),
        key=key,
        help=_("Whose records are the person's own, and whose team is its team."),
    )


@errors.kept
def _invite(viewer: Viewer) -> None:
    state = st.session_state
    email = state["invite_email"].strip().lower()
    staff_id = state["invite_staff"] or None
    password = people.invite(database(), viewer, email, state["invite_name"], state["invite_role"], staff_id)
    state[TOLD] = (email, password)
    _done(_("{email} can sign in.", email=words.escaped(email)))
    state["invite_email"] = state["invite_name"] = ""
    state[INVITATION] = False  # it would cover the password that is shown once


# The sign-ins


def _table(viewer: Viewer, known: list[Person]) -> None:
    zone = queries.clock(database(), viewer).zone

    def choose() -> None:
        rows = st.session_state["people"]["selection"]["rows"]
        if rows:
            st.query_params[CHOSEN] = str(known[rows[0]].id)
        else:
            st.query_params.pop(CHOSEN, None)

    st.dataframe(
        pl.DataFrame(
            {
                "name": [each.name for each in known],
                "email": [each.email for each in known],
                "role": [_role_name(each.role) for each in known],
                "staff": [each.staff for each in known],
                "team": [each.team for each in known],
                "manager": [each.manager for each in known],
                "state": [_state(each) for each in known],
                "seen": [each.seen_at and words.moment(each.seen_at, zone) for each in known],
            },
            dict.fromkeys(("name", "email", "role", "staff", "team", "manager", "state", "seen"), pl.String),
        ),
        hide_index=True,
        column_config={
            "name": st.column_config.TextColumn(_("Name")),
            "email": st.column_config.TextColumn(_("E-mail")),
            "role": st.column_config.TextColumn(_("Role")),
            "staff": st.column_config.TextColumn(_("Member of staff")),
            "team": st.column_config.TextColumn(_("Team")),
            "manager": st.column_config.TextColumn(_("Manager")),
            "state": st.column_config.TextColumn(_("State")),
            "seen": st.column_config.TextColumn(_("Last seen"), width=150),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (len(known) + 1) + 2, tables.TALLEST),
        placeholder="–",
        key="people",
        alt=_("People"),
        on_select=choose,
        selection_mode="single-row",
    )


def _state(person: Person) -> str:
    if person.disabled_at is not None:
        return _("deactivated")
    if person.count_sessions:
        return _("signed in")
    if person.must_change_password:
        return _("invited")
    return _("demo sign-in") if person.is_demo else _("active")


# One of them


def _person(viewer: Viewer, person: Person) -> None:
    with st.container(border=True, key="person_card"):
        st.markdown(f"**{words.escaped(person.name)}** · {words.escaped(person.email)}")
        if person.disabled_at is not None:
            _gone(viewer, person)
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                _("Role"),
                ROLES,
                index=ROLES.index(person.role),
                format_func=_role_name,
                key=f"role_{person.id}_{person.role}",
            )
            _staff_choice(viewer, f"staff_{person.id}_{person.staff_id}", person.staff_id)
            st.button(
                _("Save"),
                type="primary",
                icon=":material/check:",
                on_click=_change,
                args=(viewer, person),
                key="change",
            )
        if person.staff:
            team, manager = (words.escaped(each or "–") for each in (person.team, person.manager))
            st.caption(_("Team: {team} · Manager: {manager}", team=team, manager=manager))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Sign out everywhere"),
                icon=":material/logout:",
                disabled=not person.count_sessions,
                on_click=_sign_out,
                args=(viewer, person),
                key="sign_out",
            )
            st.button(
                _("Reset the password"),
                icon=":material/key:",
                disabled=person.is_demo,
                help=_("Demo sign-ins keep their password: everybody shares them.") if person.is_demo else None,
                on_click=_reset,
                args=(viewer, person),
                key="reset",
            )
            if person.id != viewer.user_id:
                _leaving(viewer, person)
        if person.id == viewer.user_id:
            st.caption(_("This is your own sign-in: another administrator changes its role or deactivates it."))
        if person.is_demo:
            st.caption(_("Demo sign-ins keep their password: everybody shares them."))


def _gone(viewer: Viewer, person: Person) -> None:
    zone = queries.clock(database(), viewer).zone
    if person.disabled_at:
        st.caption(_("Deactivated on {moment}.", moment=words.moment(person.disabled_at, zone)))
    st.button(
        _("Reactivate"), icon=":material/person_check:", on_click=_take_back, args=(viewer, person.id, None), key="back"
    )


def _leaving(viewer: Viewer, person: Person) -> None:
    """Deactivate somebody, and who goes on with the work."""
    work = people.open_work(database(), viewer, person.staff_id) if person.staff_id else {}
    with st.popover(_("Deactivate"), icon=":material/person_off:", key="leaving"):
        st.markdown(_("{name} cannot sign in any more, and is signed out everywhere.", name=words.escaped(person.name)))
        if work:
            said = [
                _("{objects}: {count}", objects=names.object_name(name), count=words.number(count))
                for name, count in work.items()
            ]
            st.markdown(_("Open work: {work}.", work=words.listed(said)))
            staff = {
                key: name for key, name in lists.options(database(), viewer, "staff").items() if key != person.staff_id
            }
            st.selectbox(
                _("Who goes on with it"),
                list(staff),
                index=None,
                placeholder=_("It stays where it is"),
                format_func=lambda key: staff[key],
                key="leaving_owner",
            )
            st.text_input(_("Reason"), key="leaving_reason", max_chars=200, placeholder=_("Left the company, for one"))
        st.button(
            _("Deactivate {name}", name=words.escaped(person.name)),
            type="primary",
            on_click=_send_away,
            args=(viewer, person),
            key="send_away",
        )


@errors.kept
def _change(viewer: Viewer, person: Person) -> None:
    role = st.session_state[f"role_{person.id}_{person.role}"]
    staff_id = st.session_state[f"staff_{person.id}_{person.staff_id}"] or None
    people.change(database(), viewer, person.id, role, staff_id)
    _done(_("{name} is changed.", name=words.escaped(person.name)))


@errors.kept
def _sign_out(viewer: Viewer, person: Person) -> None:
    people.sign_out(database(), viewer, person.id)
    _done(_("{name} is signed out everywhere.", name=words.escaped(person.name)))


@errors.kept
def _reset(viewer: Viewer, person: Person) -> None:
    st.session_state[TOLD] = (person.email, people.reset(database(), viewer, person.id))
    _done(_("{name} has a new password and is signed out everywhere.", name=words.escaped(person.name)))


@errors.kept
def _send_away(viewer: Viewer, person: Person) -> None:
    owner_id = st.session_state.get("leaving_owner")
    reason = st.session_state.get("leaving_reason") or _("{name} was deactivated", name=person.name)
    done = people.send_away(database(), viewer, person.id, owner_id, reason)
    said = [_("{name} is deactivated and signed out everywhere.", name=words.escaped(person.name))]
    if done.moved:
        moved = [
            _("{objects}: {count}", objects=names.object_name(name), count=words.number(count))
            for name, count in done.moved.items()
        ]
        owner = lists.options(database(), viewer, "staff").get(owner_id or 0, "")
        said.append(_("{owner} has the work now: {work}.", owner=words.escaped(owner), work=words.listed(moved)))
    _done(" ".join(said), person.id, done.action_id)


@errors.kept
def _take_back(viewer: Viewer, user_id: int, action_id: int | None) -> None:
    st.session_state.pop(DONE, None)
    kept = people.take_back(database(), viewer, user_id, action_id)
    name = words.escaped(people.find(database(), viewer, user_id).name)
    said = _("{name} can sign in again.", name=name)
    _done(" ".join([said, *ways_back.stays(viewer, kept)]))


# Teams


def _teams(viewer: Viewer) -> None:
    words.heading(_("Teams"))
    found = people.teams(database(), viewer)
    if found.is_empty():
        st.caption(_("There are no teams yet. They come with the files that you load."))
        return
    st.dataframe(
        found.with_columns(members=pl.col("members").list.join(_(", "))),
        hide_index=True,
        column_config={
            "team": st.column_config.TextColumn(_("Team")),
            "region": st.column_config.TextColumn(_("Region")),
            "manager": st.column_config.TextColumn(_("Manager")),
            "members": st.column_config.TextColumn(_("Members"), width="large"),
            "count_sign_ins": st.column_config.NumberColumn(_("Sign in")),
        },
        row_height=tables.ROW_HEIGHT,
        height=min(tables.ROW_HEIGHT * (found.height + 1) + 2, tables.TALLEST),
        placeholder="–",
        alt=_("Teams"),
    )


main()
