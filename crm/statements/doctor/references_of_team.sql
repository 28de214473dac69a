-- How many references of teams lead nowhere?
select
    'team.manager_id' as reference,
    count(*) as count_rows
from core.team as child
anti join core.staff as parent on parent.id = child.manager_id
where child.manager_id is not null
