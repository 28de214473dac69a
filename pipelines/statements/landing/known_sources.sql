-- The source systems that something was loaded from and still stands.
select distinct file.source
from landing.file as file
join landing.batch as batch on batch.id = file.batch_id
where batch.undone_at is null
