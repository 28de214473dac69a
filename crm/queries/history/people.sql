-- Who did something?
-- Grain: sign-in that an action or a load is of; null for the command line.
-- Parameters: none.
select distinct done.user_id, person.name
from (select user_id from visible.action union all select user_id from visible.batch) as done
left join visible.person on person.id = done.user_id
order by person.name, done.user_id
