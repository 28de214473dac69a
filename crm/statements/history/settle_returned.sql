-- What stands again may be what a load had brought: there is nothing left to decide.
update landing.conflict as conflict
set decided_at = $now, decided_by = $user_id::bigint, is_accepted = true
from returned
where conflict.decided_at is null
    and conflict.object = '{object}'
    and conflict.field = '{field}'
    and conflict.record_id = returned.record_id
    and conflict.value = returned.before
