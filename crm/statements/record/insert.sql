-- Make a record.
insert into core.{object} ({fields}created_at, created_by, updated_at, updated_by, version)
values ({values}$now, $user_id::bigint, $now, $user_id::bigint, 1)
returning id
