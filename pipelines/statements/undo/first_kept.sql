-- The first of what could not be taken back.
select object, record_id, field, reason
from landing.kept_by_undo
where batch_id = $batch_id
order by object, record_id, field
limit 20
