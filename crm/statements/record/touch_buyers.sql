-- Marts have to be counted anew for the accounts from which and to which orders go.
insert into ops.touched_account (account_id)
select parent.account_id
from {orders} as parent
union
select sale_order.account_id
from {orders} as parent
join mart.sale_order on sale_order.order_id = parent.id
