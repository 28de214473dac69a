-- Which records does a member of staff work on that are not done with?
select 'account' as object, id, version
from core.account
where owner_id = $staff_id and archived_at is null
union all
select 'opportunity', deal.id, deal.version
from core.opportunity as deal
join core.stage as stage on stage.id = deal.stage_id
where deal.owner_id = $staff_id and deal.archived_at is null and stage.type = 'open'
union all
select 'ticket', id, version
from core.ticket
where owner_id = $staff_id and archived_at is null and status in ('open', 'pending')
union all
select 'task', id, version
from core.task
where owner_id = $staff_id and archived_at is null and done_at is null
union all
select 'lead', id, version
from core.lead
where owner_id = $staff_id and archived_at is null and not is_converted
