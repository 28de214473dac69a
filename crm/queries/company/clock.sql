-- What day is it for the company, in which zone and currency does it count, up to which day, and who is silent?
-- Grain: one row.
-- Parameters: $now (UTC).
select
    coalesce(company.as_of, cast(($now::timestamp at time zone 'UTC') at time zone company.time_zone as date)) as today,
    company.time_zone as zone,
    company.currency,
    (
        select refresh.as_of
        from visible.refresh
        where refresh.finished_at is not null and refresh.failed_check is null
        order by refresh.id desc
        limit 1
    ) as marts_as_of,
    coalesce(
        (
            select max_by(refresh.silent_days, refresh.id)
            from visible.refresh
            where refresh.finished_at is not null and refresh.failed_check is null
        ),
        company.silent_after_days,
        90
    ) as silent_days,
    not exists (select 1 from visible.touched_account) as is_in_step
from visible.company
