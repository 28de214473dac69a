-- Keep a list of the records that others need.
insert into landing.kept_by_undo
select $batch_id, object, id, null, 'needed'
from (from candidate except from doomed)
