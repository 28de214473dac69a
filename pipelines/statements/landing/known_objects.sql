-- Of which objects do files of their own stand, whose columns were recognised?
select distinct file.object
from landing.file as file
join landing.batch as batch on batch.id = file.batch_id
where batch.undone_at is null and file.source = $source
