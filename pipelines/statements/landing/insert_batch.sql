-- Record a load.
insert into landing.batch (id, started_at, applied_at, user_id, came_by, is_history, currency)
values ($batch_id, $started_at, $applied_at, $user_id, $came_by, $is_history, $currency)
