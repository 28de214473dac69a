-- How does a record stand, and how did it stand before each load and each undo that changed it?
-- Grain: state, every column as text; `replaced_by_batch_id` is the load that changed it, null for an undo.
-- Parameters: $id. Slots: the table.
select columns(*)::varchar, true as is_present
from visible.{table}
where id = $id
union all by name
select columns(*)::varchar, false as is_present
from visible.{history}
where id = $id
