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
        cast(round(order_line.quantity * order_line.unit_price, 2) as decimal(18, 2)) as amount,
        order_line.currency as currency,
        order_line.is_return as is_return,
        order_line.batch_id as batch_id,
        order_line.record_number as record_number
    from core.order_line
    where {of_lines}
),
day_rate as (
    select
        fx_rate.currency as currency,
        fx_rate.valid_on as valid_on,
        max_by(fx_rate.rate, fx_rate.id) as rate
    from core.fx_rate
    where fx_rate.archived_at is null
    group by fx_rate.currency, fx_rate.valid_on
),
rate as (
    select
        day_rate.currency as currency,
        day_rate.rate as rate,
        day_rate.valid_on as valid_on,
        lead(day_rate.valid_on) over (partition by day_rate.currency order by day_rate.valid_on) as next_valid_on
    from day_rate
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
    cast(account.industry as varchar) as industry,
    cast(coalesce(placed.country, account.country) as varchar) as country,
    cast(coalesce(placed.region, account.region) as varchar) as region,
    cast(placed.channel as varchar) as channel,
    cast(placed.ordered_on as date) as ordered_on,
    cast(line.sold_on as date) as sold_on,
    cast(line.quantity as decimal(18, 3)) as quantity,
    cast(
        case
            when line.currency is null or line.currency = company.currency then line.amount
            else round(line.amount * rate.rate, 2)
        end as decimal(18, 2)
    ) as revenue,
    cast(
        case
            when product.currency is null or product.currency = company.currency
                then round(line.quantity * product.cost, 2)
            else round(line.quantity * product.cost * cost_rate.rate, 2)
        end as decimal(18, 2)
    ) as cost,
    cast(line.is_return as boolean) as is_return,
    cast(line.batch_id as bigint) as batch_id,
    cast(line.record_number as bigint) as record_number
from line
join placed on placed.order_id = line.order_id
join ops.company as company on company.id = 1
left join rate
    on rate.currency = line.currency
    and rate.valid_on <= line.sold_on
    and (rate.next_valid_on is null or rate.next_valid_on > line.sold_on)
left join core.account as account on account.id = line.account_id
left join core.product as product on product.id = line.product_id
left join rate as cost_rate
    on cost_rate.currency = product.currency
    and cost_rate.valid_on <= line.sold_on
    and (cost_rate.next_valid_on is null or cost_rate.next_valid_on > line.sold_on)
where line.sold_on <= cast($as_of as date)
