-- How far is a company of one's own: was anything loaded, and what does it count by?
-- Grain: one row.
-- Parameters: none.
select
    exists (select 1 from visible.batch where undone_at is null) as is_loaded,
    company.currency,
    company.time_zone
from visible.company
