-- Keep the rows as they stand before the load changes them.
insert into {history} by name
select was.*, $batch_id as replaced_by_batch_id
from {core} as was
join {pending} as pending on pending.id = was.id and not pending.is_new
