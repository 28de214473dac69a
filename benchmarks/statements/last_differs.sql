-- In which records does not stand what the last change of a field made of it?
select record.id, record.{field}::varchar as stands, last.after
from core.{object} as record
join (
    select record_id, arg_max(after, version) as after
    from history.edit
    where id > $first and object = $object and field = $field
    group by record_id
) as last on last.record_id = record.id
where record.{field}::varchar is distinct from last.after
