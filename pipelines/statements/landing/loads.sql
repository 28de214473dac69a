-- Which loads were there, and what became of their records? One row a file, latest first.
select
    batch.id as batch, batch.applied_at, batch.undone_at, file.file, file.sheet, file.object, file.layout, file.count_read as read,
    file.count_inserted as inserted, file.count_updated as updated, file.count_unchanged as unchanged,
    file.count_duplicate as duplicate, file.count_rejected as rejected
from landing.batch as batch
join landing.file as file on file.batch_id = batch.id
order by batch.id desc, file.position
