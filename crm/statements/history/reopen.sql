-- What a load had brought and the action took waits again for a decision, unless that load was taken back.
update landing.conflict as conflict
set decided_at = null, decided_by = null, is_accepted = null, action_id = null
from returned
where conflict.action_id = $id
    and conflict.object = '{object}'
    and conflict.field = '{field}'
    and conflict.record_id = returned.record_id
    and conflict.batch_id in (select id from landing.batch where undone_at is null)
