-- What was sold or came back, with everything that it is counted by?
-- Grain: order line of an order that was not cancelled.
-- Parameters: $zone (the company's time zone), $as_of (the last day that counts).
with line as (
    select
        order_line.id as order_line_id,
        order_line.order_id as order_id,
        order_line.account_id as account_id,
        order_line.account_owner_id as account_owner_id,
        order_line.product_id as product_id,
        cast((order_line.happened_at at time zone 'UTC') at time zone $zone as date) as sold_on,
        order_line.quantity as quantity,
        order_line.amount_company as revenue,
        order_line.is_return as is_return,
        order_line.batch_id as batch_id,
        order_line.record_number as record_number
    from core.order_line
),
placed as (
    select
        sales_order.id as order_id,
        sales_order.credited_owner_id as credited_owner_id,
        sales_order.country as country,
        sales_order.region as region,
        sales_order.channel as channel,
        cast((sales_order.ordered_at at time zone 'UTC') at time zone $zone as date) as ordered_on
    from core.sales_order
    where sales_order.status <> 'cancelled'
)
select
    cast(line.order_line_id as bigint) as order_line_id,
    cast(line.order_id as bigint) as order_id,
    cast(line.account_id as bigint) as account_id,
    cast(line.account_owner_id as bigint) as account_owner_id,
    cast(placed.credited_owner_id as bigint) as credited_owner_id,
    cast(line.product_id as bigint) as product_id,
    cast(product.category as varchar) as category,
    cast(coalesce(placed.country, account.country) as varchar) as country,
    cast(coalesce(placed.region, account.region) as varchar) as region,
    cast(placed.channel as varchar) as channel,
    cast(placed.ordered_on as date) as ordered_on,
    cast(line.sold_on as date) as sold_on,
    cast(line.quantity as decimal(18, 3)) as quantity,
    cast(line.revenue as decimal(18, 2)) as revenue,
    cast(line.is_return as boolean) as is_return,
    cast(line.batch_id as bigint) as batch_id,
    cast(line.record_number as bigint) as record_number
from line
join placed on placed.order_id = line.order_id
left join core.account as account on account.id = line.account_id
left join core.product as product on product.id = line.product_id
where line.sold_on <= cast($as_of as date)
