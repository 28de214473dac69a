-- Which mappings did people give, the latest first? What was taken back is forgotten.
select file.batch_id, file.mapping
from landing.file as file
join landing.batch as batch on batch.id = file.batch_id
where file.is_own_mapping and batch.undone_at is null
order by file.batch_id desc, file.position
