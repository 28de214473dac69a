-- Who signs in? Grain: sign-in.
select id, email, name, role, staff_id, is_demo, created_at, disabled_at
from ops.user
order by email
