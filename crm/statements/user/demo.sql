-- Which demo sign-ins are there? In the order of their making.
select email, name, role
from ops.user
where is_demo and disabled_at is null
order by id
