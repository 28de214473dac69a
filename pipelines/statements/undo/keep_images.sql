-- Keep the records as the load left them: taking back is a change like others.
insert into history.{name} by name
select standing.*, null::bigint as replaced_by_batch_id
from core.{name} as standing
where standing.id in (select id from {touched} where is_changed)
