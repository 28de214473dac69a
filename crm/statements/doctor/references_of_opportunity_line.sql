-- How many references of deals' lines lead nowhere?
select
    'opportunity_line.opportunity_id' as reference,
    count(*) as count_rows
from core.opportunity_line as child
anti join core.opportunity as parent on parent.id = child.opportunity_id
where child.opportunity_id is not null
union all
select
    'opportunity_line.product_id' as reference,
    count(*) as count_rows
from core.opportunity_line as child
anti join core.product as parent on parent.id = child.product_id
where child.product_id is not null
