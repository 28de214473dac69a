-- Does the mart of sales hold each line of the orders that were not cancelled, once, with its quantity and money?
-- Parameters: $zone, $as_of.
with line as (
    select
        order_line.happened_at,
        order_line.quantity,
        order_line.currency,
        round(order_line.quantity * order_line.unit_price, 2) as amount,
        order_line.currency is null or coalesce(order_line.currency = company.currency, false) as is_own_money
    from core.order_line
    join core.sales_order on sales_order.id = order_line.order_id
    cross join ops.company
    where sales_order.status <> 'cancelled'
        -- No zone is as much as a day away, and to tell the day in a zone is dear.
        and (
            order_line.happened_at < cast($as_of as date) - 1
            or cast(make_timestamptz(epoch_us(order_line.happened_at)) at time zone $zone as date) <= cast($as_of as date)
        )
),
rate as (
    select currency, valid_on, max_by(rate, id) as rate
    from core.fx_rate
    where archived_at is null
    group by all
),
foreign_line as (
    select round(line.amount * rate.rate, 2) as revenue
    from line
    asof left join rate
        on rate.currency = line.currency
        and rate.valid_on <= cast(make_timestamptz(epoch_us(line.happened_at)) at time zone $zone as date)
    where not line.is_own_money
),
expected as (
    select
        count(*) as count_lines,
        sum(quantity) as quantity,
        coalesce(sum(amount) filter (where is_own_money), 0)
            + (select coalesce(sum(revenue), 0) from foreign_line) as revenue
    from line
),
found as (
    select
        count(*) as count_lines,
        sum(quantity) as quantity,
        coalesce(sum(revenue), 0) as revenue
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
    or expected.revenue <> found.revenue
