-- Write the state of deals after a change.
insert into core.opportunity_event by name
select
    deal.id as opportunity_id,
    coalesce((select max(sequence) from core.opportunity_event as past where past.opportunity_id = deal.id), 0) + 1 as sequence,
    $now as happened_at, $now as known_at, $user_id::bigint as changed_by,
    deal.stage_id, deal.amount, deal.currency, deal.amount_company, deal.expected_close_on, deal.owner_id
from core.opportunity as deal
where deal.id in {deals}
