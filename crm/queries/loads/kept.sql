-- What could taking a load back not take back, and why?
-- Grain: object, field and reason.
-- Parameters: $batch_id.
select object, field, reason, count(*) as number
from visible.kept_by_undo
where batch_id = $batch_id
group by all
order by all
