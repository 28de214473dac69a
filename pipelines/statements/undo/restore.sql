-- Put back what the load changed. A record that stays as it is, is only told from whom it has its values.
update core.{name} as standing
set
    {fields},
    version = standing.version + touched.is_changed::bigint,
    updated_at = case when touched.is_changed then $now else standing.updated_at end,
    updated_by = case when touched.is_changed then $user_id else standing.updated_by end,
    batch_id = touched.batch_id,
    record_number = touched.record_number
from {touched} as touched
where standing.id = touched.id and (touched.is_changed or touched.batch_id is distinct from standing.batch_id)
