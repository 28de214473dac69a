-- Which records of a load did not get in, and why? The first thousand.
-- Grain: refused record; its number counts within its file.
-- Parameters: $batch_id.
select
    file.file,
    file.sheet,
    reject.record_number - file.first_record + 1 as record_number,
    reject.column_name,
    reject.value,
    reject.reason,
    reject.detail
from visible.reject
join visible.file
    on file.batch_id = reject.batch_id
    and reject.record_number >= file.first_record
    and reject.record_number < file.first_record + file.count_read
where reject.batch_id = $batch_id
order by reject.record_number, reject.column_name
limit 1000
