-- What has an account bought in 365 days and in those before, when last, and how often does it usually order?
-- Grain: one row, as the marts know it; no rhythm for who ordered on fewer than four days.
-- Parameters: $account_id, $today.
with sale as (
    select sold_on, ordered_on, is_return, revenue
    from visible.sale_order
    where account_id = $account_id
),
ordered as (
    select distinct ordered_on
    from sale
    where not is_return
),
gap as (
    select ordered_on - lag(ordered_on) over (order by ordered_on) as days
    from ordered
)
select
    sum(revenue) filter (where sold_on > $today::date - 365 and sold_on <= $today::date) as revenue,
    sum(revenue) filter (where sold_on > $today::date - 730 and sold_on <= $today::date - 365) as revenue_before,
    max(ordered_on) filter (where not is_return) as last_order_on,
    (select case when count(days) >= 3 then cast(round(median(days)) as bigint) end from gap) as usual_days
from sale
