-- Deals that stand otherwise than the last of their events that counts have one more: taking back is a change.
insert into core.opportunity_event by name
with last as (
    select
        opportunity_id,
        max(sequence) as sequence,
        arg_max(event, sequence) filter (where voided_at is null) as event
    from core.opportunity_event as event
    where opportunity_id in (select opportunity_id from core.opportunity_event where batch_id = $batch_id)
    group by opportunity_id
)
select
    deal.id as opportunity_id, last.sequence + 1 as sequence, $now as happened_at, $now as known_at,
    $user_id::bigint as changed_by, deal.stage_id, deal.amount, deal.currency, deal.amount_company,
    deal.expected_close_on, deal.owner_id
from core.opportunity as deal
join last on last.opportunity_id = deal.id
where last.event.stage_id is distinct from deal.stage_id
    or last.event.amount is distinct from deal.amount
    or last.event.currency is distinct from deal.currency
    or last.event.expected_close_on is distinct from deal.expected_close_on
    or last.event.owner_id is distinct from deal.owner_id
