-- Which file and which record of it did a record of a load come from?
-- Grain: one row, none for an unknown load.
-- Parameters: $batch_id, $record_number (within the load).
select
    batch.applied_at,
    file.file,
    file.sheet,
    $record_number::bigint - file.first_record + 1 as record_number
from visible.file
join visible.batch on batch.id = file.batch_id
where file.batch_id = $batch_id
    and $record_number::bigint >= file.first_record
    and $record_number::bigint < file.first_record + file.count_read
