-- Keep what a person wrote into a new record: loads do not write over it.
insert into history.edit (object, record_id, field, after, version, edited_at, user_id, is_held, action_id)
select '{object}', id, told.field, told.value, version, $now, $user_id::bigint, true, $action_id
from (select id, version, unnest([{fields}]) as told from core.{object} where id = $id)
where told.value is not null
