-- Which deals are there with an account?
-- Grain: deal, open ones first, then the latest.
-- Parameters: $account_id.
select
    opportunity.name as deal,
    stage.name as stage,
    opportunity.amount,
    opportunity.currency,
    opportunity.amount_company,
    owner.name as owner,
    opportunity.begun_on,
    opportunity.expected_close_on,
    opportunity.closed_on,
    opportunity.lost_reason,
    stage.type as type,
    'opportunity:' || opportunity.id as record
from visible.opportunity
join visible.stage on stage.id = opportunity.stage_id
left join visible.staff as owner on owner.id = opportunity.owner_id
where opportunity.account_id = $account_id and not opportunity.is_archived
order by
    stage.type = 'open' desc,
    coalesce(opportunity.closed_on, opportunity.expected_close_on, opportunity.begun_on) desc nulls last,
    opportunity.id desc
limit 1000
