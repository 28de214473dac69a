-- How many references of order lines lead nowhere?
select
    'order_line.order_id' as reference,
    count(*) as count_rows
from core.order_line as child
anti join core.sales_order as parent on parent.id = child.order_id
where child.order_id is not null
union all
select
    'order_line.product_id' as reference,
    count(*) as count_rows
from core.order_line as child
anti join core.product as parent on parent.id = child.product_id
where child.product_id is not null
union all
select
    'order_line.account_id' as reference,
    count(*) as count_rows
from core.order_line as child
anti join core.account as parent on parent.id = child.account_id
where child.account_id is not null
