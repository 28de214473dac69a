-- A person wrote what a load had brought: there is nothing left to decide.
update landing.conflict
set decided_at = $now, decided_by = $user_id, is_accepted = true
where object = $object and record_id = $id and field = $field and value = $value and decided_at is null
