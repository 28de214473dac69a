-- Keep the names of the records just made as their keys, and resolve to them.
insert into pending_key
select $object, $source, value, pending.id
from unresolved
join {pending} as pending on pending.name = unresolved.value and pending.is_new
where value not in (select value from {resolved})
