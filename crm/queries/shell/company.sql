-- Whose records are these, is it the demo company, and where does its clock stand?
-- Grain: one row.
-- Parameters: none.
select
    company.name,
    company.is_demo,
    company.as_of
from visible.company
