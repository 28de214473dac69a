-- Resolve the rest to the records just made.
insert into {resolved}
select unresolved.value, known.record_id, 1
from unresolved
join unnamed on name_key(unnamed.value) = name_key(unresolved.value)
join pending_key as known on known.object = $object and known.source = $source and known.key = unnamed.value
