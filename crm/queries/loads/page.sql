-- Which loads were there, who made them, and what became of their records? A page of them, the latest first.
-- Grain: load; of its files the first is named.
-- Parameters: $count, $skip.
with shown as (
    select id, applied_at, user_id, came_by, undone_at, undone_by
    from visible.batch
    order by id desc
    limit $count offset $skip
)
select
    shown.id as batch_id,
    shown.applied_at,
    shown.user_id,
    shown.came_by,
    shown.undone_at,
    shown.undone_by,
    count(*) as count_files,
    arg_min(concat_ws(' · ', file.file, file.sheet), file.position) as file,
    list(distinct file.object order by file.object) as objects,
    sum(file.count_read)::bigint as count_read,
    sum(file.count_inserted)::bigint as count_inserted,
    sum(file.count_updated)::bigint as count_updated,
    sum(file.count_unchanged)::bigint as count_unchanged,
    sum(file.count_duplicate)::bigint as count_duplicate,
    sum(file.count_rejected)::bigint as count_rejected
from shown
join visible.file on file.batch_id = shown.id
group by all
order by shown.id desc
