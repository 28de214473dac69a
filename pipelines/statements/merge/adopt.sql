-- Which records were made of a name alone and come under a key now? The key is theirs, where no other record of the
-- load has the name.
insert into pending_key
with known as (
    select key, record_id from core.record_key where object = $object and source = $source
    union all
    select key, record_id from pending_key where object = $object and source = $source
),
unique_name as (
    select key, {name} as name from incoming where {name} is not null
    qualify count(*) over (partition by {name}) = 1
)
select $object, $source, unique_name.key, made.record_id
from unique_name
join known as made on made.key = unique_name.name
where
    unique_name.key <> unique_name.name
    and unique_name.key not in (select key from known)
    and made.record_id in (select record_id from known group by record_id having count(*) = 1)
