-- Who signs in, for whom of the staff, and where is it signed in now?
select
    person.id,
    person.email,
    person.name,
    person.role,
    person.is_demo,
    person.must_change_password,
    person.disabled_at,
    max(session.seen_at) as seen_at,
    count(session.token_hash) filter (
        session.ended_at is null and session.expires_at > $now and session.seen_at > $now - interval 1 hour
    ) as count_sessions,
    person.staff_id,
    staff.name as staff,
    team.name as team,
    coalesce(manager.name, leader.name) as manager
from ops.user as person
left join ops.session as session on session.user_id = person.id
left join core.staff as staff on staff.id = person.staff_id
left join core.team as team on team.id = staff.team_id
left join core.staff as manager on manager.id = staff.manager_id
left join core.staff as leader on leader.id = team.manager_id and leader.id <> staff.id
group by all
