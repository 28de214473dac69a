"""Words for codes: objects, columns, reasons. Codes stay codes everywhere but on the screen."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, wraps

from crm import custom_fields, selection
from crm.custom_values import PREFIX
from crm.ui import words
from crm.ui.session import database
from crm.ui.words import gettext as _


def _kept(name_of: Callable[[str], str]) -> Callable[[str], str]:
    """Keep what codes are called in each language: to find the name of one, those of all are looked up.

    What admins call their own fields is asked each time, as they may call them otherwise.
    """
    known = lru_cache(maxsize=4096)(lambda _language, code: name_of(code))

    @wraps(name_of)
    def name(code: str) -> str:
        return name_of(code) if code.startswith(PREFIX) else known(words.language(), code)

    return name


@_kept
def object_name(code: str) -> str:
    """Records of a table, in the plural."""
    names = {
        "access_log": _("Access log"),
        "account": _("Accounts"),
        "batch": _("Loads"),
        "company": _("Company"),
        "stage": _("Stages"),
        "campaign": _("Campaigns"),
        "campaign_member": _("Campaign members"),
        "contact": _("Contacts"),
        "opportunity": _("Deals"),
        "opportunity_event": _("Deal events"),
        "opportunity_line": _("Deal products"),
        "fx_rate": _("Exchange rates"),
        "interaction": _("Interactions"),
        "lead": _("Leads"),
        "order_line": _("Order lines"),
        "product": _("Products"),
        "quote": _("Quotes"),
        "sales_order": _("Orders"),
        "survey_response": _("Survey answers"),
        "staff": _("Staff"),
        "task": _("Tasks"),
        "team": _("Teams"),
        "ticket": _("Tickets"),
        "ticket_event": _("Ticket events"),
    }
    return names.get(code, code)


def new_record(code: str) -> str:
    """The title of the form of a new record."""
    titles = {
        "account": _("New account"),
        "campaign": _("New campaign"),
        "contact": _("New contact"),
        "interaction": _("New interaction"),
        "lead": _("New lead"),
        "opportunity": _("New deal"),
        "product": _("New product"),
        "sales_order": _("New order"),
        "task": _("New task"),
        "ticket": _("New ticket"),
    }
    return titles.get(code, code)


def one(code: str) -> str:
    """One record of a table."""
    names = {
        "account": _("Account"),
        "batch": _("Load"),
        "campaign": _("Campaign"),
        "campaign_member": _("Campaign member"),
        "company": _("Company"),
        "contact": _("Contact"),
        "fx_rate": _("Exchange rate"),
        "interaction": _("Interaction"),
        "lead": _("Lead"),
        "opportunity": _("Deal"),
        "order_line": _("Order line"),
        "product": _("Product"),
        "quote": _("Quote"),
        "sales_order": _("Order"),
        "staff": _("Member of staff"),
        "stage": _("Stage"),
        "survey_response": _("Survey answer"),
        "task": _("Task"),
        "team": _("Team"),
        "ticket": _("Ticket"),
        "ticket_event": _("Ticket event"),
    }
    return names.get(code, code)


def action(kind: str) -> str:
    """What somebody did at once."""
    kinds = {
        "archive": _("Archived"),
        "create": _("Made"),
        "edit": _("Changed"),
        "load": _("Loaded"),
        "merge": _("Merged"),
        "restore": _("Restored"),
        "undo": _("Took back"),
    }
    return kinds.get(kind, kind)


def reason(code: str, detail: str | None) -> str:
    """Why a record of a file did not get in."""
    if code == "ambiguous":
        return _("ambiguous: {count} records fit", count=detail)
    if code == "unknown":
        return _("not found among {objects}", objects=object_name(detail or ""))
    if code == "unreadable" and detail:
        return _("none of the words that are known: {words}", words=detail)
    if detail == "short_year":
        return _("a year needs four digits")
    reasons = {
        "broken": _("the line is broken"),
        "duplicate": _("the same key stood in this load before"),
        "missing": _("a value is needed"),
        "out_of_range": _("out of range"),
        "unreadable": _("cannot be read as this kind of value"),
    }
    return reasons.get(code, code)


def kept_reason(code: str) -> str:
    """Why something stays when a load is taken back."""
    reasons = {
        "changed_by_load": _("a later load changed it"),
        "changed_by_person": _("a person changed it since"),
        "needed": _("something later refers to it"),
    }
    return reasons.get(code, code)


@_kept
def state(code: str) -> str:
    """A status, priority, kind or result in words."""
    states = {
        "call": _("call"),
        "chat": _("chat"),
        "company": _("company"),
        "mail": _("mail"),
        "meeting": _("meeting"),
        "note": _("note"),
        "other": _("other"),
        "person": _("person"),
        "cancelled": _("cancelled"),
        "closed": _("closed"),
        "high": _("high"),
        "lost": _("lost"),
        "low": _("low"),
        "medium": _("medium"),
        "open": _("open"),
        "pending": _("pending"),
        "placed": _("placed"),
        "resolved": _("resolved"),
        "returned": _("returned"),
        "shipped": _("shipped"),
        "urgent": _("urgent"),
        "won": _("won"),
    }
    return states.get(code, code)


@_kept
def verb(code: str) -> str:
    """Something that a role may do with records."""
    verbs = {
        "read": _("See"),
        "create": _("Make"),
        "edit": _("Edit"),
        "archive": _("Archive"),
        "merge": _("Merge"),
        "reassign": _("Reassign"),
        "export": _("Export"),
        "import": _("Import"),
        "admin": _("Administer"),
    }
    return verbs.get(code, code)


def rows_of(scope: str) -> str:
    """Which rows a right is for."""
    return {"none": _("none"), "own": _("own"), "team": _("of the team"), "all": _("all")}[scope]


@_kept
def question(code: str) -> str:
    """A question about a list that is one click away."""
    questions = {
        "active": _("Active"),
        "away": _("Archived"),
        "mine": _("Mine"),
        "new": _("New this week"),
        "open": _("Still open"),
        "overdue": _("Overdue"),
        "silent": _("No contact for 30 days"),
        "team": _("My team's"),
    }
    return questions[code]


@_kept
def stage(name: str) -> str:
    """A stage: those that every company begins with in words, the company's own as they are."""
    names = {
        "Prospecting": _("Prospecting"),
        "Engaging": _("Engaging"),
        "Proposal": _("Proposal"),
        "Negotiation": _("Negotiation"),
        "Won": _("Won"),
        "Lost": _("Lost"),
        selection.UNKNOWN: _("Not known"),
    }
    return names.get(name, name)


@_kept
def field(code: str) -> str:
    """A field of a record that files can fill, by the name that files have for it."""
    titles = {
        "acquired_through": _("Acquired through"),
        "updated_at": _("Last changed"),
        "pipeline": _("Pipeline"),
        "type": _("Type"),
        "position": _("Place"),
        "credited_owner": _("Credited to"),
        "created_at": _("Created"),
        "code": _("Code"),
        "account_owner": _("Owner of the account"),
        "activity": _("Activity"),
        "actor": _("Done by"),
        "answered_at": _("Answered"),
        "archived_at": _("Put away"),
        "arm": _("Group"),
        "assigned_at": _("Assigned"),
        "begins_on": _("Begins"),
        "body": _("Content"),
        "campaign": _("Campaign"),
        "category": _("Category"),
        "channel_partner": _("Channel partner"),
        "city": _("City"),
        "closed_on": _("Closed on"),
        "company": _("Company"),
        "contact": _("Contact"),
        "cost": _("Cost"),
        "description": _("Description"),
        "done_at": _("Done"),
        "due_on": _("Due"),
        "email": _("E-mail"),
        "email_consent": _("Consent to e-mail"),
        "ends_on": _("Ends"),
        "expires_on": _("Expires"),
        "first_reply_at": _("First reply"),
        "happened_at": _("When"),
        "is_active": _("Active"),
        "is_converted": _("Converted"),
        "is_return": _("Return"),
        "issued_on": _("Issued"),
        "kind": _("Kind"),
        "list_price": _("List price"),
        "lost_reason": _("Lost because"),
        "manager": _("Manager"),
        "merged_into_account": _("Merged into"),
        "merged_into_contact": _("Merged into"),
        "merged_into_lead": _("Merged into"),
        "name": _("Name"),
        "number": _("Order number"),
        "opportunity": _("Deal"),
        "order": _("Order"),
        "ordered_at": _("Ordered"),
        "parent": _("Parent account"),
        "phone": _("Phone"),
        "phone_consent": _("Consent to calls"),
        "preferences": _("Preferences"),
        "rate": _("Rate"),
        "region": _("Region"),
        "responded_at": _("Responded"),
        "satisfaction": _("Satisfaction"),
        "since_on": _("Since"),
        "size": _("Size"),
        "sku": _("SKU"),
        "source": _("Source"),
        "team": _("Team"),
        "ticket": _("Ticket"),
        "title": _("Title"),
        "unit_price": _("Unit price"),
        "valid_on": _("Valid on"),
        "website": _("Website"),
    }
    return titles.get(code) or column(code)


def custom_value(code: str, value: str) -> str:
    """The value of a field that an admin made, which history keeps as a text, in words."""
    kind = custom_fields.kind(database(), code)
    if kind == "number":
        number = value.rstrip("0").rstrip(".")
        return words.number(Decimal(number), len(number.partition(".")[2]))
    return {"true": _("yes"), "false": _("no")}.get(value, value) if kind == "flag" else value


@_kept
def column(code: str) -> str:
    """A column's title, in one or two words."""
    titles = {
        "account": _("Account"),
        "amount": _("Amount"),
        "amount_company": _("Value"),
        "comment": _("Comment"),
        "company": _("Company"),
        "cost": _("Cost"),
        "count_converted": _("Converted"),
        "count_high_value": _("High value"),
        "count_kept": _("Kept"),
        "count_repeat": _("Repeat"),
        "count_times": _("Times"),
        "count_valued_orders": _("Counted"),
        "count_won": _("Won"),
        "credited_owner": _("Credited to"),
        "category": _("Category"),
        "begun_on": _("Begun"),
        "channel": _("Channel"),
        "count_lines": _("Lines"),
        "count_orders": _("Orders"),
        "counted_at": _("Counted at"),
        "country": _("Country"),
        "currency": _("Currency"),
        "day": _("Day"),
        "days": _("Days"),
        "deal": _("Deal"),
        "expected_close_on": _("Expected close"),
        "file": _("File"),
        "first_reply_at": _("First reply"),
        "file_record": _("Record"),
        "hours": _("Hours"),
        "industry": _("Industry"),
        "kind": _("Kind"),
        "last_order_on": _("Last order"),
        "lead": _("Lead"),
        "load": _("Load"),
        "margin": _("Margin"),
        "opened_at": _("Opened"),
        "order_number": _("Order"),
        "owner": _("Owner"),
        "points": _("Points"),
        "priority": _("Priority"),
        "probability": _("Chance"),
        "product": _("Product"),
        "quantity": _("Quantity"),
        "quantity_returned": _("Came back"),
        "quantity_sold": _("Sold"),
        "reading": _("Reading"),
        "region": _("Region"),
        "resolved_at": _("Resolved"),
        "result": _("Result"),
        "revenue": _("Revenue"),
        "revenue_before": _("Year before"),
        "revenue_kept": _("Kept"),
        "revenue_now": _("Last year"),
        "revenue_with_cost": _("Revenue"),
        "score": _("Score"),
        "since_at": _("Since"),
        "source": _("Source"),
        "stage": _("Stage"),
        "status": _("Status"),
        "subject": _("Subject"),
        "tags": _("Tags"),
        "target_hours": _("Allowed"),
        "team": _("Team"),
        "value_grade": _("Grade"),
        "valued_revenue": _("Revenue"),
        "weighted": _("Weighted"),
    }
    return titles.get(code) or _own(code) or code.replace("_", " ").capitalize()


def _own(code: str) -> str | None:
    """The title of a field that an admin made."""
    return custom_fields.title(database(), code, words.language()) if code.startswith(PREFIX) else None
