-- Which records are they? A key that nobody knows is a new record; ids are given in the order of the file.
create or replace temp table identified as
with known as (
    select key, record_id from core.record_key where object = $object and source = $source
    union all
    select key, record_id from pending_key where object = $object and source = $source
),
fresh as (
    select record_number, nextval('{sequence}') as id
    from (
        select record_number from incoming where key not in (select key from known) order by record_number
    )
)
select
    incoming.*,
    coalesce(known.record_id, fresh.id) as id,
    known.record_id is null as is_new
from incoming
left join known on known.key = incoming.key
left join fresh on fresh.record_number = incoming.record_number
