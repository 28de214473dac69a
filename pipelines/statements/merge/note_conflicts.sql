-- Keep what the load would have written, unless the same was brought and refused before. What another load brought
-- as well is kept for each, as one of them may be taken back.
insert into pending_conflict
select linked.record_number, $object, linked.id, brought.field, brought.value, brought.standing
from (
    select linked.record_number, linked.id, unnest([{brought}]) as brought
    from {linked} as linked
    join {current} as was on was.id = linked.id
    join held on held.record_id = linked.id
) as linked
where brought is not null
    and not exists (
        select 1
        from landing.conflict as known
        where known.object = $object
            and known.record_id = linked.id
            and known.field = brought.field
            and known.value = brought.value
            and not known.is_accepted
    )
