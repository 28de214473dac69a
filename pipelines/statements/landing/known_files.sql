-- Which files were loaded whole before, by which layout as it then was, and how many records had they?
select digest, coalesce(sheet, ''), layout, mapping, max(count_read)
from landing.file
where count_rejected = 0
group by digest, coalesce(sheet, ''), layout, mapping
