-- Does the mart of sales hold each line of the orders that were not cancelled, once, with its quantity and money?
-- Parameters: $zone, $as_of.
with line as (
    select
        order_line.quantity,
        order_line.currency,
        order_line.quantity * order_line.unit_price as amount,
        cast((order_line.happened_at at time zone 'UTC') at time zone $zone as date) as sold_on
    from core.order_line
    join core.sales_order on sales_order.id = order_line.order_id
    where sales_order.status <> 'cancelled'
),
expected as (
    select
        count(*) as count_lines,
        sum(line.quantity) as quantity,
        sum(case when line.currency = company.currency then round(line.amount, 2)
            else round(round(line.amount, 2) * coalesce(fx_rate.rate, if(line.currency is null, 1, null)), 2)
        end) as revenue
    from line
    cross join ops.company
    asof left join (
        select currency, valid_on, max_by(rate, id) as rate from core.fx_rate where archived_at is null group by all
    ) as fx_rate on fx_rate.currency = line.currency and fx_rate.valid_on <= line.sold_on
    where line.sold_on <= cast($as_of as date)
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
