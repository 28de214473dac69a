-- Keep what a person changed.
insert into history.edit (object, record_id, field, before, after, version, edited_at, user_id, is_held, action_id)
values ($object, $id, $field, $before, $after, $version, $now, $user_id, $is_held, $action_id::bigint)
