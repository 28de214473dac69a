-- From when to when is each event the state of its deal? An event of unknown time counts from the one before it, and
-- so does one that is dated before it.
update core.opportunity_event as event
set valid_from = span.valid_from, valid_to = span.valid_to
from (
    with counting as (
        select
            opportunity_id, sequence,
            coalesce(max(happened_at) over so_far, '-infinity'::timestamp) as valid_from
        from core.opportunity_event
        where voided_at is null and opportunity_id in {deals}
        window so_far as (partition by opportunity_id order by sequence)
    ),
    counted as (
        select
            opportunity_id, sequence, valid_from,
            coalesce(lead(valid_from) over (partition by opportunity_id order by sequence), 'infinity'::timestamp) as valid_to
        from counting
    )
    select event.rowid as place, counted.valid_from, counted.valid_to
    from core.opportunity_event as event
    left join counted using (opportunity_id, sequence)
    where event.opportunity_id in {deals}
        and (
            event.valid_from is distinct from counted.valid_from
            or event.valid_to is distinct from counted.valid_to
        )
) as span
where event.rowid = span.place
