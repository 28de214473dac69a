-- Where what a load had brought stands by now, there is nothing left to decide.
update landing.conflict as conflict
set decided_at = $now, is_accepted = true
from core.{object} as record
where conflict.decided_at is null
    and conflict.object = '{object}'
    and conflict.field = '{field}'
    and record.id = conflict.record_id
    and record.{field}::varchar = conflict.value
