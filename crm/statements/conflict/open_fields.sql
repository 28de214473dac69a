-- Of which fields do conflicts stand open?
select distinct object, field
from visible.conflict
where decided_at is null
order by object, field
