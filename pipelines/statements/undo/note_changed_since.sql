-- Which records did the load make that somebody changed since? They stay.
insert into landing.kept_by_undo
select $batch_id, '{name}', id, null, 'changed_by_load'
from core.{name}
where batch_id is distinct from $batch_id
    and id in (
        select id
        from history.{name}
        where id in (select id from history.{name} where batch_id = $batch_id)
        group by id
        having arg_min(batch_id, version) = $batch_id
    )
union all
select $batch_id, '{name}', id, null, 'changed_by_person'
from core.{name}
where batch_id = $batch_id
    and id in (select record_id from history.edit where object = '{name}' and undone_at is null)
