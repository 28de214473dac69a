-- What could not be taken back, by object and reason.
select object, field, reason, count(*) as number
from landing.kept_by_undo
where batch_id = $batch_id
group by object, field, reason
order by object, field, reason
