-- Which of these records does the viewer see?
-- Grain: record.
-- Parameters: $ids. Slots: the table.
select id
from visible.{table}
where list_contains($ids::bigint[], id)
