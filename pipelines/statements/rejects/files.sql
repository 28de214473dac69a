-- Which files of a load hold records that were refused, and how were they read?
select position, file, sheet, kept_as, mapping
from landing.file
where batch_id = $batch_id and count_rejected > 0
order by position
