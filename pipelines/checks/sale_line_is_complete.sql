-- Does the mart of sales hold each line of the orders that were not cancelled, once, with its quantity and money?
-- Parameters: $zone, $as_of.
with expected as (
    select
        count(*) as count_lines,
        sum(order_line.quantity) as quantity,
        sum(order_line.amount_company) as revenue
    from core.order_line
    join core.sales_order on sales_order.id = order_line.order_id
    where sales_order.status <> 'cancelled'
        and cast((order_line.happened_at at time zone 'UTC') at time zone $zone as date) <= cast($as_of as date)
),
found as (
    select
        count(*) as count_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue
    from mart.next_sale_line
)
select
    expected.count_lines as expected_lines,
    found.count_lines as found_lines,
    expected.revenue as expected_revenue,
    found.revenue as found_revenue
from expected
cross join found
where expected.count_lines <> found.count_lines
    or expected.quantity is distinct from found.quantity
    or expected.revenue is distinct from found.revenue
