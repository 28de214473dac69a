-- Keep who was credited before, where that is somebody else now: it goes back with what it follows from.
insert into history.edit (object, record_id, field, before, after, version, edited_at, user_id, is_held, action_id, undone_at)
select
    '{object}', record.id, 'credited_owner_id', credited.credited_owner_id::varchar, record.credited_owner_id::varchar,
    record.version, $now, $user_id::bigint, false, $action_id, $undone_at::timestamp
from credited
join core.{object} as record on record.id = credited.id
where record.credited_owner_id is distinct from credited.credited_owner_id
