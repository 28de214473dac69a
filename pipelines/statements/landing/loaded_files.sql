-- Which files of loads that stand say what those of these hashes say, and which came with them or changed something
-- since? In the order in which they were loaded.
with standing as (
    select
        file.*, batch.started_at, file.count_updated > 0 as is_updated, json_keys(file.count_changed) as changed,
        file.count_rejected = 0
        and batch.started_at > coalesce((select max(undone_at) from landing.batch), '-infinity') as is_whole
    from landing.file as file
    join landing.batch as batch on batch.id = file.batch_id and batch.undone_at is null
),
candidate as (
    select batch_id, source from standing where is_whole and digest in (select unnest($digests::varchar[]))
)
select
    batch_id, position, digest, coalesce(sheet, ''), layout, mapping, source, count_read, count_duplicate, is_updated,
    changed, started_at, is_whole
from standing
where
    batch_id in (select batch_id from candidate)
    or (
        (is_updated or len(changed) > 0)
        and exists (
            select 1
            from candidate
            where candidate.source = standing.source and candidate.batch_id < standing.batch_id
        )
    )
order by batch_id, position
