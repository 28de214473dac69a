-- What are these records called?
-- Grain: record that the viewer sees.
-- Parameters: $ids. Slots: the table, and its column that names a record.
select id, {name}::varchar as name
from visible.{table}
where list_contains($ids::bigint[], id)
