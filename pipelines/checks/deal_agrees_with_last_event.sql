-- Which deals are in another stage, or worth another amount, than the last of their events says?
with event as (
    select
        opportunity_id,
        stage_id,
        amount,
        row_number() over (partition by opportunity_id order by sequence desc) as nth_last
    from core.opportunity_event
    where voided_at is null
)
select opportunity.id as opportunity_id
from core.opportunity
join event on event.opportunity_id = opportunity.id and event.nth_last = 1
where (event.stage_id is not null and event.stage_id <> opportunity.stage_id)
    or event.amount is distinct from opportunity.amount
