-- Somebody decided on what loads brought: the value is the same whichever of them brought it.
update landing.conflict
set decided_at = $now, decided_by = $user_id, is_accepted = $is_accepted, action_id = $action_id::bigint
where object = $object and record_id = $id and field = $field and value is not distinct from $value and decided_at is null
