-- How many records of each file did not get in, and why?
select part.position, refused.is_duplicate, count(distinct refused.record_number)
from refused
join parts as part
    on refused.record_number > part.before and refused.record_number <= part.before + part.count_read
group by part.position, refused.is_duplicate
