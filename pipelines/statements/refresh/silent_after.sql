-- Within how many days does a customer mostly order again? Nine of ten gaps between two days of orders stay within
-- them; null where there are too few gaps to tell.
with bought as (
    select distinct account_id, ordered_on
    from mart.next_sale_line
    where account_id is not null and not is_return
),
gap as (
    select
        ordered_on - lag(ordered_on) over (partition by account_id order by ordered_on) as days
    from bought
)
select case when count(days) >= $least then least(greatest(cast(quantile_disc(days, 0.9) as integer), 1), 364) end
from gap
