-- Later loads found what this one had written: what they would put back is now what stood before it.
update history.{name} as image
set
    {fields},
    batch_id = case when image.batch_id = $batch_id then before.batch_id else image.batch_id end,
    record_number = case when image.batch_id = $batch_id then before.record_number else image.record_number end
from touched
where image.id = touched.record.id and image.version > touched.before.version
