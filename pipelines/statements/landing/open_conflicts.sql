-- Which values that loads brought against what people wrote has nobody decided on?
select
    conflict.id as conflict, conflict.object, conflict.record_id as record, conflict.field, conflict.standing,
    conflict.value, conflict.batch_id as batch, file.file, file.sheet,
    conflict.record_number - file.first_record + 1 as record_number
from landing.conflict as conflict
join landing.file as file
    on file.batch_id = conflict.batch_id
    and conflict.record_number >= file.first_record
    and conflict.record_number < file.first_record + file.count_read
where conflict.decided_at is null
order by conflict.id
