-- What has an account ordered, what was it worth, what came back, and where is it?
-- Grain: order, the latest first; worth as the marts know it, in the company's currency.
-- Parameters: $account_id.
with worth as (
    select
        sale_order.order_id,
        sum(sale_order.revenue) as revenue,
        sum(sale_order.quantity_returned) as quantity_returned
    from visible.sale_order
    where sale_order.account_id = $account_id
    group by sale_order.order_id
)
select
    sales_order.number as order_number,
    sales_order.ordered_at,
    sales_order.status,
    worth.revenue,
    nullif(worth.quantity_returned, 0) as quantity_returned,
    sales_order.channel,
    credited.name as owner,
    'sales_order:' || sales_order.id as record
from visible.sales_order
left join worth on worth.order_id = sales_order.id
left join visible.staff as credited on credited.id = sales_order.credited_owner_id
where sales_order.account_id = $account_id and not sales_order.is_archived
order by sales_order.ordered_at desc, sales_order.id desc
limit 1000
