-- Keep the lines as they stand before the load changes them.
insert into history.{object} by name
select was.*, $batch_id as replaced_by_batch_id
from core.{object} as was
where was.id in (
    select old_id from {delta} where old_id is not null and record_number not in (select record_number from refused)
)
