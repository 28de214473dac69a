-- How many references of deals' events lead nowhere?
select
    'opportunity_event.opportunity_id' as reference,
    count(*) as count_rows
from core.opportunity_event as child
anti join core.opportunity as parent on parent.id = child.opportunity_id
where child.opportunity_id is not null
union all
select
    'opportunity_event.stage_id' as reference,
    count(*) as count_rows
from core.opportunity_event as child
anti join core.stage as parent on parent.id = child.stage_id
where child.stage_id is not null
union all
select
    'opportunity_event.owner_id' as reference,
    count(*) as count_rows
from core.opportunity_event as child
anti join core.staff as parent on parent.id = child.owner_id
where child.owner_id is not null
