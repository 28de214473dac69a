-- In how many loads are the records that were kept out not as many as the report counts?
with reported as (
    select
        batch_id,
        sum(count_rejected) as count_rejected,
        count(*) filter (
            where count_read
                <> count_inserted + count_updated + count_unchanged + count_duplicate + count_rejected
        ) as count_wrong
    from landing.file
    group by batch_id
),
kept as (
    select
        batch_id,
        count(distinct record_number) filter (where not is_duplicate) as count_rejected
    from landing.reject
    group by batch_id
)
select
    'load ' || reported.batch_id as reference,
    1 as count_rows
from reported
left join kept on kept.batch_id = reported.batch_id
where reported.count_wrong > 0
    or reported.count_rejected <> coalesce(kept.count_rejected, 0)
