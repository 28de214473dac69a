-- Which teams does a member of staff belong to or lead?
select team_id as id from core.staff where id = $staff_id and team_id is not null
union
select id from core.team where manager_id = $staff_id
order by id
