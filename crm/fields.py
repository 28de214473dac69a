"""What people write: the objects, the fields that only follow from others, and what refers to what."""

EDITABLE = ("account", "contact", "lead", "opportunity", "product", "sales_order", "staff", "team", "ticket",
            "interaction", "task", "quote", "campaign", "campaign_member", "survey_response", "fx_rate")  # fmt: skip
LISTED = ("account", "contact", "lead", "opportunity", "product", "sales_order", "ticket", "interaction", "task",
          "campaign")  # fmt: skip
"""The objects that have a list, and fields of the company's own, in the order of the menu."""
TAGGED = ("account", "contact", "lead", "opportunity", "product", "ticket", "campaign")
MERGEABLE = ("account", "contact", "lead")
NOT_EDITABLE = frozenset((
    "id", "version", "archived_at", "created_at", "created_by", "updated_at", "updated_by", "batch_id", "record_number",
    "account_owner_id", "credited_owner_id", "amount_company", *(f"merged_into_{name}_id" for name in MERGEABLE),
))  # fmt: skip
"""Columns that only follow from others."""
OWNED = ("account", "lead", "opportunity", "ticket", "interaction", "task", "quote")
"""Objects that have an owner of their own."""
OWNED_BY_MAKER = tuple(name for name in OWNED if name != "ticket")
"""Those that whoever makes them works on; a ticket waits for whom it is given to."""
REASSIGNED = (("account", "owner_id"),)
"""(object, column) that changes with the right to reassign and a reason only."""
REFERENCES = {
    "account_id": "account", "account_owner_id": "staff", "campaign_id": "campaign", "channel_partner_id": "account",
    "contact_id": "contact", "credited_owner_id": "staff", "manager_id": "staff", "merged_into_account_id": "account",
    "merged_into_contact_id": "contact", "merged_into_lead_id": "lead", "opportunity_id": "opportunity",
    "order_id": "sales_order", "owner_id": "staff", "parent_id": "account", "product_id": "product",
    "stage_id": "stage", "team_id": "team", "ticket_id": "ticket",
}  # fmt: skip
"""Column → object whose record it names."""
