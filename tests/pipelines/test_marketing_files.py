"""Quotes, campaigns with their members, and answers to surveys, as files bring them."""

from datetime import date
from decimal import Decimal as D

from crm.db import Database
from pipelines.undo import undo
from tests.pipelines.conftest import Load, Rows, counts, rejects

ACCOUNTS = "Account ID,Account,Owner\nA1,Acme,Ann\nA2,Bolt,Ben\n"


def test_a_quote_belongs_to_its_deal_and_account(load: Load, rows: Rows) -> None:
    deals = "Deal ID,Deal,Account,Stage\nD1,Tents,A1,Proposal\n"
    quotes = (
        "Quote ID,Quote,Deal ID,Account ID,Owner,Status,Issued on,Expires on,Amount,Currency\n"
        "Q1,Q-1,D1,A1,Ann,sent,2026-01-05,2026-02-05,120.50,EUR\n"
        "Q2,Q-2,D9,A1,Ann,sent,2026-01-05,2026-02-05,1,EUR\n"
        "Q3,Q-3,,A2,Ben,lost,soon,,1,EUR\n"
    )
    report = load({"accounts.csv": ACCOUNTS, "deals.csv": deals, "quotes.csv": quotes})
    assert counts(report, 2) == (3, 1, 0, 0, 0, 2)
    assert [(record, reason) for record, _, _, reason, _ in rejects(report, 2)] == [(2, "unknown"), (3, "unreadable")]
    assert rows(
        """select quote.name, quote.status, deal.name, owner.name, quote.expires_on, quote.amount
        from core.quote join core.opportunity as deal on deal.id = quote.opportunity_id
        join core.staff as owner on owner.id = quote.account_owner_id"""
    ) == [("Q-1", "sent", "Tents", "Ann", date(2026, 2, 5), D("120.50"))]


def test_a_campaign_has_members_in_two_arms(load: Load, rows: Rows, database: Database) -> None:
    before = rows("select count(*) from core.campaign_member")
    campaigns = (
        "Campaign ID,Campaign,Channel,Starts on,Ends on,Cost,Currency\nC1,Spring,mail,2026-03-01,2026-03-31,900,EUR\n"
    )
    members = (
        "Member ID,Campaign ID,Account ID,Arm,Assigned at,Responded at\n"
        "M1,C1,A1,treated,2026-02-27,2026-03-02\nM2,C1,A2,held out,2026-02-27,\nM3,C1,A2,both,2026-02-27,\n"
    )
    report = load({"accounts.csv": ACCOUNTS, "campaigns.csv": campaigns, "campaign_members.csv": members})
    assert counts(report, 2) == (3, 2, 0, 0, 0, 1)
    found = "select account.name, arm, responded_at is not null from core.campaign_member as member "
    found += "join core.account on account.id = member.account_id order by 1"
    assert rows(found) == [("Acme", "treated", True), ("Bolt", "held_out", False)]
    undo(database, report["batch"])
    assert rows("select count(*) from core.campaign_member") == before


def test_answers_are_scored_within_their_scale(load: Load, rows: Rows) -> None:
    tickets = "Ticket ID,Subject,Account,Status\nT1,Torn tent,A1,closed\n"
    surveys = (
        "Survey ID,Type,Account ID,Ticket ID,Score,Comment,Answered at\n"
        "S1,CSAT,A1,T1,4,quick,2026-01-05\nS2,NPS,A2,,10,,2026-01-06\nS3,NPS,A2,,11,,2026-01-06\n"
        "S4,feedback,A2,,,More colours,2026-01-07\n"
    )
    report = load({"accounts.csv": ACCOUNTS, "tickets.csv": tickets, "surveys.csv": surveys})
    assert counts(report, 2) == (4, 3, 0, 0, 0, 1)
    assert rejects(report, 2)[0][3] == "out_of_range"
    assert rows("select kind, score, ticket_id is not null from core.survey_response order by answered_at") == [
        ("csat", D(4), True), ("nps", D(10), False), ("feedback", None, False)
    ]  # fmt: skip
