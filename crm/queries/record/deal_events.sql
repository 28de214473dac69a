-- How did stage, amount, currency, expected close and owner of a deal change?
-- Grain: event that was not taken back, in the deal's order; no person where a load brought it.
-- Parameters: $record_id.
select
    event.happened_at as changed_at,
    event.stage_id::varchar as stage_id,
    event.amount::varchar as amount,
    event.currency,
    event.expected_close_on::varchar as expected_close_on,
    event.owner_id::varchar as owner_id,
    event.changed_by as user_id,
    person.name as person,
    event.batch_id,
    event.record_number
from visible.opportunity_event as event
left join visible.person on person.id = event.changed_by
where event.opportunity_id = $record_id and event.voided_at is null
order by event.sequence
