-- Who made a load, when, and was it taken back?
-- Grain: one row, none for an unknown load.
-- Parameters: $batch_id.
select id as batch_id, applied_at, user_id, came_by, undone_at, undone_by from visible.batch where id = $batch_id
