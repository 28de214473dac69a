-- How did these records become what they are? One row a change: the image before it, the one after it, and what people
-- changed before the next. `stands` where a load made it that is not taken back; a change by an undo is nobody's.
create or replace temp table step as
select
    course.id, course.version, image, next,
    coalesce(edited.firsts, map {}) as edited,
    coalesce(edited.standing, []) as standing,
    batch.id is not null as stands,
    course.replaced_by_batch_id is not distinct from $batch_id as is_own
from course
join (select {columns} from state) as image on image.id = course.id and image.version = course.version
join (select {columns} from state) as next on next.id = course.id and next.version = course.next_version
left join landing.batch as batch
    on batch.id = course.replaced_by_batch_id and batch.undone_at is null and batch.id <> $batch_id
left join edited on edited.id = course.id and edited.version = course.version
