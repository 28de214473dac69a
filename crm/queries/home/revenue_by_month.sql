-- How much revenue did each month bring?
-- Grain: month, from the first with an order line to the last, those without any between them at zero.
-- Parameters: $since, $until (days or null), $today.
with line as (
    select
        date_trunc('month', sold_on) as month,
        revenue
    from visible.sale_line
    where ($since::date is null or sold_on >= $since::date)
        and ($until::date is null or sold_on <= $until::date)
),
span as (
    select
        min(month) as first_month,
        max(month) as last_month
    from line
),
month as (
    select cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as month
    from span
)
select
    month.month,
    cast(coalesce(sum(line.revenue), 0) as decimal(18, 2)) as value,
    last_day(month.month) > $today::date as is_partial
from month
left join line on line.month = month.month
group by month.month
order by month.month
