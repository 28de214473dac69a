-- How many references of deals lead nowhere?
select
    'opportunity.account_id' as reference,
    count(*) as count_rows
from core.opportunity as child
anti join core.account as parent on parent.id = child.account_id
where child.account_id is not null
union all
select
    'opportunity.owner_id' as reference,
    count(*) as count_rows
from core.opportunity as child
anti join core.staff as parent on parent.id = child.owner_id
where child.owner_id is not null
union all
select
    'opportunity.credited_owner_id' as reference,
    count(*) as count_rows
from core.opportunity as child
anti join core.staff as parent on parent.id = child.credited_owner_id
where child.credited_owner_id is not null
union all
select
    'opportunity.stage_id' as reference,
    count(*) as count_rows
from core.opportunity as child
anti join core.stage as parent on parent.id = child.stage_id
where child.stage_id is not null
