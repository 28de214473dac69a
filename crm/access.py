"""Who sees what: viewers, grants, and the `visible.*` views through which everything is read.

Each view tests two variables of its cursor: `scope`, by object which rows may be seen, by their
owner, and `masked`, which fields are null; that of actions also `user_id`, who looks. DuckDB folds
them while it plans, so a viewer of all rows pays nothing. A cursor without them sees no row. Two for
each object took twenty milliseconds to set; all in one, the masks made planning slower by half.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from blake3 import blake3

from crm import sql
from crm.db import Cursor, Database
from crm.errors import NotAllowed, NotFound

statement = sql.room(Path(__file__).parent / "statements" / "access")
VERBS = ("read", "create", "edit", "archive", "merge", "reassign", "export", "import", "admin")
ROLES = ("admin", "management", "sales_manager", "sales", "marketing", "service")


@dataclass(frozen=True)
class Scope:
    """Rows of one object: all, or those whose owner or, where nobody owns them, team is listed."""

    everything: bool = False
    owners: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    masked: tuple[str, ...] = ()

    def within(self, other: "Scope") -> "Scope":
        """The rows that both have, less the fields that either withholds."""
        masked = tuple(sorted({*self.masked, *other.masked}))
        if self.everything or other.everything:
            return replace(self if other.everything else other, masked=masked)
        owners, teams = {*self.owners} & {*other.owners}, {*self.teams} & {*other.teams}
        return Scope(owners=tuple(sorted(owners)), teams=tuple(sorted(teams)), masked=masked)


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: the role and, by object, the scope of what it may read. Hashable, so it keys caches."""

    user_id: int | None
    name: str
    role: str
    staff_id: int | None = None
    email: str = ""
    language: str | None = None
    scopes: tuple[tuple[str, Scope], ...] = field(default=())
    verbs: frozenset[tuple[str, str]] = frozenset()
    limits: tuple[tuple[tuple[str, str], Scope], ...] = ()
    """(verb, object) → the rows and fields that it is granted for, where that is less than may be read."""
    doing: str = "read"
    """For which verb it looks, so that it sees no more than it may do that to."""

    def acting(self, verb: str) -> "Viewer":
        """The same viewer as it does something: of each object it sees what it may both read and do that to.

        What everybody reads, such as the staff, it sees as before.
        """
        limits = dict(self.limits)
        scopes = tuple(
            (name, scope.within(limits[verb, name]) if (verb, name) in limits else scope)
            for name, scope in self.scopes
            if name in EVERYONE or self.may(verb, name)
        )
        return replace(self, scopes=scopes, doing=verb)

    def scope(self, object_name: str) -> Scope | None:
        """The rows of an object that may be read, or None where no grant exists."""
        return dict(self.scopes).get(object_name)

    @property
    def sees_everything(self) -> bool:
        """Whether every row and field of every object may be read."""
        scopes = [self.scope(name) for name in objects()]
        return all(scope is not None and scope.everything and not scope.masked for scope in scopes)

    def may(self, verb: str, object_name: str) -> bool:
        """Whether a grant for `verb` on the object exists."""
        return (verb, object_name) in self.verbs

    def require(self, verb: str, object_name: str) -> None:
        """Raise NotAllowed unless `may`."""
        if not self.may(verb, object_name):
            raise NotAllowed(
                "Your role {role} may not do this ({verb} {object}). Ask an administrator for the right.",
                role=self.role,
                verb=verb,
                object=object_name,
            )


@dataclass(frozen=True)
class View:
    """How a table is shown: whose grant decides, and the columns that say who owns a row."""

    table: str
    object: str
    owners: tuple[str, ...] = ()
    team: str | None = None
    name: str = ""
    only_all: bool = False
    """Rows without owner that only a viewer of all may see, such as loads."""
    only: tuple[str, ...] = ()
    """The columns that it shows, where not all."""
    of_records: bool = False
    """Its rows name a record by `object` and `record_id`, and are seen with it, but for those of a masked `field`."""
    of_actions: bool = False
    """Its rows name a record, and are seen with it or any that the action changed, or by who did it."""
    of: tuple[str, ...] = ()
    """The tables of whose records they tell, where not all: to plan a question over all takes 100 ms."""
    of_metrics: bool = False
    """Its rows are numbers of the KPI `metric_id` over all records: for whoever sees all that the KPI reads."""


VIEWS = (
    View("core.team", "team"),
    View("core.staff", "staff"),
    View("core.stage", "stage"),
    View("core.product", "product"),
    View("core.account", "account", ("owner_id",), "team_id"),
    View("core.contact", "contact", ("account_owner_id",)),
    View("core.opportunity", "opportunity", ("owner_id", "account_owner_id")),
    View("core.opportunity_event", "opportunity", ("deal.owner_id", "deal.account_owner_id")),
    View("core.opportunity_line", "opportunity", ("deal.owner_id", "deal.account_owner_id")),
    View("core.sales_order", "sales_order", ("account_owner_id",)),
    View("core.order_line", "sales_order", ("account_owner_id",)),
    View("core.ticket", "ticket", ("owner_id", "account_owner_id"), "team_id"),
    View("core.ticket_event", "ticket", ("ticket.owner_id", "ticket.account_owner_id"), "ticket.team_id"),
    View("core.lead", "lead", ("owner_id",), "team_id"),
    View("core.interaction", "interaction", ("owner_id", "account_owner_id")),
    View("core.task", "task", ("owner_id", "account_owner_id")),
    View("core.quote", "quote", ("owner_id", "account_owner_id")),
    View("core.campaign", "campaign"),
    View("core.campaign_member", "campaign", ("account_owner_id",)),
    View("core.survey_response", "survey_response", ("account_owner_id",)),
    View("core.fx_rate", "company"),
    View("core.record_key", "batch", only_all=True),
    View("history.team", "team", name="history_team"),
    View("history.staff", "staff", name="history_staff"),
    View("history.product", "product", name="history_product"),
    View("history.account", "account", ("owner_id",), "team_id", name="history_account"),
    View("history.contact", "contact", ("account_owner_id",), name="history_contact"),
    View("history.opportunity", "opportunity", ("owner_id", "account_owner_id"), name="history_opportunity"),
    View(
        "history.opportunity_line",
        "opportunity",
        ("deal.owner_id", "deal.account_owner_id"),
        name="history_opportunity_line",
    ),
    View("history.sales_order", "sales_order", ("account_owner_id",), name="history_sales_order"),
    View("history.order_line", "sales_order", ("account_owner_id",), name="history_order_line"),
    View("history.ticket", "ticket", ("owner_id", "account_owner_id"), "team_id", name="history_ticket"),
    View(
        "history.ticket_event",
        "ticket",
        ("ticket.owner_id", "ticket.account_owner_id"),
        "ticket.team_id",
        name="history_ticket_event",
    ),
    View("history.lead", "lead", ("owner_id",), "team_id", name="history_lead"),
    View("history.interaction", "interaction", ("owner_id", "account_owner_id"), name="history_interaction"),
    View("history.task", "task", ("owner_id", "account_owner_id"), name="history_task"),
    View("history.quote", "quote", ("owner_id", "account_owner_id"), name="history_quote"),
    View("history.campaign", "campaign", name="history_campaign"),
    View("history.campaign_member", "campaign", ("account_owner_id",), name="history_campaign_member"),
    View("history.survey_response", "survey_response", ("account_owner_id",), name="history_survey_response"),
    View("history.fx_rate", "company", name="history_fx_rate"),
    View("landing.batch", "batch", only_all=True),
    View("landing.file", "batch", only_all=True),
    View("landing.reject", "batch", only_all=True),
    View("landing.conflict", "batch", only_all=True),
    View("landing.kept_by_undo", "batch", only_all=True),
    View("history.edit", "batch", only_all=True, name="history_edit"),
    View("history.edit", "company", name="edit", of_records=True),
    View("history.action", "company", name="action", of_actions=True),
    View("history.edit", "company", name="account_edit", of_records=True, of=("account",)),
    View("ops.user", "company", name="person", only=("id", "name")),
    View("mart.sale_line", "sales_order", ("account_owner_id",)),
    View("mart.sale_order", "sales_order", ("account_owner_id",)),
    View("mart.sale_day", "sales_order", ("account_owner_id",)),
    View("mart.account_profile", "account", ("account_owner_id",)),
    View("mart.account_day", "sales_order", ("account_owner_id",)),
    View("ops.touched_account", "company"),
    View("ops.company", "company"),
    View("ops.refresh", "company"),
    View("ops.service_target", "company"),
    View("ops.kpi_snapshot", "company", of_metrics=True),
)

PARENTS = {"deal": ("core.opportunity", "opportunity_id"), "ticket": ("core.ticket", "ticket_id")}
"""Records whose owner decides on rows that belong to them."""

DECIDING = frozenset(column.rpartition(".")[2] for view in VIEWS for column in (*view.owners, view.team) if column) | {
    reference for _, reference in PARENTS.values()
}
"""Columns that tell whose a row is."""

RECORDS = tuple(
    view.name.removeprefix("history_") for view in VIEWS if view.name.startswith("history_") and not view.only_all
)
"""Tables of core of whose records history is kept."""

MADE_OF = {
    "margin": ("revenue", "cost"),
    "revenue_with_cost": ("revenue",),
    "valued_revenue": ("revenue",),
    "revenue_before": ("revenue",),
    "revenue_year": ("revenue",),
    "revenue_now": ("revenue",),
    "revenue_kept": ("revenue",),
    "quantity_sold": ("quantity",),
    "quantity_returned": ("quantity",),
}
"""Columns of marts that tell others: they are masked with them."""

CUSTOM_FIELDS = "custom_fields"
"""A mask of this is one of all fields of an object that admins made and that are personal."""

LAST = "action"
"""The view that is made last; its comment says of what all were made."""

EVERYONE = ("team", "staff", "stage", "product", "company")
"""Objects without owner that whoever is signed in may read."""


def create_views(cursor: Cursor) -> None:
    """Make `visible.*` anew from VIEWS and the columns that the tables have now, where they differ from before."""
    columns = cursor.rows(statement("columns"))
    statements = _statements(cursor, columns)
    made_of = blake3(repr((columns, statements)).encode()).hexdigest()
    if cursor.value(statement("views_made_of"), name=LAST) == made_of:
        return  # to make them all takes a second on a busy machine
    for text in statements:
        cursor.run(text)
    cursor.run(f"comment on view visible.{LAST} is {sql.literal(made_of)}")


def _statements(cursor: Cursor, columns: Sequence[tuple[str, str, str]]) -> list[str]:
    names: dict[str, list[str]] = {}
    for table, column, _type in columns:
        names.setdefault(table, []).append(column)
    hidden = cursor.rows(_hidden())
    for name, column in hidden:
        for schema in ("core", "history"):
            names[f"{schema}.{name}"].remove(column)
    views = sorted(VIEWS, key=lambda view: (view.of_actions, view.of_records, view.name == LAST))
    return [_statement_of(view, names[view.table], hidden) for view in views]  # the last read the others


def _hidden() -> str:
    """A query of (object, column) of the custom fields that are put away."""
    return sql.read(Path(__file__).parent / "statements" / "custom" / "hidden.sql")


def _statement_of(view: View, columns: list[str], hidden: Sequence[tuple[str, str]]) -> str:
    if view.of_actions:
        return _of_actions(view, columns)
    return _of_records(view, hidden) if view.of_records else _definition(view, list(view.only) or columns)


def tables_behind(view: View) -> tuple[str, ...]:
    """The tables that a view reads: that of its rows, and that which says whose they are."""
    tables: tuple[str, ...] = (view.table,)
    if parent := _parent(view):
        tables += (PARENTS[parent][0],)
    elif _holder(view) == "present":
        tables += (view.table.replace("history", "core"),)
    if view.of_records:
        tables += ("history.action",)
    if view.of_actions:
        tables += ("history.edit",)
    return tables + tuple(f"core.{table}" for table in view.of or RECORDS if view.of_records or view.of_actions)


def _of_records(view: View, hidden: Sequence[tuple[str, str]]) -> str:
    away = "".join(
        f" and not (kept.object = {sql.literal(table)} and kept.field = {sql.literal(column)})"
        for table, column in hidden
    )
    return (
        f"create or replace view {sql.identifier(f'visible.{view.name}')} as select kept.*, action.reason "
        f"from {sql.identifier(view.table)} as kept "
        "left join history.action as action on action.id = kept.action_id "
        f"join ({_seen_records(view.of or RECORDS)}) as record "
        "on record.object = kept.object and record.id = kept.record_id "
        f"where {_scope_of(view)} is not null "
        f"and not list_contains(getvariable('masked'), record.granted || '.' || kept.field){away}"
    )


def _of_actions(view: View, columns: list[str]) -> str:
    """Who did something sees that it was done, though not to whom where that is out of sight by now."""
    named = {"record_id": "record.id as record_id"}
    fields = ", ".join(
        named.get(column, f"action.{sql.identifier(column)}") for column in columns if column != "other_id"
    )
    return (
        f"create or replace view {sql.identifier(f'visible.{view.name}')} as "
        f"select {fields} from {sql.identifier(view.table)} as action "
        f"left join ({_seen_records(RECORDS)}) as record "
        "on record.object = action.object and record.id = action.record_id "
        f"where {_scope_of(view)} is not null and (record.id is not null or action.user_id = getvariable('user_id') "
        f"or action.id in (select action_id from visible.edit))"
    )


def _seen_records(tables: Sequence[str]) -> str:
    """The keys of all records of tables that are seen: a join with each of their views took a second to plan."""
    views = {view.table: view for view in VIEWS}
    return " union all ".join(
        f"select {sql.literal(table)} as object, {sql.literal(object_of(table))} as granted, record.id "
        f"from {sql.identifier(f'core.{table}')} as record where {_rows(views[f'core.{table}'])}"
        for table in tables
    )


def _definition(view: View, columns: list[str]) -> str:
    name = sql.identifier(f"visible.{view.name or view.table.partition('.')[2]}")
    source = f"{sql.identifier(view.table)} as record"
    if _holder(view) == "present" and not _parent(view):
        source += (
            f" left join {sql.identifier(view.table.replace('history', 'core'))} as present on present.id = record.id"
        )
    fields = ", ".join(_field(view.object, column) for column in columns)
    archived = ", record.archived_at is not null as is_archived" if "archived_at" in columns else ""
    return f"create or replace view {name} as select {fields}{archived} from {source} where {_rows(view)}"


def _field(object_name: str, column: str) -> str:
    quoted = sql.identifier(column)
    if column == "id":
        return f"record.{quoted}"
    told_by = [f"'{object_name}.{name}'" for name in (column, *MADE_OF.get(column, ()))]
    masked = " or ".join(f"list_contains(getvariable('masked'), {name})" for name in told_by)
    return f"case when {masked} then null else record.{quoted} end as {quoted}"


def _parent(view: View) -> str | None:
    """The record whose owner decides, of rows that belong to one."""
    return view.owners[0].partition(".")[0] if view.owners and "." in view.owners[0] else None


def _holder(view: View) -> str:
    """The row that says whose a row is: of history the present one, as access follows the owner of now."""
    return "present" if view.owners and view.table.startswith("history.") else "record"


def _scope_of(view: View) -> str:
    return f"getvariable('scope').{view.object}"


def _rows(view: View) -> str:
    scope = _scope_of(view)
    if view.of_metrics:
        return f"{scope} is not null and ({_of_metrics()})"
    if view.object in EVERYONE:
        return f"{scope} is not null"
    everything = f"{scope}.everything"
    if view.only_all or not view.owners:
        return everything
    owners = [owner if "." in owner else f"{_holder(view)}.{owner}" for owner in view.owners]
    tests = [f"{owner} in {scope}.owners" for owner in owners]
    if view.team:
        team = view.team if "." in view.team else f"{_holder(view)}.{view.team}"
        tests.append(f"({owners[0]} is null and {team} in {scope}.teams)")
    owned = " or ".join(tests)
    if parent := _parent(view):
        table, reference = PARENTS[parent]
        # Nothing is joined for a viewer of all: the engine folds the test, and the list of parents is empty.
        parents = f"select {parent}.id from {table} as {parent} where not {everything} and ({owned})"
        owned = f"record.{reference} in ({parents})"
    return f"({everything} or {owned})"


def _of_metrics() -> str:
    """A KPI's numbers are seen by whom none of its rows and none of its fields is withheld from."""
    from crm import metrics  # what a KPI reads is said in its file, and read through these views

    return " or ".join(
        f"({' and '.join([f'metric_id = {sql.literal(metric.id)}', *_sees_all(metric.reads)])})"
        for metric in metrics.registry().values()
    )


def _sees_all(reads: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for name, needed in reads.items():
        scope = f"getvariable('scope').{name}"
        yield f"{scope} is not null" if name in EVERYONE else f"{scope}.everything"
        yield from (f"not list_contains(getvariable('masked'), {sql.literal(f'{name}.{field}')})" for field in needed)


def objects() -> list[str]:
    """The objects that grants speak of."""
    return sorted({view.object for view in VIEWS})


def object_of(table: str) -> str:
    """The object whose grants decide on a table of core."""
    return next((view.object for view in VIEWS if view.table == f"core.{table}"), table)


def owner_of_file() -> Viewer:
    """Who runs the command line on a file: sees and may do all."""
    everything = Scope(everything=True)
    return Viewer(
        None,
        "owner",
        "admin",
        scopes=tuple((name, everything) for name in objects()),
        verbs=frozenset((verb, name) for verb in VERBS for name in objects()),
    )


def viewer_of(cursor: Cursor, email: str) -> Viewer:
    """The viewer with that sign-in; raises NotFound for an unknown or disabled one."""
    found = cursor.rows(statement("user_by_email"), email=email.strip().lower())
    if not found:
        raise NotFound("Nobody signs in as {email}. List the sign-ins with: python -m crm user list", email=email)
    user_id, name, role, staff_id, language = found[0]
    grants = cursor.rows(statement("grants_of_role"), role=role)
    owners, teams = _people(cursor, staff_id)
    scopes = {name: Scope() for name in EVERYONE}
    personal = dict(cursor.rows(statement("personal_fields")))
    granted = {}
    for object_name, verb, rows, masked in grants:
        fields = [*masked, *(personal.get(object_name, ()) if CUSTOM_FIELDS in masked else ())]
        granted[verb, object_name] = _scope(rows, staff_id, owners, teams, fields)
    scopes |= {object_name: scope for (verb, object_name), scope in granted.items() if verb == "read"}
    return Viewer(
        user_id,
        name,
        role,
        staff_id,
        email.strip().lower(),
        language,
        tuple(sorted(scopes.items())),
        frozenset(granted),
        tuple(sorted(_limits(scopes, granted))),
    )


def _limits(
    scopes: Mapping[str, Scope], granted: Mapping[tuple[str, str], Scope]
) -> Iterator[tuple[tuple[str, str], Scope]]:
    """Of grants to do something, those that are for less than may be read."""
    for (verb, name), scope in granted.items():
        if verb != "read" and name in scopes and scopes[name].within(scope) != scopes[name]:
            yield (verb, name), scope


def _people(cursor: Cursor, staff_id: int | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(staff, teams) that a member of staff works with: its own team, and all whom it leads."""
    if staff_id is None:
        return (), ()
    staff = cursor.rows(statement("staff_in_reach"), staff_id=staff_id)
    teams = cursor.rows(statement("teams_in_reach"), staff_id=staff_id)
    return tuple(row[0] for row in staff), tuple(row[0] for row in teams)


def _scope(
    rows: str, staff_id: int | None, owners: tuple[int, ...], teams: tuple[int, ...], masked: list[str]
) -> Scope:
    withheld = tuple(sorted(masked))
    if rows == "all":
        return Scope(everything=True, masked=withheld)
    if staff_id is None:
        return Scope(masked=withheld)
    if rows == "own":
        return Scope(owners=(staff_id,), masked=withheld)
    return Scope(owners=owners, teams=teams, masked=withheld)


def sees(cursor: Cursor, viewer: Viewer, table: str, record_id: int) -> bool:
    """Whether the viewer sees a record as it stands in the transaction of a writing cursor, which is for that alone."""
    scope = viewer.scope(object_of(table))
    if scope is None or scope.everything:
        return scope is not None
    for name, value in variables(viewer).items():
        cursor.run(f"set variable {sql.identifier(name)} = $value", value=value)
    return bool(cursor.value(statement("sees", table=table), id=record_id))


def count_seen(database: Database, email: str) -> dict[str, int]:
    """Object → how many of its records that were not put away somebody sees. Raises NotFound."""
    with database.cursor() as cursor:
        viewer = viewer_of(cursor, email)
    with cursor_for(database, viewer) as cursor:
        tables = [view.table.removeprefix("core.") for view in VIEWS if view.table == f"core.{view.object}"]
        return {
            table: int(cursor.value(statement("count_seen", table=table)))
            for table in tables
            if table != "stage" and viewer.scope(table) is not None
        }


def variables(viewer: Viewer) -> Mapping[str, object]:
    """The cursor variables of a viewer, as typed values: the text 'yes' would open everything."""
    granted = dict(viewer.scopes)
    return {
        "scope": {name: _bound(granted.get(name, Scope())) for name in objects()},
        "masked": [f"{name}.{column}" for name, scope in granted.items() for column in scope.masked],
        "user_id": viewer.user_id,
    }


def _bound(scope: Scope) -> dict[str, object]:
    return {
        "everything": scope.everything is True,
        "owners": [int(owner) for owner in scope.owners],
        "teams": [int(team) for team in scope.teams],
    }


@contextmanager
def cursor_for(database: Database, viewer: Viewer) -> Iterator[Cursor]:
    """The only way to a read cursor: one READ ONLY transaction that sees what the viewer may see."""
    with database.snapshot(variables(viewer)) as cursor:
        yield cursor
