-- Which values of which records did an action change, and is it taken back?
-- Grain: field of a record; count_all says how many there are in all.
-- Parameters: $action_id, $count.
select object, record_id, field, before, after, undone_at is not null as is_back, count(*) over () as count_all
from visible.edit
where action_id = $action_id
order by object, record_id, field
limit $count
