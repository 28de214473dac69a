-- When was it changed what a role may do, by whom, the latest first?
select change.id, change.role, change.made_at, person.name, change.before, change.after, change.undoes, change.undone_at
from ops.grant_change as change
left join ops.user as person on person.id = change.user_id
where $role::varchar is null or change.role = $role
order by change.id desc
