-- Give fields of a record other values.
update core.{object}
set {fields}, version = version + 1, updated_at = $now, updated_by = $user_id
where id = $id
