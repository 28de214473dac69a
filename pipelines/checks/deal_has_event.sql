-- Which deals have no event that stands, or several, so that a pipeline of the past lacks them or counts them twice?
select opportunity.id as opportunity_id
from core.opportunity
left join core.opportunity_event as event
    on event.opportunity_id = opportunity.id and event.valid_to = 'infinity'::timestamp
group by opportunity.id
having count(event.opportunity_id) <> 1
