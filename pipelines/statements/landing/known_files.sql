-- Which files were loaded whole before, and how many records had they?
select digest, coalesce(sheet, ''), layout, max(count_read)
from landing.file
where count_rejected = 0
group by digest, coalesce(sheet, ''), layout
