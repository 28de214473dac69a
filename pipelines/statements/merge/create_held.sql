-- Which fields of an object's records does the word of a person hold? The last change that counts says it.
create or replace temp table held as
select record_id, list(field) as fields
from (
    select record_id, field
    from history.edit
    where object = $object and undone_at is null
    group by record_id, field
    having arg_max(is_held, id)
)
group by record_id
