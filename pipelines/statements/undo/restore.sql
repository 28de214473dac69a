-- Put back the values that nobody set later.
update core.{name} as standing
set
    {fields},
    version = standing.version + 1, updated_at = $now, updated_by = $user_id,
    batch_id = case when standing.batch_id = $batch_id then before.batch_id else standing.batch_id end,
    record_number = case when standing.batch_id = $batch_id then before.record_number else standing.record_number end
from touched
where standing.id = touched.record.id
