-- Which records are they? A key that nobody knows is a new record.
create or replace temp table identified as
select
    incoming.*,
    coalesce(known.record_id, nextval('{sequence}')) as id,
    known.record_id is null as is_new
from incoming
left join (
    select key, record_id from core.record_key where object = $object and source = $source
    union all
    select key, record_id from pending_key where object = $object and source = $source
) as known on known.key = incoming.key
