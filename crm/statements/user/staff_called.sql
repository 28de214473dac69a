-- Which members of staff have this name or e-mail?
select id
from core.staff
where archived_at is null and (lower(name) = lower($called) or lower(email) = lower($called))
