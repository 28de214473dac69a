-- How many references of members of staff lead nowhere?
select
    'staff.team_id' as reference,
    count(*) as count_rows
from core.staff as child
anti join core.team as parent on parent.id = child.team_id
where child.team_id is not null
union all
select
    'staff.manager_id' as reference,
    count(*) as count_rows
from core.staff as child
anti join core.staff as parent on parent.id = child.manager_id
where child.manager_id is not null
