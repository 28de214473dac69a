-- Keep that it was taken back, which is a change as well.
insert into history.edit (object, record_id, field, before, after, version, edited_at, user_id, is_held, action_id, undone_at)
select '{object}', record_id, '{field}', after, before, version + 1, $now, $user_id::bigint, false, $action_id, $now
from returned
