-- How many values of each file stand against what a person wrote, but for those that an earlier load brought as well?
select part.position, count(*)
from pending_conflict as conflict
join parts as part
    on conflict.record_number > part.before and conflict.record_number <= part.before + part.count_read
where not exists (
    select 1
    from landing.conflict as known
    where known.batch_id <> $batch_id
        and known.decided_at is null
        and known.object = conflict.object
        and known.record_id = conflict.record_id
        and known.field = conflict.field
        and known.value = conflict.value
)
group by part.position
