-- What did each order bring on each day, and on which day does it count as an order?
-- Grain: order and day on which lines of it were sold or came back; it counts as an order on the day it was placed.
-- By day, so that a period's orders are found without reading the others.
with part as (
    select
        next_sale_line.order_id as order_id,
        next_sale_line.account_id as account_id,
        next_sale_line.account_owner_id as account_owner_id,
        next_sale_line.credited_owner_id as credited_owner_id,
        next_sale_line.industry as industry,
        next_sale_line.region as region,
        next_sale_line.channel as channel,
        next_sale_line.ordered_on as ordered_on,
        next_sale_line.sold_on as sold_on,
        1 as count_lines,
        next_sale_line.quantity as quantity,
        next_sale_line.revenue as revenue,
        next_sale_line.cost as cost,
        case when next_sale_line.is_return then next_sale_line.quantity end as quantity_returned,
        case when not next_sale_line.is_return then next_sale_line.quantity end as quantity_sold,
        case
            when not next_sale_line.is_return and next_sale_line.sold_on = next_sale_line.ordered_on then 1
            else 0
        end as count_orders,
        case when not next_sale_line.is_return then next_sale_line.revenue end as ordered_revenue,
        case when not next_sale_line.is_return and next_sale_line.revenue is null then 1 else 0 end as count_unvalued
    from mart.next_sale_line
    union all
    select
        next_sale_line.order_id as order_id,
        next_sale_line.account_id as account_id,
        next_sale_line.account_owner_id as account_owner_id,
        next_sale_line.credited_owner_id as credited_owner_id,
        next_sale_line.industry as industry,
        next_sale_line.region as region,
        next_sale_line.channel as channel,
        next_sale_line.ordered_on as ordered_on,
        next_sale_line.ordered_on as sold_on,
        0 as count_lines,
        null as quantity,
        null as revenue,
        null as cost,
        null as quantity_returned,
        null as quantity_sold,
        1 as count_orders,
        next_sale_line.revenue as ordered_revenue,
        case when next_sale_line.revenue is null then 1 else 0 end as count_unvalued
    from mart.next_sale_line
    where not next_sale_line.is_return and next_sale_line.sold_on <> next_sale_line.ordered_on
),
added as (
    select
        part.order_id as order_id,
        part.sold_on as sold_on,
        any_value(part.account_id) as account_id,
        any_value(part.account_owner_id) as account_owner_id,
        any_value(part.credited_owner_id) as credited_owner_id,
        any_value(part.industry) as industry,
        any_value(part.region) as region,
        any_value(part.channel) as channel,
        any_value(part.ordered_on) as ordered_on,
        sum(part.count_lines) as count_lines,
        sum(part.quantity) as quantity,
        sum(part.revenue) as revenue,
        count(part.revenue) as count_valued,
        sum(part.revenue - part.cost) as margin,
        sum(case when part.cost is not null then part.revenue end) as revenue_with_cost,
        count(part.revenue - part.cost) as count_costed,
        -sum(part.quantity_returned) as quantity_returned,
        sum(part.quantity_sold) as quantity_sold,
        max(part.count_orders) as count_orders,
        sum(part.ordered_revenue) as ordered_revenue,
        sum(part.count_unvalued) as count_unvalued
    from part
    group by part.order_id, part.sold_on
)
select
    cast(added.order_id as bigint) as order_id,
    cast(added.account_id as bigint) as account_id,
    cast(added.account_owner_id as bigint) as account_owner_id,
    cast(added.credited_owner_id as bigint) as credited_owner_id,
    cast(added.industry as varchar) as industry,
    cast(added.region as varchar) as region,
    cast(added.channel as varchar) as channel,
    cast(added.ordered_on as date) as ordered_on,
    cast(added.sold_on as date) as sold_on,
    cast(added.count_orders = 0 as boolean) as is_return,
    cast(added.count_lines as bigint) as count_lines,
    cast(added.quantity as decimal(18, 3)) as quantity,
    cast(added.revenue as decimal(18, 2)) as revenue,
    cast(added.count_valued as bigint) as count_valued,
    cast(added.margin as decimal(18, 2)) as margin,
    cast(added.revenue_with_cost as decimal(18, 2)) as revenue_with_cost,
    cast(added.count_costed as bigint) as count_costed,
    cast(added.quantity_returned as decimal(18, 3)) as quantity_returned,
    cast(added.quantity_sold as decimal(18, 3)) as quantity_sold,
    cast(added.count_orders as bigint) as count_orders,
    cast(
        case when added.count_orders = 1 and added.count_unvalued = 0 then added.ordered_revenue end as decimal(18, 2)
    ) as valued_revenue,
    cast(case when added.count_orders = 1 and added.count_unvalued = 0 then 1 else 0 end as bigint) as count_valued_orders,
    cast(added.account_id as bigint) as counted_account_id,
    cast(added.account_owner_id as bigint) as counted_owner_id
from added
order by added.sold_on, added.order_id
