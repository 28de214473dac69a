-- Does the file hold nothing yet, or a demo company?
select company.is_demo or not exists (select 1 from landing.batch)
from ops.company as company
