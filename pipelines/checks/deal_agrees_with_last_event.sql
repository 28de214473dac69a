-- Which deals are in another stage, or worth another amount, than the last of their events says?
select opportunity.id as opportunity_id
from core.opportunity
join core.opportunity_event as event on event.opportunity_id = opportunity.id and event.valid_to = 'infinity'::timestamp
where (event.stage_id is not null and event.stage_id <> opportunity.stage_id)
    or event.amount is distinct from opportunity.amount
    or event.amount_company is distinct from opportunity.amount_company
