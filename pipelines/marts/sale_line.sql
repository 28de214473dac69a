-- What was sold or came back, with everything that it is counted by?
-- Grain: order line of an order that was not cancelled.
-- Parameters: $zone (the company's time zone), $as_of (the last day that counts).
-- Accounts are joined first: joined last, the engine takes the lines for the smaller side, which is dear and loses their
-- order by time, by which a period's lines are found without reading the others.
with line as (
    select
        order_line.id as order_line_id,
        order_line.order_id as order_id,
        order_line.account_id as account_id,
        order_line.account_owner_id as account_owner_id,
        order_line.product_id as product_id,
        order_line.happened_at as happened_at,
        order_line.quantity as quantity,
        cast(round(order_line.quantity * order_line.unit_price, 2) as decimal(18, 2)) as amount,
        order_line.currency as currency,
        order_line.is_return as is_return,
        order_line.batch_id as batch_id,
        order_line.record_number as record_number,
        account.industry as industry,
        account.region as account_region
    from core.order_line
    left join core.account on account.id = order_line.account_id
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
        sales_order.ordered_at as ordered_at,
        sales_order.credited_owner_id as credited_owner_id,
        sales_order.region as region,
        sales_order.channel as channel,
        cast(make_timestamptz(epoch_us(sales_order.ordered_at)) at time zone $zone as date) as ordered_on
    from core.sales_order
    where sales_order.status <> 'cancelled'
),
sold as (
    select
        line.order_line_id as order_line_id,
        line.order_id as order_id,
        line.account_id as account_id,
        line.account_owner_id as account_owner_id,
        line.product_id as product_id,
        -- To tell the day in a zone is dear, and most lines are sold when their order is placed.
        case
            when line.happened_at = placed.ordered_at then placed.ordered_on
            else cast(make_timestamptz(epoch_us(line.happened_at)) at time zone $zone as date)
        end as sold_on,
        line.quantity as quantity,
        line.amount as amount,
        line.currency as currency,
        line.is_return as is_return,
        line.batch_id as batch_id,
        line.record_number as record_number,
        line.industry as industry,
        placed.credited_owner_id as credited_owner_id,
        coalesce(placed.region, line.account_region) as region,
        placed.channel as channel,
        placed.ordered_on as ordered_on
    from line
    join placed on placed.order_id = line.order_id
)
select
    cast(sold.order_line_id as bigint) as order_line_id,
    cast(sold.order_id as bigint) as order_id,
    cast(sold.account_id as bigint) as account_id,
    cast(sold.account_owner_id as bigint) as account_owner_id,
    cast(sold.credited_owner_id as bigint) as credited_owner_id,
    cast(sold.product_id as bigint) as product_id,
    cast(product.category as varchar) as category,
    cast(sold.industry as varchar) as industry,
    cast(sold.region as varchar) as region,
    cast(sold.channel as varchar) as channel,
    cast(sold.ordered_on as date) as ordered_on,
    cast(sold.sold_on as date) as sold_on,
    cast(sold.quantity as decimal(18, 3)) as quantity,
    cast(
        case
            when sold.currency is null or sold.currency = company.currency then sold.amount
            else round(sold.amount * rate.rate, 2)
        end as decimal(18, 2)
    ) as revenue,
    cast(
        case
            when product.currency is null or product.currency = company.currency
                then round(sold.quantity * product.cost, 2)
            else round(sold.quantity * product.cost * cost_rate.rate, 2)
        end as decimal(18, 2)
    ) as cost,
    cast(sold.is_return as boolean) as is_return,
    cast(sold.batch_id as bigint) as batch_id,
    cast(sold.record_number as bigint) as record_number
from sold
join ops.company as company on company.id = 1
left join rate
    on rate.currency = sold.currency
    and rate.valid_on <= sold.sold_on
    and (rate.next_valid_on is null or rate.next_valid_on > sold.sold_on)
left join core.product as product on product.id = sold.product_id
left join rate as cost_rate
    on cost_rate.currency = product.currency
    and cost_rate.valid_on <= sold.sold_on
    and (cost_rate.next_valid_on is null or cost_rate.next_valid_on > sold.sold_on)
where sold.sold_on <= cast($as_of as date)
