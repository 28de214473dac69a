-- Which files were loaded, and what became of their records?
-- Grain: file or sheet of a load, the latest load first.
-- Parameters: none.
select
    batch.id as batch_id,
    file.position,
    batch.applied_at,
    batch.undone_at,
    file.file,
    file.sheet,
    file.object,
    file.layout,
    file.first_record,
    file.count_read,
    file.count_inserted,
    file.count_updated,
    file.count_unchanged,
    file.count_duplicate,
    file.count_rejected
from visible.batch
join visible.file on file.batch_id = batch.id
order by batch.id desc, file.position
