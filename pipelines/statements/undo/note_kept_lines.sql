-- Keep a list of the lines that a later load changed again.
insert into landing.kept_by_undo
select $batch_id, '{name}', id, null, 'changed_by_load'
from core.{name}
where batch_id <> $batch_id
    and (
        id in (select id from former)
        or id in (select id from history.{name} where batch_id = $batch_id)
    )
