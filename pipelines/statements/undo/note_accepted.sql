-- Keep a list of the values that the load had brought and a person accepted: that was the person's decision.
insert into landing.kept_by_undo
select distinct $batch_id, '{name}', record.id, '{field}', 'changed_by_person'
from landing.conflict as conflict
join core.{name} as record on record.id = conflict.record_id and record.{field}::varchar = conflict.value
where conflict.batch_id = $batch_id
    and conflict.object = '{name}'
    and conflict.field = '{field}'
    and conflict.is_accepted
    and not exists (
        select 1
        from landing.kept_by_undo as kept
        where kept.batch_id = $batch_id and kept.object = '{name}' and kept.record_id = record.id and kept.field = '{field}'
    )
