"""Where a KPI is used: on whose home page, in which of its pictures, in the table of the team."""

from crm import users
from crm.metrics import Metric
from crm.ui import cards, team, words
from crm.ui.session import language
from crm.ui.words import gettext as _

PICTURES = {
    "revenue": ("months", "category", "region"),
    "new_tickets": ("months", "tickets"),
    "sla_kept": ("tickets",),
    "open_pipeline": ("stages",),
    "high_value_share": ("grades",),
}
"""KPI → the pictures of the home page that draw it or lead to it."""


def places(metric: Metric) -> list[str]:
    """All places where a KPI is used, in words; none where only the list of KPIs has it."""
    roles = [users.role_name(role, language()) for role, shown in cards.HOME.items() if metric.id in shown]
    pictures = [f"“{picture_name(picture, metric)}”" for picture in PICTURES.get(metric.id, ())]
    return [
        *([_("cards of {roles}", roles=words.listed(roles))] if roles else []),
        *([_("pictures {names}", names=words.listed(pictures))] if pictures else []),
        *([_("results of the team")] if metric.id in team.COLUMNS else []),
    ]


def picture_name(picture: str, metric: Metric) -> str:
    """What the home page calls a picture."""
    return {
        "months": _("{title} by month", title=metric.title[language()]),
        "category": _("Revenue by category"),
        "region": _("Revenue by region"),
        "stages": _("Open deals by stage"),
        "grades": _("Customers by value"),
        "tickets": _("Tickets that came in, and SLA kept, by month"),
    }[picture]
