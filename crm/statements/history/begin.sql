-- Note what a person does at once.
insert into history.action (kind, object, record_id, other_id, made_at, user_id, undoes, reason)
values ($kind, $object, $record_id, $other_id, $now, $user_id::bigint, $undoes::bigint, $reason::varchar)
returning id
