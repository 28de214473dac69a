-- When were loads applied, and who made them?
-- Grain: load, of those asked for; none for who may not see loads.
-- Parameters: $batch_ids.
select batch.id as batch_id, batch.applied_at, batch.user_id, batch.came_by, person.name as person
from visible.batch
left join visible.person on person.id = batch.user_id
where list_contains($batch_ids::bigint[], batch.id)
