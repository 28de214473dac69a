-- Up to which day do the marts count, what failed last, and how many loads are newer than they are?
with built as (
    select
        id,
        started_at,
        as_of
    from ops.refresh
    where finished_at is not null and failed_check is null
    order by id desc
    limit 1
),
latest as (
    select failed_check
    from ops.refresh
    order by id desc
    limit 1
)
select
    (select as_of from built) as as_of,
    (select failed_check from latest) as failed_check,
    count(*) filter (where batch.applied_at > coalesce((select started_at from built), timestamp '1970-01-01')) as count_newer
from landing.batch
