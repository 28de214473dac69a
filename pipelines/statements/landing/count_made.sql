-- Which other records did each file's records make or change?
select part.position, made.object, made.is_new, count(*)
from made
join parts as part on made.record_number > part.before and made.record_number <= part.before + part.count_read
group by part.position, made.object, made.is_new
order by part.position, made.object
