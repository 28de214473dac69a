-- When did somebody last accept what a load had brought for a record, by object?
select object, max(decided_at)
from landing.conflict
where is_accepted
group by object
