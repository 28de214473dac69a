-- How many deals with an account are open, and what are they worth?
-- Grain: one row; the value is of those that have one in the company's currency.
-- Parameters: $account_id.
select
    count(*) as count_open,
    sum(opportunity.amount_company) as amount_company
from visible.opportunity
where opportunity.account_id = $account_id
    and not opportunity.is_archived
    and opportunity.stage_id in (select stage.id from visible.stage where stage.type = 'open')
