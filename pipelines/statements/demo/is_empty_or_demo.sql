-- Does the file hold nothing yet, neither loads nor people who sign in, or a demo company?
select company.is_demo or (not exists (select 1 from landing.batch) and not exists (select 1 from ops.user))
from ops.company as company
