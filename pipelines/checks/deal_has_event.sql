-- Which deals have no event, so that no pipeline of the past holds them?
select opportunity.id as opportunity_id
from core.opportunity
left join core.opportunity_event
    on opportunity_event.opportunity_id = opportunity.id
    and opportunity_event.voided_at is null
where opportunity_event.opportunity_id is null
