-- Prepare the new records.
insert into {pending} by name
select
    id, {fields}, $now as created_at, $now as updated_at, 1 as version, $batch_id as batch_id, record_number,
    true as is_new
from {linked} as linked
where is_new
