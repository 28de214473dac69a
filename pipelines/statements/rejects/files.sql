-- Which files of a load hold records that were refused?
select position, file, sheet, kept_as
from landing.file
where batch_id = $batch_id and count_rejected > 0
order by position
