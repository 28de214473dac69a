-- Keep a list of the records that others need.
insert into landing.kept_by_undo
select $batch_id, object, id, null, 'needed'
from candidate
where is_own and (object, id) not in (select (object, id) from doomed)
