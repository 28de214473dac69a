-- Somebody decided on what a load brought.
update landing.conflict set decided_at = $now, decided_by = $user_id, is_accepted = $is_accepted where id = $id
