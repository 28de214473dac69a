-- Resolve the rest to the records just made.
insert into {resolved}
select unresolved.value, known.record_id, 1
from unresolved
join pending_key as known on known.object = $object and known.source = $source and known.key = unresolved.value
where unresolved.value not in (select value from {resolved})
