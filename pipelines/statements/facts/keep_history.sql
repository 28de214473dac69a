-- Keep the lines as they stand before the load changes them.
insert into history.order_line by name
select was.*, $batch_id as replaced_by_batch_id
from core.order_line as was
where was.id in (
    select old_id from {delta} where old_id is not null and record_number not in (select record_number from refused)
)
