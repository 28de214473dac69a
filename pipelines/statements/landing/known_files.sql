-- Which files were loaded whole before, by which layout as it then was, and how many records had they?
select file.digest, coalesce(file.sheet, ''), file.layout, file.mapping, max(file.count_read)
from landing.file as file
join landing.batch as batch on batch.id = file.batch_id
where file.count_rejected = 0 and batch.undone_at is null
group by file.digest, coalesce(file.sheet, ''), file.layout, file.mapping
