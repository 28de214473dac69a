-- Who of a role is signed in?
select distinct person.name
from ops.session as session
join ops.user as person on person.id = session.user_id
where person.role = $role
    and person.disabled_at is null
    and session.ended_at is null
    and session.expires_at > $now
    and session.seen_at > $now - interval 1 hour
order by person.name
