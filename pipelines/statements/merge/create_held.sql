-- Which fields of an object's records does the word of a person hold?
create or replace temp table held as
select record_id, list(distinct field) as fields
from history.edit
where object = $object and is_held and undone_at is null
group by record_id
