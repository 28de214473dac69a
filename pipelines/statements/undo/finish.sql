-- The load is taken back.
update landing.batch set undone_at = $now, undone_by = $user_id where id = $batch_id
