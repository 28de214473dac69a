-- Make a record of each name that nobody has yet.
insert into {pending} by name
select
    nextval('{sequence}') as id, value as name, {defaults}
    $now as created_at, $now as updated_at, 1 as version, $batch_id as batch_id, record_number, true as is_new
from unnamed
