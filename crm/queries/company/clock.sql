-- What day is it for the company, in which zone and currency does it count, and up to which day do its marts?
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
    ) as marts_as_of
from visible.company
