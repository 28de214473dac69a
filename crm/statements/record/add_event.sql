-- Write the state of a deal after a change.
insert into core.opportunity_event by name
select
    id as opportunity_id,
    (select coalesce(max(sequence), 0) + 1 from core.opportunity_event where opportunity_id = $id) as sequence,
    $now as happened_at, $now as known_at, $user_id::bigint as changed_by,
    stage_id, amount, currency, amount_company, expected_close_on, owner_id
from core.opportunity
where id = $id
