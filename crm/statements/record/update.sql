-- Give fields of records other values.
update core.{object}
set {fields}, version = version + 1, updated_at = $now, updated_by = $user_id::bigint
where id in (select id from difference)
