-- What day is it, how does the company count, and do small marts serve: for 31 days, while no account waits for a count?
-- Grain: one row.
-- Parameters: $now (UTC).
with counted as (
    select
        max_by(refresh.as_of, refresh.id) as as_of,
        max_by(refresh.silent_days, refresh.id) as silent_days
    from visible.refresh
    where refresh.finished_at is not null and refresh.failed_check is null
),
day as (
    select
        coalesce(as_of, cast(make_timestamptz(epoch_us($now::timestamp)) at time zone time_zone as date)) as today
    from visible.company
)
select
    day.today,
    company.time_zone as zone,
    company.currency,
    counted.as_of as marts_as_of,
    coalesce(counted.silent_days, company.silent_after_days, 90) as silent_days,
    coalesce(day.today <= counted.as_of + 31, false)
        and not exists (select 1 from visible.touched_account) as is_in_step
from visible.company
cross join counted
cross join day
