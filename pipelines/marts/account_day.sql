-- By how much do the numbers of accounts change on each day, so that added up they say what stands on it?
-- Grain: day and owner of the account; each number is what comes and goes on that day.
-- Parameters: $silent_days (after so many without an order a customer is silent; fewer than 365), $serves_until (the
-- last day that has to be told).
with bought as (
    select
        next_sale_order.account_id as account_id,
        next_sale_order.account_owner_id as account_owner_id,
        next_sale_order.ordered_on as ordered_on,
        count(*) as count_orders
    from mart.next_sale_order
    where next_sale_order.account_id is not null and not next_sale_order.is_return
    group by next_sale_order.account_id, next_sale_order.account_owner_id, next_sale_order.ordered_on
),
beside as (
    select
        bought.account_owner_id as account_owner_id,
        bought.ordered_on as ordered_on,
        bought.count_orders as count_orders,
        lag(bought.ordered_on) over (partition by bought.account_id order by bought.ordered_on) as previous_on,
        coalesce(
            lead(bought.ordered_on) over (partition by bought.account_id order by bought.ordered_on),
            cast('9999-12-31' as date)
        ) as next_on
    from bought
),
stay as (
    select
        beside.account_owner_id as account_owner_id,
        beside.ordered_on as ordered_on,
        least(beside.ordered_on + 90, beside.next_on) as active_until,
        least(beside.ordered_on + cast($silent_days as integer), beside.next_on) as heard_until,
        least(beside.ordered_on + 365, beside.next_on) as customer_until,
        case
            when beside.count_orders > 1 then least(beside.ordered_on + 365, beside.next_on)
            when beside.previous_on is not null then least(beside.previous_on + 365, beside.next_on)
            else beside.ordered_on
        end as repeat_until
    from beside
),
bill as (
    select
        next_sale_order.account_id as account_id,
        any_value(next_sale_order.account_owner_id) as account_owner_id,
        next_sale_order.sold_on as sold_on,
        sum(next_sale_order.revenue) as revenue
    from mart.next_sale_order
    where next_sale_order.account_id is not null and next_sale_order.revenue is not null
    group by next_sale_order.account_id, next_sale_order.sold_on
),
moved as (
    select
        bill.account_id as account_id,
        bill.account_owner_id as account_owner_id,
        bill.sold_on as changes_on,
        bill.revenue as last_year,
        0 as year_before
    from bill
    union all
    select
        bill.account_id as account_id,
        bill.account_owner_id as account_owner_id,
        bill.sold_on + 365 as changes_on,
        -bill.revenue as last_year,
        bill.revenue as year_before
    from bill
    where bill.sold_on + 365 <= cast($serves_until as date)
    union all
    select
        bill.account_id as account_id,
        bill.account_owner_id as account_owner_id,
        bill.sold_on + 730 as changes_on,
        0 as last_year,
        -bill.revenue as year_before
    from bill
    where bill.sold_on + 730 <= cast($serves_until as date)
),
total as (
    select
        moved.account_owner_id as account_owner_id,
        moved.changes_on as changes_on,
        moved.last_year as last_year_moved,
        moved.year_before as year_before_moved,
        sum(moved.last_year) over (
            partition by moved.account_id order by moved.changes_on rows between unbounded preceding and current row
        ) as last_year,
        sum(moved.year_before) over (
            partition by moved.account_id order by moved.changes_on rows between unbounded preceding and current row
        ) as year_before
    from moved
),
standing as (
    select
        total.account_owner_id as account_owner_id,
        total.changes_on as changes_on,
        1 as sign,
        total.last_year as last_year,
        total.year_before as year_before
    from total
    where total.year_before > 0
    union all
    select
        total.account_owner_id as account_owner_id,
        total.changes_on as changes_on,
        -1 as sign,
        total.last_year - total.last_year_moved as last_year,
        total.year_before - total.year_before_moved as year_before
    from total
    where total.year_before - total.year_before_moved > 0
),
part as (
    select
        stay.account_owner_id as account_owner_id,
        stay.ordered_on as changes_on,
        1 as count_active,
        1 as count_customers,
        1 as count_heard,
        case when stay.repeat_until > stay.ordered_on then 1 else 0 end as count_repeat,
        0 as count_measured,
        0 as revenue_before,
        0 as revenue_now,
        0 as revenue_kept
    from stay
    union all
    select stay.account_owner_id, stay.active_until, -1, 0, 0, 0, 0, 0, 0, 0
    from stay
    union all
    select stay.account_owner_id, stay.customer_until, 0, -1, 0, 0, 0, 0, 0, 0
    from stay
    union all
    select stay.account_owner_id, stay.heard_until, 0, 0, -1, 0, 0, 0, 0, 0
    from stay
    union all
    select stay.account_owner_id, stay.repeat_until, 0, 0, 0, -1, 0, 0, 0, 0
    from stay
    where stay.repeat_until > stay.ordered_on
    union all
    select
        standing.account_owner_id,
        standing.changes_on,
        0,
        0,
        0,
        0,
        standing.sign,
        standing.sign * standing.year_before,
        standing.sign * standing.last_year,
        standing.sign * greatest(least(standing.year_before, standing.last_year), 0)
    from standing
)
select
    cast(part.changes_on as date) as changes_on,
    cast(part.account_owner_id as bigint) as account_owner_id,
    cast(sum(part.count_active) as bigint) as count_active,
    cast(sum(part.count_customers) as bigint) as count_customers,
    cast(sum(part.count_customers - part.count_heard) as bigint) as count_churned,
    cast(sum(part.count_repeat) as bigint) as count_repeat,
    cast(sum(part.count_measured) as bigint) as count_measured,
    cast(sum(part.revenue_before) as decimal(18, 2)) as revenue_before,
    cast(sum(part.revenue_now) as decimal(18, 2)) as revenue_now,
    cast(sum(part.revenue_kept) as decimal(18, 2)) as revenue_kept
from part
group by part.changes_on, part.account_owner_id
