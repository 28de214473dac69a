-- The record that stays says what a load brought of the one that goes: there is nothing left to decide.
update landing.conflict as conflict
set decided_at = $now, decided_by = $user_id::bigint, is_accepted = true, action_id = $action_id
from core.{object} as record
where conflict.merge_id = $action_id
    and conflict.field = '{field}'
    and conflict.decided_at is null
    and record.id = conflict.record_id
    and record.{field}::varchar = conflict.value
