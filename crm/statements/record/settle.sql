-- A person wrote what a load had brought: there is nothing left to decide.
update landing.conflict as conflict
set decided_at = $now, decided_by = $user_id::bigint, is_accepted = true, action_id = $action_id::bigint
from difference
where conflict.decided_at is null
    and conflict.object = '{object}'
    and conflict.record_id = difference.id
    and conflict.field = difference.field
    and conflict.value = difference.after
