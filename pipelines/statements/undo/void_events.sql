-- The other events that the load wrote leave the funnel.
update core.opportunity_event
set voided_at = $now
where batch_id = $batch_id
    and voided_at is null
    and opportunity_id not in (
        select record_id from landing.kept_by_undo where batch_id = $batch_id and object = 'opportunity' and field is null
    )
