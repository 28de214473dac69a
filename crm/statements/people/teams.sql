-- Who is in which team, who leads it, and how many of them sign in?
select
    team.name as team,
    team.region,
    leader.name as manager,
    list(staff.name order by lower(staff.name), staff.id) filter (staff.id is not null) as members,
    count(distinct person.staff_id) as count_sign_ins
from core.team as team
left join core.staff as leader on leader.id = team.manager_id
left join core.staff as staff on staff.team_id = team.id and staff.archived_at is null
left join ops.user as person on person.staff_id = staff.id and person.disabled_at is null
where team.archived_at is null
group by team.id, team.name, team.region, leader.name
order by lower(team.name), team.id
