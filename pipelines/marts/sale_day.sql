-- What adds up of the orders of a day, by the owner of the account and by who is credited?
-- Grain: day, owner of the account and credited staff. Rows of the same may stand more than once: add them up.
select
    cast(next_sale_order.sold_on as date) as sold_on,
    cast(next_sale_order.account_owner_id as bigint) as account_owner_id,
    cast(next_sale_order.credited_owner_id as bigint) as credited_owner_id,
    cast(sum(next_sale_order.count_lines) as bigint) as count_lines,
    cast(sum(next_sale_order.quantity) as decimal(18, 3)) as quantity,
    cast(sum(next_sale_order.revenue) as decimal(18, 2)) as revenue,
    cast(sum(next_sale_order.count_valued) as bigint) as count_valued,
    cast(sum(next_sale_order.margin) as decimal(18, 2)) as margin,
    cast(sum(next_sale_order.revenue_with_cost) as decimal(18, 2)) as revenue_with_cost,
    cast(sum(next_sale_order.count_costed) as bigint) as count_costed,
    cast(sum(next_sale_order.quantity_returned) as decimal(18, 3)) as quantity_returned,
    cast(sum(next_sale_order.quantity_sold) as decimal(18, 3)) as quantity_sold,
    cast(sum(next_sale_order.count_orders) as bigint) as count_orders,
    cast(sum(next_sale_order.valued_revenue) as decimal(18, 2)) as valued_revenue,
    cast(sum(next_sale_order.count_valued_orders) as bigint) as count_valued_orders
from mart.next_sale_order
group by next_sale_order.sold_on, next_sale_order.account_owner_id, next_sale_order.credited_owner_id
