-- Note after how many days without an order a customer counts as silent: as the company says, else as many as nine of
-- ten gaps between two days of orders stay within, else 90 where there are too few gaps to tell.
with bought as (
    select distinct account_id, ordered_on
    from mart.next_sale_order
    where account_id is not null and not is_return
),
gap as (
    select ordered_on - lag(ordered_on) over (partition by account_id order by ordered_on) as days
    from bought
),
found as (
    select case when count(days) >= $least then least(greatest(cast(quantile_disc(days, 0.9) as integer), 1), 364) end as days
    from gap
)
update ops.refresh
set silent_days = coalesce((select silent_after_days from ops.company), (select days from found), 90)
where id = $id
returning silent_days
