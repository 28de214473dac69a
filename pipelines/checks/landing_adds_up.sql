-- In which loads is the number of records that were kept out not the number of those that the report counts?
with reported as (
    select
        batch_id,
        sum(count_rejected) as count_rejected
    from landing.file
    group by batch_id
),
kept as (
    select
        batch_id,
        count(distinct case when not is_duplicate then record_number end) as count_rejected
    from landing.reject
    group by batch_id
)
select
    reported.batch_id,
    reported.count_rejected as reported,
    coalesce(kept.count_rejected, 0) as kept
from reported
left join kept on kept.batch_id = reported.batch_id
where reported.count_rejected <> coalesce(kept.count_rejected, 0)
