-- Put back what stood before.
update core.{object} as record
set {field} = returned.before, version = record.version + 1, updated_at = $now, updated_by = $user_id::bigint
from returned
where record.id = returned.record_id
