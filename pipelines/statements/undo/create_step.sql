-- How did these records become what they are? One row a change: the image before it, the one after it, and what people
-- changed before the next. `stands` where a load made it that is not taken back; a change by an undo is nobody's.
create or replace temp table step as
select
    image.id, image.version, image,
    coalesce(lead(image) over (partition by image.id order by image.version), record) as next,
    coalesce(edited.firsts, map {}) as edited,
    coalesce(edited.standing, []) as standing,
    batch.id is not null as stands,
    image.replaced_by_batch_id is not distinct from $batch_id as is_own
from history.{name} as image
join (select *, null::bigint as replaced_by_batch_id from core.{name}) as record on record.id = image.id
left join landing.batch as batch
    on batch.id = image.replaced_by_batch_id and batch.undone_at is null and batch.id <> $batch_id
left join edited on edited.id = image.id and edited.version = image.version
where image.id in (select id from own)
