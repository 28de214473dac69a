-- How many references of orders lead nowhere?
select
    'sales_order.account_id' as reference,
    count(*) as count_rows
from core.sales_order as child
anti join core.account as parent on parent.id = child.account_id
where child.account_id is not null
union all
select
    'sales_order.credited_owner_id' as reference,
    count(*) as count_rows
from core.sales_order as child
anti join core.staff as parent on parent.id = child.credited_owner_id
where child.credited_owner_id is not null
