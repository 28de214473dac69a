-- How many loads stand whose times were read in a zone?
select count(distinct file.batch_id)
from landing.file as file
join landing.batch as batch on batch.id = file.batch_id
where batch.undone_at is null and json_extract_string(file.mapping, '$.zone') = $zone
