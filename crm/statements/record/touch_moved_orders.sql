-- Marts have to be counted anew for the accounts from which and to which orders go.
with moved as (
    select
        parent.account_id as new_id,
        sale_order.account_id as old_id
    from {orders} as parent
    join mart.sale_order on sale_order.order_id = parent.id
    where sale_order.account_id is distinct from parent.account_id
)
insert into ops.touched_account (account_id)
select new_id from moved
union
select old_id from moved
