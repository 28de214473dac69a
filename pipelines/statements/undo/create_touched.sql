-- Which records did the load change, how did they stand before it, after it and now, and what did people change since?
-- How a record stood after it, the image of the next load that changed it says; without one, it stands so still.
create or replace temp table touched as
select past.before, coalesce(follower.next, record) as after, record, coalesce(edited.firsts, map {}) as edited
from (
    select id, image as before
    from (select * exclude (replaced_by_batch_id) from history.{name} where replaced_by_batch_id = $batch_id) as image
) as past
join core.{name} as record on record.id = past.id
left join (
    select past.id, arg_min(image, image.version) as next
    from (select id, version from history.{name} where replaced_by_batch_id = $batch_id) as past
    join (select * exclude (replaced_by_batch_id) from history.{name}) as image
        on image.id = past.id and image.version > past.version
    group by past.id
) as follower on follower.id = past.id
left join (
    select record_id, map(list(field), list(before)) as firsts
    from (
        select record_id, field, arg_min(before, id) as before
        from history.edit
        where object = '{name}' and undone_at is null and edited_at > $applied_at
        group by record_id, field
    )
    group by record_id
) as edited on edited.record_id = past.id
