-- Keep the names of the records just made as their keys.
insert into pending_key
select $object, $source, value, pending.id
from unnamed
join {pending} as pending on pending.name = unnamed.value and pending.is_new
