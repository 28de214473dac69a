-- Note that somebody looked at data or took it along.
insert into ops.access_log (logged_at, user_id, kind, object, record_id, count_records, place)
values ($now, $user_id::bigint, $kind, $object, $record_id::bigint, $count_records::bigint, $place)
