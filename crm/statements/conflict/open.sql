-- Which values that loads brought against what people wrote has nobody decided on, and how does the field stand now?
-- One row a value and load; what names another record is shown by that record's name where the viewer sees it.
select
    conflict.id as conflict, conflict.object, conflict.record_id as record, field.name, conflict.field,
    coalesce(field.standing, field.standing_key) as standing, coalesce(field.value, conflict.value) as value,
    coalesce(field.before, conflict.standing) as standing_before,
    conflict.standing is distinct from field.standing_key as is_moved,
    row_number() over (
        partition by conflict.object, conflict.record_id, conflict.field, conflict.value order by conflict.id
    ) > 1 as is_repeated,
    conflict.batch_id as batch, file.file, file.sheet,
    conflict.record_number - file.first_record + 1 as record_number
from ({fields}) as field
join visible.conflict on conflict.id = field.id
join visible.file
    on file.batch_id = conflict.batch_id
    and conflict.record_number >= file.first_record
    and conflict.record_number < file.first_record + file.count_read
order by conflict.id
